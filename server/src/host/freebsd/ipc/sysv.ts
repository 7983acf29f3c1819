import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
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
import { prisonReleased } from "../lifecycle.ts";
import { findPrison, isDescendant, prison } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { enforce } from "../resources/racct.ts";
import type { ResourceName } from "../resources/resourceTable.ts";
import { causeOf } from "../scope.ts";
import { hostNumber } from "../sysctlValues.ts";

/**
 * System V shared memory, semaphores and message queues. Each jail has, per kind, a prison at the root of its key space
 * or none. Source: sys/kern/sysv_shm.c, sysv_sem.c, sysv_msg.c.
 */

export const { shmget, semget, msgget, msgrcv, sysvSet, sysvRemove } = sysvCalls({
  get,
  queueSize: (host) => hostNumber(host, "kern.ipc.msgmnb"),
  use: sysvUse,
  mayGrow: (host, process) => privCheck(host, process, "IPC_MSGSIZE"),
  drop(host, object) {
    const { ipc } = host.state;
    ipc.sysv = ipc.sysv.filter((one) => one !== object);
    prisonReleased(host, object.container);
  },
});

function get(
  host: Host,
  process: Process,
  kind: SysvKind,
  key: number,
  size: number,
  flags: GetFlags,
): Outcome<number> {
  const space = keySpace(host, process, kind);
  if (typeof space !== "number") return space;
  const found =
    key === IPC_PRIVATE
      ? undefined
      : host.state.ipc.sysv.find(
          (object) => object.kind === kind && object.key === key && object.space === space,
        );
  if (found) {
    const refused = existingRefusal(host, process, found, size, flags);
    if (refused) return refused;
    return allowed(found.id, "sysv/found", foundReason(host, found), {
      causes: [kindCause(host, process, kind)],
    });
  }
  if (key !== IPC_PRIVATE && !flags.create)
    return denied("ENOENT", "sysv/none", `The key space of the jail has no ${kind} with key ${key}.`, {
      causes: [kindCause(host, process, kind)],
    });
  const full = noRoom(host, kind, size) ?? overRules(host, process, kind, size);
  if (full) return full;
  const object = newObject(host, process, { kind, key, size, space }, flags.mode ?? 0);
  host.state.ipc.sysv.push(object);
  const where = `Object ${object.id} is in the key space of ${spaceName(host, space)}.`;
  return allowed(object.id, "sysv/create", where, { causes: [kindCause(host, process, kind)] });
}

/** The limits of the system. Source: kern.ipc.* in sysctl(8). */
function noRoom(host: Host, kind: SysvKind, size: number) {
  const limit = (name: string) => hostNumber(host, `kern.ipc.${name}`);
  const own = host.state.ipc.sysv.filter((object) => object.kind === kind);
  const total = own.reduce((sum, object) => sum + object.size, 0);
  const refuse = (errno: Errno, name: string) =>
    denied(errno, `sysv/${name}`, `The limit of the system is reached: kern.ipc.${name}=${limit(name)}.`, {
      causes: [{ what: `kern.ipc.${name}=${limit(name)}`, from: "host" }],
    });
  if (kind === "shm") {
    if (size < limit("shmmin")) return refuse("EINVAL", "shmmin");
    if (size > limit("shmmax")) return refuse("EINVAL", "shmmax");
    if (own.length >= limit("shmmni")) return refuse("ENOSPC", "shmmni");
    const pages = (bytes: number) => Math.ceil(bytes / hostNumber(host, "hw.pagesize"));
    if (pages(total) + pages(size) > limit("shmall")) return refuse("ENOMEM", "shmall");
  } else if (kind === "sem") {
    if (size <= 0 || size > limit("semmsl")) return refuse("EINVAL", "semmsl");
    if (total + size > limit("semmns")) return refuse("ENOSPC", "semmns");
    if (own.length >= limit("semmni")) return refuse("ENOSPC", "semmni");
  } else if (own.length >= limit("msgmni")) return refuse("ENOSPC", "msgmni");
  return undefined;
}

function overRules(host: Host, process: Process, kind: SysvKind, size: number) {
  const charges: readonly (readonly [ResourceName, number, Errno])[] = {
    shm: [
      ["nshm", 1, "ENOSPC"],
      ["shmsize", size, "ENOMEM"],
    ] as const,
    sem: [["nsem", size, "ENOSPC"]] as const,
    msg: [["nmsgq", 1, "ENOSPC"]] as const,
  }[kind];
  for (const [resource, amount, errno] of charges) {
    const refused = enforce(host, process, resource, amount);
    if (refused)
      return denied(errno, `rctl/${resource}`, refused.reason, { causes: refused.causes, ...refused.more });
  }
  return undefined;
}

/** shmat(2), semop(2), msgrcv(2) and the like: an object by its number. */
export function sysvUse(
  host: Host,
  process: Process,
  kind: SysvKind,
  id: number,
  wants: readonly Want[] = ["read", "write"],
): Outcome<SysvObject> {
  const space = keySpace(host, process, kind);
  if (typeof space !== "number") return space;
  const object = host.state.ipc.sysv.find((one) => one.kind === kind && one.id === id);
  if (!object || !isVisible(host, space, object))
    return denied("EINVAL", object ? "scope" : "sysv/none", `There is no ${kind} ${id} for this jail.`, {
      causes: [kindCause(host, process, kind)],
    });
  const refused = sysvRefusal(host, process, object, wants);
  return refused ?? allowed(object, "sysv/use", foundReason(host, object));
}

/** semop(2) with that many operations at once. */
export function semop(host: Host, process: Process, id: number, operations = 1): Outcome<SysvObject> {
  const space = keySpace(host, process, "sem");
  if (typeof space !== "number") return space;
  if (operations > hostNumber(host, "kern.ipc.semopm"))
    return denied("E2BIG", "sysv/semopm", "More operations than kern.ipc.semopm.");
  const refused = enforce(host, process, "nsemop", operations);
  if (refused)
    return denied("E2BIG", "rctl/nsemop", refused.reason, { causes: refused.causes, ...refused.more });
  return sysvUse(host, process, "sem", id);
}

/** msgsnd(2) that does not wait: EAGAIN where the queue is full. */
export function msgsnd(host: Host, process: Process, id: number, bytes: number): Outcome {
  const found = sysvUse(host, process, "msg", id, ["write"]);
  if (!found.ok) return found;
  if (bytes > hostNumber(host, "kern.ipc.msgmax"))
    return denied("EINVAL", "sysv/msgmax", "The message is longer than kern.ipc.msgmax.");
  for (const [resource, amount] of [
    ["msgqqueued", 1],
    ["msgqsize", bytes],
  ] as const) {
    const refused = enforce(host, process, resource, amount);
    if (refused)
      return denied("EAGAIN", `rctl/${resource}`, refused.reason, {
        causes: refused.causes,
        ...refused.more,
      });
  }
  const queue = found.value;
  if (waiting(queue) + bytes > queue.size)
    return denied("EAGAIN", "sysv/full", `The queue holds ${queue.size} bytes at most.`);
  return enqueue(queue, bytes);
}

/** What ipcs(1) lists: objects that the process could use by number. Empty where the kind is disabled. */
export function sysvList(host: Host, process: Process, kind: SysvKind): SysvObject[] {
  const space = keySpace(host, process, kind);
  if (typeof space !== "number") return [];
  return host.state.ipc.sysv.filter((object) => object.kind === kind && isVisible(host, space, object));
}

/** The prison at the root of the process's key space, or the refusal: without one the calls do not exist. */
function keySpace(host: Host, process: Process, kind: SysvKind) {
  const jail = prison(host, process.credential.container);
  const space = jail.sysv[kind];
  if (space !== null) return space;
  return denied("ENOSYS", `sysv${kind}`, `System V ${WORDS[kind]} are disabled in jail ${jail.name}.`, {
    causes: [kindCause(host, process, kind)],
  });
}

const WORDS: Readonly<Record<SysvKind, string>> = {
  shm: "shared memory segments",
  sem: "semaphores",
  msg: "message queues",
};

function kindCause(host: Host, process: Process, kind: SysvKind) {
  const jail = prison(host, process.credential.container);
  const space = jail.sysv[kind];
  const value = space === null ? "disable" : space === jail.jid ? "new" : "inherit";
  // The old switch for all three stands for the new ones where those are not given.
  const old = jail.causes["allow.sysvipc"];
  if (old && !jail.causes[`sysv${kind}`]) return old;
  return causeOf(jail, `sysv${kind}`, value);
}

/** Objects of the prison at the root of the key space and of those below it. Source: shm_prison_cansee(). */
function isVisible(host: Host, space: number, object: SysvObject): boolean {
  const creator = findPrison(host, object.container) ? object.container : object.space;
  return creator === space || space === 0 || isDescendant(host, space, creator);
}

function spaceName(host: Host, space: number): string {
  return space === 0 ? "the host" : `jail ${prison(host, space).name}`;
}

function foundReason(host: Host, { container: jid, id }: SysvObject): string {
  const creator = findPrison(host, jid);
  return `Object ${id} was created ${!creator || jid === 0 ? "on the host" : `in jail ${creator.name}`}.`;
}
