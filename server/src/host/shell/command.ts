import type { Decision } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";

/** What a command gets: the process that it runs as (forked already), its words and its standard input. */
export interface CommandContext {
  readonly host: Host;
  readonly process: Process;
  /** The words behind the name. */
  readonly args: readonly string[];
  readonly stdin: string;
  /** Runs a command line in a child of this process, as `sh -c` does. */
  run(line: string, as?: Process): CommandResult;
}

/** What a command leaves: texts as the real tool prints them, the exit status, and the decisions behind them. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly decisions: readonly Decision[];
  /** Virtual milliseconds that it takes. */
  readonly milliseconds: number;
  /** The model does not know the command and takes it as a success. */
  readonly assumed?: true;
}

/** One modelled program. */
export interface Command {
  readonly name: string;
  /** Where it is on the disk: `/bin/ps`. */
  readonly path: string;
  /** One line for `help`. */
  readonly summary: string;
  run(context: CommandContext): CommandResult;
}

export function done(stdout = "", decisions: readonly Decision[] = [], milliseconds = 1): CommandResult {
  return { status: 0, stdout, stderr: "", decisions, milliseconds };
}

export function failed(stderr: string, status = 1, decisions: readonly Decision[] = []): CommandResult {
  return { status, stdout: "", stderr, decisions, milliseconds: 1 };
}
