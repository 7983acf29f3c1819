import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { userText } from "../../shell/format.ts";
import { projectName, projectOf } from "../process/projects.ts";
import { reservedBy } from "../resources/rctls.ts";
import { zoneSums } from "../resources/views.ts";
import { hourTime, prstatPercent, prstatSize } from "./texts.ts";

/** The lower half of prstat(8): sums by zone, project, task or user. Source: usr/src/cmd/prstat/prstat.c (list_print). */

interface Sum {
  readonly id: number;
  readonly label: string;
  processes: number;
  swap: number;
  resident: number;
  time: number;
  /** Percent of the memory, and of all CPUs. */
  memoryPercent: number;
  cpuPercent: number;
}

/** What `-Z`, `-J`, `-T`, `-a` and `-t` add up by. */
export type SumKind = "zone" | "project" | "task" | "user";

const HEADS: Readonly<Record<SumKind, string>> = {
  zone: "ZONEID    NPROC  SWAP   RSS MEMORY      TIME  CPU ZONE                        ",
  project: "PROJID    NPROC  SWAP   RSS MEMORY      TIME  CPU PROJECT                     ",
  task: "TASKID    NPROC  SWAP   RSS MEMORY      TIME  CPU PROJECT                     ",
  user: " NPROC USERNAME  SWAP   RSS MEMORY      TIME  CPU                             ",
};

/**
 * Heading and rows, what uses most CPU first.
 * @param zones those that are asked for; all where it is absent
 */
export function sumLines(
  host: Host,
  viewer: Process,
  kind: SumKind,
  chosen: readonly Process[],
  zones: ReadonlySet<number | undefined> | undefined,
): string[] {
  const sums = kind === "zone" ? byZone(host, viewer, zones) : byKey(host, viewer, kind, chosen);
  sums.sort((a, b) => b.cpuPercent - a.cpuPercent || b.resident - a.resident);
  return [HEADS[kind], ...sums.map((sum) => line(kind, sum))];
}

function byZone(host: Host, viewer: Process, zones: ReadonlySet<number | undefined> | undefined): Sum[] {
  return zoneSums(host, viewer)
    .filter(({ zone }) => !zones || zones.has(zone))
    .map(({ zone, name, ...rest }) => ({ ...rest, id: zone, label: name }));
}

/** The same project or user of different zones is one. */
function byKey(host: Host, viewer: Process, kind: SumKind, chosen: readonly Process[]): Sum[] {
  const { cpus, memory } = host.state.machine;
  const sums = new Map<number, Sum>();
  for (const process of chosen) {
    const project = projectOf(process);
    const { uid } = process.credential;
    const id = kind === "project" ? project : kind === "task" ? (process.illumos?.task ?? 0) : uid;
    const label =
      kind === "user" ? userText(host, uid) : projectName(host, viewer.credential.container, project);
    const empty = { processes: 0, swap: 0, resident: 0, time: 0, memoryPercent: 0, cpuPercent: 0 };
    const sum = sums.get(id) ?? { id, label, ...empty };
    sums.set(id, sum);
    sum.processes++;
    sum.swap += reservedBy(process);
    sum.resident += process.memory.resident;
    sum.time += process.cpu?.time ?? 0;
    sum.cpuPercent += (process.cpu?.percent ?? 0) / Math.max(1, cpus);
    sum.memoryPercent = (sum.resident / Math.max(1, memory)) * 100;
  }
  return [...sums.values()];
}

function line(kind: SumKind, sum: Sum): string {
  const { id, label, processes, swap, resident, memoryPercent, time, cpuPercent } = sum;
  const first =
    kind === "user"
      ? [String(processes).padStart(6), label.slice(0, 8).padEnd(8)]
      : [String(id).padStart(6), String(processes).padStart(8)];
  const cells = [
    ...[...first, prstatSize(swap).padStart(5), prstatSize(resident).padStart(5)],
    ...[`  ${prstatPercent(memoryPercent)}%`, hourTime(time).padStart(9), `${prstatPercent(cpuPercent)}%`],
  ];
  if (kind !== "user") cells.push((label.length > 28 ? `${label.slice(0, 27)}*` : label).padEnd(28));
  return cells.join(" ");
}
