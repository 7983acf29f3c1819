import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { zoneCap } from "../resources/cpuLimits.ts";
import { limitOf, usageOf } from "../resources/rctls.ts";
import { visibleZones } from "../resources/views.ts";
import type { Zone } from "../types.ts";

/**
 * Statistics of what bounds zones: modules `caps` and `memory_cap`. What the kernel adds up over time, such as
 * above_sec, is not kept by the model and left out. Source: usr/src/uts/common/os/{cap_util,zone}.c, disp/cpucaps.c.
 */

export interface Statistic {
  readonly module: string;
  readonly instance: number;
  readonly name: string;
  readonly statistic: string;
  readonly value: number | string;
}

/** Longest name of a statistic with its end. */
const KSTAT_STRLEN = 31;

/** Of the own zone, in the global zone of all. */
export function limitStatistics(host: Host, process: Process): Statistic[] {
  return visibleZones(host, process).flatMap((zone) => [
    ...statisticsOf(host, zone, "caps", `cpucaps_zone_${zone.id}`, "zone_caps", cpuValues(host, zone)),
    ...statisticsOf(host, zone, "memory_cap", zone.name, "zone_memory_cap", memoryValues(host, zone)),
  ]);
}

/** Values of a zone as statistics of a module, with what each table has: its class and times in seconds. */
export function statisticsOf(
  host: Host,
  zone: Zone,
  module: string,
  name: string,
  kind: string,
  values: Readonly<Record<string, number | string>> | undefined,
): Statistic[] {
  if (!values) return [];
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(9);
  const all = {
    ...{ class: kind, crtime: seconds(zone.created), snaptime: seconds(host.now), zonename: zone.name },
    ...values,
  };
  return Object.entries(all).map(([statistic, value]) => ({
    ...{ module, instance: zone.id, name: name.slice(0, KSTAT_STRLEN - 1), statistic, value },
  }));
}

/** A zone without a cap has no such statistics. `nwait`: threads that a cap keeps from the CPU. */
function cpuValues(host: Host, zone: Zone): Record<string, number> | undefined {
  const cap = zoneCap(zone);
  if (!cap) return undefined;
  const usage = usageOf(host, zone, "zone.cpu-cap");
  const computing = allProcesses(host).filter(
    ({ credential, illumos, state }) =>
      credential.container === zone.id && illumos?.computes !== undefined && state !== "stopped",
  );
  const value = limitOf(zone, "zone.cpu-cap")?.limit ?? 0;
  const waiting = usage >= value ? computing.length - Math.floor(value / 100) : 0;
  return { usage, value, nwait: Math.max(0, waiting) };
}

/** Bytes that are resident or reserved, and their limits: the largest number where there is none. */
function memoryValues(host: Host, zone: Zone): Record<string, number | string> {
  const bound = (name: string): number | string => limitOf(zone, name)?.limit ?? "18446744073709551615";
  return {
    rss: usageOf(host, zone, "zone.max-physical-memory"),
    physcap: zone.physicalCap ?? bound("zone.max-physical-memory"),
    swap: usageOf(host, zone, "zone.max-swap"),
    swapcap: bound("zone.max-swap"),
  };
}
