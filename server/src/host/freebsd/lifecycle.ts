import type { Cause } from "../decision.ts";
import { datasetsOfContainer, giveDataset } from "../filesystem/datasetIndex.ts";
import { mountsOfContainer } from "../filesystem/mountIndex.ts";
import { sameVnode } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import { socketsOfContainer } from "../network/socketIndex.ts";
import { destroyVnet } from "../network/vnets.ts";
import { processesOfContainer } from "../process/processIndex.ts";
import type { HostState } from "../state.ts";
import { changePrison, dropPrison, prisonsRootedAt } from "./prisonIndex.ts";
import { findPrison, lineageOf, prison } from "./prisons.ts";
import { releaseRootSet } from "./resources/cpuset.ts";
import { freebsdOf } from "./state.ts";
import type { Prison } from "./types.ts";

/**
 * How long a prison lives. Two counts: users (pr_uref) keep it alive, references (pr_ref) keep its record. Both are
 * counted from what is there, and not stored. Source: prison_deref() and prison_cleanup() in sys/kern/kern_jail.c.
 */

/** What holds a prison. */
export interface Holds {
  /** What keeps it alive: processes that have not ended, prisons below it, `persist`. */
  readonly users: { readonly processes: number; readonly children: number; readonly persist: number };
  /** What only keeps its record: ended processes, sockets, mounts, objects, descriptors. */
  readonly records: {
    readonly zombies: number;
    readonly sockets: number;
    readonly mounts: number;
    readonly ipc: number;
    readonly descriptors: number;
    readonly other: number;
  };
  /** Whether any user is left, and whether anything at all. */
  readonly used: boolean;
  readonly referenced: boolean;
}

/** Counts what holds a prison, dying or not. */
export function prisonHolds(host: Host, jid: number): Holds {
  const jail = prison(host, jid);
  const { ipc } = host.state;
  const { jailDescriptors } = freebsdOf(host);
  const processes = processesOfContainer(host, jid);
  const zombies = processes.filter(({ state }) => state === "zombie").length;
  const living = processes.length - zombies;
  const users = { processes: living, children: jail.children.length, persist: jail.persist ? 1 : 0 };
  const records = {
    zombies,
    sockets: socketsOfContainer(host, jid).length,
    mounts: mountsOfContainer(host, jid).length,
    ipc: ipc.sysv.filter((object) => object.container === jid).length,
    descriptors: Object.values(jailDescriptors).filter((descriptor) => descriptor.jid === jid).length,
    other: jail.extraRefs,
  };
  const used = Object.values(users).some((count) => count > 0);
  return { users, records, used, referenced: used || Object.values(records).some((count) => count > 0) };
}

/**
 * Hosts in the middle of a removal, with the prisons that something let go of meanwhile: they are looked at once at its
 * end, and not after each process.
 */
const removing = new WeakMap<HostState, Set<number>>();

/** Lets a removal happen without looking at prisons in between. */
export function duringRemoval(host: Host, work: () => void): void {
  if (removing.has(host.state)) {
    work();
    return;
  }
  const released = new Set<number>();
  removing.set(host.state, released);
  try {
    work();
  } finally {
    removing.delete(host.state);
  }
  for (const jid of released) prisonReleased(host, jid);
}

/**
 * To be called after something that held a prison has gone: without users it begins to die, without references it is
 * freed, and with it what it held of its parent.
 */
export function prisonReleased(host: Host, jid: number): void {
  if (jid === 0) return;
  const later = removing.get(host.state);
  if (later) {
    later.add(jid);
    return;
  }
  const jail = findPrison(host, jid);
  // The usual case of a process that ends in a jail with `persist` costs nothing.
  if (!jail || (jail.state === "alive" && jail.persist)) return;
  const { used, referenced } = prisonHolds(host, jid);
  if (used) return;
  if (jail.state === "alive") {
    markDying(host, jail, "Its last process has ended.");
    cleanUp(host, jail);
  }
  if (!referenced || !prisonHolds(host, jid).referenced) free(host, jail);
}

/** Takes a prison from alive to dying. */
export function markDying(host: Host, jail: Prison, message: string, causes: readonly Cause[] = []): void {
  changePrison(host, jail, () => {
    jail.state = "dying";
  });
  jail.persist = false;
  host.emit({
    container: jail.name,
    kind: "jail.state",
    from: "alive",
    to: "dying",
    message,
    outcome: "ok",
    causes,
  });
}

/** Takes a dying prison back to life, which the kernel does before 14. */
export function markAlive(host: Host, jail: Prison): void {
  changePrison(host, jail, () => {
    jail.state = "alive";
  });
  host.emit({
    container: jail.name,
    kind: "jail.state",
    from: "dying",
    to: "alive",
    message: `Jail ${jail.name} is revived.`,
    outcome: "ok",
  });
}

/**
 * What goes as soon as a prison begins to die: System V objects of a key space of its own, POSIX shared memory below
 * its path, and message queues of its root directory unless another prison has that too.
 * Source: prison_cleanup(); sysv_shm.c, uipc_shm.c, uipc_mqueue.c.
 */
export function cleanUp(host: Host, jail: Prison): void {
  const { ipc } = host.state;
  if (ipc.sysv.length > 0)
    ipc.sysv = ipc.sysv.filter(
      (object) => !(object.space === jail.jid && jail.sysv[object.kind] === jail.jid),
    );
  if (ipc.posix.length === 0) return;
  const shared = prisonsRootedAt(host, jail.root.node).some(
    (other) => other.jid !== jail.jid && other.state === "alive" && sameVnode(other.root, jail.root),
  );
  ipc.posix = ipc.posix.filter(({ kind, name, root }) => {
    if (kind === "shm") return jail.path === "/" || !name.startsWith(`${jail.path}/`);
    if (kind === "mq") return shared || !root || !sameVnode(root, jail.root);
    return true;
  });
}

/** The end of a prison that nothing refers to any more. */
function free(host: Host, jail: Prison): void {
  unlink(host, jail);
  host.emit({
    container: jail.name,
    kind: "jail.state",
    from: "dying",
    to: "gone",
    message: `Nothing refers to jail ${jail.jid} any more: it is freed.`,
    outcome: "ok",
  });
  prisonReleased(host, jail.parent);
}

/** Takes a prison out of the tree, and frees what belongs to it alone. */
function unlink(host: Host, jail: Prison): void {
  releaseRootSet(host, jail.jid);
  dropPrison(host, jail);
  const parent = prison(host, jail.parent);
  parent.children.splice(parent.children.indexOf(jail.jid), 1);
  for (const above of lineageOf(host, parent.jid)) above.childrenCur--;
  if (jail.ownVnet) destroyVnet(host, jail.vnet);
  for (const dataset of datasetsOfContainer(host, jail.jid)) giveDataset(host, dataset, 0);
}

/** Undoes the creation of a prison that failed on the way: only the number that it used up stays used. */
export function undoCreation(host: Host, jail: Prison): void {
  cleanUp(host, jail);
  unlink(host, jail);
}
