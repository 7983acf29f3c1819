import type { Host } from "../../host.ts";
import { createVnet } from "../../network/vnets.ts";
import { inheritedCause, renumber, startingBits } from "../invariants.ts";
import { setBits } from "../permissions.ts";
import { addPrison } from "../prisonIndex.ts";
import { findPrison, lineageOf } from "../prisons.ts";
import { createRootSet } from "../resources/cpuset.ts";
import { freebsdOf } from "../state.ts";
import { hostNumber } from "../sysctlValues.ts";
import type { AddressList, Prison } from "../types.ts";
import { fullName } from "./names.ts";
import type { Target } from "./target.ts";
import { type Call, type Family, type Request, refuse } from "./types.ts";

/** Source: sys/kern/kern_jail.c. */
export const JAIL_MAX = 999_999;
const DEFAULT_HOSTUUID = "00000000-0000-0000-0000-000000000000";
/** The highest number of a CPU set. Source: cpuset_init() in sys/kern/kern_cpuset.c. */
const LAST_CPUSET = 0x7fff_ffff;

/**
 * Gets what a new prison needs before its parameters are checked: room in all that contain it, and a number. A number
 * stays used up if the creation fails later, and a dying prison that had to give up its number does not get it back.
 */
export function reserve(call: Call, target: Target): number {
  const { host, self } = call;
  const full = lineageOf(host, self.jid).find((at) => at.childrenCur >= at.childrenMax);
  if (full)
    throw refuse(
      "39",
      "EPERM",
      `${full.jid === 0 ? "The host" : `Jail ${full.name}`} has ${full.childrenCur} jails below it, and may have ${full.childrenMax}.`,
      {
        message: "prison limit exceeded",
        causes: [
          full.causes["children.max"] ?? {
            what: `children.max=${full.childrenMax} (default)`,
            from: full.jid === 0 ? "kernel" : "default",
          },
        ],
      },
    );
  const jid = target.jid === 0 ? nextJid(host) : claimJid(host, target.jid);
  if (jid === undefined)
    throw refuse(target.jid === 0 ? "41" : "40", "EAGAIN", `All jids up to ${JAIL_MAX} are taken.`, {
      message: "no available jail IDs",
    });
  const { cpus } = freebsdOf(host).resources.cpusets[target.parent.cpuset] ?? { cpus: [] };
  if (freebsdOf(host).resources.nextCpuset > LAST_CPUSET || cpus.length === 0)
    throw refuse("42", cpus.length === 0 ? "EDEADLK" : "ENFILE", "No CPU set can be made for the jail.");
  return jid;
}

/** The next jid behind the last one that was given out by itself; those of dying prisons count as taken. */
function nextJid(host: Host): number | undefined {
  const freebsd = freebsdOf(host);
  for (let tried = 0, jid = freebsd.lastJid; tried < JAIL_MAX; tried++) {
    jid = (jid % JAIL_MAX) + 1;
    if (freebsd.prisons[jid]) continue;
    freebsd.lastJid = jid;
    return jid;
  }
  return undefined;
}

/** A jid that was asked for. A dying prison that has it moves to the highest free one. */
function claimJid(host: Host, jid: number): number | undefined {
  const dying = findPrison(host, jid);
  if (!dying) return jid;
  for (let free = JAIL_MAX; free > 0; free--)
    if (!freebsdOf(host).prisons[free]) {
      renumber(host, dying, free);
      return jid;
    }
  return undefined;
}

/** Makes the prison with its defaults and what only a creation can set, and puts it into the tree. */
export function create(call: Call, request: Request, target: Target, jid: number, last: string): Prison {
  const { host, self } = call;
  const { parent } = target;
  const ownVnet = request.vnet === "new";
  const { root } = request;
  const start = startingBits(parent);
  const enforceStatfs = hostNumber(host, "security.jail.enforce_statfs");
  const jail: Prison = {
    jid,
    name: fullName(parent, last),
    parent: parent.jid,
    children: [],
    childrenCur: 0,
    state: "alive",
    path: root?.path ?? self.path,
    root: { ...(root?.vnode ?? self.root) },
    ownHost: true,
    hostname: "",
    domainname: "",
    hostuuid: DEFAULT_HOSTUUID,
    hostid: 0,
    ip4: startingList(request.ip4, parent.ip4, ownVnet),
    ip6: startingList(request.ip6, parent.ip6, ownVnet),
    vnet: ownVnet ? createVnet(host, jid) : parent.vnet,
    ownVnet,
    persist: false,
    allow: [],
    securelevel: parent.securelevel,
    enforceStatfs,
    devfsRuleset: parent.devfsRuleset,
    childrenMax: 0,
    osrelease: request.osrelease ?? parent.osrelease,
    osreldate: request.osreldate ?? parent.osreldate,
    cpuset: createRootSet(host, parent.jid, jid),
    sysv: { shm: null, sem: null, msg: null },
    parameters: {},
    extraRefs: 0,
    causes: { ...start.causes, ...inheritedFrom(parent) },
    created: host.now,
  };
  if (enforceStatfs !== 2)
    jail.causes["enforce_statfs"] = { what: `security.jail.enforce_statfs=${enforceStatfs}`, from: "host" };
  setBits(host, jail, start.bits);
  addPrison(host, jail);
  parent.children.push(jid);
  for (const above of lineageOf(host, parent.jid)) above.childrenCur++;
  return jail;
}

/** A family about which nothing is said is restricted to an empty list; an inherited one is the parent's. */
function startingList({ mode }: Family, parent: AddressList, ownVnet: boolean): AddressList {
  if (ownVnet) return { restricted: false, own: false, addresses: [], sourceSelection: true };
  if (mode === "inherit")
    return {
      restricted: parent.restricted,
      own: false,
      addresses: [...parent.addresses],
      sourceSelection: true,
    };
  return { restricted: true, own: true, addresses: [], sourceSelection: true };
}

/** Why values that a new prison copies from its parent are not the usual ones. */
function inheritedFrom(parent: Prison): Prison["causes"] {
  const causes: Prison["causes"] = {};
  const copy = (parameter: string, value: string, usual: boolean): void => {
    if (!usual) causes[parameter] = inheritedCause(parent, parameter, value);
  };
  copy("securelevel", String(parent.securelevel), parent.securelevel === -1);
  copy("devfs_ruleset", String(parent.devfsRuleset), parent.devfsRuleset === 0);
  copy("osrelease", parent.osrelease, parent.jid === 0);
  copy("osreldate", String(parent.osreldate), parent.jid === 0);
  return causes;
}
