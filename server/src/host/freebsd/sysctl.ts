import { allowed, type Cause, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { readMessageBuffer } from "./messageBuffer.ts";
import { knowsBit } from "./permissions.ts";
import { prisonOf } from "./prisons.ts";
import { privCheck } from "./privileges.ts";
import { since } from "./release.ts";
import { causeOf } from "./scope.ts";
import { securelevelAbove } from "./securelevel.ts";
import { freebsdOf } from "./state.ts";
import { HANDLERS } from "./sysctlHandlers.ts";
import { dynamicEntry, jailValue, parameterNames } from "./sysctlJail.ts";
import { SYSCTLS, type SysctlEntry } from "./sysctlTable.ts";

/** sysctl(3). Source: sys/kern/kern_sysctl.c (sysctl_root), and the handlers of each entry. */

/** Entries that a module brings. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  "compat.linux.osname": ["linux", "linux64", "linux_common"],
  "compat.linux.osrelease": ["linux", "linux64", "linux_common"],
  "compat.linux.oss_version": ["linux", "linux64", "linux_common"],
  "hw.vmm.create": ["vmm"],
  "hw.vmm.destroy": ["vmm"],
};

/** What the kernel knows of a name; a value of the host file that the table does not have is a plain one. */
function entryOf(host: Host, name: string): SysctlEntry | undefined {
  if (Object.hasOwn(SYSCTLS, name)) {
    const entry = SYSCTLS[name] as SysctlEntry;
    const later = entry.since !== undefined && !since(host, entry.since);
    const earlier = entry.until !== undefined && since(host, entry.until + 1);
    const modules = MODULES[name];
    const loaded = !modules || modules.some((module) => host.state.machine.modules.includes(module));
    if (later || earlier || !loaded) return undefined;
    return name === "security.jail.vmm_allowed" && !knowsBit(host, "vmm") ? undefined : entry;
  }
  const dynamic = dynamicEntry(host, name);
  if (dynamic) return dynamic;
  const value = host.state.machine.sysctls[name];
  if (value === undefined) return undefined;
  const type = typeof value === "number" ? "int" : "string";
  const vnet = name.startsWith("net.") ? { vnet: true as const } : {};
  return { type, writable: true, ...vnet, doc: "" };
}

/**
 * Reads an entry. Nearly all can be read by everybody.
 * @returns ENOENT for what is not there, EISDIR for a node, EPERM for the message buffer
 */
export function sysctlRead(host: Host, process: Process, name: string): Outcome<string | number> {
  const entry = entryOf(host, name);
  if (!entry) return missing(host, name);
  if (name === "kern.msgbuf") return readMessageBuffer(host, process);
  const value = currentValue(host, process, name, entry);
  return allowed(value, "sysctl/read", `${name} is ${value}.`, { causes: [sourceOf(host, process, name)] });
}

function currentValue(host: Host, process: Process, name: string, entry: SysctlEntry): string | number {
  const own = prisonOf(host, process);
  const special =
    HANDLERS[name]?.read?.(host, own) ?? (isJailEntry(name) ? jailValue(host, own, name) : undefined);
  if (special !== undefined) return special;
  if (entry.vnet) {
    const value = host.state.network.vnets[own.vnet]?.sysctls[name];
    return value ?? entry.value ?? fallback(entry);
  }
  return host.state.machine.sysctls[name] ?? entry.value ?? fallback(entry);
}

function isJailEntry(name: string): boolean {
  return name.startsWith("security.jail.");
}

function fallback({ type }: SysctlEntry): string | number {
  return type === "string" || type === "opaque" ? "" : 0;
}

/** Whose value it is that a process reads. */
function sourceOf(host: Host, process: Process, name: string): Cause {
  const own = prisonOf(host, process);
  if (own.jid !== 0 && isJailEntry(name)) return { what: `a value of jail ${own.name}`, from: "kernel" };
  return { what: name, from: "host" };
}

function missing(host: Host, name: string) {
  const node = [...Object.keys(SYSCTLS), ...Object.keys(host.state.machine.sysctls)].some((known) =>
    known.startsWith(`${name}.`),
  );
  return node
    ? denied("EISDIR", "sysctl/node", `${name} is a node with entries below it.`)
    : denied("ENOENT", "sysctl/unknown", `The kernel has no ${name}.`);
}

/**
 * Writes an entry. In the kernel's order: it is there, can be written at all, the securelevel, the privilege, and what
 * its own handler says of the value.
 */
export function sysctlWrite(
  host: Host,
  process: Process,
  name: string,
  value: string | number,
): Outcome<string | number> {
  const entry = entryOf(host, name);
  if (!entry) return missing(host, name);
  if (!entry.writable) return denied("EPERM", "sysctl/read-only", `${name} cannot be written.`);
  if (entry.secure !== undefined) {
    const refused = securelevelAbove(host, process, entry.secure, `${name} cannot be changed`);
    if (refused) return refused;
  }
  const verdict = mayWrite(host, process, name, entry);
  if (!verdict.ok) return verdict;
  const typed = typedValue(entry, value);
  if (typed === undefined) return denied("EINVAL", "sysctl/type", `"${value}" is no ${entry.type}.`);
  const handler = HANDLERS[name]?.write;
  if (handler) {
    const refused = handler(host, process, typed);
    if (refused) return refused;
  } else store(host, process, name, entry, typed);
  return allowed(typed, "sysctl/write", `${name} is ${typed} now.`, { causes: verdict.decision.causes });
}

/** Entries for prisons, and those of a stack that the jail owns, need a privilege that root in a jail has. */
function mayWrite(host: Host, process: Process, name: string, entry: SysctlEntry): Outcome {
  const own = prisonOf(host, process);
  const forPrisons = entry.prison && (entry.prisonSince === undefined || since(host, entry.prisonSince));
  const ownStack = entry.vnet && own.jid !== 0 && own.ownVnet;
  const verdict = privCheck(host, process, forPrisons || ownStack ? "SYSCTL_WRITEJAIL" : "SYSCTL_WRITE");
  if (verdict.ok || own.jid === 0) return verdict;
  const causes = entry.vnet && !own.ownVnet ? [causeOf(own, "vnet", "inherit")] : [];
  const whose = entry.vnet ? "belongs to the stack that the jail shares" : "is not one for prisons";
  return denied("EPERM", verdict.decision.rule, `${name} ${whose}. ${verdict.decision.reason}`, {
    causes: [...causes, ...verdict.decision.causes],
  });
}

function typedValue({ type }: SysctlEntry, value: string | number): string | number | undefined {
  if (type === "string") return String(value);
  if (type === "opaque") return undefined;
  const number =
    typeof value === "number" ? value : /^\s*-?(?:0x)?[\da-f]+\s*$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || (type === "uint" && number < 0)) return undefined;
  return number;
}

function store(host: Host, process: Process, name: string, entry: SysctlEntry, value: string | number): void {
  const stack = entry.vnet ? host.state.network.vnets[prisonOf(host, process).vnet] : undefined;
  if (stack) stack.sysctls[name] = value;
  else host.state.machine.sysctls[name] = value;
}

/** Names below a node, or all, as `sysctl -aN` prints them: in alphabetical order. */
export function sysctlNames(host: Host, node = ""): string[] {
  const names = new Set([
    ...Object.keys(SYSCTLS),
    ...Object.keys(host.state.machine.sysctls),
    ...freebsdOf(host)
      .registered.filter((bit) => bit.startsWith("allow.mount."))
      .map((bit) => `security.jail.mount_${bit.slice("allow.mount.".length)}_allowed`),
    ...parameterNames(host),
  ]);
  return [...names]
    .filter((name) => (node === "" || name === node || name.startsWith(`${node}.`)) && entryOf(host, name))
    .sort();
}
