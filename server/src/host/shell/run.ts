import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { Budget, OutOfBudget } from "./budget.ts";
import type { CommandResult } from "./command.ts";
import { reapJobs } from "./jobs.ts";
import { Shell } from "./shell.ts";
import { newShellState, type Run, ShellExit, type ShellState, type Streams } from "./state.ts";

export interface RunOptions {
  /** A program that is not modelled: taken as a success, visibly, or refused with 126 or 127. */
  readonly unknown: "assume" | "refuse";
  /** What the shell remembers; changed by the run. A new shell without it. */
  readonly state?: ShellState;
  readonly stdin?: string;
  /** Whether somebody sits at the shell: then only `exit`, or the end of its process, ends it. */
  readonly interactive?: boolean;
}

/** A `CommandResult`, and whether the line has ended the shell itself. */
export interface ShellResult extends CommandResult {
  readonly exited: boolean;
}

/**
 * Runs a command line in a process, which is the shell: `cd` moves it, and each program is a child of it. The clock
 * moves on by `milliseconds`. Never throws and never hangs: what takes too much ends with status 2 and a note.
 */
export function runShell(host: Host, process: Process, line: string, options: RunOptions): ShellResult {
  const streams: Streams = { stdin: options.stdin ?? "", stdout: { text: "" }, stderr: { text: "" } };
  if (options.interactive && options.stdin === undefined) streams.terminal = true;
  const run: Run = {
    unknown: options.unknown,
    budget: new Budget(),
    decisions: [],
    assumed: false,
    background: 0,
    lasting: 0,
    waiting: [],
  };
  const state = options.state ?? newShellState();
  const shell = new Shell(host, process, state, run, options.interactive ? "terminal" : "line");
  const before = host.now;
  let exited = false;
  try {
    shell.text(line, streams);
    reapJobs(shell);
  } catch (error) {
    if (error instanceof ShellExit) {
      exited = !(options.interactive && error.why === "error");
      state.status = error.status;
    } else if (error instanceof OutOfBudget) {
      streams.stderr.text += `sh: not modelled: ${error.message}\n`;
      state.status = 2;
    } else throw error;
  }
  return {
    status: state.status,
    stdout: streams.stdout.text,
    stderr: streams.stderr.text,
    decisions: run.decisions,
    milliseconds: host.now - before,
    exited,
    ...(run.assumed && { assumed: true as const }),
    ...(run.login && { login: run.login }),
  };
}
