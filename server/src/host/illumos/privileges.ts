import { basicPrivileges, privilegeOrder } from "../../catalog/illumos/privilegeSets.ts";
import { findPrivilege } from "../../catalog/zonecfg/lookup.ts";
import { allowed, type Cause, denied, type Outcome } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Host } from "../host.ts";
import type { Power } from "../kernel.ts";
import type { Process } from "../process/types.ts";
import { platformOf } from "./platform.ts";
import { illumosOf } from "./state.ts";
import { numberOfSet } from "./zoneIndex.ts";
import { GLOBAL, zoneOf } from "./zones.ts";

/**
 * privileges(7): who may do what. The set of a zone bounds those of all its processes, whoever they are. Source:
 * usr/src/uts/common/os/policy.c, priv.c.
 */

/** The number of the set with every privilege, which only the global zone has. */
export const EVERY = 0;

/** The sets of a process. Root has all of its zone, others the basic ones, unless they changed it. */
export type SetName = "effective" | "permitted" | "inheritable" | "limit";

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function setOf(host: Host, number: number): ReadonlySet<string> {
  const names = illumosOf(host).privilegeSets[number] ?? [];
  const known = sets.get(names);
  if (known) return known;
  const made = new Set(names);
  sets.set(names, made);
  return made;
}

/** A set of a process as names in the order of the kernel. */
export function privilegeSet(host: Host, process: Process, which: SetName): readonly string[] {
  const set = setOf(host, setNumber(host, process, which));
  return privilegeOrder.filter((name) => set.has(name));
}

/** The basic sets by the zones' sets, for each table of sets. */
const basics = new WeakMap<readonly string[], number>();

/** The number of a set of a process. */
export function setNumber(host: Host, process: Process, which: SetName): number {
  const own = process.illumos?.privileges;
  if (own) return own[which];
  const zoneSet = zoneOf(host, process).privileges;
  if (which === "limit") return zoneSet;
  if (which !== "inheritable" && process.credential.uid === 0) return zoneSet;
  const names = illumosOf(host).privilegeSets[zoneSet] ?? [];
  const known = basics.get(names);
  if (known !== undefined) return known;
  const basic = numberOfSet(
    host,
    names.filter((name) => basicPrivileges.has(name)),
  );
  basics.set(names, basic);
  return basic;
}

/**
 * The sets of a process that enters a zone: what it has, as far as the zone has it. `undefined` where that is the usual.
 * Source: zone_enter() in usr/src/uts/common/os/zone.c.
 */
export function privilegesWithin(
  host: Host,
  process: Process,
  zoneSet: number,
): NonNullable<Process["illumos"]>["privileges"] {
  const own = process.illumos?.privileges;
  if (!own) return undefined;
  const within = setOf(host, zoneSet);
  const cut = (number: number) =>
    numberOfSet(
      host,
      (illumosOf(host).privilegeSets[number] ?? []).filter((name) => within.has(name)),
    );
  return {
    effective: cut(own.effective),
    permitted: cut(own.permitted),
    inheritable: cut(own.inheritable),
    limit: cut(own.limit),
  };
}

/** Whether a privilege is in the effective set, or is a basic one that the system does not have: nobody asks for it. */
export function holds(host: Host, process: Process, name: string): boolean {
  if (setOf(host, setNumber(host, process, "effective")).has(name)) return true;
  return basicPrivileges.has(name) && findPrivilege(name)?.platforms.includes(platformOf(host)) === false;
}

/** Whether the effective set has every privilege of the zone. */
export function holdsAllOfZone(host: Host, process: Process): boolean {
  const own = setNumber(host, process, "effective");
  const zoneSet = zoneOf(host, process).privileges;
  if (own === zoneSet) return true;
  const set = setOf(host, own);
  return (illumosOf(host).privilegeSets[zoneSet] ?? []).every((name) => set.has(name));
}

/**
 * Whether a process has a privilege, or one of several.
 * @param errno what the check gives: EPERM for what is administrative, EACCES for access to files and networks
 */
export function privilege(
  host: Host,
  process: Process,
  names: string | readonly string[],
  errno: Errno = "EPERM",
): Outcome {
  const several = typeof names !== "string";
  const held = several
    ? names.find((name) => holds(host, process, name))
    : holds(host, process, names)
      ? names
      : undefined;
  if (held !== undefined) return having(held);
  const first = several ? (names[0] ?? "") : names;
  const { reason, cause } = whyMissing(host, process, first);
  return denied(errno, `priv/${first}`, reason, { causes: [cause] });
}

/** Of each privilege, what is said to those that have it: always the same. */
const held = new Map<string, Outcome>();

function having(name: string): Outcome {
  const known = held.get(name);
  if (known) return known;
  const made = allowed(undefined, `priv/${name}`, `The process has ${name}.`, {
    causes: [{ what: name, from: "kernel" }],
  });
  // Names come from the tables of the model, so that there are some hundred.
  held.set(name, made);
  return made;
}

/** Every privilege of the zone, which checks about things of root ask for. */
export function allOfZone(host: Host, process: Process, errno: Errno = "EPERM"): Outcome {
  if (holdsAllOfZone(host, process)) return HAS_ALL;
  return denied(errno, "priv/zone", "It needs every privilege of its zone, as root has.", {
    causes: [{ what: `uid ${process.credential.uid}`, from: "kernel" }],
  });
}

const HAS_ALL = allowed(undefined, "priv/zone", "The process has every privilege of its zone.");

/** Every privilege of the machine, which nobody has outside of the global zone. */
export function everyPrivilege(host: Host, process: Process, errno: Errno = "EACCES"): Outcome {
  if (setNumber(host, process, "effective") === EVERY)
    return allowed(undefined, "priv/all", "The process has every privilege.");
  const inZone = process.credential.container !== GLOBAL;
  return denied(
    errno,
    "priv/all",
    inZone
      ? "It needs every privilege of the machine, and no zone has them all."
      : "It needs every privilege of the machine.",
    {
      causes: [{ what: inZone ? "a zone never has every privilege" : "not every privilege", from: "kernel" }],
    },
  );
}

/** Why a privilege is not there: the zone cannot have it, does not have it, or the process itself does not. */
function whyMissing(host: Host, process: Process, name: string): { reason: string; cause: Cause } {
  const zone = zoneOf(host, process);
  const { uid } = process.credential;
  if (setOf(host, zone.privileges).has(name))
    return {
      reason: `The zone has ${name}, but user ${uid} does not.`,
      cause: { what: `uid ${uid} without ${name}`, from: "kernel" },
    };
  const known = findPrivilege(name);
  if (known && !known.platforms.includes(platformOf(host)))
    return {
      reason: `The system knows no ${name}, so that no zone can have it.`,
      cause: { what: `a kernel without ${name}`, from: "kernel" },
    };
  const status = known?.zone[zone.ipType];
  if (status === "prohibited")
    return {
      reason: `No zone with ${zone.ipType} IP can have ${name}.`,
      cause: { what: `${name} is prohibited in zones`, from: "kernel" },
    };
  const set = zone.causes["limitpriv"];
  if (set)
    return {
      reason: `limitpriv of zone ${zone.name} leaves out ${name}.`,
      cause: set,
    };
  return {
    reason: `Zone ${zone.name} does not have ${name} by default; limitpriv could give it.`,
    cause: { what: `limitpriv without ${name} (default)`, from: "default" },
  };
}

/** Which privileges give what the shared calls ask for. */
const POWERS: Readonly<Record<Power, { readonly any: readonly string[]; readonly errno?: Errno }>> = {
  CRED_SETEGID: { any: ["proc_setid"] },
  CRED_SETEUID: { any: ["proc_setid"] },
  CRED_SETGID: { any: ["proc_setid"] },
  CRED_SETGROUPS: { any: ["proc_setid"] },
  CRED_SETRESUID: { any: ["proc_setid"] },
  CRED_SETREUID: { any: ["proc_setid"] },
  CRED_SETUID: { any: ["proc_setid"] },
  IPC_ADMIN: { any: ["ipc_owner"] },
  IPC_READ: { any: ["ipc_dac_read"], errno: "EACCES" },
  IPC_WRITE: { any: ["ipc_dac_write"], errno: "EACCES" },
  NET_ROUTE: { any: ["sys_ip_config", "sys_net_config"] },
  PROC_SETLOGINCLASS: { any: ["proc_taskid"] },
  VFS_ADMIN: { any: ["file_owner"] },
  VFS_BLOCKRESERVE: { any: ["sys_config"] },
  VFS_CHOWN: { any: ["file_chown", "file_chown_self"] },
  VFS_CHROOT: { any: ["proc_chroot"] },
  VFS_EXCEEDQUOTA: { any: ["sys_mount"] },
  VFS_EXEC: { any: ["file_dac_execute"], errno: "EACCES" },
  VFS_LOOKUP: { any: ["file_dac_search"], errno: "EACCES" },
  VFS_MKNOD_BAD: { any: ["sys_devices"] },
  VFS_MKNOD_DEV: { any: ["sys_devices"] },
  VFS_MKNOD_WHT: { any: ["sys_devices"] },
  VFS_MOUNT: { any: ["sys_mount"] },
  VFS_READ: { any: ["file_dac_read"], errno: "EACCES" },
  VFS_RETAINSUGID: { any: ["file_setid"] },
  VFS_SETGID: { any: ["file_setid"] },
  VFS_STICKYFILE: { any: ["file_setid"] },
  VFS_WRITE: { any: ["file_dac_write"], errno: "EACCES" },
  ZFS_POOL_CONFIG: { any: ["sys_config"] },
};

export function power(host: Host, process: Process, wanted: Power): Outcome {
  const { any, errno = "EPERM" } = POWERS[wanted];
  return privilege(host, process, any, errno);
}
