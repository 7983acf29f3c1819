import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { prisonsNamed } from "../prisonIndex.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { freebsdOf } from "../state.ts";
import { binds } from "./links.ts";
import { accountingOn, allUsage, type Subject } from "./racct.ts";
import { type ResourceName, resourceOf } from "./resourceTable.ts";
import { parseRule, type RuleParts, ruleText } from "./ruleText.ts";
import type { RctlRule } from "./types.ts";

/**
 * The five calls of rctl(8), which only the host may make. Source: sys/kern/kern_rctl.c. First whether anything is
 * counted at all, then the privilege, then what was asked.
 */

function refusedCall(host: Host, process: Process, privilege: PrivilegeName) {
  if (!accountingOn(host))
    return denied("ENOSYS", "rctl/off", "Nothing is counted: kern.racct.enable was not set at boot.", {
      causes: [{ what: "kern.racct.enable=0", from: "host" }],
    });
  const verdict = privCheck(host, process, privilege);
  return verdict.ok ? undefined : verdict;
}

/** `rctl -a`. */
export function rctlAddRule(host: Host, process: Process, text: string): Outcome<RctlRule> {
  const refused = refusedCall(host, process, "RCTL_ADD_RULE");
  if (refused) return refused;
  const parts = parseRule(host, text);
  if (!parts) return invalid(text);
  const { subject, id, resource, action, amount, per = subject } = parts;
  if (!subject || !id || !resource || !action || amount === undefined || !per) return invalid(text);
  const impossible = combination(resource, action, per);
  if (impossible) return denied("EOPNOTSUPP", "rctl/combination", impossible);
  if (subject === "process" && !findProcess(host, Number(id)))
    return denied("ESRCH", "rctl/process", `There is no process ${id}.`);

  const { resources } = freebsdOf(host);
  const same = (rule: RctlRule) =>
    rule.subject === subject && rule.id === id && rule.resource === resource && rule.action === action;
  // An equal rule is not added twice, and a new deny takes the place of one with another amount.
  resources.rules = resources.rules.filter(
    (rule) => !(same(rule) && rule.per === per && (action === "deny" || rule.amount === amount)),
  );
  resources.lastRule = (resources.lastRule ?? 0) + 1;
  const rule: RctlRule = {
    subject,
    id,
    resource,
    action,
    amount,
    per,
    fired: false,
    serial: resources.lastRule,
  };
  resources.rules.push(rule);
  return allowed(rule, "rctl/add", `${ruleText(rule)} holds from now on.`);
}

/** What does not go together. Source: rctl_rule_add(). */
function combination(resource: ResourceName, action: string, per: RctlRule["per"]): string | undefined {
  const known = resourceOf(resource);
  if (action === "deny" && !known?.deny) return `${resource} can be watched, but not denied.`;
  if (action === "throttle" && !known?.throttle) return `${resource} cannot be throttled.`;
  if (per === "process" && !known?.perProcess) return `${resource} is not counted for each process.`;
  return undefined;
}

/** `rctl -r`: removes all rules that a filter matches. ESRCH where it matches none. */
export function rctlRemoveRules(host: Host, process: Process, filter: string): Outcome<number> {
  const refused = refusedCall(host, process, "RCTL_REMOVE_RULE");
  if (refused) return refused;
  const parts = parseRule(host, filter);
  if (!parts) return invalid(filter);
  const { rules } = freebsdOf(host).resources;
  const kept = rules.filter((rule) => !matches(rule, parts));
  const removed = rules.length - kept.length;
  if (removed === 0) return denied("ESRCH", "rctl/none", `No rule is like ${filter}.`);
  freebsdOf(host).resources.rules = kept;
  return allowed(removed, "rctl/remove", `${removed} rules are gone.`);
}

/** `rctl` and `rctl FILTER`: the rules that a filter matches. */
export function rctlRules(host: Host, process: Process, filter = ""): Outcome<string[]> {
  const refused = refusedCall(host, process, "RCTL_GET_RULES");
  if (refused) return refused;
  const parts = parseRule(host, filter);
  if (!parts) return invalid(filter);
  const found = freebsdOf(host).resources.rules.filter((rule) => matches(rule, parts));
  return allowed(found.map(ruleText), "rctl/rules", `${found.length} rules match.`);
}

/** `rctl -l process:PID`: the rules that bind a process. */
export function rctlLimits(host: Host, process: Process, filter: string): Outcome<string[]> {
  const refused = refusedCall(host, process, "RCTL_GET_LIMITS");
  if (refused) return refused;
  const parts = parseRule(host, filter);
  if (!parts || parts.id === undefined) return invalid(filter);
  if (parts.subject !== "process")
    return denied("EOPNOTSUPP", "rctl/limits", "Only for processes can it be said which rules bind them.");
  const target = findProcess(host, Number(parts.id));
  if (!target) return denied("ESRCH", "rctl/process", `There is no process ${parts.id}.`);
  const found = freebsdOf(host).resources.rules.filter((rule) => binds(host, rule, target));
  return allowed(found.map(ruleText), "rctl/limits", `${found.length} rules bind process ${target.pid}.`);
}

/** `rctl -u SUBJECT:ID`: what a subject uses. */
export function rctlUsage(host: Host, process: Process, filter: string): Outcome<[ResourceName, number][]> {
  const refused = refusedCall(host, process, "RCTL_GET_RACCT");
  if (refused) return refused;
  const parts = parseRule(host, filter);
  if (!parts?.subject || parts.id === undefined) return invalid(filter);
  const subject: Subject = { type: parts.subject, id: parts.id };
  if (!isKnown(host, subject))
    return denied("ESRCH", "rctl/none", `There is no ${subject.type} ${subject.id}.`);
  return allowed(allUsage(host, subject), "rctl/usage", `What ${subject.type} ${subject.id} uses.`);
}

function isKnown(host: Host, { type, id }: Subject): boolean {
  if (type === "process") return findProcess(host, Number(id)) !== undefined;
  if (type !== "jail" || id === "0") return true;
  return prisonsNamed(host, id).length > 0;
}

/** The accounting of a jail follows its name, and that of nested ones; rules stay with the old name. */
function matches(rule: RctlRule, filter: RuleParts): boolean {
  const keys = ["subject", "id", "resource", "action", "amount", "per"] as const;
  return keys.every((key) => filter[key] === undefined || filter[key] === rule[key]);
}

function invalid(text: string) {
  return denied(
    "EINVAL",
    "rctl/syntax",
    `"${text}" is no rule: subject:subject-id:resource:action=amount/per.`,
  );
}
