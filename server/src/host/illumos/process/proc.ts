import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { noteTraced } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { inspects, processFor } from "./permissions.ts";
import { processPolicy } from "./policy.ts";

/** /proc: who finds whom, and who takes hold of whom. Source: usr/src/uts/common/fs/proc/{prvnops,prsubr}.c, proc(5). */

/** Files that everybody may read who finds the directory. */
const PUBLIC: ReadonlySet<string> = new Set(["psinfo", "usage", "lpsinfo", "lusage"]);

/** Processes that /proc lists, by pid. Without proc_info only those that the reader could signal. */
export function procList(host: Host, process: Process): Process[] {
  return processPolicy.known(host, process).filter((other) => processPolicy.canSee(host, process, other).ok);
}

/**
 * open(2) of a file in /proc/PID: `psinfo`, `status`, `as`, `ctl` …
 * @returns ENOENT for a process of another zone as for none, EACCES without the right to look, EBUSY where somebody else
 * has it under control
 */
export function procOpen(
  host: Host,
  process: Process,
  pid: number,
  file: string,
  write = false,
): Outcome<Process> {
  const found = processFor(host, process, pid, "ENOENT");
  if (!found.ok) return found;
  const object = found.value;
  const seen = processPolicy.canSee(host, process, object);
  if (!seen.ok) return denied("ENOENT", seen.decision.rule, seen.decision.reason, seen.decision);
  if (PUBLIC.has(file) && !write) return allowed(object, "proc/public", `${file} is for everybody.`);
  if (object.illumos?.kernel && file === "as")
    return denied("EINVAL", "proc/kernel", `Process ${pid} is of the kernel and has no memory of its own.`);
  const may = inspects(host, process, object, write);
  if (!may.ok) return may;
  if (write && object.tracer !== undefined && object.tracer !== process.pid)
    return denied("EBUSY", "proc/controlled", `Process ${object.tracer} has it under control.`);
  return allowed(object, may.decision.rule, may.decision.reason);
}

/** What truss(1), mdb(1) and the proc tools begin with: the process stops whenever the tracer wants. */
export function trace(host: Host, process: Process, pid: number): Outcome<Process> {
  const opened = procOpen(host, process, pid, "ctl", true);
  if (!opened.ok) return opened;
  opened.value.tracer = process.pid;
  noteTraced(host, pid);
  return allowed(opened.value, "proc/trace", `Process ${process.pid} controls process ${pid}.`);
}

/** The tracer lets go of it. */
export function release(_: Host, process: Process, object: Process): void {
  if (object.tracer === process.pid) delete object.tracer;
}
