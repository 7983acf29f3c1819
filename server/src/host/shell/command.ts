import type { Decision, Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import type { ShellKind } from "./shellTexts.ts";

/** What a command gets: the process that it runs as (forked already), its words and its standard input. */
export interface CommandContext {
  readonly host: Host;
  readonly process: Process;
  /** The words behind the name. */
  readonly args: readonly string[];
  readonly stdin: string;
  /** Whether somebody sits at a terminal and would go on typing in what the command logs in to. */
  readonly terminal: boolean;
  /** The mode bits that new files do not get. */
  readonly umask: number;
  /** The shell that has started it, for programs that are builtins of the real shells. */
  readonly shell: {
    readonly kind: ShellKind;
    /** A complaint, which begins with the name of the builtin, as that shell makes it. */
    complaint(text: string): string;
  };
  /** Runs a command line in a child of this process, as `sh -c` does. */
  run(line: string, as?: Process): CommandResult;
  /**
   * execve(2): this process becomes another program, which the first word names. `tool` says what complains if that is
   * not possible (`env: x: No such file or directory`), and with which status.
   */
  exec(words: readonly string[], tool: ExecFailure): CommandResult;
  /** Interprets a text in this process itself, as sh(1) does; the parameters are `$1` and so on. */
  script(text: string, parameters?: readonly string[], from?: ScriptSource): CommandResult;
}

/** Where a shell has a text from. */
interface ScriptSource {
  /** `$0`. */
  readonly name: string;
  /** `line`: the word behind `-c`. */
  readonly reads: "line" | "script";
}

/** How a program that starts another one tells that it could not. */
export interface ExecFailure {
  /** In front of the name: `jexec: execvp: `. */
  readonly prefix: string;
  readonly status: number;
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
  /** What of the command the model does not know: nothing has been done. */
  readonly unmodelled?: string;
  /** The real program would run on: with `&` its process stays, otherwise the shell interrupts it. */
  readonly stays?: true;
  /** Where whoever sits at the terminal goes on. */
  readonly login?: Login;
}

/** A shell that somebody has been logged in to from another one. */
export interface Login {
  readonly process: Process;
  /** The name by which the shell calls itself. */
  readonly name: string;
  /** What the terminal shows when it has ended. */
  readonly closing: string;
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

/** A program by its path, from which it has its name. */
export function program(path: string, summary: string, run: Command["run"]): Command {
  return { name: path.slice(path.lastIndexOf("/") + 1), path, summary, run };
}

export function done(stdout = "", decisions: readonly Decision[] = [], milliseconds = 1): CommandResult {
  return { status: 0, stdout, stderr: "", decisions, milliseconds };
}

export function failed(stderr: string, status = 1, decisions: readonly Decision[] = []): CommandResult {
  return { status, stdout: "", stderr, decisions, milliseconds: 1 };
}

/** An option, a subcommand or a script that the real program knows and the model does not. */
export function unmodelled(tool: string, what: string): CommandResult {
  return { ...failed(`${tool}: not modelled: ${what}\n`, 126), unmodelled: what };
}

/** A system call that the builtin `syscall` makes. */
export interface SystemCall {
  /** What `syscall` prints when it is called wrongly. */
  readonly usage: string;
  /** How many words it takes, at least and at most. */
  readonly words: readonly [number, number];
  /** Does it; a number is what the call returns. */
  run(host: Host, process: Process, words: readonly string[]): Outcome<unknown>;
  /** What truss shows between the parentheses, where it is not the words. */
  readonly shown?: (words: readonly string[]) => readonly (string | number)[];
}
