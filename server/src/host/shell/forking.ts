import { pass } from "../clock.ts";
import { fork } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import { Runaway } from "./budget.ts";
import { reapJobs } from "./jobs.ts";
import type { Shell } from "./shell.ts";
import { ShellExit, type Streams } from "./state.ts";

/** The status of bash(1) where it cannot fork: that of a program that cannot be run. */
const BASH_STATUS = 126;
/** bash(1) waits one second, then twice as long each time, as long as it is less than this. */
const BASH_PATIENCE = 16;

/**
 * A child of a shell. Where none can be had, the shell complains in its own words and ends, or is back at its prompt.
 * Source: bin/sh/jobs.c of FreeBSD; jobs.c of bash, which tries EAGAIN again four times within 15 seconds.
 */
export function forkChild(shell: Shell, streams: Streams): Process {
  const { host, process, run, state } = shell;
  const { strerror } = host.kernel.shell;
  const bash = shell.kind === "bash";
  let forked = fork(host, process);
  if (bash)
    for (let seconds = 1; seconds < BASH_PATIENCE; seconds *= 2) {
      if (forked.ok || forked.errno !== "EAGAIN") break;
      shell.print(streams.stderr, `${state.name}: fork: retry: ${strerror(forked.errno)}\n`);
      // In the background time stands still.
      if (run.background === 0) {
        pass(host, seconds * 1000);
        reapJobs(shell);
      }
      forked = fork(host, process);
    }
  if (forked.ok) return forked.value;
  run.decisions.push(forked.decision);
  const what = bash ? "fork" : "Cannot fork";
  shell.print(streams.stderr, `${state.name}: ${what}: ${strerror(forked.errno)}\n`);
  if (shell.recursive) throw new Runaway("what a function that starts itself does when it cannot fork");
  throw new ShellExit(bash ? BASH_STATUS : 2, "error");
}
