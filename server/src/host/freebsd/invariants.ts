import type { Cause } from "../decision.ts";
import { datasetsOfContainer, giveDataset } from "../filesystem/datasetIndex.ts";
import { changeOwner, mountsOfContainer } from "../filesystem/mountIndex.ts";
import type { Host } from "../host.ts";
import { isSubset } from "../network/addresses.ts";
import { changeSocket, socketsOfContainer } from "../network/socketIndex.ts";
import { changeProcess, processesOfContainer } from "../process/processIndex.ts";
import { DEFAULT_BITS, MAY_DIFFER, setBits } from "./permissions.ts";
import { changePrison } from "./prisonIndex.ts";
import { childrenOf, descendantsOf, prison } from "./prisons.ts";
import { freebsdOf } from "./state.ts";
import type { AddressList, Prison } from "./types.ts";

/**
 * What a change of one prison does to those below it: a limit of a parent holds for its children.
 * Source: sys/kern/kern_jail.c, the FOREACH_PRISON_DESCENDANT loops of kern_jail_set() and prison_set_allow_locked().
 */

/** The cause of a value that a prison has from above, at the line that set it there. */
export function inheritedCause(from: Prison, parameter: string, value: string): Cause {
  const cause = from.causes[parameter];
  const what = `${parameter}=${value} of ${from.jid === 0 ? "the host" : `jail ${from.name}`}`;
  return cause?.place ? { what, from: "inherited", place: cause.place } : { what, from: "inherited" };
}

/** Sets the securelevel, and lifts descendants that are lower (I2). */
export function setSecurelevel(host: Host, jail: Prison, level: number): void {
  jail.securelevel = level;
  for (const below of descendantsOf(host, jail.jid))
    if (below.securelevel < level) {
      below.securelevel = level;
      below.causes["securelevel"] = inheritedCause(jail, "securelevel", String(level));
    }
}

/** Sets `enforce_statfs`, and lifts descendants that are lower (I3). */
export function setEnforceStatfs(host: Host, jail: Prison, value: number): void {
  jail.enforceStatfs = value;
  for (const below of descendantsOf(host, jail.jid))
    if (below.enforceStatfs < value) {
      below.enforceStatfs = value;
      below.causes["enforce_statfs"] = inheritedCause(jail, "enforce_statfs", String(value));
    }
}

/** Sets `children.max`; a descendant n levels below keeps at most n less (I4). */
export function setChildrenMax(host: Host, jail: Prison, max: number): void {
  jail.childrenMax = max;
  const clamp = (parent: number, level: number): void => {
    for (const below of childrenOf(host, parent)) {
      const most = Math.max(max - level, 0);
      if (below.childrenMax > most) {
        below.childrenMax = most;
        below.causes["children.max"] = inheritedCause(jail, "children.max", String(max));
      }
      clamp(below.jid, level + 1);
    }
  };
  clamp(jail.jid, 1);
}

/** Sets the devfs ruleset here and for all descendants (I6). */
export function setDevfsRuleset(host: Host, jail: Prison, ruleset: number): void {
  jail.devfsRuleset = ruleset;
  for (const below of descendantsOf(host, jail.jid)) {
    below.devfsRuleset = ruleset;
    below.causes["devfs_ruleset"] = inheritedCause(jail, "devfs_ruleset", String(ruleset));
  }
}

/** Sets and clears permission bits. Clearing reaches all descendants, setting none (I9). */
export function setAllow(
  host: Host,
  jail: Prison,
  given: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): void {
  const bits = new Set(jail.allow);
  for (const bit of taken) bits.delete(bit);
  for (const bit of given) bits.add(bit);
  setBits(host, jail, bits);
  if (taken.size === 0) return;
  for (const below of descendantsOf(host, jail.jid)) {
    const lost = below.allow.filter((bit) => taken.has(bit) && !given.has(bit));
    if (lost.length === 0) continue;
    below.allow = below.allow.filter((bit) => !lost.includes(bit));
    for (const bit of lost) below.causes[`allow.${bit}`] = inheritedCause(jail, `allow.${bit}`, "false");
  }
}

/** The bits of a new prison, and why it lacks those that others start with. */
export function startingBits(parent: Prison): { bits: Set<string>; causes: Record<string, Cause> } {
  const bits = new Set<string>();
  const causes: Record<string, Cause> = {};
  for (const bit of DEFAULT_BITS)
    if (parent.jid === 0 || parent.allow.includes(bit)) bits.add(bit);
    else causes[`allow.${bit}`] = inheritedCause(parent, `allow.${bit}`, "false");
  return { bits, causes };
}

/** Whether a parent keeps a child from having a bit (I1). */
export function parentLacks(parent: Prison, bit: string): boolean {
  return parent.jid !== 0 && !parent.allow.includes(bit) && !MAY_DIFFER.has(bit);
}

/**
 * Sets the list of one family, and trims those of descendants on the same stack (I7): lists of their own lose what the
 * parent lost, inherited ones follow it.
 */
export function setAddresses(
  host: Host,
  jail: Prison,
  family: "ip4" | "ip6",
  addresses: readonly string[],
): void {
  changePrison(host, jail, () => {
    Object.assign(jail[family], { restricted: true, own: true, addresses: [...addresses] });
  });
  const trim = (parent: Prison): void => {
    for (const below of childrenOf(host, parent.jid)) {
      if (below.ownVnet) continue;
      if (trimmed(below[family], parent[family])) {
        const kept = below[family].own
          ? below[family].addresses.filter((address) => parent[family].addresses.includes(address))
          : [...parent[family].addresses];
        changePrison(host, below, () => {
          below[family].addresses = kept;
        });
        below.causes[`${family}.addr`] = inheritedCause(jail, `${family}.addr`, addresses.join(","));
      }
      trim(below);
    }
  };
  trim(jail);
}

function trimmed(below: AddressList, parent: AddressList): boolean {
  if (below.own) return !isSubset(below.addresses, parent.addresses);
  return below.addresses.join() !== parent.addresses.join();
}

/** The names of a host group. Source: struct prison (pr_hostname and so on). */
export interface HostNames {
  hostname?: string;
  domainname?: string;
  hostuuid?: string;
  hostid?: number;
}

/** Sets names here and for descendants that have none of their own. */
export function setHostNames(host: Host, jail: Prison, names: HostNames): void {
  Object.assign(jail, names);
  for (const below of childrenOf(host, jail.jid)) if (!below.ownHost) setHostNames(host, below, names);
}

/** Gives a prison another full name, and its descendants names that begin with it. */
export function rename(host: Host, jail: Prison, name: string): void {
  const below = descendantsOf(host, jail.jid);
  const before = jail.name.length;
  for (const other of [jail, ...below])
    changePrison(host, other, () => {
      other.name = name + other.name.slice(before);
    });
}

/** Gives a dying prison another jid, in everything that refers to it: its number is wanted by a new one. */
export function renumber(host: Host, jail: Prison, jid: number): void {
  const { state } = host;
  const freebsd = freebsdOf(host);
  const old = jail.jid;
  const parent = prison(host, jail.parent);
  parent.children = parent.children.map((child) => (child === old ? jid : child));
  for (const child of childrenOf(host, old)) child.parent = jid;
  for (const process of processesOfContainer(host, old))
    changeProcess(host, process, () => {
      process.credential = { ...process.credential, container: jid };
    });
  for (const socket of socketsOfContainer(host, old)) changeSocket(host, socket, { container: jid });
  for (const mount of mountsOfContainer(host, old)) changeOwner(host, mount, jid);
  for (const dataset of datasetsOfContainer(host, old)) giveDataset(host, dataset, jid);
  const referring: { container: number | null }[] = [
    ...Object.values(state.network.vnets),
    ...Object.values(state.network.vnets).flatMap(({ interfaces }) =>
      interfaces.flatMap(({ addresses }) => addresses),
    ),
    ...state.files.devices,
    ...state.ipc.sysv,
    ...state.ipc.posix,
    ...Object.values(freebsd.resources.cpusets),
  ];
  for (const object of referring) if (object.container === old) object.container = jid;
  for (const descriptor of Object.values(freebsd.jailDescriptors))
    if (descriptor.jid === old) descriptor.jid = jid;
  for (const object of state.ipc.sysv) if (object.space === old) object.space = jid;
  for (const other of [jail, ...descendantsOf(host, old)])
    for (const kind of ["shm", "sem", "msg"] as const) if (other.sysv[kind] === old) other.sysv[kind] = jid;
  changePrison(host, jail, () => {
    delete freebsd.prisons[old];
    jail.jid = jid;
    freebsd.prisons[jid] = jail;
  });
}
