/** What is kept of reading and writing on disks. Times are virtual milliseconds where nothing else is said. */

/** A program that reads or writes without end. */
export interface IoStream {
  pid: number;
  /** When the process began: pids come again. */
  started: number;
  reads: boolean;
  /** Bytes of one call. */
  block: number;
  pool: string;
}

/** A count of the cycle that runs, and what the cycles before it leave. */
export interface CountCycle {
  start: number;
  count: number;
  average: number;
}

/** The same of latencies, in microseconds: `average` is one, `sum` that of `count` operations. */
export interface LatencyCycle extends CountCycle {
  sum: number;
}

/** Of the whole machine; absent as long as nothing has read or written without end. */
export interface MachineIo {
  streams: IoStream[];
  /** Ids of zones that have done anything. */
  zones: number[];
  /** The last evaluation and the next one, which is absent while nothing happens. */
  last: number;
  next?: number;
  /** Since when the load has been the same, and what it is. */
  since: number;
  load: string;
  reads: LatencyCycle;
  writes: LatencyCycle;
  /** When an operation last took very long. */
  lastSlow?: number;
  /** Percent of the time in which a disk had something to do. */
  busy: number;
  /** Bytes per second that are written. */
  written: number;
}

/** Of one zone; it goes with the zone. */
export interface ZoneIo {
  reads: CountCycle;
  logicalWrites: CountCycle;
  /** Microseconds that each read and write of it waits. */
  delay: number;
  /** The log has it that the zone is slowed down. */
  told?: true;
  counters: IoCounters;
}

/** What the statistics zone_vfs and zone_zfs of the kernel are made of: calls, bytes, milliseconds, microseconds. */
export interface IoCounters {
  reads: number;
  nread: number;
  rtime: number;
  rlentime: number;
  writes: number;
  nwritten: number;
  wtime: number;
  wlentime: number;
  /** Calls that took more than 10 milliseconds, 100 milliseconds, 1 second, 10 seconds. */
  slow: [number, number, number, number];
  delayed: number;
  /** Microseconds. */
  delayTime: number;
  /** Of the disks: reads, and how long they were there. */
  diskReads: number;
  diskBytesRead: number;
  diskReadTime: number;
  diskReadLength: number;
  diskWrites: number;
  diskBytesWritten: number;
}
