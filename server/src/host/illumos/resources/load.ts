import { allowed, contained, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses, findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { zone } from "../zones.ts";
import { accountBurst } from "./cpuLimits.ts";
import { demandOf, type SetCpu, shareCpu } from "./shareCpu.ts";

/** Processes that compute: each gets its part of what its project gets, and its time is counted. */

export interface ProcessLoad {
  pid: number;
  /** Percent of one CPU that it would use alone. */
  percent: number;
}

/**
 * Lets processes compute at the same time for a while. The clock is for the caller to move.
 * @returns who got what, and why
 */
export function runLoad(host: Host, loads: readonly ProcessLoad[], milliseconds: number): SetCpu[] {
  const running = loads.flatMap(({ pid, percent }) => {
    const process = findProcess(host, pid);
    return process && process.state !== "zombie"
      ? [{ process, demand: demandOf(host, process, percent) }]
      : [];
  });
  const result = shareCpu(
    host,
    running.map(({ demand }) => demand),
  );
  // What part of its demand each project got, by set, zone and project.
  const parts = new Map<string, number>();
  for (const { id: set, zones } of result)
    for (const { zone: id, projects } of zones)
      for (const { project, demand, got } of projects)
        parts.set(`${set}:${id}:${project}`, demand > 0 ? got / demand : 0);
  for (const { process, demand } of running) {
    const part = parts.get(`${demand.set}:${demand.zone}:${demand.project}`) ?? 0;
    const percent = demand.most * part;
    const time = (process.cpu?.time ?? 0) + Math.round((milliseconds * percent) / 100);
    process.cpu = { percent, time };
  }
  const used = new Map<number, number>();
  for (const { zones } of result)
    for (const { zone: id, got } of zones) used.set(id, (used.get(id) ?? 0) + got);
  for (const [id, percent] of used) accountBurst(zone(host, id), percent, milliseconds);
  return result;
}

/** Lets all that compute without end do so for a while. The clock is for the caller to move. */
export function letCompute(host: Host, milliseconds: number): SetCpu[] {
  const loads = allProcesses(host).flatMap((process) => {
    const { pid, illumos, state } = process;
    if (illumos?.computes === undefined) return [];
    if (state !== "stopped") return [{ pid, percent: illumos.computes }];
    // Who is held gets nothing until somebody lets him go on.
    if (process.cpu) process.cpu = { ...process.cpu, percent: 0 };
    return [];
  });
  return loads.length === 0 ? [] : runLoad(host, loads, milliseconds);
}

/** One process that computes while nobody else does. Gives the percentage of one CPU that it got. */
export function compute(
  host: Host,
  process: Process,
  percent: number,
  milliseconds: number,
): Outcome<number> {
  const result = runLoad(host, [{ pid: process.pid, percent }], milliseconds);
  const own = result.flatMap(({ zones }) => zones)[0];
  const got = process.cpu?.percent ?? 0;
  if (!own || own.bound === "demand") return allowed(got, "cpu", `It gets ${Math.round(got)} % of a CPU.`);
  return contained(got, `cpu/${own.bound}`, own.reason, { causes: own.causes });
}
