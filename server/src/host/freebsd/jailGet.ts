import { settle } from "../clock.ts";
import { allowed } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { describedBy } from "./jailDescriptors.ts";
import { hasModule, LINUX, linuxValue } from "./jailSet/modules.ts";
import { negation } from "./jailSet/read.ts";
import { type JailOutcome, Refused, refusal } from "./jailSet/types.ts";
import { knownBits } from "./permissions.ts";
import { prisonsAfter, prisonsNamed } from "./prisonIndex.ts";
import { findPrison, isDescendant, prisonOf, relativeName } from "./prisons.ts";
import { since } from "./release.ts";
import type { AddressList, JailSys, Prison } from "./types.ts";

/** Which jail is meant; of several keys the first in this order counts. */
export interface JailKey {
  readonly desc?: number;
  /** The next one with a higher jid. */
  readonly lastjid?: number;
  readonly jid?: number;
  readonly name?: string;
}

export type JailValue = string | number | boolean | readonly string[];

/** Values of parameters by name, in the order in which they were asked for. */
export type JailRecord = Record<string, JailValue>;

/**
 * jail_get(2): the parameters of one jail below the caller's, as the caller sees it. Needs no privilege.
 * Source: kern_jail_get() in sys/kern/kern_jail.c.
 * @param names what to get; everything that the kernel knows if absent
 * @returns ENOENT for a jail that is not there or not visible, EINVAL for an unknown parameter
 */
export function jailGet(
  host: Host,
  caller: Process,
  key: JailKey,
  names?: readonly string[],
  flags: { readonly dying?: boolean } = {},
): JailOutcome<JailRecord> {
  settle(host);
  try {
    const jail = find(host, caller, key, Boolean(flags.dying));
    const viewer = prisonOf(host, caller);
    const record: JailRecord = {};
    for (const name of names ?? parameterNames(host)) {
      const value = parameterValue(host, viewer, jail, name);
      if (value === undefined)
        throw refusal("jail_get/parameter", "EINVAL", `The kernel knows no parameter ${name}.`, {
          message: `unknown parameter: ${name}`,
        });
      record[name] = value;
    }
    return allowed(record, "jail_get", `Jail ${jail.name} is below the caller's jail.`);
  } catch (error) {
    if (error instanceof Refused) return error.outcome;
    throw error;
  }
}

function find(host: Host, caller: Process, key: JailKey, dying: boolean): Prison {
  const own = caller.credential.container;
  if (key.desc !== undefined) {
    const described = describedBy(host, caller, key.desc);
    if (described.ok) return described.value;
    throw refusal("jail_get/desc", described.errno, described.decision.reason, {
      message: described.errno === "ENOENT" ? "descriptor to dead jail" : "not a jail descriptor",
    });
  }
  const { lastjid, jid, name } = key;
  if (lastjid !== undefined) {
    for (const jail of prisonsAfter(host, lastjid))
      if ((dying || jail.state === "alive") && isDescendant(host, own, jail.jid)) return jail;
    throw refusal("jail_get/lastjid", "ENOENT", `There is no jail after ${lastjid}.`, {
      message: `no jail after ${lastjid}`,
    });
  }
  if (jid !== undefined && jid !== 0) {
    const jail = findPrison(host, jid);
    return visible(jail && isDescendant(host, own, jid) ? jail : undefined, `jail ${jid}`, dying);
  }
  if (name !== undefined) {
    const viewer = prisonOf(host, caller);
    const named = prisonsNamed(host, viewer.jid === 0 ? name : `${viewer.name}.${name}`);
    return visible(named.find(({ state }) => state === "alive") ?? named.at(-1), `jail "${name}"`, dying);
  }
  throw refusal("jail_get/key", "ENOENT", "Nothing says which jail is meant.", {
    message: "no jail specified",
  });
}

function visible(jail: Prison | undefined, what: string, dying: boolean): Prison {
  if (jail && (dying || jail.state === "alive")) return jail;
  const message = `${what} ${jail ? "is dying" : "not found"}`;
  throw refusal("jail_get/visible", "ENOENT", jail ? `${what} is dying.` : `There is no ${what} to see.`, {
    message,
  });
}

/** Every parameter that the kernel has now, in the order of the kernel. */
export function parameterNames(host: Host): string[] {
  return [
    ...Object.keys(FIELDS).filter((name) => isKnown(host, name)),
    ...knownBits(host).map((bit) => `allow.${bit}`),
    ...(hasModule(host, "linux") ? ["linux", ...LINUX] : []),
  ];
}

type Field = (jail: Prison, viewer: Prison) => JailValue;

const FIELDS: Readonly<Record<string, Field>> = {
  jid: ({ jid }) => jid,
  parent: ({ parent }, viewer) => (parent === viewer.jid ? 0 : parent),
  name: (jail, viewer) => relativeName(viewer, jail),
  "cpuset.id": ({ cpuset }) => cpuset,
  path: ({ path }, viewer) => relativePath(viewer, path),
  "ip4.addr": ({ ip4 }) => [...ip4.addresses],
  "ip6.addr": ({ ip6 }) => [...ip6.addresses],
  securelevel: ({ securelevel }) => securelevel,
  "children.cur": ({ childrenCur }) => childrenCur,
  "children.max": ({ childrenMax }) => childrenMax,
  "host.hostname": ({ hostname }) => hostname,
  "host.domainname": ({ domainname }) => domainname,
  "host.hostuuid": ({ hostuuid }) => hostuuid,
  "host.hostid": ({ hostid }) => hostid,
  enforce_statfs: ({ enforceStatfs }) => enforceStatfs,
  devfs_ruleset: ({ devfsRuleset }) => devfsRuleset,
  persist: ({ persist }) => persist,
  "ip4.saddrsel": ({ ip4 }) => ip4.sourceSelection,
  "ip6.saddrsel": ({ ip6 }) => ip6.sourceSelection,
  host: ({ ownHost }) => (ownHost ? "new" : "inherit"),
  vnet: ({ ownVnet }) => (ownVnet ? "new" : "inherit"),
  ip4: ({ ip4 }) => familyMode(ip4),
  ip6: ({ ip6 }) => familyMode(ip6),
  dying: ({ state }) => state === "dying",
  osreldate: ({ osreldate }) => osreldate,
  osrelease: ({ osrelease }) => osrelease,
  sysvmsg: (jail) => sysvMode(jail, "msg"),
  sysvsem: (jail) => sysvMode(jail, "sem"),
  sysvshm: (jail) => sysvMode(jail, "shm"),
  "zfs.mount_snapshot": ({ parameters }) => Number(parameters["zfs.mount_snapshot"] ?? 0),
  "mac.do": ({ parameters }) => parameters["mac.do"] ?? "inherit",
  "mac.do.rules": ({ parameters }) => parameters["mac.do.rules"] ?? "",
  meta: ({ parameters }) => parameters["meta"] ?? "",
  env: ({ parameters }) => parameters["env"] ?? "",
};

/**
 * `disable` and `new` are one bit, and kern_jail_get() tests for `disable` first: a family with a list of its own shows
 * as disabled, whatever the list.
 */
function familyMode({ own }: AddressList): JailSys {
  return own ? "disable" : "inherit";
}

function sysvMode(jail: Prison, kind: keyof Prison["sysv"]): JailSys {
  const space = jail.sysv[kind];
  if (space === null) return "disable";
  return space === jail.jid ? "new" : "inherit";
}

/** Without the viewer's own path in front. Source: prison_path(). */
function relativePath({ jid, path: own }: Prison, path: string): string {
  if (jid === 0 || own === "/") return path;
  if (path === own) return "/";
  return path.startsWith(`${own}/`) ? path.slice(own.length) : path;
}

function isKnown(host: Host, name: string): boolean {
  if (name === "vnet") return host.state.machine.options.includes("VIMAGE");
  if (name.startsWith("sysv")) return hasModule(host, name);
  if (name.startsWith("mac.")) return host.state.machine.modules.includes("mac_do");
  if (name === "zfs.mount_snapshot") return since(host, 14) && hasModule(host, "zfs");
  return since(host, 15) || (name !== "meta" && name !== "env");
}

function parameterValue(host: Host, viewer: Prison, jail: Prison, name: string): JailValue | undefined {
  const field = Object.hasOwn(FIELDS, name) && isKnown(host, name) ? FIELDS[name] : undefined;
  if (field) return field(jail, viewer);
  // A key that is not there is an empty text, and no error.
  const key = /^(meta|env)\.(.+)$/.exec(name);
  if (key && since(host, 15)) return lineOf(jail.parameters[key[1] as string] ?? "", key[2] as string);
  if (hasModule(host, "linux")) {
    if (name === "linux") return LINUX.some((own) => jail.parameters[own] !== undefined) ? "new" : "inherit";
    const linux = LINUX.find((known) => known === name);
    if (linux) return linuxValue(host, jail, linux);
  }
  for (const bit of knownBits(host)) {
    if (name === `allow.${bit}`) return jail.allow.includes(bit);
    if (name === negation(`allow.${bit}`)) return !jail.allow.includes(bit);
  }
  for (const flag of ["persist", "ip4.saddrsel", "ip6.saddrsel", "dying"])
    if (name === negation(flag)) return !FIELDS[flag]?.(jail, viewer);
  return undefined;
}

function lineOf(text: string, key: string): string {
  const line = text.split("\n").find((entry) => entry.startsWith(`${key}=`));
  return line?.slice(key.length + 1) ?? "";
}
