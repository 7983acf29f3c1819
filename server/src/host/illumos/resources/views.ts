import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { GLOBAL, kernelZones, zone, zoneOf } from "../zones.ts";
import { zoneCap, zoneShares } from "./cpuLimits.ts";
import { type PoolRow, setType } from "./processorCalls.ts";
import { cpuUse, onlineOf, setOfPool } from "./processorSets.ts";
import { limitOf, lwpsOf, reservedBy, usageOf } from "./rctls.ts";
import { sampleResident } from "./residentMemory.ts";
import { kernelMemory, reservedSwap, swapOf } from "./swap.ts";

/** What zones use, as prstat(8) and zonestat(1) show it. A zone sees itself; the rest is the system to it. */

/** Zones that a process sees, by id. */
export function visibleZones(host: Host, process: Process): Zone[] {
  const own = zoneOf(host, process);
  return own.id === GLOBAL ? kernelZones(host) : [own];
}

export interface ZoneSum {
  zone: number;
  name: string;
  processes: number;
  lwps: number;
  /** Bytes that are reserved, tmpfs and shared memory among them, and those that are resident. */
  swap: number;
  resident: number;
  /** Percent of the memory of the machine. */
  memoryPercent: number;
  /** Milliseconds of CPU time of those that are there. */
  time: number;
  /** Percent of all CPUs that the reader sees. */
  cpuPercent: number;
}

/** prstat -Z: one row to each visible zone, in the order of their creation. */
export function zoneSums(host: Host, process: Process): ZoneSum[] {
  sampleResident(host);
  const zones = visibleZones(host, process);
  const cpus = Math.max(1, host.state.machine.cpus);
  const sums = new Map(zones.map((one) => [one.id, emptySum(host, one)]));
  const own = zoneOf(host, process);
  const processes = own.id === GLOBAL ? allProcesses(host) : processesOfContainer(host, own.id);
  for (const one of processes) {
    const sum = sums.get(one.credential.container);
    if (!sum) continue;
    sum.processes++;
    sum.lwps += lwpsOf(one);
    sum.swap += reservedBy(one);
    sum.resident += one.memory.resident;
    sum.time += one.cpu?.time ?? 0;
    sum.cpuPercent += (one.cpu?.percent ?? 0) / cpus;
  }
  for (const sum of sums.values())
    sum.memoryPercent = (sum.resident / Math.max(1, host.state.machine.memory)) * 100;
  return [...sums.values()];
}

function emptySum(host: Host, { id, name, charges }: Zone): ZoneSum {
  const segments = usageOf(host, zone(host, id), "zone.max-shm-memory");
  return {
    ...{ zone: id, name, processes: 0, lwps: 0, resident: 0, memoryPercent: 0, time: 0, cpuPercent: 0 },
    swap: segments + (charges?.["zone.max-swap"] ?? 0),
  };
}

/** Resources of zonestat(1) that have a limit of a zone each. */
export const STAT_CONTROLS = {
  "physical-memory": "zone.max-physical-memory",
  "virtual-memory": "zone.max-swap",
  "locked-memory": "zone.max-locked-memory",
  processes: "zone.max-processes",
  lwps: "zone.max-lwps",
  "shm-memory": "zone.max-shm-memory",
  "shm-ids": "zone.max-shm-ids",
  "sem-ids": "zone.max-sem-ids",
  "msg-ids": "zone.max-msg-ids",
  lofi: "zone.max-lofi",
} as const;

export type StatResource = keyof typeof STAT_CONTROLS;

export interface StatRow {
  /** `[total]`, `[system]` or the name of a zone. */
  name: string;
  used: number;
  /** Percent of the system's limit. */
  percent: number;
  cap?: number;
  /** Percent of the cap. */
  capPercent?: number;
}

export interface StatReport {
  resource: StatResource;
  /** What the machine has, or allows. */
  limit: number;
  /** Total and system first, then zones by use. */
  rows: StatRow[];
}

/** The highest values of the kernel where the machine says nothing else. */
const MOST = {
  processes: 30_000,
  lwps: 2_147_483_647,
  ids: 16_777_216,
} as const;

function systemLimit(host: Host, resource: StatResource): number {
  const { machine } = host.state;
  switch (resource) {
    case "physical-memory":
    case "locked-memory":
    case "shm-memory":
      return machine.memory;
    case "virtual-memory":
      return swapOf(host);
    case "processes":
      return Number(machine.sysctls["max_nprocs"] ?? MOST.processes);
    case "lwps":
      return MOST.lwps;
    default:
      return MOST.ids;
  }
}

/** The kernel, which belongs to no zone, has memory too. */
function kernelUse(host: Host, resource: StatResource): number {
  if (resource === "physical-memory" || resource === "locked-memory") return kernelMemory(host);
  return 0;
}

function capOf(of: Zone, resource: StatResource): number | undefined {
  if (resource === "physical-memory") return of.physicalCap ?? undefined;
  return limitOf(of, STAT_CONTROLS[resource])?.limit;
}

/** A report of zonestat(1) on one resource. In a zone all others are folded into the system. */
export function zoneStat(host: Host, process: Process, resource: StatResource): StatReport {
  sampleResident(host);
  const limit = systemLimit(host, resource);
  const control = STAT_CONTROLS[resource];
  const shown = visibleZones(host, process);
  const rows = shown.map((one): StatRow => {
    const used = usageOf(host, one, control);
    const cap = capOf(one, resource);
    return {
      ...{ name: one.name, used, percent: (used / limit) * 100 },
      ...(cap !== undefined && { cap, capPercent: cap > 0 ? (used / cap) * 100 : 0 }),
    };
  });
  const zones = rows.reduce((sum, { used }) => sum + used, 0);
  const all = resource === "virtual-memory" ? reservedSwap(host) : totalUse(host, shown, zones, control);
  const kernel = kernelUse(host, resource);
  const row = (name: string, used: number): StatRow => ({ name, used, percent: (used / limit) * 100 });
  rows.sort((a, b) => b.used - a.used || (a.name < b.name ? -1 : 1));
  return {
    resource,
    limit,
    rows: [row("[total]", all + kernel), row("[system]", all + kernel - zones), ...rows],
  };
}

function totalUse(host: Host, shown: readonly Zone[], sum: number, control: string): number {
  if (shown.length !== 1 || shown[0]?.id === GLOBAL) return sum;
  return kernelZones(host).reduce((total, one) => total + usageOf(host, one, control), 0);
}

export interface CpuStatRow {
  name: string;
  /** CPUs. */
  used: number;
  /** Percent of the set; of the cap; of the part that the shares give. */
  percent: number;
  cap?: number;
  capPercent?: number;
  /** Absent for a zone whose class knows no shares; of the total the sum of all that have some. */
  shares?: number;
  sharePercent?: number;
  usedOfShare?: number;
}

export interface CpuStatReport {
  set: string;
  type: PoolRow["type"];
  online: number;
  cpus: number;
  min: number;
  max: number;
  rows: CpuStatRow[];
}

/** The report of zonestat(1) on processor sets; in a zone on its own alone. */
export function processorSetStat(host: Host, process: Process): CpuStatReport[] {
  const own = zoneOf(host, process);
  const sets = Object.values(illumosOf(host).processorSets);
  const bound = own.id === GLOBAL ? sets : [setOfPool(host, own.pool)];
  const zones = kernelZones(host);
  const used = cpuUse(host);
  return bound
    .sort((a, b) => a.id - b.id)
    .map((set) => {
      const online = onlineOf(host, set).length;
      const here = zones.filter(({ pool }) => setOfPool(host, pool) === set);
      const fss = here.filter((one) => one.schedulingClass === "FSS" || fssDefault(host, one));
      const sharing = new Set(fss);
      const all = fss.reduce((sum, one) => sum + zoneShares(one), 0);
      const shown = here.filter(({ id }) => own.id === GLOBAL || id === own.id);
      const usedBy = (id: number) => (used.get(`${set.name}:${id}`) ?? 0) / 100;
      const total = here.reduce((sum, { id }) => sum + usedBy(id), 0);
      const rest = total - shown.reduce((sum, { id }) => sum + usedBy(id), 0);
      const plain = (name: string, value: number): CpuStatRow => ({
        name,
        used: value,
        percent: (value / Math.max(1, online)) * 100,
      });
      const rows = shown.map((one): CpuStatRow => {
        const value = usedBy(one.id);
        const cap = zoneCap(one)?.percent;
        const shares = sharing.has(one) ? zoneShares(one) : undefined;
        const part = shares === undefined || all === 0 ? undefined : shares / all;
        return {
          ...plain(one.name, value),
          ...(cap !== undefined && { cap: cap / 100, capPercent: cap > 0 ? (value * 10_000) / cap : 0 }),
          ...(shares !== undefined && { shares }),
          ...(part !== undefined && {
            sharePercent: part * 100,
            usedOfShare: part > 0 ? (value / (part * Math.max(1, online))) * 100 : 0,
          }),
        };
      });
      rows.sort((a, b) => b.used - a.used || (a.name < b.name ? -1 : 1));
      return {
        ...{
          set: set.name,
          type: setType(host, set),
          online,
          cpus: set.cpus.length,
          min: set.min,
          max: set.max,
        },
        rows: [
          { ...plain("[total]", total), ...(fss.length > 0 && { shares: all }) },
          plain("[system]", rest),
          ...rows,
        ],
      };
    });
}

function fssDefault(host: Host, { schedulingClass, pool }: Zone): boolean {
  if (schedulingClass !== "") return false;
  const illumos = illumosOf(host);
  return (illumos.pools[pool]?.scheduler || illumos.schedulingClass) === "FSS";
}
