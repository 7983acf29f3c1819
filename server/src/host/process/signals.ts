import { allowed, denied, type Outcome, thereIsNo } from "../decision.ts";
import type { Host } from "../host.ts";
import { exit, findProcess } from "./processes.ts";
import { SIGNALS, type SignalName, signalName } from "./signalTable.ts";
import type { Process } from "./types.ts";

/** kill(2) and what a signal does. Source: sys/kern/kern_sig.c. */

/**
 * Sends a signal to a process, to the caller's group (0), to everybody (-1) or to another group (below -1).
 * @param signal by name or number; `0` only asks whether it could be sent
 * @returns the pids that it was sent to; ESRCH, EPERM, EINVAL
 */
export function kill(host: Host, process: Process, pid: number, signal: string): Outcome<number[]> {
  const name = signalName(signal);
  if (!name) return denied("EINVAL", "kill/signal", `There is no signal ${signal}.`);
  if (pid === -1) {
    const all = host.kernel.processes
      .known(host, process)
      .filter((other) => other.pid > 1 && other.pid !== process.pid);
    return sendToAll(host, process, all, name, "kill/all");
  }
  if (pid <= 0) return killpg(host, process, -pid, signal);
  const target = findProcess(host, host.kernel.processes.meant(host, process, pid));
  if (!target) return denied("ESRCH", "kill/none", thereIsNo("process", pid));
  const verdict = host.kernel.processes.canSignal(host, process, target, name);
  if (!verdict.ok) return verdict;
  if (name !== "0") deliver(host, target, name);
  return allowed([pid], verdict.decision.rule, verdict.decision.reason, { causes: verdict.decision.causes });
}

/** killpg(2); 0 is the caller's own group. */
export function killpg(host: Host, process: Process, group: number, signal: string): Outcome<number[]> {
  const name = signalName(signal);
  if (!name) return denied("EINVAL", "kill/signal", `There is no signal ${signal}.`);
  const wanted = group === 0 ? process.group : group;
  const members = host.kernel.processes
    .known(host, process)
    .filter((other) => other.pid > 1 && other.group === wanted);
  if (members.length === 0) return denied("ESRCH", "kill/none", `There is no process group ${wanted}.`);
  return sendToAll(host, process, members, name, "kill/group");
}

/** Succeeds if it could be sent to one of them; else the error is that of the first that was not simply missing. */
function sendToAll(
  host: Host,
  process: Process,
  targets: Process[],
  name: SignalName | "0",
  rule: string,
): Outcome<number[]> {
  const sent: number[] = [];
  let refusal: Outcome<number[]> = denied("ESRCH", rule, "There is no process that it could be sent to.");
  for (const target of targets) {
    const verdict = host.kernel.processes.canSignal(host, process, target, name);
    if (verdict.ok) sent.push(target.pid);
    else if (!refusal.ok && refusal.errno === "ESRCH") refusal = verdict;
  }
  if (sent.length === 0) return refusal;
  for (const pid of sent) {
    const target = findProcess(host, pid);
    if (target && name !== "0") deliver(host, target, name);
  }
  return allowed(sent, rule, `It reaches ${sent.length} of ${targets.length} processes.`);
}

/** The signal arrives, whoever sent it: what the process does by itself, or the default action. */
export function deliver(host: Host, target: Process, name: SignalName): void {
  // Default actions do not happen to init and to processes of the kernel, and the dead feel nothing.
  if (target.pid <= 1 || target.state === "zombie" || target.illumos?.kernel) return;
  const [number, action] = SIGNALS[name];
  if (action === "continue" && target.state === "stopped") target.state = "sleeping";
  const catches = name !== "KILL" && name !== "STOP" && target.handles?.includes(name);
  if (catches) return;
  if (action === "stop") target.state = "stopped";
  if (action !== "kill") return;
  host.emit({
    container: host.kernel.containers.nameOf(host, target.credential.container),
    kind: "process.killed",
    message: `${target.command} (${target.pid}) ends by SIG${name}`,
    outcome: "ok",
  });
  exit(host, target, 128 + number);
}
