/**
 * How SmartOS and OmniOS slow down zones that use more of the disks than is fair: the rules alone, without the machine.
 * Source: usr/src/uts/common/fs/zfs/zfs_zone.c of those two.
 */

/** Microseconds that a step adds or takes, and the most that an operation waits. */
const STEP = 5;
const MOST = 100;
/** Percent of the time: disks are busy above the one, and have time below the other. */
const BUSY = 80;
const RELAXED = 60;
/** Microseconds from which an operation is slow; milliseconds for which it counts as recent, and after which as gone. */
export const SLOW = 50_000;
const RECENT = 1000;
const GONE = 5000;
/** Microseconds of an operation where none was seen; how many times slower than the other kind one may count. */
const ASSUMED_LATENCY = 1000;
const LATENCY_RATIO = 10;

/** What a zone has done lately. The global zone is never among them. */
export interface ZoneUse {
  readonly zone: number;
  /** `zone.zfs-io-priority`: 0 to 1024. */
  readonly priority: number;
  readonly reads: number;
  /** Logical writes: what programs write, whenever it gets to the disk. */
  readonly writes: number;
  /** Microseconds that each read and write of it waits so far. */
  readonly delay: number;
}

export interface SystemIo {
  /** Microseconds of an operation; 0 where there was none. */
  readonly readLatency: number;
  readonly writeLatency: number;
  /** Percent of the time in which a disk had something to do. */
  readonly busy: number;
  /** Milliseconds since an operation was slow; absent if none ever was. */
  readonly sinceSlow?: number;
}

export interface Throttled {
  readonly zone: number;
  /** Microseconds of the disks that it used, and that are its fair part. */
  readonly use: number;
  readonly fair: number;
  readonly delay: number;
}

/** The latencies that zones are charged: neither is nothing, and neither too far from the other. */
function charged({ readLatency, writeLatency }: SystemIo): { read: number; write: number } {
  const read = readLatency || ASSUMED_LATENCY;
  const write = writeLatency || ASSUMED_LATENCY;
  return { read: Math.min(read, write * LATENCY_RATIO), write: Math.min(write, read * LATENCY_RATIO) };
}

/** Whether the disks are too busy, and whether they have time. Between the two, both are false. */
export function pressure({ busy, sinceSlow = Number.POSITIVE_INFINITY }: SystemIo) {
  return { over: busy > BUSY && sinceSlow < RECENT, under: busy < RELAXED || sinceSlow > GONE };
}

/** One evaluation: the delays of all zones from now on. The part of a zone is its priority among those that do anything. */
export function throttleStep(zones: readonly ZoneUse[], system: SystemIo): Throttled[] {
  const { read, write } = charged(system);
  const { over, under } = pressure(system);
  const used = zones.map((zone) => ({ ...zone, use: zone.reads * read + zone.writes * write }));
  const active = used.filter(({ use }) => use > 0);
  const total = active.reduce((sum, { use }) => sum + use, 0);
  const priorities = active.reduce((sum, { priority }) => sum + priority, 0);
  return used.map(({ zone, use, priority, delay }) => {
    const fair =
      priorities > 0
        ? Math.floor((total * priority) / priorities)
        : Math.floor(total / Math.max(1, active.length));
    const above = use > fair && over;
    const more = above && active.length > 1;
    const less = !above && (use < fair || under || active.length <= 1);
    const change = more ? STEP : less ? -STEP : 0;
    return { zone, use, fair, delay: Math.min(MOST, Math.max(0, delay + change)) };
  });
}
