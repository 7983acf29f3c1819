import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { type ZoneSum, zoneSums } from "../resources/views.ts";
import { classOf, priorityOf } from "./scheduling.ts";
import { hourTime, prstatPercent, prstatSize } from "./texts.ts";
import { visibleProcesses, zoneFor } from "./views.ts";

/** prstat(8): one sample of processes, and below it of zones. */

const PROCESSES = "   PID USERNAME  SIZE   RSS STATE   PRI NICE      TIME  CPU PROCESS/NLWP       ";
const ZONES = "ZONEID    NPROC  SWAP   RSS MEMORY      TIME  CPU ZONE                        ";
const USAGE =
  "Usage:\tprstat [-acHJLmrRtTvWZ] [-u euidlist] [-U uidlist]\n\t[-p pidlist] [-P cpulist] [-C psrsetlist] [-h lgrplist]\n\t[-j projidlist] [-k tasklist] [-z zoneidlist]\n\t[-s key | -S key] [-n nprocs[,nusers]] [-d d|u]\n\t[interval [counter]]";

/** Percent of the whole machine. */
function cpuShare(host: Host, { cpu }: Process): number {
  return (cpu?.percent ?? 0) / Math.max(1, host.state.machine.cpus);
}

/** Nobody but whoever asks, and what uses CPU time, is on a processor at that moment. */
function stateText({ state, cpu, pid }: Process, viewer: Process): string {
  if (state === "running" && pid !== viewer.pid && !cpu?.percent) return "sleep";
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

function zoneLine({
  zone,
  name,
  processes,
  swap,
  resident,
  memoryPercent,
  time,
  cpuPercent,
}: ZoneSum): string {
  return [
    String(zone).padStart(6),
    String(processes).padStart(8),
    prstatSize(swap).padStart(5),
    prstatSize(resident).padStart(5),
    `  ${prstatPercent(memoryPercent)}%`,
    hourTime(time).padStart(9),
    `${prstatPercent(cpuPercent)}%`,
    (name.length > 28 ? `${name.slice(0, 27)}*` : name).padEnd(28),
  ].join(" ");
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
  const order = by[key];
  if (!order) return failed(`prstat: invalid sort key -- ${key}\n${USAGE}\n`);
  const sorted = [...chosen].sort((a, b) => order(b) - order(a) || b.memory.resident - a.memory.resident);
  const [processes = 15, below = 5] = n.split(",").map(Number);
  const lines = [PROCESSES, ...sorted.slice(0, processes).map((one) => processLine(host, viewer, one))];
  if (options.has("Z")) {
    const sums = zoneSums(host, viewer)
      .filter(({ zone }) => !zones || zones.includes(zone))
      .sort((a, b) => b.cpuPercent - a.cpuPercent || b.resident - a.resident);
    lines.push(ZONES, ...sums.slice(0, n.includes(",") ? below : sums.length).map(zoneLine));
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
  summary: "processes and zones by use (-Z -z ZONE -n N), one sample",
  run: runPrstat,
};
