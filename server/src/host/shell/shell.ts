import type { Host } from "../host.ts";
import { copyOf } from "../plain.ts";
import { exit, findProcess, reap, wait } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import { inBackground } from "./background.ts";
import { Runaway } from "./budget.ts";
import { builtinNamed } from "./builtins.ts";
import { become } from "./execution.ts";
import { type Expander, expandText, expandWords } from "./expand.ts";
import { assume } from "./failures.ts";
import { forkChild } from "./forking.ts";
import { call, define, type Frame, newFrame, ShellReturn } from "./functions.ts";
import { isAlive, reapJobs } from "./jobs.ts";
import { lineOf, parseShell } from "./parse.ts";
import { redirected } from "./redirection.ts";
import { kindOfShell, type ShellKind, type ShellTexts, type Speaker, shellTexts } from "./shellTexts.ts";
import { type Run, ShellExit, type ShellState, type Sink, type Streams } from "./state.ts";
import type { Compound, List, Pipeline, Script, ShellCommand, Simple } from "./syntax.ts";

const NO_NAMES: ReadonlySet<string> = new Set();

/** One shell: a process that interprets scripts. */
export class Shell implements Expander {
  readonly host: Host;
  readonly process: Process;
  readonly state: ShellState;
  readonly run: Run;
  /** Which shell it is. */
  readonly kind: ShellKind;
  private readonly reads: Speaker["reads"];
  /** What it has read last, and where in it the command begins that runs. */
  private source = "";
  private at = 0;
  /** Of the function that runs, also in a child of its shell. */
  frame: Frame | undefined;
  /** The functions that were called and have not returned, here or in the shells that this one was forked by. */
  active: readonly string[] = [];
  /** Whether one of them is inside of itself. */
  recursive = false;
  /** Inside of a condition `set -e` does not count. */
  private conditions = 0;
  /** The status of the last command substitution of the current command. */
  private substituted: number | undefined;

  /** @param kind by its name where nothing else is said: a script has another one */
  constructor(
    host: Host,
    process: Process,
    state: ShellState,
    run: Run,
    reads: Speaker["reads"],
    kind = kindOfShell(state.name) ?? host.kernel.shell.sh(host, process),
  ) {
    this.host = host;
    this.process = process;
    this.state = state;
    this.run = run;
    this.reads = reads;
    this.kind = kind;
  }

  /** What it says where something fails. */
  get texts(): ShellTexts {
    return shellTexts[this.kind];
  }

  get speaker(): Speaker {
    const { source, at, reads, frame } = this;
    return { name: this.state.name, reads, line: lineOf(source, at), inFunction: frame !== undefined };
  }

  get parameters(): readonly string[] {
    return this.state.parameters;
  }

  value(name: string): string | undefined {
    const { state, process } = this;
    if (name === "?") return String(state.status);
    if (name === "$") return String(process.pid);
    if (name === "!") return state.lastJob === null ? "" : String(state.lastJob);
    if (name === "#") return String(state.parameters.length);
    if (name === "0") return state.name;
    if (name === "@" || name === "*") return state.parameters.join(" ");
    if (/^\d+$/.test(name)) return state.parameters[Number(name) - 1];
    for (const values of [state.variables, process.environment])
      if (Object.hasOwn(values, name)) return values[name];
    return undefined;
  }

  assign(name: string, value: string): void {
    const { process, state } = this;
    if (Object.hasOwn(process.environment, name))
      process.environment = { ...process.environment, [name]: value };
    else state.variables[name] = value;
  }

  charge(characters: number): void {
    this.run.budget.charge(characters);
  }

  substitute(script: Script): string {
    const stdout: Sink = { text: "" };
    const streams: Streams = { stdin: "", stdout, stderr: this.errors ?? { text: "" } };
    this.substituted = this.child((shell) => shell.script(script, streams), streams);
    return stdout.text.replace(/\n+$/, "");
  }

  /** Where errors of expansions go: that of the command that is on its way. */
  private errors: Sink | undefined;

  /** Reads and interprets a text in this process. */
  text(text: string, streams: Streams): number {
    this.source = text;
    this.at = 0;
    const parsed = this.kind === "bash" ? parseShell(text, NO_NAMES) : parseShell(text);
    if (parsed.ok) return this.run.budget.deeper(() => this.script(parsed.script, streams));
    const { kind, message, line, column } = parsed.problem;
    if (kind === "syntax") {
      this.print(streams.stderr, `${this.texts.syntax(this.speaker, parsed.problem, text)}\n`);
      this.state.status = this.texts.status.syntax;
      return this.state.status;
    }
    const reason = `${message} (line ${line}, column ${column})`;
    if (this.run.unknown === "assume") {
      assume(this, text.trim().split("\n")[0] ?? "", `The shell's part of it is not modelled: ${reason}.`);
      this.state.status = 0;
      return 0;
    }
    this.print(streams.stderr, `${this.state.name}: ${line}: not modelled: ${reason}\n`);
    this.state.status = 2;
    return 2;
  }

  script({ lists }: Script, streams: Streams): number {
    for (const list of lists) this.list(list, streams);
    return this.state.status;
  }

  private list(list: List, streams: Streams): void {
    reapJobs(this);
    if (list.background) {
      inBackground(this, list, streams);
      return;
    }
    const { state } = this;
    const last = list.rest.length;
    let failing = this.guarded(last > 0, () => this.pipeline(list.first, streams));
    list.rest.forEach(({ operator, pipeline }, i) => {
      if ((state.status === 0) !== (operator === "&&")) {
        failing = false;
        return;
      }
      failing = this.guarded(i + 1 < last, () => this.pipeline(pipeline, streams));
    });
    if (failing && state.exitOnError && this.conditions === 0) throw new ShellExit(state.status);
  }

  /** Runs something whose failure may be expected; tells whether it was not, and failed. */
  private guarded(expected: boolean, work: () => boolean): boolean {
    if (!expected) return work();
    this.conditions++;
    try {
      work();
      return false;
    } finally {
      this.conditions--;
    }
  }

  /** Returns whether a failure counts for `set -e`: not behind `!`. */
  private pipeline({ negated, commands }: Pipeline, streams: Streams): boolean {
    const { state } = this;
    const [only] = commands;
    if (negated) this.conditions++;
    try {
      if (only && commands.length === 1) state.status = this.command(only, streams);
      else {
        let { stdin } = streams;
        commands.forEach((command, i) => {
          const stdout = i === commands.length - 1 ? streams.stdout : { text: "" };
          const own: Streams = { stdin, stdout, stderr: streams.stderr };
          state.status = this.child((shell) => shell.command(command, own, true), own);
          stdin = stdout.text;
        });
      }
    } finally {
      if (negated) this.conditions--;
    }
    if (negated) state.status = state.status === 0 ? 1 : 0;
    return !negated && state.status !== 0;
  }

  /** `forked`: this shell is a child that does nothing else, so that a program can take its place. */
  command(command: ShellCommand, streams: Streams, forked = false): number {
    return this.run.budget.command(() => {
      this.errors = streams.stderr;
      if (command.kind === "simple") return this.simple(command, streams, forked);
      if (command.kind !== "function") return this.compound(command, streams, forked);
      define(this, command);
      return 0;
    });
  }

  private compound(command: Compound, streams: Streams, forked = false): number {
    return redirected(this, command.redirections, streams, (own) => {
      if (command.kind === "group")
        return command.subshell && !forked
          ? this.child((shell) => shell.script(command.body, own), own)
          : this.script(command.body, own);
      if (command.kind === "for") {
        const words = command.words ? expandWords(this, command.words) : [...this.state.parameters];
        this.state.status = 0;
        for (const word of words) {
          this.run.budget.step();
          this.assign(command.variable, word);
          this.script(command.body, own);
        }
        return this.state.status;
      }
      for (const { condition, body } of command.branches) {
        this.conditions++;
        let status: number;
        try {
          status = this.script(condition, own);
        } finally {
          this.conditions--;
        }
        if (status === 0) return this.script(body, own);
      }
      this.state.status = 0;
      return command.otherwise ? this.script(command.otherwise, own) : 0;
    });
  }

  private simple(command: Simple, streams: Streams, forked: boolean): number {
    this.substituted = undefined;
    // A function may have been typed before.
    if (!this.frame || this.reads !== "terminal") this.at = command.at;
    const words = expandWords(this, command.words);
    const assigned = command.assignments.map(({ name, value }) => [name, expandText(this, value)] as const);
    const [name, ...args] = words;
    if (name === undefined) {
      for (const [variable, value] of assigned) this.assign(variable, value);
      return redirected(this, command.redirections, streams, () => this.substituted ?? 0);
    }
    const { functions = {} } = this.state;
    const body = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (body)
      return redirected(this, command.redirections, streams, (own) =>
        call(this, name, args, assigned, () => this.compound(body, own)),
      );
    const builtin = builtinNamed(this, name);
    if (builtin) {
      for (const [variable, value] of assigned) this.assign(variable, value);
      return redirected(this, command.redirections, streams, (own) => builtin(this, args, own));
    }
    const start = (shell: Shell): number => {
      shell.process.environment = { ...shell.process.environment, ...Object.fromEntries(assigned) };
      return redirected(shell, command.redirections, streams, (own) => become(shell, words, own));
    };
    return forked ? start(this) : this.child(start, streams);
  }

  /** Runs something in a child process, waits for it, and gives its status. */
  child(work: (shell: Shell) => number, streams: Streams): number {
    const child = forkChild(this, streams);
    const status = this.work(this.forked(child), work);
    // What reads on from the terminal stays, until somebody leaves it.
    if (this.run.login?.process === child && isAlive(this.host, child)) return status;
    exit(this.host, child, status & 0xff);
    return this.await(child, status);
  }

  /** The shell that a child of this one is, as it is forked. */
  forked(child: Process): Shell {
    const { functions, ...others } = this.state;
    const state: ShellState = { ...copyOf(others), jobs: [], ...(functions && { functions }) };
    const shell = new Shell(this.host, child, state, this.run, this.reads, this.kind);
    shell.source = this.source;
    shell.at = this.at;
    shell.conditions = this.conditions;
    shell.frame = this.frame && newFrame();
    shell.active = this.active;
    shell.recursive = this.recursive;
    return shell;
  }

  work(shell: Shell, work: (shell: Shell) => number): number {
    const { process: child } = shell;
    try {
      return work(shell);
    } catch (error) {
      if (error instanceof ShellExit || error instanceof ShellReturn) return error.status;
      // Nobody interrupts what runs away in the background.
      if (error instanceof Runaway && this.run.background > 0) {
        child.state = "sleeping";
        throw error;
      }
      exit(this.host, child, 1);
      if (isAlive(this.host, this.process)) this.await(child, 1);
      throw error;
    }
  }

  await(child: Process, status: number): number {
    if (!isAlive(this.host, this.process)) throw new ShellExit(this.process.exitStatus ?? status);
    const record = findProcess(this.host, child.pid);
    if (record !== child) return status & 0xff;
    const ended = child.exitStatus ?? status;
    // A child outside of the prison cannot be waited for; then init takes it.
    if (!wait(this.host, this.process, child.pid).ok) reap(this.host, child);
    return ended;
  }

  /** Another shell of the same run. */
  another(process: Process, state: ShellState, reads: Speaker["reads"], kind?: ShellKind): Shell {
    return new Shell(this.host, process, state, this.run, reads, kind);
  }

  print(sink: Sink, text: string): void {
    if (text === "") return;
    this.charge(text.length);
    sink.text += text;
  }
}
