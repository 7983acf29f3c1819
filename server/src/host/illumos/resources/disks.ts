import { shareOut } from "./waterFilling.ts";

/**
 * How fast reading and writing go on. How quick the disks of a machine are, nobody describes: each pool is taken for one
 * hard disk, of which the numbers here are assumed. Times are in microseconds, rates per microsecond.
 */

/** Bytes that ZFS moves at once. Source: recordsize in zfsprops(7). */
const RECORD = 128 * 1024;
/** Operations of a kind that ZFS has at a disk at the same time. Source: zfs_vdev_*_max_active in vdev_queue.c. */
const DEPTH = 10;
/** Assumed: a way of the head from one program's data to another's, a command, bytes per microsecond. */
const SEEK = 8000;
const COMMAND = 100;
const TRANSFER = 150;
/** Assumed: a call that needs no disk, and bytes per microsecond in memory. */
const CALL = 1;
const MEMORY = 2500;

/** A sentence about what is assumed. */
export const ASSUMED_DISKS =
  "Nobody described how fast the disks are: each pool is taken for one hard disk with 8 milliseconds for a seek and 150 megabytes per second, and files for never full.";

/** What a program would do without end. */
export interface Demand {
  readonly reads: boolean;
  /** Bytes of a call. */
  readonly block: number;
  readonly pool: string;
  /** How long the throttle lets each of its operations wait. */
  readonly delay: number;
}

/** What comes of it, per second. */
export interface Flow {
  readonly calls: number;
  readonly bytes: number;
  /** Operations that the throttle sees: reads that go to the disk, and logical writes of at most a record. */
  readonly operations: number;
  /** Operations of the disk. */
  readonly transfers: number;
  /** Of one of them, with the wait at the disk. */
  readonly latency: number;
}

export interface DiskLoad {
  /** In the order of the demands. */
  readonly flows: readonly Flow[];
  /** Percent of the time in which the busiest disk has something to do. */
  readonly busy: number;
}

/** What all programs get of the disks. Each pool is apart; a disk serves in turn what waits for it. */
export function diskLoad(demands: readonly Demand[]): DiskLoad {
  const flows: Flow[] = [];
  let busy = 0;
  for (const pool of new Set(demands.map((demand) => demand.pool))) {
    const here = demands.flatMap((demand, i) => (demand.pool === pool ? [{ demand, i }] : []));
    const disk = serve(here.map(({ demand }) => demand));
    here.forEach(({ i }, at) => {
      flows[i] = disk.flows[at] as Flow;
    });
    busy = Math.max(busy, disk.busy);
  }
  return { flows, busy };
}

function serve(demands: readonly Demand[]): DiskLoad {
  const service = COMMAND + RECORD / TRANSFER + (demands.length > 1 ? SEEK : 0);
  const readers = demands.filter(({ reads }) => reads).length;
  const writers = demands.length - readers;
  // A reader waits for each record; writes gather in memory, from where ZFS always has its number at the disk.
  const reading = Math.min(DEPTH, readers);
  const waiting = reading + (writers > 0 ? DEPTH : 0);
  const got = shareOut(
    1 / service,
    demands.map((demand) => ({
      weight: demand.reads ? reading / readers : DEPTH / writers,
      limit: fastest(demand, service),
    })),
  );
  const part = got.reduce((sum, rate) => sum + rate, 0) * service;
  const latency = service * Math.max(1, waiting * part);
  const flows = demands.map((demand, i): Flow => {
    // Rounded, so that equal demands get exactly the same.
    const transfers = Math.round((got[i] ?? 0) * 1e12) / 1e6;
    const calls = (transfers * RECORD) / demand.block;
    return {
      calls,
      bytes: transfers * RECORD,
      operations: demand.reads ? transfers : calls * logicalWrites(demand),
      transfers,
      latency,
    };
  });
  return { flows, busy: Math.min(100, Math.round(part * 100)) };
}

const logicalWrites = ({ block }: Demand): number => Math.max(1, Math.ceil(block / RECORD));

/** Records per microsecond that a program moves with the disk to itself. */
function fastest(demand: Demand, service: number): number {
  const { reads, block, delay } = demand;
  const call = CALL + block / MEMORY;
  if (reads) return 1 / ((call * RECORD) / block + delay + service);
  return block / RECORD / (call + logicalWrites(demand) * delay);
}
