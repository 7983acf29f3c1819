import { fileSystemTypes } from "../../catalog/freebsd/fileSystemTypes.ts";
import { allowParameters } from "../../catalog/jail-conf/allow.ts";
import type { Host } from "../host.ts";
import { prison } from "./prisons.ts";
import { since } from "./release.ts";
import { freebsdOf } from "./state.ts";
import type { Prison } from "./types.ts";

/** The permission bits that a kernel knows. Source: sys/kern/kern_jail.c (pr_flag_allow, prison_add_allow). */

/** Bits that are there only while a module has registered them; allow.mount.* is another of this kind. */
const DYNAMIC: ReadonlySet<string> = new Set(["allow.vmm", "allow.vmm_ppt"]);

/** Read in the kernel of 12.1, which the catalog's manual pages do not show. */
const EARLIER: Readonly<Record<string, number>> = { "allow.read_msgbuf": 12 };

const STATIC: readonly { readonly bit: string; readonly since: number }[] = allowParameters
  .filter(({ name }) => !DYNAMIC.has(name))
  .map(({ name, since: { release } }) => ({
    bit: name.slice("allow.".length),
    since: EARLIER[name] ?? Number.parseInt(release.replace("after ", ""), 10),
  }));

/** What brings a bit: a module or, without one, every kernel; and the release that has it first. */
interface ModuleBit {
  readonly bit: string;
  readonly module: string | null;
  readonly since?: readonly [major: number, minor: number];
}

/** Jail-friendly file systems, and vmm(4). Source: VFCF_JAIL, sys/dev/vmm. */
const OF_MODULES: readonly ModuleBit[] = [
  ...fileSystemTypes
    .filter(({ jail }) => jail)
    .map(({ name, module, since: major = 0 }) => ({
      bit: `mount.${name}`,
      module,
      since: [major, 0] as const,
    })),
  { bit: "vmm", module: "vmm" },
  { bit: "vmm_ppt", module: "vmm", since: [15, 1] },
];

/** Bits of a new jail whose parent has them. Source: JAIL_DEFAULT_ALLOW. */
export const DEFAULT_BITS: readonly string[] = [
  "set_hostname",
  "reserved_ports",
  "unprivileged_proc_debug",
  "suser",
];

/** Bits that a child may have and its parent not. Source: PR_ALLOW_DIFFERENCES. */
export const MAY_DIFFER: ReadonlySet<string> = new Set([
  "unprivileged_proc_debug",
  "unprivileged_parent_tampering",
]);

/** All bits that this kernel has now, in the order of the kernel's table: `set_hostname`, `mount.zfs`. */
export function knownBits(host: Host): string[] {
  return [...STATIC.filter((entry) => since(host, entry.since)).map(({ bit }) => bit), ...dynamicBits(host)];
}

/** Bits of the modules that are loaded, and of those that were: a registered bit stays until reboot. */
function dynamicBits(host: Host): string[] {
  const { machine } = host.state;
  const loaded = OF_MODULES.filter(
    ({ module, since: [major, minor] = [0, 0] }) =>
      (module === null || machine.modules.includes(module)) && since(host, major, minor),
  ).map(({ bit }) => bit);
  const registered = freebsdOf(host).registered.map((name) => name.replace(/^allow\./, ""));
  return [...new Set([...loaded, ...registered])];
}

/** Registers the bits of the modules that are loaded. */
export function registerBits(host: Host): void {
  const { registered } = freebsdOf(host);
  for (const bit of dynamicBits(host)) {
    const permission = `allow.${bit}`;
    if (!registered.includes(permission)) registered.push(permission);
  }
}

/** Whether this kernel has a bit. */
export function knowsBit(host: Host, bit: string): boolean {
  const entry = STATIC.find((known) => known.bit === bit);
  return entry ? since(host, entry.since) : dynamicBits(host).includes(bit);
}

/** Whether uid 0 has any power: `allow.suser` of the jail, or security.bsd.suser_enabled of the host. */
export function superuserEnabled(host: Host, jid: number): boolean {
  if (jid !== 0 && knowsBit(host, "suser")) return prison(host, jid).allow.includes("suser");
  return switchedOn(host, "security.bsd.suser_enabled");
}

/** Whether users who are not root may debug. The bit of the jail; before 13 a value of the host for all. */
export function debuggingEnabled(host: Host, jid: number): boolean {
  if (jid !== 0 && knowsBit(host, "unprivileged_proc_debug"))
    return prison(host, jid).allow.includes("unprivileged_proc_debug");
  return switchedOn(host, "security.bsd.unprivileged_proc_debug");
}

/** A value of the host that is 1 unless somebody wrote it. */
function switchedOn({ state }: Host, sysctl: string): boolean {
  return Number(state.machine.sysctls[sysctl] ?? 1) !== 0;
}

/** Sets bits in the order of the kernel's table, so that equal sets are equal lists. */
export function setBits(host: Host, jail: Prison, bits: ReadonlySet<string>): void {
  jail.allow = knownBits(host).filter((bit) => bits.has(bit));
}
