import type { Host } from "../host.ts";
import { processesOfContainer } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { freebsdOf } from "./state.ts";
import type { Prison } from "./types.ts";

/** Prisons as a tree. Source: sys/kern/kern_jail.c. */

export function prison(host: Host, jid: number): Prison {
  const found = freebsdOf(host).prisons[jid];
  if (!found) throw new Error(`the model has no prison ${jid}`);
  return found;
}

export function findPrison(host: Host, jid: number): Prison | undefined {
  return freebsdOf(host).prisons[jid];
}

export function prisonOf(host: Host, process: Process): Prison {
  return prison(host, process.credential.container);
}

/** All prisons but the host, by jid: JavaScript keeps keys that are numbers in their order. */
export function jails(host: Host): Prison[] {
  return Object.values(freebsdOf(host).prisons).filter((p) => p.jid !== 0);
}

/** The direct children in the order of creation, dying ones included. */
export function childrenOf(host: Host, jid: number): Prison[] {
  return prison(host, jid).children.map((child) => prison(host, child));
}

/** Child, grandchild and so on; a jail is never its own descendant. Source: prison_ischild(). */
export function isDescendant(host: Host, ancestor: number, jid: number): boolean {
  for (let at = findPrison(host, jid); at && at.jid !== 0; at = findPrison(host, at.parent))
    if (at.parent === ancestor) return true;
  return false;
}

/** Descendants, parents before their children. */
export function descendantsOf(host: Host, jid: number): Prison[] {
  return childrenOf(host, jid).flatMap((child) => [child, ...descendantsOf(host, child.jid)]);
}

/** The prison itself and its ancestors, the host last. */
export function lineageOf(host: Host, jid: number): Prison[] {
  const found: Prison[] = [];
  for (
    let at: Prison | undefined = prison(host, jid);
    at;
    at = at.jid === 0 ? undefined : prison(host, at.parent)
  )
    found.push(at);
  return found;
}

/** A prison's name as another one sees it: without that one's own prefix. Source: prison_name(). */
export function relativeName(viewer: Prison, seen: Prison): string {
  return viewer.jid === 0 ? seen.name : seen.name.slice(viewer.name.length + 1);
}

/** Processes of one prison, by pid; with `below` those of its descendants too. */
export function processesIn(host: Host, jid: number, below = false): Process[] {
  if (!below) return processesOfContainer(host, jid);
  return [jid, ...descendantsOf(host, jid).map((jail) => jail.jid)]
    .flatMap((each) => processesOfContainer(host, each))
    .sort((a, b) => a.pid - b.pid);
}

/** The nearest prison upwards that has the names of its own. Source: getcredhostname(). */
export function hostOwner(host: Host, jid: number): Prison {
  return lineageOf(host, jid).find((p) => p.ownHost || p.jid === 0) as Prison;
}

/** Whether a permission bit is set: `raw_sockets`, `mount.zfs`. The host has every one but parent tampering. */
export function allows({ jid, allow }: Prison, bit: string): boolean {
  return jid === 0 ? bit !== "unprivileged_parent_tampering" : allow.includes(bit);
}
