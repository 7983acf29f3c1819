import type { Decision } from "../decision.ts";
import type { Process } from "../process/types.ts";
import type { Budget } from "./budget.ts";
import type { Login } from "./command.ts";
import type { Compound } from "./syntax.ts";

/** What a shell remembers from line to line, beside its process. Plain JSON. */
export interface ShellState {
  /** Variables that are not exported: those are in the environment of the process. */
  variables: Record<string, string>;
  parameters: string[];
  /** The bodies of functions by name. Replaced as a whole, never changed in place. Absent where there are none. */
  functions?: Readonly<Record<string, Compound>>;
  /** `$0`. */
  name: string;
  status: number;
  /** `set -e`. */
  exitOnError: boolean;
  umask: number;
  /** Programs in the background that would still run, with the moment at which they end by themselves; null: never. */
  jobs: { pid: number; ends: number | null }[];
  /** The last one, for `$!`. */
  lastJob: number | null;
}

export function newShellState(): ShellState {
  return {
    variables: {},
    parameters: [],
    name: "sh",
    status: 0,
    exitOnError: false,
    umask: 0o022,
    jobs: [],
    lastJob: null,
  };
}

/** Where text goes. */
export interface Sink {
  text: string;
}

/** The three streams of a command. */
export interface Streams {
  stdin: string;
  stdout: Sink;
  stderr: Sink;
  /** Input and output are those of a terminal, at which somebody sits. */
  terminal?: true;
}

/** What all shells of one run have in common. */
export interface Run {
  readonly unknown: "assume" | "refuse";
  readonly budget: Budget;
  readonly decisions: Decision[];
  assumed: boolean;
  /** Above 0 time stands still, because nobody waits. */
  background: number;
  /** Of what runs in the background: the virtual milliseconds that its programs take; null where one has no end. */
  lasting: number | null;
  /** Children that are there and wait for their turn: those that a function in the background starts of itself. */
  readonly waiting: { readonly child: Process; readonly start: () => void }[];
  /** Where whoever sits at the terminal goes on, when the line is done. */
  login?: Login;
}

/** Leaves a shell: `exit`, a failure under `set -e`, or the end of its process. */
export class ShellExit extends Error {
  readonly status: number;
  readonly why: "exit" | "error";

  /** `error`: what ends a script, and brings somebody at a terminal back to the prompt. */
  constructor(status: number, why: "exit" | "error" = "exit") {
    super("exit");
    this.status = status;
    this.why = why;
  }
}
