import { allowed, denied, type Outcome } from "../../decision.ts";
import { mayAccess, mayAdmin } from "../../filesystem/access.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { addDoor, coverFile, doorAt, doorsOfServer, findDoor, uncoverFile } from "./objectIndex.ts";

/**
 * Doors: procedures of another process. A door is where its file is, in whatever zone; the server is told the zone of its
 * caller and has to decide. Source: usr/src/uts/common/fs/doorfs, fattach(3C), door_cred(3C).
 */

/** What door_ucred(3C) tells a server. */
export interface DoorCredential {
  pid: number;
  uid: number;
  gid: number;
  zone: number;
}

/** A file is the same through any mount that shows it. */
function fileOf(host: Host, vnode: Vnode): string {
  return `${mountOf(host, vnode).filesystem}:${vnode.node}`;
}

/** door_create(3C). Gives the number of the door. */
export function doorCreate(host: Host, process: Process): Outcome<number> {
  const { id } = addDoor(host, { server: process.pid, zone: process.credential.container });
  return allowed(id, "door/create", `Door ${id} belongs to process ${process.pid}.`);
}

/**
 * fattach(3C): covers a file of the caller with one of its doors. EPERM or EACCES by the file, EBUSY where it is covered
 * already, EBADF for a door of somebody else.
 */
export function fattach(host: Host, process: Process, door: number, path: string): Outcome {
  const known = findDoor(host, door);
  if (known?.server !== process.pid) return denied("EBADF", "door/none", `The process has no door ${door}.`);
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const owner = mayAdmin(host, process, found.value);
  if (!owner.ok) return owner;
  const write = mayAccess(host, process, found.value, { write: true });
  if (!write.ok) return write;
  const file = fileOf(host, found.value);
  if (doorAt(host, file))
    return denied("EBUSY", "fattach/covered", `Something is attached to ${path} already.`);
  coverFile(host, known, file);
  return allowed(undefined, "fattach", `Whoever finds ${path} may call the door.`);
}

/** fdetach(3C). EINVAL where nothing is attached. */
export function fdetach(host: Host, process: Process, path: string): Outcome {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const owner = mayAdmin(host, process, found.value);
  if (!owner.ok) return owner;
  const file = fileOf(host, found.value);
  const door = doorAt(host, file);
  if (!door) return denied("EINVAL", "fdetach/none", `Nothing is attached to ${path}.`);
  uncoverFile(host, door, file);
  return allowed(undefined, "fdetach", `${path} is a file again.`);
}

/**
 * open(2) of the file and door_call(3C).
 * @returns the server and what it is told of the caller; EBADF where the file is no door, or its server has gone
 */
export function doorCall(
  host: Host,
  process: Process,
  path: string,
): Outcome<{ server: number; caller: DoorCredential }> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const read = mayAccess(host, process, found.value, { read: true });
  if (!read.ok) return read;
  const door = doorAt(host, fileOf(host, found.value));
  const server = door && findProcess(host, door.server);
  if (!server) return denied("EBADF", "door/none", `${path} is no door.`);
  const { pid, credential } = process;
  const { uid, gid, container } = credential;
  const from = zoneOf(host, process);
  const where = server.credential.container === container ? "the same zone" : "another zone";
  return allowed(
    { server: server.pid, caller: { pid, uid, gid, zone: container } },
    "door/call",
    `${server.command} in ${where} is told that ${from.id === GLOBAL ? "the global zone" : `zone ${from.name}`} calls: whether it answers is up to it.`,
  );
}

/** Doors that a process serves, by number. */
export function doorsOf(host: Host, { pid }: Process): number[] {
  return doorsOfServer(host, pid).map(({ id }) => id);
}
