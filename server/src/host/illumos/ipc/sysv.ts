import { allowed, denied, type Outcome, type Refused, thereIsNo } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { sysvRefusal, type Want } from "../../ipc/permissions.ts";
import {
  enqueue,
  existingRefusal,
  type GetFlags,
  IPC_PRIVATE,
  newObject,
  type SysvKind,
  sysvCalls,
  waiting,
} from "../../ipc/sysv.ts";
import type { SysvObject } from "../../ipc/types.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { limitOf } from "../process/limits.ts";
import { projectLimit, projectOf } from "../process/projects.ts";
import { noteReservation, refusal } from "../resources/rctls.ts";
import { swapRefusal } from "../resources/swap.ts";
import { findZone, GLOBAL, zoneOf } from "../zones.ts";
import { addObject, dropObjects, objectsOfZone, objectWithId, objectWithKey } from "./sysvIndex.ts";

/**
 * System V shared memory, semaphores and message queues. Each zone has its keys, and an id leads to its object from its
 * own zone alone, or from the global one. Source: usr/src/uts/common/os/{ipc,shm,sem,msg}.c.
 */

const CALLS = { shm: "shmget", sem: "semget", msg: "msgget" } as const;

export const { shmget, semget, msgget, msgrcv, sysvSet, sysvRemove } = sysvCalls({
  get,
  queueSize: (_, process) => limitOf(process, "process.max-msg-qbytes").soft,
  use: sysvUse,
  mayGrow: (host, process) => privilege(host, process, "sys_ipc_config"),
  drop: (host, object) => dropObjects(host, [object]),
});

function get(
  host: Host,
  process: Process,
  kind: SysvKind,
  key: number,
  size: number,
  flags: GetFlags,
): Outcome<number> {
  const { container } = process.credential;
  const found = key === IPC_PRIVATE ? undefined : objectWithKey(host, kind, container, key);
  if (found) {
    const refused = existingRefusal(host, process, found, size, flags);
    if (refused) return refused;
    return allowed(found.id, "sysv/found", `The zone has object ${found.id} under key ${key}.`);
  }
  if (key !== IPC_PRIVATE && !flags.create)
    return denied("ENOENT", "sysv/none", `The zone has no ${kind} with key ${key}.`, {
      causes: [{ what: "each zone has its own keys", from: "kernel" }],
    });
  const full = noRoom(host, process, kind, size);
  if (full) return full;
  const object = newObject(host, process, { kind, key, size, space: container }, flags.mode ?? 0);
  if (kind === "shm") noteReservation(host, size);
  if (projectOf(process) !== 0) object.project = projectOf(process);
  addObject(host, object);
  return allowed(object.id, "sysv/create", `Object ${object.id} is the zone's own.`, {
    causes: [{ what: "each zone has its own keys", from: "kernel" }],
  });
}

/** Ids first, as ipc_commit_begin() and shmget() have it; within each the project before the zone. */
function noRoom(host: Host, process: Process, kind: SysvKind, size: number): Refused | undefined {
  if (kind !== "msg" && size <= 0) return denied("EINVAL", "sysv/size", "Nothing has no size.");
  const semaphores = limitOf(process, "process.max-sem-nsems").soft;
  if (kind === "sem" && size > semaphores)
    return denied("EINVAL", "rctl/process.max-sem-nsems", `A set has ${semaphores} semaphores at most.`, {
      causes: [{ what: `process.max-sem-nsems=${semaphores}`, from: "host" }],
    });
  const zone = zoneOf(host, process);
  const call = CALLS[kind];
  const ids = projectIds(host, process, kind) ?? refusal(host, zone, `zone.max-${kind}-ids`, 1, call);
  if (ids || kind !== "shm") return ids;
  return (
    projectMemory(host, process, size) ??
    refusal(host, zone, "zone.max-shm-memory", size, call) ??
    refusal(host, zone, "zone.max-swap", size, call) ??
    swapRefusal(host, size, "ENOMEM")
  );
}

/** Objects count for the project of whoever made them. */
function ofProject(host: Host, process: Process, kind: SysvKind): SysvObject[] {
  const project = projectOf(process);
  return objectsOfZone(host, process.credential.container, kind).filter(
    (one) => (one.project ?? 0) === project,
  );
}

function projectIds(host: Host, process: Process, kind: SysvKind): Refused | undefined {
  const name = `project.max-${kind}-ids`;
  const limit = projectLimit(host, process, name);
  if (!limit || ofProject(host, process, kind).length < limit.limit) return undefined;
  return denied("ENOSPC", `rctl/${name}`, `The project has ${limit.limit} of them, as many as it may.`, {
    causes: [limit.cause],
  });
}

function projectMemory(host: Host, process: Process, size: number): Refused | undefined {
  const limit = projectLimit(host, process, "project.max-shm-memory");
  const used = ofProject(host, process, "shm").reduce((sum, object) => sum + object.size, 0);
  if (!limit || used + size <= limit.limit) return undefined;
  return denied(
    "EINVAL",
    "rctl/project.max-shm-memory",
    `The project has ${used} of ${limit.limit} bytes of shared memory.`,
    { causes: [limit.cause] },
  );
}

/** shmat(2), semop(2), msgrcv(2) and the like: an object by its number. EINVAL for that of another zone. */
export function sysvUse(
  host: Host,
  process: Process,
  kind: SysvKind,
  id: number,
  wants: readonly Want[] = ["read", "write"],
): Outcome<SysvObject> {
  const found = objectFor(host, process, kind, id);
  if (!found.ok) return found;
  const { container } = process.credential;
  // From outside mode bits count for nothing: the users of a zone are not those of the global one.
  const refused =
    found.value.space === container
      ? sysvRefusal(host, process, found.value, wants)
      : fromOutside(host, process, wants);
  return refused ?? allowed(found.value, "sysv/use", `Object ${id} can be used.`);
}

/** Source: ipc_lookup(): what belongs to another zone is not there. */
function objectFor(host: Host, process: Process, kind: SysvKind, id: number): Outcome<SysvObject> {
  const { container } = process.credential;
  const object = objectWithId(host, kind, id);
  if (!object) return denied("EINVAL", "sysv/none", thereIsNo(kind, id));
  if (container !== GLOBAL && object.space !== container)
    return denied("EINVAL", "scope", `${kind} ${id} is of another zone, so it does not exist here.`, {
      causes: [{ what: "a zone sees only its own objects", from: "kernel" }],
    });
  return allowed(object, "sysv/lookup", `Object ${id} is there.`);
}

const PRIVILEGES = { read: "ipc_dac_read", write: "ipc_dac_write", admin: "ipc_owner" } as const;

function fromOutside(host: Host, process: Process, wants: readonly Want[]): Refused | undefined {
  for (const want of wants) {
    const may = privilege(host, process, PRIVILEGES[want], want === "admin" ? "EPERM" : "EACCES");
    if (!may.ok) return denied(may.errno, may.decision.rule, may.decision.reason, may.decision);
  }
  return undefined;
}

/** semop(2) with that many operations at once. */
export function semop(host: Host, process: Process, id: number, operations = 1): Outcome<SysvObject> {
  const { soft } = limitOf(process, "process.max-sem-ops");
  if (operations > soft)
    return denied("E2BIG", "rctl/process.max-sem-ops", `One call has ${soft} operations at most.`);
  return sysvUse(host, process, "sem", id);
}

/** msgsnd(2) that does not wait: EAGAIN where the queue is full. */
export function msgsnd(host: Host, process: Process, id: number, bytes: number): Outcome {
  const found = sysvUse(host, process, "msg", id, ["write"]);
  if (!found.ok) return found;
  const queue = found.value;
  const { soft } = limitOf(process, "process.max-msg-messages");
  if (waiting(queue) + bytes > queue.size || (queue.messages?.length ?? 0) >= soft)
    return denied("EAGAIN", "sysv/full", `The queue holds ${queue.size} bytes and ${soft} messages at most.`);
  return enqueue(queue, bytes);
}

/** What ipcs(1) lists: the objects of the own zone, or from the global one with -z those of another. */
export function sysvList(
  host: Host,
  process: Process,
  kind: SysvKind,
  zone = process.credential.container,
): SysvObject[] {
  const { container } = process.credential;
  if (zone !== container && (container !== GLOBAL || !findZone(host, zone))) return [];
  return objectsOfZone(host, zone, kind);
}
