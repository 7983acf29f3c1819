import { own } from "../../../catalog/own.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { userText } from "../../shell/format.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import { type SumKind, sumLines } from "./prstatSums.ts";
import { classOf, priorityOf } from "./scheduling.ts";
import { hourTime, prstatPercent, prstatSize } from "./texts.ts";
import { visibleProcesses, zoneFor } from "./views.ts";

/** prstat(8): one sample of processes, and below it of what they add up to. Source: usr/src/cmd/prstat. */

const USAGE =
  "Usage:\tprstat [-acHJLmrRtTvWZ] [-u euidlist] [-U uidlist]\n\t[-p pidlist] [-P cpulist] [-C psrsetlist] [-h lgrplist]\n\t[-j projidlist] [-k tasklist] [-z zoneidlist]\n\t[-s key | -S key] [-n nprocs[,nusers]] [-d d|u]\n\t[interval [counter]]";

/** Percent of the whole machine. */
function cpuShare(host: Host, { cpu }: Process): number {
  return (cpu?.percent ?? 0) / Math.max(1, host.state.machine.cpus);
}

/** Nobody but whoever asks, and what uses CPU time, is on a processor at that moment. */
function stateText({ state, cpu, pid }: Process, viewer: Process): string {
  if (state === "running" && pid !== viewer.pid && !cpu?.percent) return "sleep";
  // Who gets less than a CPU stands in its queue for a part of the time.
  if (state === "sleeping" && cpu?.percent) return cpu.percent < 99 ? "run" : "cpu0";
  return { running: "cpu0", sleeping: "sleep", stopped: "stop", zombie: "zombie" }[state];
}

function processLine(host: Host, viewer: Process, process: Process): string {
  const { memory, credential, nice, cpu, command } = process;
  return [
    String(process.pid).padStart(6),
    userText(host, credential.uid).slice(0, 8).padEnd(8),
    prstatSize(memory.virtual).padStart(5),
    prstatSize(memory.resident).padStart(5),
    stateText(process, viewer).padEnd(6),
    String(priorityOf(host, process)).padStart(4),
    (classOf(host, process) === "RT" ? "RT" : String(nice)).padStart(4),
    hourTime(cpu?.time ?? 0).padStart(9),
    `${prstatPercent(cpuShare(host, process))}%`,
    `${command.slice(0, 16)}/1`,
  ].join(" ");
}

/**
 * Microstates: what a process wants of a CPU and does not get is latency, the rest of the time it sleeps. Calls, switches
 * and signals are not counted in the model.
 */
function microstateLine(host: Host, { pid, credential, command, cpu, illumos }: Process): string {
  const used = Math.min(100, cpu?.percent ?? 0);
  const late = Math.max(0, Math.min(100, illumos?.computes ?? 0) - used);
  const percents = [used, 0, 0, 0, 0, 0, 100 - used - late, late].map((value) =>
    prstatPercent(value).slice(0, 3).trim().padStart(3),
  );
  const name = command.slice(0, 12);
  return `${String(pid).padStart(6)} ${userText(host, credential.uid).slice(0, 8).padEnd(8)} ${percents.join(" ")} ${"  0 ".repeat(4)}${name}/1`;
}

const HEADS = {
  process: "   PID USERNAME  SIZE   RSS STATE   PRI NICE      TIME  CPU PROCESS/NLWP       ",
  lwp: "   PID USERNAME  SIZE   RSS STATE   PRI NICE      TIME  CPU PROCESS/LWPID      ",
  microstates: "   PID USERNAME USR SYS TRP TFL DFL LCK SLP LAT VCX ICX SCL SIG PROCESS/NLWP  ",
  microstatesOfLwp: "   PID USERNAME USR SYS TRP TFL DFL LCK SLP LAT VCX ICX SCL SIG PROCESS/LWPID ",
};

/** What the options want to be added up. Only one of them counts at a time. */
function sumKind(options: Options): SumKind | undefined {
  const kinds = { Z: "zone", J: "project", T: "task", a: "user", t: "user" } as const;
  const letter = options.flags.find((flag): flag is keyof typeof kinds => Object.hasOwn(kinds, flag));
  return letter && kinds[letter];
}

function runPrstat({ host, process: viewer, args }: CommandContext): CommandResult {
  const options = readOptions("prstat", args, "acHJLmrRtTvWZu:U:p:P:C:h:j:k:z:s:S:n:d:", USAGE);
  if (isResult(options)) return options;
  const { n = "15", z, p, s: key = "cpu" } = options.values;
  const zones = z === undefined ? undefined : z.split(",").map((word) => zoneFor(host, viewer, word)?.id);
  if (zones?.includes(undefined)) return failed(`prstat: unknown zone -- ${z}\n`);
  const chosen = visibleProcesses(host, viewer).filter(
    ({ pid, credential }) =>
      (!zones || zones.includes(credential.container)) && (!p || p.split(",").includes(String(pid))),
  );
  const by: Readonly<Record<string, (process: Process) => number>> = {
    cpu: (process) => cpuShare(host, process),
    pri: (process) => priorityOf(host, process),
    rss: ({ memory }) => memory.resident,
    size: ({ memory }) => memory.virtual,
    time: ({ cpu }) => cpu?.time ?? 0,
  };
  const order = own(by, key);
  if (!order) return failed(`prstat: invalid sort key -- ${key}\n${USAGE}\n`);
  const sorted = [...chosen].sort((a, b) => order(b) - order(a) || b.memory.resident - a.memory.resident);
  const [processes = 15, below = 5] = n.split(",").map(Number);
  const fine = options.has("m") || options.has("v");
  const lines: string[] = [];
  if (!options.has("t")) {
    const head = fine
      ? options.has("L")
        ? HEADS.microstatesOfLwp
        : HEADS.microstates
      : options.has("L")
        ? HEADS.lwp
        : HEADS.process;
    const shown = sorted.slice(0, processes);
    lines.push(
      head,
      ...shown.map((one) => (fine ? microstateLine(host, one) : processLine(host, viewer, one))),
    );
  }
  const kind = sumKind(options);
  if (kind) {
    const sums = sumLines(host, viewer, kind, chosen, zones && new Set(zones));
    lines.push(...sums.slice(0, n.includes(",") ? below + 1 : sums.length));
  }
  const load = (chosen.reduce((sum, { cpu }) => sum + (cpu?.percent ?? 0), 0) / 100).toFixed(2);
  lines.push(
    `Total: ${chosen.length} processes, ${chosen.length} lwps, load averages: ${load}, ${load}, ${load}`,
  );
  const [interval, count] = options.rest.map(Number);
  const milliseconds = count !== undefined && count > 1 ? (count - 1) * (interval ?? 5) * 1000 : 1;
  return done(`${lines.join("\n")}\n`, [], milliseconds);
}

export const prstat: Command = {
  name: "prstat",
  path: "/usr/bin/prstat",
  summary:
    "processes by use (-mL, -z ZONE, -n N), with sums by zone (-Z), project (-J), task (-T) or user (-a), one sample",
  run: runPrstat,
};
