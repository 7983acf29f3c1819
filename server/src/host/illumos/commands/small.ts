import { pathFrom } from "../../filesystem/paths.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { findProgram } from "../../shell/programs.ts";
import { processFor } from "../process/permissions.ts";
import { letCompute } from "../resources/load.ts";
import { commandLine } from "./psFields.ts";

/** Small programs that look at processes and programs. Source: usr/src/cmd/ptools, usr/src/cmd/which. */

function runWhich({ host, process, args }: CommandContext): CommandResult {
  let stdout = "";
  let stderr = "";
  const path = process.environment["PATH"] ?? host.kernel.shell.path;
  for (const name of args) {
    const found = findProgram(host, process, name, path);
    if ("path" in found && found.path !== undefined) stdout += `${found.path}\n`;
    else stderr += `no ${name} in ${path.replaceAll(":", " ")}\n`;
  }
  return { ...done(stdout), stderr, status: stderr === "" ? 0 : 1 };
}

/** Each pid of the command line, as far as the zone has it. */
function eachPid(tool: string, text: (context: CommandContext, pid: number) => string) {
  return (context: CommandContext): CommandResult => {
    const { host, process, args } = context;
    if (args.length === 0) return failed(`usage:\t${tool} pid ...\n`, 2);
    let stdout = "";
    let stderr = "";
    for (const word of args) {
      const found = processFor(host, process, Number(word));
      if (found.ok) stdout += text(context, found.value.pid);
      else stderr += `${tool}: cannot examine ${word}: no such process\n`;
    }
    return { ...done(stdout), stderr, status: stderr === "" ? 0 : 1 };
  };
}

function pargsText({ host }: CommandContext, pid: number): string {
  const process = host.state.processes.byPid[pid];
  if (!process) return "";
  const words = process.args.map((word, i) => `argv[${i}]: ${word}\n`);
  return `${pid}:\t${commandLine(process)}\n${words.join("")}`;
}

function pwdxText({ host, process: viewer }: CommandContext, pid: number): string {
  const process = host.state.processes.byPid[pid];
  return process ? `${pid}:\t${pathFrom(host, viewer, process.directory) ?? "?"}\n` : "";
}

function runSleep({ host, args: [word = ""] }: CommandContext): CommandResult {
  const seconds = Number(word);
  if (word === "" || Number.isNaN(seconds) || seconds < 0)
    return failed("sleep: bad character in argument\n");
  letCompute(host, seconds * 1000);
  return done("", [], seconds * 1000);
}

/** yes(1) writes without end, and so takes all the time of a CPU that it gets. Source: usr/src/cmd/yes. */
function runYes({ process }: CommandContext): CommandResult {
  process.illumos = { ...process.illumos, computes: 100 };
  return { ...done(""), stays: true };
}

export const smallCommands = [
  program("/usr/bin/which", "where a program is", runWhich),
  program("/usr/bin/pargs", "the arguments of processes", eachPid("pargs", pargsText)),
  program("/usr/bin/pwdx", "the directories of processes", eachPid("pwdx", pwdxText)),
  program("/usr/bin/sleep", "let virtual time pass", runSleep),
  program("/usr/bin/yes", "take the time of a CPU (with &)", runYes),
];
