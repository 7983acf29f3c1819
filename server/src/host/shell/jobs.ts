import type { Host } from "../host.ts";
import { exit, findProcess } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import type { Shell } from "./shell.ts";

/** Ends what has run long enough meanwhile. */
export function reapJobs(shell: Shell): void {
  const { host, state } = shell;
  if (state.jobs.length === 0) return;
  state.jobs = state.jobs.filter(({ pid, ends }) => {
    const child = findProcess(host, pid);
    if (!child) return false;
    if (child.state !== "zombie") {
      if (ends === null || ends > host.now) return true;
      exit(host, child, 0);
    }
    shell.await(child, 0);
    return false;
  });
}

/** Whether a process has not ended, and its number is still its own. */
export function isAlive(host: Host, process: Process): boolean {
  return findProcess(host, process.pid) === process && process.state !== "zombie";
}
