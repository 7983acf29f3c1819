/**
 * How SmartOS and OmniOS slow down zones that use more of the disks than is fair. Source:
 * usr/src/uts/common/fs/zfs/zfs_zone.c of those two.
 */

/** Microseconds that a step adds or takes, and the most that a call waits. */
const STEP = 5;
const MOST = 100;
/** Percent at which disks count as busy, and below which they no longer do. */
const BUSY = 80;
const RELAXED = 60;
/** Milliseconds: slow operations of so long ago count as recent, and those older as gone. */
const RECENT = 1000;
const GONE = 5000;

/** Operations of a zone within the last two seconds. */
export interface ZoneIo {
  zone: number;
  /** `zone.zfs-io-priority`: 1 to 1024. */
  priority: number;
  reads: number;
  writes: number;
  /** Microseconds that each read and write of it waits so far. */
  delay: number;
}

export interface SystemIo {
  /** Microseconds of an operation, averaged over the last second. */
  readLatency: number;
  writeLatency: number;
  /** Percent of the time in which the busiest disk has something to do. */
  diskBusy: number;
  /** Milliseconds since an operation took 50 milliseconds or longer; absent if none did. */
  sinceSlow?: number;
  /** Whether they counted as busy at the last evaluation. */
  wasBusy: boolean;
}

export interface ThrottledIo {
  zone: number;
  /** Microseconds of disk time for its weight. */
  use: number;
  delay: number;
  /** A sentence for a reader. */
  reason: string;
}

/** Disk time that a zone used, for its weight: a weight of two lets it use twice as much. */
export function weightedUse({ reads, writes, priority }: ZoneIo, system: SystemIo): number {
  return (reads * system.readLatency + writes * system.writeLatency) / Math.max(1, priority);
}

/** Whether disks count as busy: between the two thresholds it stays as it was. */
export function disksBusy({ diskBusy, wasBusy }: SystemIo): boolean {
  return wasBusy ? diskBusy >= RELAXED : diskBusy >= BUSY;
}

/** One evaluation, which comes every 250 milliseconds: the delays of all zones from now on. */
export function throttleStep(zones: readonly ZoneIo[], system: SystemIo): ThrottledIo[] {
  const active = zones.filter(({ reads, writes }) => reads + writes > 0);
  const average =
    active.reduce((sum, zone) => sum + weightedUse(zone, system), 0) / Math.max(1, active.length);
  const { sinceSlow } = system;
  const throttling = disksBusy(system) && sinceSlow !== undefined && sinceSlow <= RECENT;
  const quiet = sinceSlow === undefined || sinceSlow > GONE;
  return zones.map((zone) => {
    const use = weightedUse(zone, system);
    const more = throttling && use > average;
    const less = (throttling && use < average) || quiet;
    const delay = Math.min(MOST, Math.max(0, zone.delay + (more ? STEP : less ? -STEP : 0)));
    const reason = more
      ? `It is above the fair share: each read and write waits ${delay} microseconds.`
      : delay > 0
        ? `Each read and write still waits ${delay} microseconds.`
        : "It is not slowed down.";
    return { zone: zone.zone, use, delay, reason };
  });
}
