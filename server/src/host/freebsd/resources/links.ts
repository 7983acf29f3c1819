import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prison } from "../prisons.ts";
import { freebsdOf } from "../state.ts";
import type { RctlRule } from "./types.ts";

/**
 * Which rules of rctl(8) bind which process. The kernel keeps a list with each process: a new rule is put on the lists
 * of all processes that it is about then, those of nested jails included; a child inherits the list of its parent; and
 * when a credential changes, the list is made anew from the rules of its user, class and *own* jail alone. So rules of
 * containing jails are lost then, which reading of the code says and nobody has tried. Source: sys/kern/kern_rctl.c
 * (rctl_rule_add, rctl_proc_fork, rctl_proc_ucred_changed).
 */

/** To be called whenever a credential has changed. */
export function relinkRules(host: Host, process: Process): void {
  const last = freebsdOf(host).resources.lastRule;
  if (last !== undefined) process.rulesSeen = last;
}

/** What the rules call a jail: its full name, and `0` for the host. */
export function ruleName(host: Host, jid: number): string {
  return jid === 0 ? "0" : prison(host, jid).name;
}

/** Whether a rule is on the list of a process. */
export function binds(host: Host, rule: RctlRule, process: Process): boolean {
  return isAbout(host, rule, process) && !isLost(host, rule, process);
}

/** Whether the process belongs to the subject of a rule, to which what it uses is charged in any case. */
export function isAbout(host: Host, { subject, id }: RctlRule, process: Process): boolean {
  const { credential, pid } = process;
  if (subject === "process") return id === String(pid);
  if (subject === "loginclass") return id === credential.loginClass;
  if (subject === "user") return id === String(credential.ruid) || id === userName(host, credential.ruid);
  return isInJail(host, id, credential.container);
}

/** Whether a jail is the one of that name or below it. */
export function isInJail(host: Host, name: string, jid: number): boolean {
  if (name === "0") return true;
  const own = ruleName(host, jid);
  return own === name || own.startsWith(`${name}.`);
}

/** Whether the rule is one of a containing jail that the process has lost, or would have if the code is read right. */
export function isLost(host: Host, rule: RctlRule, process: Process): boolean {
  return (
    rule.subject === "jail" &&
    rule.id !== ruleName(host, process.credential.container) &&
    rule.serial <= (process.rulesSeen ?? 0)
  );
}

/** Whether it is a rule of a jail around the process's own one, which is the part that nobody has tried. */
export function isOfContainingJail(host: Host, rule: RctlRule, process: Process): boolean {
  return rule.subject === "jail" && rule.id !== ruleName(host, process.credential.container);
}

export function userName(host: Host, uid: number): string {
  return host.state.machine.users.find((user) => user.uid === uid)?.name ?? String(uid);
}
