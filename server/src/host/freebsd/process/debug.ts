import { allowed, denied, type Outcome, thereIsNo } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses, findProcess } from "../../process/processes.ts";
import { noteTraced } from "../../process/processIndex.ts";
import { deliver } from "../../process/signals.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { canDebug, canSee } from "./visibility.ts";

/** Debuggers and tracers. Source: sys/kern/sys_process.c, kern_ktrace.c, kern_event.c. */

export type PtraceRequest = "attach" | "detach" | "read" | "write" | "continue" | "kill";

/** ptrace(2). */
export function ptrace(host: Host, process: Process, request: PtraceRequest, pid: number): Outcome {
  const target = findProcess(host, pid);
  // pfind() does not find what has ended.
  if (!target || target.state === "zombie") return denied("ESRCH", "ptrace/none", thereIsNo("process", pid));
  const visible = canSee(host, process, target);
  if (!visible.ok) return visible;
  const verdict = canDebug(host, process, target);
  if (!verdict.ok) return verdict;
  if (request === "attach") {
    if (target.pid === process.pid)
      return denied("EINVAL", "ptrace/self", "A process does not trace itself.");
    if (target.tracer !== undefined)
      return denied("EBUSY", "ptrace/busy", `Process ${target.tracer} traces it already.`);
    target.tracer = process.pid;
    noteTraced(host, pid);
    target.state = "stopped";
    return allowed(undefined, "ptrace", `Process ${pid} is stopped and belongs to the debugger.`, {
      causes: verdict.decision.causes,
    });
  }
  if (target.tracer === undefined) return denied("EPERM", "ptrace/untraced", "It is not being traced.");
  if (target.tracer !== process.pid)
    return denied("EBUSY", "ptrace/busy", `Process ${target.tracer} traces it already.`);
  if (target.state !== "stopped") return denied("EBUSY", "ptrace/running", "It is not stopped.");
  if (request === "detach" || request === "continue") target.state = "running";
  if (request === "detach") delete target.tracer;
  if (request === "kill") deliver(host, target, "KILL");
  return allowed(undefined, `ptrace/${request}`, `The debugger may ${request} process ${pid}.`);
}

/** procctl(2) PROC_TRACE_CTL: the process asks that nobody debugs it until it starts another program. */
export function disableTracing(process: Process): Outcome {
  if (process.tracer !== undefined)
    return denied("EBUSY", "procctl/traced", "A debugger is attached to it already.");
  process.noTrace = true;
  return allowed(undefined, "procctl/notrace", "Nobody debugs it until it starts another program.");
}

/**
 * ktrace(2): starts or ends writing down what a process (above 0) or a group (below 0) does.
 * @returns the pids that are traced now or no longer; ESRCH for whom the caller does not see, EPERM where none may be
 */
export function ktrace(host: Host, process: Process, who: number, on = true): Outcome<number[]> {
  let targets: Process[];
  if (who > 0) {
    const target = findProcess(host, who);
    if (!target) return denied("ESRCH", "ktrace/none", thereIsNo("process", who));
    targets = [target];
  } else {
    targets = allProcesses(host).filter((other) => other.group === -who);
    if (targets.length === 0) return denied("ESRCH", "ktrace/none", `There is no process group ${-who}.`);
  }
  const visible = targets.map((target) => ({ target, seen: canSee(host, process, target) }));
  if (!visible.some(({ seen }) => seen.ok)) {
    const [first] = visible;
    if (first && !first.seen.ok) return first.seen;
  }
  let refusal: Outcome<number[]> = denied("EPERM", "ktrace", "It may trace none of them.");
  const changed: number[] = [];
  for (const { target, seen } of visible) {
    if (!seen.ok) continue;
    const verdict = mayTrace(host, process, target);
    if (verdict.ok) changed.push(target.pid);
    else refusal = denied("EPERM", verdict.decision.rule, verdict.decision.reason, verdict.decision);
  }
  if (changed.length === 0) return refusal;
  const root = privCheck(host, process, "KTRACE").ok;
  for (const pid of changed) {
    const target = findProcess(host, pid);
    if (!target) continue;
    if (on) target.traced = { by: process.pid, root };
    else delete target.traced;
  }
  return allowed(changed, "ktrace", on ? `It traces ${changed.join(", ")}.` : "The tracing ends.");
}

/** What root traces, others leave alone. Source: ktrcanset(). */
function mayTrace(host: Host, process: Process, target: Process): Outcome {
  if (target.traced?.root) {
    const verdict = privCheck(host, process, "KTRACE");
    if (!verdict.ok) return verdict;
  }
  return canDebug(host, process, target);
}

/** kevent(2) with EVFILT_PROC: whoever is seen can be watched. */
export function watchProcess(host: Host, process: Process, pid: number): Outcome {
  const target = findProcess(host, pid);
  if (!target) return denied("ESRCH", "kqueue/none", thereIsNo("process", pid));
  const visible = canSee(host, process, target);
  return visible.ok ? allowed(undefined, "kqueue", `Its events are reported from now on.`) : visible;
}
