import type { Cause, Decision } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses, findProcess } from "../../process/processes.ts";
import { deliver } from "../../process/signals.ts";
import { type SignalName, signalName } from "../../process/signalTable.ts";
import type { Process } from "../../process/types.ts";
import { prisonsNamed } from "../prisonIndex.ts";
import { prison, processesIn } from "../prisons.ts";
import { freebsdOf } from "../state.ts";
import { hostNumber } from "../sysctlValues.ts";
import { binds, isInJail, isOfContainingJail, ruleName, userName } from "./links.ts";
import { RESOURCE_NAMES, type ResourceName } from "./resourceTable.ts";
import { ruleText } from "./ruleText.ts";
import type { RctlRule } from "./types.ts";

/** What is used, and what rules do when more is asked for. Source: sys/kern/kern_racct.c, kern_rctl.c (rctl_enforce). */

/** Set by the loader; without it nothing is counted. */
export function accountingOn(host: Host): boolean {
  return hostNumber(host, "kern.racct.enable") !== 0;
}

/** Who something is counted for. */
export interface Subject {
  type: RctlRule["subject"];
  id: string;
}

/** What a subject uses of one resource, in the units of the table. A jail's share contains that of nested jails. */
export function usageOf(host: Host, subject: Subject, resource: ResourceName): number {
  const own = candidates(host, subject).filter((process) => belongsTo(host, process, subject));
  const sum = (of: (process: Process) => number) => own.reduce((total, process) => total + of(process), 0);
  const alive = own.filter(({ state }) => state !== "zombie");
  switch (resource) {
    // The dead are counted as processes until their parent has asked for the status.
    case "maxproc":
      return own.length;
    case "nthr":
      return alive.length;
    case "memoryuse":
      return sum(({ memory }) => memory.resident);
    case "vmemoryuse":
      return sum(({ memory }) => memory.virtual);
    case "memorylocked":
      return sum(({ memory }) => memory.locked ?? 0);
    case "swapuse":
      return sum(({ memory }) => memory.swapped ?? 0);
    case "openfiles":
      return sum(({ descriptors }) => descriptors.length);
    case "wallclock":
      return Math.floor(alive.reduce((total, { started }) => total + host.now - started, 0) / 1000);
    case "cputime":
      return Math.floor(sum(({ cpu }) => cpu?.time ?? 0) / 1000);
    case "pcpu":
      return sum(({ cpu }) => cpu?.percent ?? 0);
    default:
      return ipcUsage(host, subject, resource);
  }
}

/** Of System V objects, which are charged to who created them. Other resources are not modelled and so not used. */
function ipcUsage(host: Host, subject: Subject, resource: ResourceName): number {
  const own = host.state.ipc.sysv.filter(({ container: jid, uid }) => {
    if (subject.type === "jail") return freebsdOf(host).prisons[jid] && isInJail(host, subject.id, jid);
    return subject.type === "user" && (subject.id === String(uid) || subject.id === userName(host, uid));
  });
  const sum = (kind: string, of: (object: (typeof own)[number]) => number) =>
    own.filter((object) => object.kind === kind).reduce((total, object) => total + of(object), 0);
  switch (resource) {
    case "nshm":
      return sum("shm", () => 1);
    case "shmsize":
      return sum("shm", ({ size }) => size);
    case "nsem":
      return sum("sem", ({ size }) => size);
    case "nmsgq":
      return sum("msg", () => 1);
    case "msgqqueued":
      return sum("msg", ({ messages }) => messages?.length ?? 0);
    case "msgqsize":
      return sum("msg", ({ messages = [] }) => messages.reduce((total, bytes) => total + bytes, 0));
    default:
      return 0;
  }
}

/** All that a subject uses, in the kernel's order. */
export function allUsage(host: Host, subject: Subject): [ResourceName, number][] {
  return RESOURCE_NAMES.map((resource) => [resource, usageOf(host, subject, resource)]);
}

/** Processes among which those of a subject are. */
function candidates(host: Host, { type, id }: Subject): Process[] {
  if (type === "process") return [findProcess(host, Number(id))].filter((process) => process !== undefined);
  if (type !== "jail" || id === "0") return allProcesses(host);
  return prisonsNamed(host, id).flatMap(({ jid }) => processesIn(host, jid, true));
}

function belongsTo(host: Host, process: Process, { type, id }: Subject): boolean {
  const { credential } = process;
  if (type === "process") return id === String(process.pid);
  if (type === "loginclass") return id === credential.loginClass;
  if (type === "user") return id === String(credential.ruid) || id === userName(host, credential.ruid);
  return isInJail(host, id, credential.container);
}

export interface Refusal {
  reason: string;
  causes: readonly Cause[];
  more: Pick<Decision, "unsure">;
  rule: RctlRule;
  /** What may still be used. */
  left: number;
}

/**
 * Asks the rules before a process uses more of something. Rules that are passed fire here: log and devctl as events,
 * signals as such, each once until usage is below the amount again.
 * @returns the first rule that refuses; throttling is left to whoever moves the bytes
 */
export function enforce(
  host: Host,
  process: Process,
  resource: ResourceName,
  more: number,
): Refusal | undefined {
  if (!accountingOn(host) || freebsdOf(host).resources.rules.length === 0) return undefined;
  let refusal: Refusal | undefined;
  const signals: SignalName[] = [];
  for (const rule of freebsdOf(host).resources.rules) {
    if (rule.resource !== resource || !binds(host, rule, process)) continue;
    const used = usageOf(host, countedFor(host, rule, process), resource);
    if (used + more <= rule.amount) {
      rule.fired = false;
      continue;
    }
    const first = !rule.fired;
    rule.fired = true;
    if (rule.action === "deny") refusal ??= refusalOf(host, rule, process, used, first);
    else if (first) {
      const signal = fire(host, rule, process);
      if (signal) signals.push(signal);
    }
  }
  for (const signal of signals) deliver(host, process, signal);
  return refusal;
}

/** Who the amount is counted for: the subject of the rule, or each process, user or class below it alone. */
function countedFor(host: Host, rule: RctlRule, process: Process): Subject {
  const { credential, pid } = process;
  if (rule.per === rule.subject) return { type: rule.subject, id: rule.id };
  if (rule.per === "process") return { type: "process", id: String(pid) };
  if (rule.per === "user") return { type: "user", id: String(credential.ruid) };
  if (rule.per === "loginclass") return { type: "loginclass", id: credential.loginClass };
  return { type: "jail", id: ruleName(host, credential.container) };
}

function refusalOf(host: Host, rule: RctlRule, process: Process, used: number, first: boolean): Refusal {
  const text = ruleText(rule);
  const reason = `The rule ${text} allows no more: ${used} of ${rule.amount} are used.`;
  if (first) report(host, rule, process, "rctl.deny", reason, "failed");
  return {
    reason,
    rule,
    left: rule.amount - used,
    causes: [{ what: text, from: "host" }],
    more: isOfContainingJail(host, rule, process) ? { unsure: true } : {},
  };
}

function fire(host: Host, rule: RctlRule, process: Process): SignalName | undefined {
  if (rule.action === "throttle") return undefined;
  const who = `pid ${process.pid} (${process.command}), uid ${process.credential.ruid}`;
  const jail = ruleName(host, process.credential.container);
  report(
    host,
    rule,
    process,
    `rctl.${rule.action}`,
    `rctl: rule "${ruleText(rule)}" matched by ${who}, jail ${jail}`,
  );
  if (rule.action === "log" || rule.action === "devctl") return undefined;
  const name = signalName(rule.action);
  return name === "0" ? undefined : name;
}

function report(
  host: Host,
  rule: RctlRule,
  process: Process,
  kind: string,
  message: string,
  outcome: "ok" | "failed" = "ok",
): void {
  host.emit({
    container: prison(host, process.credential.container).name,
    kind,
    message,
    outcome,
    causes: [{ what: ruleText(rule), from: "host" }],
  });
}
