import type { CountCycle, LatencyCycle } from "./ioTypes.ts";

/**
 * How the kernel remembers what went on lately: by cycles, of which those before count less and less. Source:
 * usr/src/uts/common/fs/zfs/zfs_zone.c of SmartOS and OmniOS.
 */

/** Milliseconds of a cycle of a zone, and of the machine. */
const ZONE_CYCLE = 2000;
const MACHINE_CYCLE = 1000;
/** After so many cycles without anything the past is forgotten. */
const FORGOTTEN = 5;

export const newCounts = (now: number): CountCycle => ({ start: now, count: 0, average: 0 });

export const newLatencies = (now: number): LatencyCycle => ({ ...newCounts(now), sum: 0 });

const halved = (value: number, times: number): number => {
  for (let i = 0; i < times; i++) value = Math.floor(value / 2);
  return value;
};

/** Ends the cycle if it is over. Gives how far the current one is; 0 where it has just begun. */
function turnCounts(cycle: CountCycle, now: number): number {
  const gone = now - cycle.start;
  if (gone < ZONE_CYCLE) return gone;
  const cycles = Math.floor(gone / ZONE_CYCLE);
  // A zone that can hardly do anything is not lost sight of.
  const last = cycle.count > 1 ? cycle.count : cycle.count + Math.floor(cycle.average / 2);
  cycle.average = cycles > FORGOTTEN ? 0 : halved(last, cycles - 1);
  cycle.start = now;
  cycle.count = 0;
  return 0;
}

export function addCount(cycle: CountCycle, now: number, count: number): void {
  turnCounts(cycle, now);
  cycle.count += count;
}

/** Operations that count now. */
export function countOf(cycle: CountCycle, now: number): number {
  const gone = turnCounts(cycle, now);
  if (gone === 0) return cycle.average;
  return gone < ZONE_CYCLE / 2 ? cycle.count + Math.floor(cycle.average / 2) : cycle.count;
}

function turnLatencies(cycle: LatencyCycle, now: number): boolean {
  const gone = now - cycle.start;
  if (gone < MACHINE_CYCLE) return false;
  const cycles = Math.floor(gone / MACHINE_CYCLE);
  const last = Math.floor((cycle.average + cycle.sum) / (1 + cycle.count));
  cycle.average = cycles > FORGOTTEN ? 0 : halved(last, cycles - 1);
  cycle.start = now;
  cycle.count = 0;
  cycle.sum = 0;
  return true;
}

export function addLatency(cycle: LatencyCycle, now: number, count: number, latency: number): void {
  turnLatencies(cycle, now);
  cycle.count += count;
  cycle.sum += Math.round(count * latency);
}

/** Microseconds that an operation takes; what went on in the current cycle counts eight times. */
export function latencyOf(cycle: LatencyCycle, now: number): number {
  if (turnLatencies(cycle, now)) return cycle.average;
  return Math.floor((cycle.average + cycle.sum * 8) / (1 + cycle.count * 8));
}
