import { pass } from "../clock.ts";
import { chdir } from "../filesystem/directories.ts";
import { pathFrom } from "../filesystem/paths.ts";
import { findProcess } from "../process/processes.ts";
import { callsUsage, systemCall } from "./calls.ts";
import { echoText, printfText } from "./commands/printing.ts";
import { evaluateTest } from "./commands/testing.ts";
import { become } from "./execution.ts";
import { complaint } from "./failures.ts";
import { makeLocal, ShellReturn } from "./functions.ts";
import { reapJobs } from "./jobs.ts";
import { commandNamed } from "./registry.ts";
import type { Shell } from "./shell.ts";
import type { ShellKind } from "./shellTexts.ts";
import { ShellExit, type Streams } from "./state.ts";

/** Commands that the shell does itself. Source: sh(1), Built-in Commands. */
type Builtin = (shell: Shell, args: readonly string[], streams: Streams) => number;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function complain(shell: Shell, streams: Streams, text: string, status = 2): number {
  shell.print(streams.stderr, `${text}\n`);
  return status;
}

const cd: Builtin = (shell, args, streams) => {
  const { host, process } = shell;
  const [first] = args.filter((arg) => !/^-[LPe]+$/.test(arg));
  const target = first === "-" ? shell.value("OLDPWD") : (first ?? shell.value("HOME"));
  if (target === undefined)
    return complain(
      shell,
      streams,
      complaint(shell, first === "-" ? "cd: OLDPWD not set" : "cd: HOME not set"),
    );
  const before = pathFrom(host, process, process.directory) ?? "";
  const moved = chdir(host, process, target);
  if (moved.decision.verdict !== "allow") shell.run.decisions.push(moved.decision);
  if (!moved.ok)
    return complain(
      shell,
      streams,
      complaint(shell, `cd: ${shell.texts.cd(target, host.kernel.shell.strerror(moved.errno))}`),
      shell.texts.status.builtin,
    );
  const now = pathFrom(host, process, process.directory) ?? target;
  shell.assign("OLDPWD", before);
  shell.assign("PWD", now);
  if (first === "-") shell.print(streams.stdout, `${now}\n`);
  return 0;
};

const pwd: Builtin = (shell, _args, streams) => {
  const path = pathFrom(shell.host, shell.process, shell.process.directory);
  if (path === undefined) return complain(shell, streams, "pwd: .: No such file or directory", 1);
  shell.print(streams.stdout, `${path}\n`);
  return 0;
};

const exportBuiltin: Builtin = (shell, args, streams) => {
  const { environment } = shell.process;
  const wanted = args.filter((arg) => arg !== "-p");
  if (wanted.length === 0)
    for (const name of Object.keys(environment).sort())
      shell.print(streams.stdout, `export ${name}='${environment[name]}'\n`);
  for (const arg of wanted) {
    const cut = arg.indexOf("=");
    const name = cut < 0 ? arg : arg.slice(0, cut);
    if (!NAME.test(name)) return complain(shell, streams, `export: ${name}: bad variable name`);
    const value = cut < 0 ? (shell.value(name) ?? "") : arg.slice(cut + 1);
    shell.process.environment = { ...shell.process.environment, [name]: value };
    delete shell.state.variables[name];
  }
  return 0;
};

const unset: Builtin = (shell, args) => {
  const [first, ...rest] = args;
  if (first === "-f") {
    const gone = new Set(rest);
    const kept = Object.entries(shell.state.functions ?? {}).filter(([name]) => !gone.has(name));
    shell.state.functions = Object.fromEntries(kept);
    return 0;
  }
  for (const name of first === "-v" ? rest : args) {
    delete shell.state.variables[name];
    const { [name]: _, ...others } = shell.process.environment;
    shell.process.environment = others;
  }
  return 0;
};

const set: Builtin = (shell, args, streams) => {
  for (const [i, arg] of args.entries()) {
    if (arg === "--") {
      shell.state.parameters = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+][a-z]+$/.test(arg)) {
      shell.state.parameters = args.slice(i);
      return 0;
    }
    for (const letter of arg.slice(1)) {
      if (letter === "e") shell.state.exitOnError = arg.startsWith("-");
      else if (!"uxv".includes(letter))
        return complain(shell, streams, `set: not modelled: ${arg[0]}${letter}`);
    }
  }
  if (args.length === 0)
    for (const name of Object.keys(shell.state.variables).sort())
      shell.print(streams.stdout, `${name}='${shell.state.variables[name]}'\n`);
  return 0;
};

const umask: Builtin = (shell, [mode], streams) => {
  if (mode === undefined) {
    shell.print(streams.stdout, `${shell.state.umask.toString(8).padStart(4, "0")}\n`);
    return 0;
  }
  if (!/^[0-7]{1,4}$/.test(mode)) return complain(shell, streams, `umask: Illegal number: ${mode}`);
  shell.state.umask = Number.parseInt(mode, 8) & 0o777;
  shell.process.umask = shell.state.umask;
  return 0;
};

const exitBuiltin: Builtin = (shell, [status]) => {
  throw new ShellExit(status === undefined ? shell.state.status : (Number.parseInt(status, 10) || 0) & 0xff);
};

/** Outside of a function it ends sh(1) and ksh93; bash(1) refuses it. */
const returnBuiltin: Builtin = (shell, [word], streams) => {
  const status = word === undefined ? shell.state.status : (Number.parseInt(word, 10) || 0) & 0xff;
  if (shell.frame) throw new ShellReturn(status);
  if (shell.kind !== "bash") throw new ShellExit(status);
  const text = "return: can only `return' from a function or sourced script";
  return complain(shell, streams, complaint(shell, text), 1);
};

/** Where `local` stands outside of one. ksh93 does not have it. */
const NOT_IN_FUNCTION: Readonly<Partial<Record<ShellKind, string>>> = {
  sh: "Not in a function",
  dash: "not in a function",
  bash: "can only be used in a function",
};

const local: Builtin = (shell, args, streams) => {
  const { frame } = shell;
  if (!frame) {
    const text = `local: ${NOT_IN_FUNCTION[shell.kind]}`;
    return complain(shell, streams, complaint(shell, text), shell.texts.status.builtin);
  }
  for (const arg of args) {
    const cut = arg.indexOf("=");
    const name = cut < 0 ? arg : arg.slice(0, cut);
    if (!NAME.test(name))
      return complain(shell, streams, complaint(shell, `local: ${name}: bad variable name`));
    makeLocal(shell, frame, name);
    if (cut >= 0) shell.assign(name, arg.slice(cut + 1));
  }
  return 0;
};

/** Where there are not so many, sh(1) and ksh93 complain; bash(1) only fails. Source: bltins/misc.c of ksh93 (b_shift). */
const shift: Builtin = (shell, [word = "1"], streams) => {
  const count = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isNaN(count))
    return complain(shell, streams, complaint(shell, `shift: Illegal number: ${word}`));
  if (count > shell.state.parameters.length)
    return shell.kind === "bash"
      ? 1
      : shell.kind === "ksh93"
        ? complain(shell, streams, complaint(shell, `shift: ${word}: bad number`), 1)
        : complain(shell, streams, complaint(shell, "shift: can't shift that many"));
  shell.state.parameters = shell.state.parameters.slice(count);
  return 0;
};

const exec: Builtin = (shell, args, streams) => {
  if (args.length === 0) return 0;
  throw new ShellExit(become(shell, args, streams));
};

/** Lets time pass until the programs in the background have ended, or the one that is named. */
const wait: Builtin = (shell, [pid], streams) => {
  const { host, state } = shell;
  const awaited = state.jobs.filter((job) => pid === undefined || String(job.pid) === pid);
  if (pid !== undefined && awaited.length === 0) return 127;
  for (const job of awaited) {
    if (findProcess(host, job.pid) && job.ends === null)
      return complain(shell, streams, `(interrupted: process ${job.pid} would run without end)`, 130);
    if (job.ends !== null) pass(host, job.ends - host.now);
  }
  reapJobs(shell);
  return 0;
};

/** Takes one line of the standard input, which is used up. */
const read: Builtin = (shell, args, streams) => {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const end = streams.stdin.indexOf("\n");
  const line = end < 0 ? streams.stdin : streams.stdin.slice(0, end);
  streams.stdin = end < 0 ? "" : streams.stdin.slice(end + 1);
  let rest = line.trim();
  names.forEach((name, i) => {
    const [word = ""] = i === names.length - 1 ? [rest] : rest.split(/\s+/, 1);
    rest = rest.slice(word.length).trimStart();
    if (NAME.test(name)) shell.assign(name, word);
  });
  return end < 0 && line === "" ? 1 : 0;
};

const test: Builtin = (shell, args, streams) => {
  const result = evaluateTest(shell.host, shell.process, args);
  if (typeof result === "string") return complain(shell, streams, `test: ${result}`);
  return result ? 0 : 1;
};

const bracket: Builtin = (shell, args, streams) =>
  args.at(-1) === "]" ? test(shell, args.slice(0, -1), streams) : complain(shell, streams, "[: missing ]");

const echo: Builtin = (shell, args, streams) => {
  shell.print(streams.stdout, echoText(args));
  return 0;
};

const printf: Builtin = (shell, args, streams) => {
  if (args.length === 0) return complain(shell, streams, "usage: printf format [arguments ...]", 1);
  const { text, error } = printfText(args, (characters) => shell.charge(characters));
  shell.print(streams.stdout, text);
  return error === undefined ? 0 : complain(shell, streams, `printf: ${error}`, 1);
};

const command: Builtin = (shell, args, streams) => {
  const [first, ...rest] = args;
  if (first === "-v" || first === "-V") {
    const [name = ""] = rest;
    const own = builtinNamed(shell, name) !== undefined || Object.hasOwn(shell.state.functions ?? {}, name);
    const known = own ? name : commandNamed(shell.host.kernel, name)?.path;
    if (known === undefined) return 127;
    shell.print(streams.stdout, `${known}\n`);
    return 0;
  }
  if (first === undefined) return 0;
  return shell.child((child) => become(child, args, streams), streams);
};

/** What there is, one program a line. */
const help: Builtin = (shell, _args, streams) => {
  const parts = shell.host.kernel.shell.programs().map(([title, commands]) => {
    const lines = [...commands]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}\n`);
    return `${title}:\n${lines.join("")}`;
  });
  const own = Object.keys(BUILTINS).sort().join(" ");
  shell.print(streams.stdout, `${parts.join("\n")}\nBuiltins of the shell:\n  ${own}\n`);
  return 0;
};

const jobs: Builtin = (shell, _args, streams) => {
  shell.state.jobs.forEach(({ pid }, i) => {
    const running = findProcess(shell.host, pid)?.state === "stopped" ? "Suspended" : "Running";
    const line = findProcess(shell.host, pid)?.args.join(" ") ?? "";
    shell.print(streams.stdout, `[${i + 1}] ${pid} ${running}                 ${line}\n`);
  });
  return 0;
};

/**
 * Makes one system call in the shell itself, as truss(1) would show it. No shell has that: it stands for programs that
 * the model does not have.
 */
const syscall: Builtin = (shell, [name = "", ...words], streams) => {
  const made = systemCall(shell.host, shell.process, name, words);
  if (!made) return complain(shell, streams, `usage:\n${callsUsage(shell.host)}`);
  if (made.outcome.decision.verdict !== "allow") shell.run.decisions.push(made.outcome.decision);
  shell.print(streams.stdout, `${made.line}\n`);
  return made.outcome.ok ? 0 : 1;
};

/** By name. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  "[": bracket,
  cd,
  command,
  echo,
  exec,
  exit: exitBuiltin,
  help,
  export: exportBuiltin,
  jobs,
  local,
  printf,
  pwd,
  read,
  return: returnBuiltin,
  set,
  shift,
  syscall,
  test,
  umask,
  unset,
  wait,
};

/** Those that a shell does not have: it looks for a program of that name. */
const LACKING: Readonly<Partial<Record<ShellKind, ReadonlySet<string>>>> = { ksh93: new Set(["local"]) };

/** What a shell does itself under a name. */
export function builtinNamed({ kind }: Shell, name: string): Builtin | undefined {
  return Object.hasOwn(BUILTINS, name) && !LACKING[kind]?.has(name) ? BUILTINS[name] : undefined;
}
