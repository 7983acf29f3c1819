import { allowed, denied, type Outcome, type Refused } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { sysvRefusal, type Want } from "./permissions.ts";
import type { SysvObject } from "./types.ts";

/** What the System V calls of both kernels have in common: who has which keys, and the limits, is each kernel's own. */

export type SysvKind = SysvObject["kind"];

export const IPC_PRIVATE = 0;

export interface GetFlags {
  create?: boolean;
  exclusive?: boolean;
  /** Of a new object; of an existing one the access that is wanted. */
  mode?: number;
}

/** What msgctl(2) and the like change with IPC_SET. */
export interface SysvChange {
  mode?: number;
  size?: number;
}

/** Why a key that has an object does not lead to it: EEXIST, EACCES, or EINVAL for one that is too small. */
export function existingRefusal(
  host: Host,
  process: Process,
  found: SysvObject,
  size: number,
  { create = false, exclusive = false, mode = 0 }: GetFlags,
): Refused | undefined {
  const { key, kind } = found;
  if (create && exclusive) return denied("EEXIST", "sysv/exists", `There is one with key ${key} already.`);
  const refused = sysvRefusal(host, process, found, wantsOf(mode));
  if (refused) return refused;
  if (kind !== "msg" && size > found.size)
    return denied("EINVAL", "sysv/size", `The one with key ${key} has only ${found.size}.`);
  return undefined;
}

/** The accesses that the mode of a call asks for. */
function wantsOf(mode: number): Want[] {
  const bits = (mode >> 6) | (mode >> 3) | mode;
  return [...(bits & 4 ? ["read" as const] : []), ...(bits & 2 ? ["write" as const] : [])];
}

/** A new object of the process, with the next number; not yet in any list. */
export function newObject(
  host: Host,
  process: Process,
  own: Pick<SysvObject, "kind" | "key" | "size" | "space">,
  mode: number,
): SysvObject {
  const { uid, gid, container } = process.credential;
  return {
    ...own,
    id: host.state.ipc.nextId++,
    container,
    uid,
    gid,
    mode: mode & 0o777,
    ...(own.kind === "msg" && { messages: [] }),
    created: host.now,
  };
}

/** What each kernel decides by itself. */
export interface SysvRules {
  /** shmget(2), semget(2), msgget(2): the number of the object under a key, which is made where it may be. */
  get(
    host: Host,
    process: Process,
    kind: SysvKind,
    key: number,
    size: number,
    flags: GetFlags,
  ): Outcome<number>;
  /** Bytes that a new queue holds. */
  queueSize(host: Host, process: Process): number;
  /** The object of a number, for the accesses that are wanted. */
  use(host: Host, process: Process, kind: SysvKind, id: number, wants: readonly Want[]): Outcome<SysvObject>;
  /** Whether a process may make a queue longer. */
  mayGrow(host: Host, process: Process): Outcome;
  /** Takes an object out of the lists. */
  drop(host: Host, object: SysvObject): void;
}

/** The calls that go the same way in every kernel. */
export function sysvCalls({ get, queueSize, use, mayGrow, drop }: SysvRules) {
  return {
    /** shmget(2): `size` in bytes. Errors of limits are those of the kernel; else EEXIST, ENOENT, EACCES, EINVAL. */
    shmget: (host: Host, process: Process, key: number, size: number, flags: GetFlags = {}) =>
      get(host, process, "shm", key, size, flags),
    /** semget(2): `count` semaphores. */
    semget: (host: Host, process: Process, key: number, count: number, flags: GetFlags = {}) =>
      get(host, process, "sem", key, count, flags),
    /** msgget(2). */
    msgget: (host: Host, process: Process, key: number, flags: GetFlags = {}) =>
      get(host, process, "msg", key, queueSize(host, process), flags),
    /** msgrcv(2) that does not wait: the bytes of the first message. ENOMSG where none is there. */
    msgrcv(host: Host, process: Process, id: number): Outcome<number> {
      const found = use(host, process, "msg", id, ["read"]);
      return found.ok ? receive(found.value) : found;
    },
    /** IPC_SET of the mode, for the owner and whoever may administer. A longer queue takes a power of its own. */
    sysvSet(host: Host, process: Process, kind: SysvKind, id: number, change: SysvChange): Outcome {
      const found = use(host, process, kind, id, ["admin"]);
      return found.ok ? changeObject(found.value, change, () => mayGrow(host, process)) : found;
    },
    /** IPC_RMID. */
    sysvRemove(host: Host, process: Process, kind: SysvKind, id: number): Outcome {
      const found = use(host, process, kind, id, ["admin"]);
      if (!found.ok) return found;
      drop(host, found.value);
      return allowed(undefined, "sysv/remove", `Object ${id} is gone.`);
    },
  };
}

/** Bytes that wait in a queue. */
export function waiting({ messages = [] }: SysvObject): number {
  return messages.reduce((sum, one) => sum + one, 0);
}

/** Puts a message into a queue that has room for it. */
export function enqueue(queue: SysvObject, bytes: number): Outcome {
  queue.messages ??= [];
  queue.messages.push(bytes);
  return allowed(undefined, "sysv/send", `Queue ${queue.id} has ${queue.messages.length} messages.`);
}

function receive({ messages }: SysvObject): Outcome<number> {
  const bytes = messages?.shift();
  if (bytes === undefined) return denied("ENOMSG", "sysv/empty", "No message is waiting.");
  return allowed(bytes, "sysv/receive", `The message has ${bytes} bytes.`);
}

function changeObject(object: SysvObject, change: SysvChange, mayGrow: () => Outcome): Outcome {
  if (change.size !== undefined && object.kind === "msg") {
    if (change.size > object.size) {
      const may = mayGrow();
      if (!may.ok) return may;
    }
    object.size = change.size;
  }
  if (change.mode !== undefined) object.mode = change.mode & 0o777;
  return allowed(undefined, "sysv/set", `Object ${object.id} is changed.`);
}
