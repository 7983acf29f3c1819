import { pass } from "../clock.ts";
import type { Host } from "../host.ts";
import { copyOf } from "../plain.ts";
import { exec, exit, findProcess, reap, wait } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import { inBackground } from "./background.ts";
import { Runaway } from "./budget.ts";
import { BUILTINS } from "./builtins.ts";
import type { CommandResult, ExecFailure } from "./command.ts";
import { type Expander, expandText, expandWords } from "./expand.ts";
import { assume, cannotExec, INTERRUPTED, isBash, missing, notModelled } from "./failures.ts";
import { forkChild } from "./forking.ts";
import { call, define, type Frame, newFrame, ShellReturn } from "./functions.ts";
import { isAlive, reapJobs } from "./jobs.ts";
import { parseShell } from "./parse.ts";
import { findProgram, knownCommand, type Program } from "./programs.ts";
import { redirected } from "./redirection.ts";
import { newShellState, type Run, ShellExit, type ShellState, type Sink, type Streams } from "./state.ts";
import type { Compound, List, Pipeline, Script, ShellCommand, Simple } from "./syntax.ts";

const NO_NAMES: ReadonlySet<string> = new Set();

/** One shell: a process that interprets scripts. */
export class Shell implements Expander {
  readonly host: Host;
  readonly process: Process;
  readonly state: ShellState;
  readonly run: Run;
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

  constructor(host: Host, process: Process, state: ShellState, run: Run) {
    this.host = host;
    this.process = process;
    this.state = state;
    this.run = run;
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
    const parsed = isBash(this) ? parseShell(text, NO_NAMES) : parseShell(text);
    if (parsed.ok) return this.run.budget.deeper(() => this.script(parsed.script, streams));
    const { kind, message, line, column } = parsed.problem;
    if (kind === "syntax") {
      this.print(streams.stderr, `${this.state.name}: ${line}: Syntax error: ${message}\n`);
      this.state.status = 2;
      return 2;
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
    const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
    if (builtin) {
      for (const [variable, value] of assigned) this.assign(variable, value);
      return redirected(this, command.redirections, streams, (own) => builtin(this, args, own));
    }
    const start = (shell: Shell): number => {
      shell.process.environment = { ...shell.process.environment, ...Object.fromEntries(assigned) };
      return redirected(shell, command.redirections, streams, (own) => shell.become(words, own));
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
    const shell = new Shell(this.host, child, state, this.run);
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

  /** Takes the place of this process: execve(2), and the program runs to its end. */
  become(words: readonly string[], streams: Streams, failure?: ExecFailure): number {
    const [name = "", ...args] = words;
    const { host, process, run } = this;
    const program = findProgram(host, process, name, this.value("PATH") ?? host.kernel.shell.path);
    const known =
      program.kind === "missing" && run.unknown === "assume" ? knownCommand(host.kernel, name) : undefined;
    const chosen: Program = known ? { kind: "modelled", command: known, path: undefined } : program;
    if (chosen.kind === "missing") return missing(this, name, streams, failure);
    if (chosen.kind === "refused")
      return cannotExec(this, name, chosen.errno, chosen.decision, streams, failure);
    const path = chosen.path ?? name;
    // A program that is only taken to be there has no file to be looked at.
    const started = exec(host, process, known ? known.name : path, [name, ...args]);
    if (!started.ok) return cannotExec(this, name, started.errno, started.decision, streams, failure);
    if (started.decision.verdict !== "allow") run.decisions.push(started.decision);
    if (chosen.kind === "script") {
      process.command = "sh";
      process.args = ["/bin/sh", chosen.path, ...args];
      return this.asScript(chosen.text, chosen.path, args, streams);
    }
    if (chosen.kind === "unmodelled") {
      if (run.unknown === "assume") return assume(this, words.join(" "), `${path} is not modelled.`);
      this.print(streams.stderr, `${name}: not modelled\n`);
      run.decisions.push(notModelled(path));
      return 126;
    }
    this.charge(streams.stdin.length);
    const before = host.now;
    const terminal = streams.terminal === true && run.background === 0 && !run.login;
    const result = run.budget.deeper(() =>
      chosen.command.run({
        host,
        process,
        args,
        stdin: streams.stdin,
        terminal,
        umask: this.state.umask,
        run: (line, as) => this.collected((own) => this.lineIn(as ?? process, line, own)),
        exec: (next, failure) =>
          this.collected((own) =>
            this.become(
              next,
              { ...own, stdin: streams.stdin, ...(terminal && { terminal: true as const }) },
              failure,
            ),
          ),
        script: (text, parameters = []) =>
          this.collected((own) => this.asScript(text, "sh", parameters, { ...own, stdin: streams.stdin })),
      }),
    );
    return this.finish(result, before, streams);
  }

  /** A shell in a child of a process. */
  private lineIn(parent: Process, line: string, streams: Streams): number {
    const state = newShellState();
    state.umask = this.state.umask;
    return new Shell(this.host, parent, state, this.run).child((shell) => {
      exec(this.host, shell.process, "sh", ["sh", "-c", line]);
      return shell.text(line, streams);
    }, streams);
  }

  private asScript(text: string, name: string, parameters: readonly string[], streams: Streams): number {
    const state: ShellState = { ...newShellState(), umask: this.state.umask, name };
    state.parameters = [...parameters];
    return new Shell(this.host, this.process, state, this.run).text(text, streams);
  }

  /** What something leaves when its output is caught. Its time has been counted already. */
  private collected(work: (streams: Streams) => number): CommandResult {
    const streams: Streams = { stdin: "", stdout: { text: "" }, stderr: { text: "" } };
    const before = this.host.now;
    const known = this.run.decisions.length;
    let status: number;
    try {
      status = work(streams);
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error;
      status = error.status;
    }
    return {
      status,
      stdout: streams.stdout.text,
      stderr: streams.stderr.text,
      decisions: this.run.decisions.slice(known),
      milliseconds: this.host.now - before,
    };
  }

  private finish(result: CommandResult, before: number, streams: Streams): number {
    const { host, run, process } = this;
    if (result.unmodelled !== undefined && run.unknown === "assume")
      return assume(
        this,
        process.args.join(" "),
        `Of ${process.command} the model does not know ${result.unmodelled}.`,
      );
    this.print(streams.stdout, result.stdout);
    this.print(streams.stderr, result.stderr);
    for (const decision of result.decisions)
      if (!run.decisions.includes(decision)) run.decisions.push(decision);
    if (result.assumed) run.assumed = true;
    if (result.login) run.login = result.login;
    const own = result.milliseconds - (host.now - before);
    if (run.background > 0) {
      if (result.stays) run.lasting = null;
      else if (run.lasting !== null) run.lasting += own;
      return result.status;
    }
    pass(host, own);
    if (result.stays) {
      this.print(streams.stderr, `(interrupted: ${process.command} would wait without end)\n`);
      return INTERRUPTED;
    }
    return result.status;
  }

  print(sink: Sink, text: string): void {
    if (text === "") return;
    this.charge(text.length);
    sink.text += text;
  }
}
