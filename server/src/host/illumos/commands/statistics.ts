import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { letCompute } from "../resources/load.ts";
import { cpuUse, visibleCpus } from "../resources/processorSets.ts";
import { freeSwap, kernelMemory } from "../resources/swap.ts";
import { illumosOf } from "../state.ts";
import { zoneOf } from "../zones.ts";

/**
 * vmstat(8) and mpstat(8): what computes, memory and swap. Faults, calls, interrupts and switches are not counted in the
 * model and shown as 0, as if nothing happened. Source: usr/src/cmd/stat/{vmstat,mpstat}.
 */

/** `INTERVAL COUNT`: one report if there is no count. Virtual time passes between them. */
function reports(
  tool: string,
  { host, args }: CommandContext,
  usage: string,
  report: () => readonly string[],
): CommandResult {
  const [interval, count] = args.map(Number);
  if (args.length > 2 || [interval, count].some((value) => value !== undefined && !(value > 0)))
    return failed(usage, 2);
  const refused = tooMany(tool, count ?? 1, "reports");
  if (refused) return refused;
  const lines = [...report()];
  const milliseconds = (interval ?? 0) * 1000;
  for (let i = 1; i < (count ?? 1); i++) {
    letCompute(host, milliseconds);
    lines.push(...report());
  }
  const text = lines.map((line) => `${line}\n`).join("");
  return { ...done(text, [], milliseconds * ((count ?? 1) - 1)), ...(args.length === 1 && { stays: true }) };
}

/** Percent of time that all CPUs that somebody sees spend in programs. */
function usedPercent(host: Host, process: Process): number {
  const cpus = cpuPercents(host, process);
  return cpus.reduce((sum, { percent }) => sum + percent, 0) / Math.max(1, cpus.length);
}

/** What computes in a set is spread over its CPUs. */
function cpuPercents(host: Host, process: Process): { readonly cpu: number; readonly percent: number }[] {
  const use = cpuUse(host);
  const { offline } = illumosOf(host).system;
  const sets = Object.values(illumosOf(host).processorSets);
  return visibleCpus(host, zoneOf(host, process))
    .filter((cpu) => !offline.includes(cpu))
    .map((cpu) => {
      const set = sets.find(({ cpus }) => cpus.includes(cpu));
      const online = set?.cpus.filter((one) => !offline.includes(one)).length ?? 1;
      return { cpu, percent: Math.min(100, (use.get(set?.name ?? "") ?? 0) / Math.max(1, online)) };
    });
}

/** Numbers with a blank in front; one that is too wide takes the blanks of those behind it. */
function adjusted(cells: readonly (readonly [value: number, width: number])[]): string {
  let line = "";
  let over = 0;
  for (const [value, width] of cells) {
    const text = String(value);
    const shown = text.padStart(Math.max(0, width - over));
    over = Math.max(0, over + shown.length - width);
    line += ` ${shown}`;
  }
  return line;
}

const VMSTAT_HEAD = [
  " kthr      memory            page            disk          faults      cpu",
  " r b w   swap  free  re  mf pi po fr de sr -- -- -- --   in   sy   cs us sy id",
];

function vmstatLine(host: Host, process: Process): string {
  const cpus = visibleCpus(host, zoneOf(host, process)).length;
  const computing = allProcesses(host).filter(({ illumos }) => illumos?.computes !== undefined).length;
  const resident = allProcesses(host).reduce((sum, { memory }) => sum + memory.resident, 0);
  const free = Math.max(0, host.state.machine.memory - kernelMemory(host) - resident);
  const user = Math.round(usedPercent(host, process));
  const zero = (count: number, width: number) => Array.from({ length: count }, () => [0, width] as const);
  return adjusted([
    // Who waits for a CPU, beside those that have one.
    ...([[Math.max(0, computing - cpus), 1], ...zero(2, 1)] as const),
    ...([
      [Math.floor(freeSwap(host) / 1024), 6],
      [Math.floor(free / 1024), 5],
    ] as const),
    ...[...zero(2, 3), ...zero(9, 2), ...zero(3, 4)],
    ...([
      [user, 2],
      [0, 2],
      [100 - user, 2],
    ] as const),
  ]);
}

function runVmstat(context: CommandContext): CommandResult {
  const usage = "usage: vmstat [-cipqsS] [-T d|u] [disk ...] [interval [count]]\n";
  const options = readOptions("vmstat", context.args, "cipqsST:", usage, 2);
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => letter !== "q");
  if (other !== undefined) return unmodelled("vmstat", `-${other}`);
  const { host, process } = context;
  let first = true;
  return reports("vmstat", { ...context, args: options.rest }, usage, () => {
    const head = first ? VMSTAT_HEAD : [];
    first = false;
    return [...head, vmstatLine(host, process)];
  });
}

function runMpstat(context: CommandContext): CommandResult {
  const usage = "Usage: mpstat [-aAmpqZ] [-k key] [-O o_cpuspec] [-T d|u] [interval [count]]\n";
  const options = readOptions("mpstat", context.args, "apqP:T:", usage, 2);
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => letter !== "q" && letter !== "p");
  if (other !== undefined) return unmodelled("mpstat", `-${other}`);
  const { host, process } = context;
  const sets = Object.values(illumosOf(host).processorSets);
  const head = `CPU minf mjf xcal  intr ithr  csw icsw migr smtx  srw syscl  usr sys  wt idl${options.has("p") ? " set" : ""}`;
  return reports("mpstat", { ...context, args: options.rest }, usage, () => [
    head,
    ...cpuPercents(host, process).map(({ cpu, percent }) => {
      const user = Math.round(percent);
      const counts = [4, 3, 4, 5, 4, 4, 4, 4, 4, 4, 5].map((width) => "0".padStart(width)).join(" ");
      const id = sets.find(({ cpus }) => cpus.includes(cpu))?.id ?? -1;
      const set = options.has("p") ? ` ${String(Math.max(0, id)).padStart(3)}` : "";
      return `${String(cpu).padStart(3)} ${counts} ${String(user).padStart(4)}   0   0 ${String(100 - user).padStart(3)}${set}`;
    }),
  ]);
}

export const statisticsCommands = [
  program("/usr/bin/vmstat", "memory, and how busy CPUs are ([INTERVAL [COUNT]])", runVmstat),
  program("/usr/bin/mpstat", "how busy each CPU is (-p, [INTERVAL [COUNT]])", runMpstat),
];
