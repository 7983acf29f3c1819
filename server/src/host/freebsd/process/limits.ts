import { allowed, denied, type Outcome, thereIsNo } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses, findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";
import { hostNumber } from "../sysctlValues.ts";
import { canSchedule, canSee } from "./visibility.ts";

/** Priorities and limits of processes. Source: sys/kern/kern_resource.c. */

/** Limits as sh(1) and login.conf(5) know them; those without an entry here are unlimited. */
const SYSTEM_LIMITS: Readonly<Record<string, string>> = {
  maxproc: "kern.maxprocperuid",
  openfiles: "kern.maxfilesperproc",
};

/** Source: sys/sys/resource.h; the kernel names of the same limits are RLIMIT_*. */
const LIMITS: ReadonlySet<string> = new Set([
  ...["cputime", "filesize", "datasize", "stacksize", "coredumpsize", "memoryuse", "memorylocked", "maxproc"],
  ...["openfiles", "sbsize", "vmemoryuse", "pseudoterminals", "swapuse", "kqueues", "umtxp"],
]);

export interface Limit {
  soft: number;
  hard: number;
}

/** The value of `limits -H` and `limits -S`; the highest safe integer stands for no limit, as JSON has no infinity. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** A limit as it binds the process. */
export function limitOf(host: Host, process: Process, resource: string): Limit {
  const own = process.limits?.[resource];
  if (own) return own;
  const sysctl = SYSTEM_LIMITS[resource];
  const value = sysctl ? hostNumber(host, sysctl) : UNLIMITED;
  return { soft: value, hard: value };
}

/** setrlimit(2): lowering is free, raising the hard limit is not. */
export function setrlimit(host: Host, process: Process, resource: string, wanted: Limit): Outcome {
  if (!LIMITS.has(resource)) return denied("EINVAL", "setrlimit/resource", `There is no limit ${resource}.`);
  const old = limitOf(host, process, resource);
  if (wanted.soft > old.hard || wanted.hard > old.hard) {
    const verdict = privCheck(host, process, "PROC_SETRLIMIT");
    if (!verdict.ok)
      return denied("EPERM", "setrlimit/raise", `The hard limit of ${resource} is ${old.hard}.`, {
        causes: verdict.decision.causes,
      });
  }
  const ceiling = SYSTEM_LIMITS[resource];
  const most = ceiling ? hostNumber(host, ceiling) : UNLIMITED;
  const hard = Math.min(wanted.hard, most);
  process.limits = { ...process.limits, [resource]: { soft: Math.min(wanted.soft, hard), hard } };
  return allowed(undefined, "setrlimit", `The limit of ${resource} is ${hard} now.`);
}

const BEST = -20;
const WORST = 20;

/** Whom setpriority(2) is about: 0 is the caller, its group, or its user. */
export type PriorityTarget = "process" | "group" | "user";

/** setpriority(2). A lower value is a better one, and needs a privilege that no jail gives. */
export function setpriority(
  host: Host,
  process: Process,
  which: PriorityTarget,
  who: number,
  value: number,
): Outcome<number[]> {
  const nice = Math.min(WORST, Math.max(BEST, value));
  let targets: Process[];
  if (which === "process") {
    const target = who === 0 ? process : findProcess(host, who);
    if (!target) return denied("ESRCH", "setpriority/none", thereIsNo("process", who));
    const visible = canSee(host, process, target);
    if (!visible.ok) return visible;
    targets = [target];
  } else {
    const wanted = who !== 0 ? who : which === "group" ? process.group : process.credential.uid;
    targets = allProcesses(host).filter(
      (other) =>
        (which === "group" ? other.group : other.credential.uid) === wanted &&
        canSee(host, process, other).ok,
    );
  }
  if (targets.length === 0) return denied("ESRCH", "setpriority/none", "Nobody is there that this is about.");
  let refusal: Outcome<number[]> | undefined;
  const changed: number[] = [];
  for (const target of targets) {
    const refused = donice(host, process, target, nice);
    if (refused) refusal = refused;
    else changed.push(target.pid);
  }
  return refusal ?? allowed(changed, "setpriority", `The nice value is ${nice} now.`);
}

/** nice(3): relative to what it is. */
export function nice(host: Host, process: Process, increment: number): Outcome<number[]> {
  return setpriority(host, process, "process", 0, process.nice + increment);
}

function donice(host: Host, process: Process, target: Process, value: number) {
  const verdict = canSchedule(host, process, target);
  if (!verdict.ok) return verdict;
  if (value < target.nice) {
    const better = privCheck(host, process, "SCHED_SETPRIORITY");
    if (!better.ok)
      return denied("EACCES", "nice/better", `A better value than ${target.nice} is not for everybody.`, {
        causes: better.decision.causes,
      });
  }
  target.nice = value;
  return undefined;
}

export type SchedulingClass = "realtime" | "normal" | "idle";

/** Priorities within a class. Source: sys/sys/rtprio.h (RTP_PRIO_MAX). */
const LAST_PRIORITY = 31;

/** rtprio(2) that sets the class of a process; 0 is the caller. */
export function rtprio(
  host: Host,
  process: Process,
  pid: number,
  to: SchedulingClass,
  priority = 0,
): Outcome {
  const target = pid === 0 ? process : findProcess(host, pid);
  if (!target) return denied("ESRCH", "rtprio/none", thereIsNo("process", pid));
  const visible = canSee(host, process, target);
  if (!visible.ok) return visible;
  const verdict = canSchedule(host, process, target);
  if (!verdict.ok) return verdict;
  const open = to === "idle" && hostNumber(host, "security.bsd.unprivileged_idprio") !== 0;
  if (to === "realtime" || (to === "idle" && !open)) {
    // Both had one privilege before the idle class got its own.
    const wanted = to === "idle" && since(host, 13) ? "SCHED_IDPRIO" : "SCHED_RTPRIO";
    const granted = privCheck(host, process, wanted);
    if (!granted.ok)
      return denied("EPERM", `rtprio/${to}`, `The ${to} class is not for this process.`, {
        causes: granted.decision.causes,
      });
  }
  if (priority < 0 || priority > LAST_PRIORITY)
    return denied("EINVAL", "rtprio/priority", `Priorities go from 0 to ${LAST_PRIORITY}.`);
  if (to === "normal") delete target.scheduling;
  else target.scheduling = { class: to, priority };
  return allowed(undefined, "rtprio", `Process ${target.pid} is in the ${to} class now.`);
}

/** The scheduler's own calls (sched_setscheduler(2), sched_setparam(2)). */
export function setScheduler(
  host: Host,
  process: Process,
  pid: number,
  call: "policy" | "parameters",
): Outcome {
  const target = pid === 0 ? process : findProcess(host, pid);
  if (!target) return denied("ESRCH", "sched/none", thereIsNo("process", pid));
  const verdict = canSchedule(host, process, target);
  if (!verdict.ok) return verdict;
  if (call === "parameters") return allowed(undefined, "sched/parameters", "The parameters are as before.");
  const granted = privCheck(host, process, "SCHED_SETPOLICY");
  if (granted.ok) return allowed(undefined, "sched/policy", "The policy is changed.");
  return denied("EPERM", "sched/policy", "Another policy is not for this process.", {
    causes: granted.decision.causes,
  });
}
