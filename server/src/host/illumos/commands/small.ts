import { own } from "../../../catalog/own.ts";
import type { Decision } from "../../decision.ts";
import { pathFrom } from "../../filesystem/paths.ts";
import { kill } from "../../process/signals.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { findProgram } from "../../shell/programs.ts";
import { processFor } from "../process/permissions.ts";
import { letCompute } from "../resources/load.ts";
import { visibleCpus } from "../resources/processorSets.ts";
import { zoneOf } from "../zones.ts";
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

/** `euid/ruid/suid` only once where they are the same. Source: usr/src/cmd/ptools/pcred/pcred.c. */
function pcredText({ host }: CommandContext, pid: number): string {
  const { credential } = host.state.processes.byPid[pid] ?? {};
  if (!credential) return "";
  const { uid, ruid, svuid, gid, groups } = credential;
  const same = uid === ruid && uid === svuid;
  const users = same ? `e/r/suid=${uid}  ` : `euid=${uid} ruid=${ruid} suid=${svuid}  `;
  const more = groups.filter((one) => one !== gid);
  return `${pid}:\t${users}e/r/sgid=${gid}\n${more.length > 0 ? `\tgroups: ${[gid, ...more].join(" ")}\n` : ""}`;
}

/** pstop(1) and prun(1): to hold a process and to let it go on, as signals do that it cannot catch. */
function controlling(tool: "pstop" | "prun") {
  return ({ host, process, args }: CommandContext): CommandResult => {
    if (args.length === 0) return failed(`usage:\t${tool} pid[/lwps] ...\n`, 2);
    const decisions: Decision[] = [];
    let stderr = "";
    for (const word of args) {
      const sent = kill(host, process, Number(word), tool === "pstop" ? "STOP" : "CONT");
      decisions.push(sent.decision);
      if (!sent.ok)
        stderr += `${tool}: cannot control ${word}: ${sent.errno === "ESRCH" ? "no such process" : "permission denied"}\n`;
    }
    return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
  };
}

/** isainfo(1) of a machine with amd64, the only one that is modelled. */
function runIsainfo({ args }: CommandContext): CommandResult {
  const options = readOptions("isainfo", args, "bknvx", "usage: isainfo [-v] [ -b | -n | -k | -x ]", 2);
  if (isResult(options)) return options;
  const verbose = options.has("v");
  if (options.has("x") || (verbose && !options.has("k"))) return unmodelled("isainfo", "features of CPUs");
  if (options.has("b")) return done("64\n");
  if (options.has("k")) return done(verbose ? "64-bit amd64 kernel modules\n" : "amd64\n");
  return done(options.has("n") ? "amd64\n" : "amd64 i386\n");
}

/** Bytes of a page of memory on amd64. */
const PAGE = 4096;

/** getconf(1), of what the machine has. */
function runGetconf({ host, process, args: [name = ""] }: CommandContext): CommandResult {
  const cpus = visibleCpus(host, zoneOf(host, process)).length;
  const values: Readonly<Record<string, number>> = {
    ...{ PAGESIZE: PAGE, PAGE_SIZE: PAGE, LONG_BIT: 64 },
    ...{ NPROCESSORS_CONF: cpus, NPROCESSORS_ONLN: cpus },
    PHYS_PAGES: Math.floor(host.state.machine.memory / PAGE),
  };
  const value = own(values, name.replace(/^_SC_|^_/, ""));
  return value === undefined ? unmodelled("getconf", name || "no variable") : done(`${value}\n`);
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
  program("/usr/bin/pcred", "users and groups of processes", eachPid("pcred", pcredText)),
  program("/usr/bin/pstop", "hold processes", controlling("pstop")),
  program("/usr/bin/prun", "let held processes go on", controlling("prun")),
  program("/usr/bin/isainfo", "instruction sets (-b -k -n)", runIsainfo),
  program("/usr/bin/getconf", "PAGESIZE, NPROCESSORS_ONLN and the like", runGetconf),
  program("/usr/bin/pagesize", "the size of a page", () => done(`${PAGE}\n`)),
  program("/usr/bin/pwdx", "the directories of processes", eachPid("pwdx", pwdxText)),
  program("/usr/bin/sleep", "let virtual time pass", runSleep),
  program("/usr/bin/yes", "take the time of a CPU (with &)", runYes),
];
