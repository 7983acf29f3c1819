import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { illumosOf } from "../state.ts";
import type { Zone, ZoneRctl } from "../types.ts";
import { zone } from "../zones.ts";
import { limitOf, rctlCause } from "./rctls.ts";

/** What bounds and weighs the CPU time of zones and projects, in percent of one CPU. */

export interface CpuCap {
  percent: number;
  cause: Cause;
}

const toCap = (name: string, rctl: ZoneRctl | undefined): CpuCap | undefined =>
  rctl && { percent: rctl.limit, cause: rctlCause(name, rctl) };

/**
 * The cap of a zone; its baseline instead once a burst is used up. `undefined`: no cap.
 * Source: usr/src/uts/common/disp/cpucaps.c of OmniOS and SmartOS.
 */
export function zoneCap(of: Zone): CpuCap | undefined {
  const cap = toCap("zone.cpu-cap", limitOf(of, "zone.cpu-cap"));
  return burstUsedUp(of) ? (toCap("zone.cpu-baseline", limitOf(of, "zone.cpu-baseline")) ?? cap) : cap;
}

/** Whether a zone has been above its baseline for as long as it may. A burst time of 0 never ends. */
export function burstUsedUp(of: Zone): boolean {
  const seconds = limitOf(of, "zone.cpu-burst-time")?.limit ?? 0;
  return limitOf(of, "zone.cpu-baseline") !== undefined && seconds > 0 && (of.burst ?? 0) >= seconds * 1000;
}

/** Counts a time in which a zone used so much: above its baseline it adds to its burst, below it takes from it. */
export function accountBurst(of: Zone, percent: number, milliseconds: number): void {
  const baseline = limitOf(of, "zone.cpu-baseline");
  if (!baseline) return;
  const used = (of.burst ?? 0) + (percent > baseline.limit ? milliseconds : -milliseconds);
  if (used > 0) of.burst = used;
  else delete of.burst;
}

/** Shares of a zone, 1 where nobody set them. */
export function zoneShares(of: Zone): number {
  return limitOf(of, "zone.cpu-shares")?.limit ?? 1;
}

export function sharesCause(of: Zone): Cause {
  const set = limitOf(of, "zone.cpu-shares");
  return set ? rctlCause("zone.cpu-shares", set) : { what: "zone.cpu-shares=1 (default)", from: "default" };
}

function projectControl(host: Host, zoneId: number, project: number, name: string): ZoneRctl | undefined {
  return illumosOf(host).projects[zoneId]?.[project]?.rctls[name];
}

export function projectShares(host: Host, zoneId: number, project: number): number {
  return projectControl(host, zoneId, project, "project.cpu-shares")?.limit ?? 1;
}

export function projectCap(host: Host, zoneId: number, project: number): CpuCap | undefined {
  return toCap("project.cpu-cap", projectControl(host, zoneId, project, "project.cpu-cap"));
}

export const zoneCalled = (host: Host, id: number): string =>
  id === 0 ? "the global zone" : `zone ${zone(host, id).name}`;
