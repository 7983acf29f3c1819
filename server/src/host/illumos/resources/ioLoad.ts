import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { zoneControls } from "./controls.ts";
import { ASSUMED_DISKS, type DiskLoad, diskLoad, type Flow } from "./disks.ts";
import { countStream, newCounters } from "./ioCounters.ts";
import { addCount, addLatency, countOf, latencyOf, newCounts, newLatencies } from "./ioCycles.ts";
import { SLOW, type Throttled, throttleStep } from "./ioThrottle.ts";
import type { IoCounters, IoStream, MachineIo, ZoneIo } from "./ioTypes.ts";
import { limitOf, rctlCause } from "./rctls.ts";

/**
 * Programs that read or write without end. While time passes the disks work for all of them, and the kernels that have a
 * throttle look every 250 milliseconds who uses more than is fair.
 */

const PRIORITY = "zone.zfs-io-priority";
/** Milliseconds between two evaluations. Source: zfs_zone_adjust_time in zfs_zone.c. */
const STEP = 250;
/** Milliseconds of one load after which nothing new happens: from then on steps become longer. */
const SETTLED = 600_000;
/**
 * Bytes that are written in 5 seconds from which on transaction groups come faster than they should, so that writes wait
 * twice as long. Source: zfs_zone_txg_throttle_scale; that a group has 64 megabytes is the usual of illumos.
 */
const FAST_GROUPS = 2 * 64 * 2 ** 20;

/** Whether the kernel has the throttle. */
export function hasThrottle(host: Host): boolean {
  return zoneControls(host).some(({ name }) => name === PRIORITY);
}

/** Begins to read or write without end; it stops with the process. */
export function startStream(host: Host, process: Process, what: Omit<IoStream, "pid" | "started">): void {
  const illumos = illumosOf(host);
  const { now } = host;
  if (!illumos.io) {
    illumos.io = {
      ...{ streams: [], zones: [], last: now, since: now, load: "", busy: 0, written: 0 },
      ...{ reads: newLatencies(now), writes: newLatencies(now) },
    };
    host.emit({ container: "", kind: "zone.io", message: ASSUMED_DISKS, outcome: "assumed" });
  }
  const { io } = illumos;
  io.streams.push({ ...what, pid: process.pid, started: process.started });
  if (io.next !== undefined) return;
  io.last = now;
  io.next = now + STEP;
}

/** What goes on in a zone at the moment. */
export function streamsOf(host: Host, zone: Zone): IoStream[] {
  const streams = illumosOf(host).io?.streams ?? [];
  return streams.filter((stream) => processOf(host, stream)?.credential.container === zone.id);
}

/** The process of a stream, as long as it runs. */
function processOf(host: Host, { pid, started }: IoStream): Process | undefined {
  const process = findProcess(host, pid);
  return process?.started === started && process.state !== "zombie" ? process : undefined;
}

function ioOf(io: MachineIo, zone: Zone): ZoneIo {
  if (zone.io) return zone.io;
  zone.io = {
    ...{ reads: newCounts(io.last), logicalWrites: newCounts(io.last), delay: 0 },
    counters: newCounters(),
  };
  if (!io.zones.includes(zone.id)) io.zones.push(zone.id);
  return zone.io;
}

/** Zones that have done anything and are still there, and what. */
function zonesWithIo(host: Host, io: MachineIo): { zone: Zone; own: ZoneIo }[] {
  return io.zones.flatMap((id) => {
    const zone = findZone(host, id);
    return zone?.io && id !== GLOBAL ? [{ zone, own: zone.io }] : [];
  });
}

/** When the disks are looked at next; `undefined` while nothing happens on them. */
export function nextIo(host: Host): number | undefined {
  return illumosOf(host).io?.next;
}

/** A stream as the disks serve it. */
interface Served {
  readonly stream: IoStream;
  readonly zone: Zone;
  /** Microseconds that each of its operations waits. */
  readonly delay: number;
}

/** What has happened since the last time, and who waits from now on. The clock is there. */
export function passIo(host: Host): void {
  const { io } = illumosOf(host);
  if (!io) return;
  const { now } = host;
  io.streams = io.streams.filter((stream) => processOf(host, stream));
  const twice = io.written * 5 > FAST_GROUPS;
  const served = io.streams.flatMap((stream): Served[] => {
    const process = processOf(host, stream);
    const zone = process && findZone(host, process.credential.container);
    if (!zone || process.state === "stopped") return [];
    const waits = priorityOf(zone) === 0 ? 0 : (zone.io?.delay ?? 0);
    return [{ stream, zone, delay: !stream.reads && twice ? waits * 2 : waits }];
  });
  const load = diskLoad(served.map(({ stream, delay }) => ({ ...stream, delay })));
  account(host, io, served, load);
  if (hasThrottle(host)) evaluate(host, io);
  plan(host, io, served);
  io.last = now;
}

/** Counts what was read and written since the last time, for tools and for the throttle. */
function account(host: Host, io: MachineIo, served: readonly Served[], { flows, busy }: DiskLoad): void {
  const { now } = host;
  const elapsed = now - io.last;
  // What the throttle remembers is of the last step, also where one step is long.
  const recent = Math.min(elapsed, STEP);
  const since = now - recent;
  const lately = (perSecond: number): number => Math.round((perSecond * recent) / 1000);
  // A thread of the kernel brings writes to the disk, for the global zone.
  const global = findZone(host, GLOBAL);
  const reading = new Set<IoCounters>();
  const writing = new Set<IoCounters>();
  io.busy = busy;
  io.written = 0;
  served.forEach(({ stream, zone, delay }, i) => {
    const flow = flows[i] as Flow;
    const { counters, reads, logicalWrites } = ioOf(io, zone);
    const kernel = stream.reads || !global ? undefined : ioOf(io, global).counters;
    countStream(stream, flow, delay, elapsed, counters, kernel);
    (stream.reads ? reading : writing).add(counters);
    addCount(stream.reads ? reads : logicalWrites, since, lately(flow.operations));
    addLatency(stream.reads ? io.reads : io.writes, since, lately(flow.transfers), flow.latency);
    if (flow.latency > SLOW && flow.transfers > 0) io.lastSlow = now;
    if (!stream.reads) io.written += flow.bytes;
  });
  for (const counters of reading) {
    counters.rtime += elapsed;
    counters.diskReadTime += elapsed;
  }
  for (const counters of writing) counters.wtime += elapsed;
}

/** `zone.zfs-io-priority`, 1 where nobody set it. */
function priorityOf(zone: Zone): number {
  return limitOf(zone, PRIORITY)?.limit ?? 1;
}

function priorityCause(zone: Zone): Cause {
  const set = limitOf(zone, PRIORITY);
  return set ? rctlCause(PRIORITY, set) : { what: `${PRIORITY}=1 (default)`, from: "default" };
}

function evaluate(host: Host, io: MachineIo): void {
  const { now } = host;
  const zones = zonesWithIo(host, io);
  const uses = zones.map(({ zone, own: { reads, logicalWrites, delay } }) => ({
    ...{ zone: zone.id, priority: priorityOf(zone), delay },
    ...{ reads: countOf(reads, now), writes: countOf(logicalWrites, now) },
  }));
  const results = throttleStep(uses, {
    readLatency: latencyOf(io.reads, now),
    writeLatency: latencyOf(io.writes, now),
    busy: io.busy,
    ...(io.lastSlow !== undefined && { sinceSlow: now - io.lastSlow }),
  });
  const active = zones.filter((_, i) => (results[i]?.use ?? 0) > 0).map(({ zone }) => zone);
  const total = results.reduce((sum, { use }) => sum + use, 0);
  zones.forEach(({ zone, own }, i) => {
    const result = results[i] as Throttled;
    own.delay = result.delay;
    tell(host, zone, own, result, { total, active });
  });
}

/** Who else is active, and what all of them used. */
interface Others {
  readonly total: number;
  readonly active: readonly Zone[];
}

/** Microseconds from which on the log says that a zone is slowed down: below that, delays come and go with the cycles. */
const WORTH_TELLING = 50;

/** The log has when a zone is slowed down, why, and when it is let go. */
function tell(host: Host, zone: Zone, own: ZoneIo, { use, fair, delay }: Throttled, others: Others): void {
  const told = own.told === true;
  // A zone of priority 0 is counted, but never waits.
  if (priorityOf(zone) === 0 || (told ? delay > 0 : delay < WORTH_TELLING)) return;
  if (told) delete own.told;
  else own.told = true;
  const percent = (part: number): number => (others.total > 0 ? Math.round((part / others.total) * 100) : 0);
  const priorities = others.active.reduce((sum, other) => sum + priorityOf(other), 0);
  const message = told
    ? "It is let go: its reads and writes wait no longer."
    : `It is slowed down, by ${delay} microseconds for each read and write and rising: the disks are busy and slow, and it does ${percent(use)} % of what zones do there, where ${percent(fair)} % would be fair (zfs-io-priority ${priorityOf(zone)} of ${priorities}).`;
  const rivals = others.active.filter((other) => other !== zone && limitOf(other, PRIORITY));
  rivals.sort((a, b) => priorityOf(b) - priorityOf(a) || a.id - b.id);
  host.emit({
    ...{ container: zone.name, kind: "zone.io", message, outcome: "ok" },
    causes: [priorityCause(zone), ...rivals.slice(0, 1).map(priorityCause)],
  });
}

/** When the disks are looked at again. Without any stream that goes on as long as somebody still waits. */
function plan(host: Host, io: MachineIo, served: readonly Served[]): void {
  const { now } = host;
  const load = served.map(({ stream, zone }) => `${stream.pid}:${priorityOf(zone)}`).join(" ");
  if (load !== io.load) {
    io.load = load;
    io.since = now;
  }
  const waits = io.streams.length > 0 || zonesWithIo(host, io).some(({ own }) => own.delay > 0);
  if (waits) io.next = now + Math.max(STEP, Math.floor(((now - io.since) * STEP) / SETTLED));
  else delete io.next;
}
