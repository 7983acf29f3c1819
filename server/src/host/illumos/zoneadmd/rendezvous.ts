import { addNode, childOf, editableIn, fileSystemOf, NO_FLAGS } from "../../filesystem/nodes.ts";
import type { FileNode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { dropView } from "../zoneFiles.ts";
import { runDirectory } from "./runDirectory.ts";

/**
 * Where zlogin -C and zoneadm find the zoneadmd of a zone: its socket and its door. Source: CONSOLE_SOCKPATH in
 * usr/src/cmd/zoneadmd/zcons.c, ZONE_DOOR_PATH and setup_door() in usr/src/cmd/zoneadmd/zoneadmd.c.
 */

const socketOf = (zone: string): string => `${zone}.console_sock`;
const doorOf = (zone: string): string => `${zone}.zoneadmd_door`;

/** The socket is as bind(3SOCKET) makes it, the door is on a file of root alone. */
const nodeOfKind = (kind: "socket" | "door"): Omit<FileNode, "parent"> => ({
  kind,
  mode: kind === "socket" ? 0o755 : 0o600,
  uid: 0,
  gid: 0,
  flags: NO_FLAGS,
  links: 1,
});

/** Makes both; the files of a zoneadmd that was killed are taken over. Without the directory there are none. */
export function openRendezvous(host: Host, process: Process, zone: string): void {
  const directory = runDirectory(host, process);
  if (!directory.ok) return;
  const fs = fileSystemOf(host, directory.value);
  const { node } = directory.value;
  if (childOf(fs, node, socketOf(zone)) === undefined)
    addNode(fs, node, socketOf(zone), nodeOfKind("socket"));
  const door = childOf(fs, node, doorOf(zone));
  if (door === undefined) addNode(fs, node, doorOf(zone), nodeOfKind("door"));
  else editableIn(fs, door).kind = "door";
}

/** The socket goes. The door is detached: the file under it stays, with nothing in it. */
export function closeRendezvous(host: Host, process: Process, zone: string): void {
  const directory = runDirectory(host, process, false);
  if (!directory.ok) return;
  dropView(host, directory.value, socketOf(zone));
  const fs = fileSystemOf(host, directory.value);
  const door = childOf(fs, directory.value.node, doorOf(zone));
  if (door !== undefined && editableIn(fs, door).kind === "door") editableIn(fs, door).kind = "file";
}
