import { allowed, denied, type Outcome } from "../decision.ts";
import { lookup } from "../filesystem/lookup.ts";
import { nodeOf } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { privilege } from "./privileges.ts";
import { illumosOf } from "./state.ts";
import type { ZoneSettings } from "./systemTypes.ts";
import { GLOBAL } from "./zones.ts";

/** What each zone administers for itself: core files, accounting, auditing. */

function settingsOf(host: Host, { credential }: Process): ZoneSettings {
  const { zones } = illumosOf(host).system;
  zones[credential.container] ??= {};
  return zones[credential.container] as ZoneSettings;
}

export interface CoreSettings {
  global: string;
  process: string;
  /** `global`, `process`, `global-setid`, `proc-setid`, `log`. */
  enabled: string[];
}

/** Source: the defaults of coreadm(8). */
const CORE_DEFAULTS: CoreSettings = { global: "", process: "core", enabled: ["process"] };

const CORE_OPTIONS: ReadonlySet<string> = new Set(["global", "process", "global-setid", "proc-setid", "log"]);

/** coreadm(8) without options: of the own zone. */
export function coreSettings(host: Host, { credential }: Process): CoreSettings {
  const own = illumosOf(host).system.zones[credential.container]?.core ?? CORE_DEFAULTS;
  return { ...own, enabled: [...own.enabled] };
}

/** corectl(2): EPERM without sys_admin, EINVAL. Paths are those within the zone. Source: os/core.c. */
export function setCore(host: Host, process: Process, change: Partial<CoreSettings>): Outcome {
  const may = privilege(host, process, "sys_admin");
  if (!may.ok) return may;
  const next = { ...coreSettings(host, process), ...change };
  if (
    next.enabled.some((name) => !CORE_OPTIONS.has(name)) ||
    (next.global !== "" && !next.global.startsWith("/"))
  )
    return denied("EINVAL", "core/value", "It is no option, or no absolute path.");
  settingsOf(host, process).core = { ...next, enabled: [...next.enabled] };
  return allowed(undefined, may.decision.rule, "It holds for this zone alone.");
}

/**
 * acct(2): accounting of the zone into a file; null ends it.
 * @returns EPERM without sys_acct, EACCES for what is no file, EBUSY for the file of another zone
 */
export function acct(host: Host, process: Process, file: string | null): Outcome {
  const may = privilege(host, process, "sys_acct");
  if (!may.ok) return may;
  const settings = settingsOf(host, process);
  if (file === null) {
    delete settings.accounting;
    return allowed(undefined, may.decision.rule, "Nothing of this zone is accounted any more.");
  }
  const found = lookup(host, process, file);
  if (!found.ok) return found;
  if (nodeOf(host, found.value).kind !== "file")
    return denied("EACCES", "acct/file", `${file} is no regular file.`);
  settings.accounting = file;
  return allowed(undefined, may.decision.rule, `Processes of this zone are accounted in ${file}.`);
}

/** Flags of the audit policy that hold for the machine, and those that a zone may have of its own. */
const GLOBAL_FLAGS: ReadonlySet<string> = new Set(["ahlt", "perzone"]);
const LOCAL_FLAGS: ReadonlySet<string> = new Set([
  "arge",
  "argv",
  "cnt",
  "group",
  "path",
  "public",
  "seq",
  "trail",
  "windata_down",
  "windata_up",
  "zonename",
]);

export function auditPolicy(host: Host, { credential }: Process): string[] {
  const { system } = illumosOf(host);
  const own = system.zones[credential.container]?.auditPolicy ?? [];
  return [...new Set([...(system.auditPolicy ?? ["cnt"]), ...own])].sort();
}

/**
 * auditon(2) with A_SETPOLICY. Source: syscall/auditsys.c.
 * @returns EPERM without sys_audit; EINVAL in a zone, unless the global policy has perzone and the flags are local ones
 */
export function setAuditPolicy(host: Host, process: Process, flags: readonly string[]): Outcome {
  const may = privilege(host, process, "sys_audit");
  if (!may.ok) return may;
  const unknown = flags.find((flag) => !GLOBAL_FLAGS.has(flag) && !LOCAL_FLAGS.has(flag));
  if (unknown !== undefined) return denied("EINVAL", "audit/flag", `There is no flag ${unknown}.`);
  const { system } = illumosOf(host);
  if (process.credential.container === GLOBAL) {
    system.auditPolicy = [...flags];
    return allowed(undefined, may.decision.rule, "The policy holds for the machine.");
  }
  if (!(system.auditPolicy ?? []).includes("perzone"))
    return denied("EINVAL", "audit/perzone", "Zones have no audit policy of their own here.", {
      causes: [{ what: "global audit policy without perzone", from: "host" }],
    });
  const global = flags.find((flag) => GLOBAL_FLAGS.has(flag));
  if (global !== undefined)
    return denied("EINVAL", "audit/global", `${global} is set in the global zone alone.`, {
      causes: [{ what: `${global} is of the whole machine`, from: "kernel" }],
    });
  settingsOf(host, process).auditPolicy = [...flags];
  return allowed(undefined, may.decision.rule, "The policy holds for this zone.");
}

/** audit(2): a record of the process's own. The trail is that of the machine, unless zones have their own. */
export function auditRecord(host: Host, process: Process): Outcome {
  const may = privilege(host, process, "proc_audit");
  if (!may.ok) return may;
  const own = (illumosOf(host).system.auditPolicy ?? []).includes("perzone");
  const where = own ? "the trail of its zone" : "the trail of the global zone, which the zone does not see";
  return allowed(undefined, may.decision.rule, `The record goes to ${where}.`);
}

/** Counters of CPUs, which show what others do. Source: cpc(3CPC), usr/src/uts/common/io/cpc.c. */
export function cpcOpen(host: Host, process: Process): Outcome {
  return privilege(host, process, "cpc_cpu", "EACCES");
}

/**
 * Enabling probes of a provider of DTrace. In a zone those of the kernel are for nobody. Source: dtrace_priv_provider() in
 * usr/src/uts/common/dtrace/dtrace.c.
 * @returns EACCES without the privilege for it
 */
export function enableProbes(host: Host, process: Process, provider: string): Outcome {
  if (process.credential.container === GLOBAL) return privilege(host, process, "dtrace_kernel", "EACCES");
  const kernel = !["syscall", "profile", "pid", "dtrace", "BEGIN", "END", ""].includes(provider);
  const own = provider === "pid" ? "dtrace_proc" : "dtrace_user";
  return privilege(host, process, kernel ? "dtrace_kernel" : own, "EACCES");
}
