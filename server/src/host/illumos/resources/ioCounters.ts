import type { Zone } from "../types.ts";
import type { Flow } from "./disks.ts";
import type { IoCounters, IoStream } from "./ioTypes.ts";

/** The statistics of zones that tools read: kstat(8), vfsstat(8). */

const NOTHING: IoCounters = {
  ...{ reads: 0, nread: 0, rtime: 0, rlentime: 0, writes: 0, nwritten: 0, wtime: 0, wlentime: 0 },
  ...{ slow: [0, 0, 0, 0], delayed: 0, delayTime: 0 },
  ...{ diskReads: 0, diskBytesRead: 0, diskReadTime: 0, diskReadLength: 0 },
  ...{ diskWrites: 0, diskBytesWritten: 0 },
};

export const newCounters = (): IoCounters => ({ ...NOTHING, slow: [0, 0, 0, 0] });

/** The statistics of a zone; nothing where nobody there has read or written without end. */
export function ioCounters(zone: Zone): IoCounters {
  return zone.io?.counters ?? NOTHING;
}

/** What one stream has done in a time: its counters, and those of who brings its writes to the disk. */
export function countStream(
  stream: IoStream,
  flow: Flow,
  delay: number,
  elapsed: number,
  own: IoCounters,
  kernel: IoCounters | undefined,
): void {
  const whole = (perSecond: number): number => Math.round((perSecond * elapsed) / 1000);
  const transfers = whole(flow.transfers);
  const calls = whole(flow.calls);
  const bytes = calls * stream.block;
  // A call takes as long as there are none beside it: the program does nothing else.
  const each = flow.calls > 0 ? 1e6 / flow.calls : 0;
  const slowest = stream.reads ? Math.max(each, flow.latency) : each;
  const hit = stream.reads ? Math.min(transfers, calls) : calls;
  own.slow = own.slow.map((count, power) =>
    slowest > 10_000 * 10 ** power ? count + hit : count,
  ) as IoCounters["slow"];
  if (delay > 0) {
    own.delayed += whole(flow.operations);
    own.delayTime += whole(flow.operations) * delay;
  }
  if (stream.reads) {
    own.reads += calls;
    own.nread += bytes;
    own.rlentime += elapsed;
    own.diskReads += transfers;
    own.diskBytesRead += bytes;
    own.diskReadLength += Math.round((transfers * flow.latency) / 1000);
    return;
  }
  own.writes += calls;
  own.nwritten += bytes;
  own.wlentime += elapsed;
  if (!kernel) return;
  kernel.diskWrites += transfers;
  kernel.diskBytesWritten += bytes;
}
