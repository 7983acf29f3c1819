import { pass } from "../clock.ts";
import { exec } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import type { CommandResult, ExecFailure } from "./command.ts";
import { assume, cannotExec, complaint, INTERRUPTED, missing, notModelled } from "./failures.ts";
import { findProgram, knownCommand, type Program } from "./programs.ts";
import type { Shell } from "./shell.ts";
import { kindOfShell, type Speaker } from "./shellTexts.ts";
import { newShellState, ShellExit, type ShellState, type Streams } from "./state.ts";

/** How a program that a shell starts is found and run, and what is done with what it leaves. */

/** Takes the place of the process of a shell: execve(2), and the program runs to its end. */
export function become(
  shell: Shell,
  words: readonly string[],
  streams: Streams,
  failure?: ExecFailure,
): number {
  const [name = "", ...args] = words;
  const { host, process, run } = shell;
  const program = findProgram(host, process, name, shell.value("PATH") ?? host.kernel.shell.path);
  const known =
    program.kind === "missing" && run.unknown === "assume" ? knownCommand(host.kernel, name) : undefined;
  const chosen: Program = known ? { kind: "modelled", command: known, path: undefined } : program;
  if (chosen.kind === "missing") return missing(shell, name, streams, failure);
  if (chosen.kind === "refused")
    return cannotExec(shell, name, chosen.errno, chosen.decision, streams, failure);
  const path = chosen.path ?? name;
  // A program that is only taken to be there has no file to be looked at.
  const started = exec(host, process, known ? known.name : path, [name, ...args]);
  if (!started.ok) return cannotExec(shell, name, started.errno, started.decision, streams, failure);
  if (started.decision.verdict !== "allow") run.decisions.push(started.decision);
  if (chosen.kind === "script") {
    process.command = "sh";
    process.args = ["/bin/sh", chosen.path, ...args];
    return asScript(shell, chosen.text, chosen.path, args, streams);
  }
  if (chosen.kind === "unmodelled") {
    if (run.unknown === "assume") return assume(shell, words.join(" "), `${path} is not modelled.`);
    shell.print(streams.stderr, `${name}: not modelled\n`);
    run.decisions.push(notModelled(path));
    return 126;
  }
  shell.charge(streams.stdin.length);
  const before = host.now;
  const terminal = streams.terminal === true && run.background === 0 && !run.login;
  const result = run.budget.deeper(() =>
    chosen.command.run({
      host,
      process,
      args,
      stdin: streams.stdin,
      terminal,
      umask: shell.state.umask,
      shell: { kind: shell.kind, complaint: (text) => complaint(shell, text) },
      run: (line, as) => collected(shell, (own) => lineIn(shell, as ?? process, line, own, as)),
      exec: (next, failure) =>
        collected(shell, (own) =>
          become(
            shell,
            next,
            { ...own, stdin: streams.stdin, ...(terminal && { terminal: true as const }) },
            failure,
          ),
        ),
      script: (text, parameters = [], { name, reads } = { name: "sh", reads: "script" }) =>
        collected(shell, (own) =>
          asScript(shell, text, name, parameters, { ...own, stdin: streams.stdin }, reads),
        ),
    }),
  );
  return finish(shell, result, before, streams);
}

/** A shell in a child of a process: sh(1), or another one that somebody has logged in with. */
function lineIn(shell: Shell, parent: Process, line: string, streams: Streams, login?: Process): number {
  const { command = "sh", args: [name = command] = [] } = login ?? {};
  const state: ShellState = { ...newShellState(), umask: shell.state.umask, name };
  return shell.another(parent, state, "line").child((inner) => {
    exec(inner.host, inner.process, command, [name, "-c", line]);
    return inner.text(line, streams);
  }, streams);
}

function asScript(
  shell: Shell,
  text: string,
  name: string,
  parameters: readonly string[],
  streams: Streams,
  reads: Speaker["reads"] = "script",
): number {
  const { host, process } = shell;
  const state: ShellState = { ...newShellState(), umask: shell.state.umask, name };
  state.parameters = [...parameters];
  const kind = kindOfShell(process.command) ?? host.kernel.shell.sh(host, process);
  return shell.another(process, state, reads, kind).text(text, streams);
}

/** What something leaves when its output is caught. Its time has been counted already. */
function collected(shell: Shell, work: (streams: Streams) => number): CommandResult {
  const streams: Streams = { stdin: "", stdout: { text: "" }, stderr: { text: "" } };
  const before = shell.host.now;
  const known = shell.run.decisions.length;
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
    decisions: shell.run.decisions.slice(known),
    milliseconds: shell.host.now - before,
  };
}

function finish(shell: Shell, result: CommandResult, before: number, streams: Streams): number {
  const { host, run, process } = shell;
  if (result.unmodelled !== undefined && run.unknown === "assume")
    return assume(
      shell,
      process.args.join(" "),
      `Of ${process.command} the model does not know ${result.unmodelled}.`,
    );
  shell.print(streams.stdout, result.stdout);
  shell.print(streams.stderr, result.stderr);
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
    shell.print(streams.stderr, `(interrupted: ${process.command} would wait without end)\n`);
    return INTERRUPTED;
  }
  return result.status;
}
