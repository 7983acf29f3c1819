import { allowed, denied, type Outcome } from "../decision.ts";
import { lookup } from "../filesystem/lookup.ts";
import { nodeOf } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { prisonOf } from "./prisons.ts";
import { type PrivilegeName, privCheck } from "./privileges.ts";
import { since } from "./release.ts";
import { freebsdOf } from "./state.ts";
import { sysctlWrite } from "./sysctl.ts";
import { systemOf } from "./systemState.ts";

export { quotactl } from "./filesystem/quota.ts";
export { readMessageBuffer } from "./messageBuffer.ts";
export { kldload, kldstat, kldunload } from "./modules.ts";
export { mlock, munlock } from "./resources/memory.ts";
export { adjtime, clockSettime, ntpAdjtime, settimeofday, wallClock } from "./time.ts";

/** System calls about the machine as a whole. Source: sys/kern, one file for each as named below. */

/** sethostname(3), setdomainname(3): writes of the sysctl. */
export function sethostname(host: Host, process: Process, name: string): Outcome<string | number> {
  return sysctlWrite(host, process, "kern.hostname", name);
}

export function setdomainname(host: Host, process: Process, name: string): Outcome<string | number> {
  return sysctlWrite(host, process, "kern.domainname", name);
}

/** reboot(2). What comes after it is not modelled: the host is built anew. Source: kern_shutdown.c. */
export function reboot(host: Host, process: Process): Outcome {
  const verdict = privCheck(host, process, "REBOOT");
  if (!verdict.ok) return verdict;
  host.emit({ container: "", kind: "system.reboot", message: "The machine reboots.", outcome: "ok" });
  return allowed(undefined, verdict.decision.rule, "The machine reboots, with all jails.");
}

/** swapon(2): the privilege, then the device. Source: sys/vm/swap_pager.c. */
export function swapon(host: Host, process: Process, device: string, bytes: number): Outcome {
  const verdict = privCheck(host, process, "SWAPON");
  if (!verdict.ok) return verdict;
  const found = lookup(host, process, device);
  if (!found.ok) return found;
  if (nodeOf(host, found.value).kind !== "device")
    return denied("EINVAL", "swapon/device", `${device} is no disk.`);
  const system = systemOf(host);
  if (system.swap.includes(device)) return denied("EBUSY", "swapon/busy", `${device} is swap already.`);
  system.swap.push(device);
  host.state.machine.swap += bytes;
  return allowed(undefined, verdict.decision.rule, `${device} is swap now.`);
}

/** swapoff(2). */
export function swapoff(host: Host, process: Process, device: string, bytes: number): Outcome {
  const verdict = privCheck(host, process, "SWAPOFF");
  if (!verdict.ok) return verdict;
  const system = systemOf(host);
  if (!system.swap.includes(device)) return denied("EINVAL", "swapoff/none", `${device} is no swap.`);
  system.swap = system.swap.filter((one) => one !== device);
  host.state.machine.swap -= bytes;
  return allowed(undefined, verdict.decision.rule, `${device} is swap no longer.`);
}

/** acct(2): null ends the accounting. Source: kern_acct.c. */
export function acct(host: Host, process: Process, file: string | null): Outcome {
  const verdict = privCheck(host, process, "ACCT");
  if (!verdict.ok) return verdict;
  if (file !== null) {
    const found = lookup(host, process, file);
    if (!found.ok) return found;
    if (nodeOf(host, found.value).kind !== "file")
      return denied("EACCES", "acct/file", `${file} is no regular file.`);
  }
  systemOf(host).accounting = file;
  return allowed(undefined, verdict.decision.rule, file === null ? "Accounting ends." : "Accounting begins.");
}

/** kenv(2) KENV_GET, for everybody. Source: kern_environment.c. */
export function kenvGet(host: Host, name: string): Outcome<string> {
  const value = freebsdOf(host).system?.kernelEnvironment[name];
  if (value === undefined) return denied("ENOENT", "kenv/none", `The kernel environment has no ${name}.`);
  return allowed(value, "kenv/get", "To read it is free.");
}

/** kenv(2) KENV_SET. */
export function kenvSet(host: Host, process: Process, name: string, value: string): Outcome {
  const verdict = privCheck(host, process, "KENV_SET");
  if (!verdict.ok) return verdict;
  systemOf(host).kernelEnvironment[name] = value;
  return allowed(undefined, verdict.decision.rule, `${name} is set.`);
}

/** kenv(2) KENV_UNSET. */
export function kenvUnset(host: Host, process: Process, name: string): Outcome {
  const verdict = privCheck(host, process, "KENV_UNSET");
  if (!verdict.ok) return verdict;
  const { kernelEnvironment } = systemOf(host);
  if (kernelEnvironment[name] === undefined)
    return denied("ENOENT", "kenv/none", `The kernel environment has no ${name}.`);
  delete kernelEnvironment[name];
  return allowed(undefined, verdict.decision.rule, `${name} is gone.`);
}

/** setaudit_addr(2), here of the audit user alone. Source: sys/security/audit/audit_syscalls.c. */
export function setaudit(host: Host, process: Process, user: number): Outcome {
  const refused = auditRefusal(host, process, "AUDIT_SETAUDIT");
  if (refused) return refused;
  systemOf(host).auditUsers[process.pid] = user;
  return allowed(undefined, "audit/set", `Its actions are recorded as those of user ${user}.`);
}

/** getaudit_addr(2). */
export function getaudit(host: Host, process: Process): Outcome<number> {
  const refused = auditRefusal(host, process, "AUDIT_GETAUDIT");
  if (refused) return refused;
  const user = freebsdOf(host).system?.auditUsers[process.pid] ?? process.credential.ruid;
  return allowed(user, "audit/get", `Its actions are recorded as those of user ${user}.`);
}

/** auditon(2), audit(2): control of the audit trail and records of one's own. No jail has either. */
export function auditon(host: Host, process: Process): Outcome {
  return (
    auditRefusal(host, process, "AUDIT_CONTROL") ?? allowed(undefined, "audit/control", "The trail obeys.")
  );
}

export function audit(host: Host, process: Process): Outcome {
  return auditRefusal(host, process, "AUDIT_SUBMIT") ?? allowed(undefined, "audit/submit", "It is recorded.");
}

/** Up to 14 the calls do not exist in jails, whatever the privilege says. */
function auditRefusal(host: Host, process: Process, privilege: PrivilegeName) {
  const own = prisonOf(host, process);
  if (!host.state.machine.options.includes("AUDIT"))
    return denied("ENOSYS", "audit/kernel", "The kernel was built without auditing.", {
      causes: [{ what: "no option AUDIT", from: "host" }],
    });
  if (own.jid !== 0 && !since(host, 15))
    return denied("ENOSYS", "audit/jailed", "Before FreeBSD 15 there is no auditing in jails.", {
      causes: [{ what: `FreeBSD ${host.state.machine.release}`, from: "kernel" }],
    });
  const verdict = privCheck(host, process, privilege);
  return verdict.ok ? undefined : verdict;
}
