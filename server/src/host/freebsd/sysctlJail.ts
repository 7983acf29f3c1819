import { parameters } from "../../catalog/jail-conf/lookup.ts";
import type { Host } from "../host.ts";
import { knowsBit } from "./permissions.ts";
import { allows, descendantsOf, prison, relativeName } from "./prisons.ts";
import { since } from "./release.ts";
import type { SysctlEntry } from "./sysctlTable.ts";
import type { Prison } from "./types.ts";

/** security.jail.*: what a jail was given, and on the host the defaults of jail(2). Source: sys/kern/kern_jail.c. */

/** The permission behind an entry; with a dash in front where the entry says the opposite. */
export const PERMISSIONS: Readonly<Record<string, string>> = {
  set_hostname_allowed: "set_hostname",
  socket_unixiproute_only: "-socket_af",
  sysvipc_allowed: "sysvipc",
  allow_raw_sockets: "raw_sockets",
  chflags_allowed: "chflags",
  mount_allowed: "mount",
  mlock_allowed: "mlock",
  vmm_allowed: "vmm",
};

const PREFIX = "security.jail.";

/** Of an entry that shows a permission of the caller's jail: which one. */
function permissionOf(name: string): string | undefined {
  const short = name.slice(PREFIX.length);
  return PERMISSIONS[short] ?? /^mount_(\w+)_allowed$/.exec(short)?.[1]?.replace(/^/, "mount.");
}

/** Whether the kernel has an entry, as far as modules decide that; undefined for names that are not of this kind. */
export function dynamicEntry(host: Host, name: string): SysctlEntry | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const short = name.slice(PREFIX.length);
  const type = /^mount_(\w+)_allowed$/.exec(short)?.[1];
  if (type && knowsBit(host, `mount.${type}`))
    return { type: "int", writable: true, value: 0, doc: `Jail may mount the ${type} file system` };
  if (short.startsWith("param.") && parameterNamed(host, short.slice("param.".length)))
    return { type: "opaque", doc: "A parameter of jails" };
  return undefined;
}

function parameterNamed(host: Host, name: string) {
  const known = parameters.find((parameter) => parameter.kind === "kernel" && parameter.name === name);
  if (!known) return undefined;
  if (name.startsWith("allow.")) return knowsBit(host, name.slice("allow.".length)) ? known : undefined;
  return since(host, Number.parseInt(known.since.release, 10) || 0) ? known : undefined;
}

/** Names below security.jail.param, which jail(8) and libjail read to learn what there is. */
export function parameterNames(host: Host): string[] {
  return parameters
    .filter(({ name }) => parameterNamed(host, name) && !name.endsWith("*"))
    .map(({ name }) => `${PREFIX}param.${name}`);
}

/** What the caller's jail reads; undefined where the host-wide value is the answer. */
export function jailValue(host: Host, own: Prison, name: string): string | number | undefined {
  const short = name.slice(PREFIX.length);
  switch (short) {
    case "jailed":
      return own.jid === 0 ? 0 : 1;
    case "vnet":
      return own.jid !== 0 && own.ownVnet ? 1 : 0;
    case "list":
      return listed(host, own);
    case "children.max":
      return own.childrenMax;
    case "children.cur":
      return own.childrenCur;
    case "env":
      return own.parameters["env"] ?? "";
    case "enforce_statfs":
      return own.jid === 0 ? undefined : own.enforceStatfs;
    case "devfs_ruleset":
      return own.jid === 0 ? undefined : own.devfsRuleset;
  }
  if (short.startsWith("param.")) return parameterKind(host, short.slice("param.".length));
  const permission = permissionOf(name);
  if (permission === undefined || own.jid === 0) return undefined;
  const holds = allows(own, permission.replace(/^-/, ""));
  return Number(permission.startsWith("-") ? !holds : holds);
}

/** One line for each living descendant, as the records say: jid, path, host name, name. */
function listed(host: Host, own: Prison): string {
  return descendantsOf(host, own.jid)
    .filter(({ state }) => state === "alive")
    .map((jail) => [jail.jid, jail.path, prison(host, jail.jid).hostname, relativeName(own, jail)].join(" "))
    .join("\n");
}

/** How a parameter can be set: `read-only`, `set-once`, or `read-write`. */
function parameterKind(host: Host, name: string): string {
  const change = parameterNamed(host, name)?.change;
  if (change === "read-only") return "read-only";
  return change === "create-only" ? "set-once" : "read-write";
}
