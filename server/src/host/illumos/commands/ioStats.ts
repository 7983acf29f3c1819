import { pass } from "../../clock.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  failed,
  program,
} from "../../shell/command.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { ioCounters } from "../resources/ioCounters.ts";
import type { IoCounters } from "../resources/ioTypes.ts";
import { visibleZones } from "../resources/views.ts";
import type { Zone } from "../types.ts";
import { zoneOf } from "../zones.ts";

/**
 * vfsstat(8) and ziostat(8) of SmartOS: what zones read and write, and how long the throttle lets them wait. Source:
 * usr/src/cmd/stat/{vfsstat,ziostat} of illumos-joyent.
 */

/** What has happened in an interval: the counters' difference, and its length in milliseconds. */
interface Interval {
  readonly counters: IoCounters;
  readonly elapsed: number;
}

interface Tool {
  readonly name: string;
  readonly about: string;
  header(suffix: string, prefix: string, commas: boolean): string;
  /** The cells of a zone; `undefined` where nothing was done. `per`: what rates are divided by. */
  cells(interval: Interval, per: number, divisor: number): readonly string[];
  idle(counters: IoCounters): boolean;
  readonly widths: readonly number[];
}

const one = (value: number): string => value.toFixed(1);
const whole = (value: number): string => String(Math.floor(value));
/** Milliseconds of operations as a part of the interval. */
const part = (milliseconds: number, elapsed: number): number => (elapsed > 0 ? milliseconds / elapsed : 0);

const vfs: Tool = {
  name: "vfsstat",
  about: "VFS",
  widths: [5, 5, 5, 5, 5, 5, 6, 6, 3, 3, 5, 6],
  header: (per, bytes, commas) =>
    commas
      ? `r/${per},w/${per},${bytes}r/${per},${bytes}w/${per},ractv,wactv,read_t,writ_t,%r,%w,d/${per},del_t,zone\n`
      : `  r/${per}   w/${per}  ${bytes}r/${per}  ${bytes}w/${per} ractv wactv read_t writ_t  %r  %w   d/${per}  del_t zone\n`,
  cells({ counters: c, elapsed }, per, divisor) {
    const latency = (length: number, calls: number): number => (calls > 0 ? (length * 1000) / calls : 0);
    return [
      ...[one(c.reads / per), one(c.writes / per)],
      ...[one(c.nread / per / divisor), one(c.nwritten / per / divisor)],
      ...[one(part(c.rlentime, elapsed)), one(part(c.wlentime, elapsed))],
      ...[one(latency(c.rlentime, c.reads)), one(latency(c.wlentime, c.writes))],
      ...[whole(part(c.rtime, elapsed) * 100), whole(part(c.wtime, elapsed) * 100)],
      one(elapsed > 0 ? (c.delayed * 1000) / elapsed : 0),
      one(c.delayed > 0 ? c.delayTime / c.delayed : 0),
    ];
  },
  idle: ({ reads, writes }) => reads === 0 && writes === 0,
};

const zio: Tool = {
  name: "ziostat",
  about: "ZFS read I/O",
  widths: [7, 6, 6, 6, 6, 3],
  header: (per, bytes, commas) =>
    commas
      ? `r/${per},${bytes}r/${per},actv,wsvc_t,asvc_t,%b,zone\n`
      : `    r/${per}   ${bytes}r/${per}   actv wsvc_t asvc_t  %b zone\n`,
  // The model has no queue in front of the disk: all of the wait is in the service.
  cells: ({ counters: c, elapsed }, per, divisor) => [
    ...[one(c.diskReads / per), one(c.diskBytesRead / per / divisor)],
    one(part(c.diskReadLength, elapsed)),
    "0.0",
    one(c.diskReads > 0 ? c.diskReadLength / c.diskReads : 0),
    whole(part(c.diskReadTime, elapsed) * 100),
  ],
  idle: ({ diskReads }) => diskReads === 0,
};

function difference(now: IoCounters, before: IoCounters | undefined): IoCounters {
  if (!before) return now;
  const entries = Object.entries(now).map(([key, value]) => {
    const old = before[key as keyof IoCounters];
    return [key, typeof value === "number" && typeof old === "number" ? value - old : value];
  });
  return Object.fromEntries(entries) as IoCounters;
}

function usage({ name, about }: Tool): string {
  const example = (words: string, text: string): string => `${`${name} ${words}`.padEnd(22)}# ${text}\n`;
  return [
    `USAGE: ${name} [-hIMrzZ] [interval [count]]\n`,
    `   eg, ${example("", "print summary since zone boot")}`,
    ...[
      example("1", "print continually every 1 second"),
      example("1 5", "print 5 times, every 1 second"),
      example("-I", "print results per interval (where applicable)"),
      example("-M", "print results in MB/s"),
      example("-r", "print results in comma-separated format"),
      example("-z", `hide zones with no ${about} activity`),
      example("-Z", "print results for all zones"),
    ].map((line) => `       ${line}`),
  ].join("");
}

/** Reports that are shown of a run that nobody ends. */
const UNLIMITED = 2;

function run(tool: Tool, { host, process, args }: CommandContext): CommandResult {
  const options = readOptions(tool.name, args, "hIMrzZ", usage(tool), 1);
  // Source: Getopt::Std of perl.
  if (isResult(options))
    return failed(`${options.stderr.replace(/^.*-- (.)\n[\s\S]*$/, "Unknown option: $1")}\n${usage(tool)}`);
  if (options.has("h")) return failed(usage(tool));
  const [intervalText, countText] = options.rest;
  const interval = intervalText === undefined ? 1 : Number(intervalText);
  if (!(interval > 0)) return failed(usage(tool));
  const endless = intervalText !== undefined && countText === undefined;
  const count = endless ? UNLIMITED : Number(countText ?? 1) || 0;
  const refused = tooMany(tool.name, count, "reports");
  if (refused) return refused;
  const begin = host.now;
  const before = new Map<number, { readonly counters: IoCounters; readonly at: number }>();
  let stdout = "";
  for (let report = 0; report < count; report++) {
    if (report === 0 || options.has("Z"))
      stdout += tool.header(options.has("I") ? "i" : "s", options.has("M") ? "M" : "k", options.has("r"));
    for (const zone of shown(host, process, options)) {
      const counters = { ...ioCounters(zone) };
      const old = before.get(zone.id);
      const elapsed = host.now - (old?.at ?? zone.created);
      stdout += row(tool, zone, { counters: difference(counters, old?.counters), elapsed }, options);
      before.set(zone.id, { counters, at: host.now });
    }
    pass(host, interval * 1000);
  }
  return {
    ...{ status: 0, stdout, stderr: "", decisions: [], milliseconds: host.now - begin },
    ...(endless && { stays: true as const }),
  };
}

/** The own zone, or with -Z all that are visible. */
function shown(host: Host, process: Process, options: Options): readonly Zone[] {
  return options.has("Z") ? visibleZones(host, process) : [zoneOf(host, process)];
}

function row(tool: Tool, zone: Zone, interval: Interval, options: Options): string {
  if (options.has("z") && tool.idle(interval.counters)) return "";
  const per = options.has("I") ? 1 : Math.max(1, interval.elapsed) / 1000;
  const cells = tool.cells(interval, per, options.has("M") ? 2 ** 20 : 1024);
  const name = zone.name.slice(0, 8);
  if (options.has("r")) return `${[...cells, name, zone.id].join(",")}\n`;
  return `${cells.map((cell, i) => cell.padStart(tool.widths[i] ?? 0)).join(" ")} ${name} (${zone.id})\n`;
}

const command = (tool: Tool, summary: string): Command =>
  program(`/usr/bin/${tool.name}`, summary, (context) => run(tool, context));

/** What SmartOS alone has. */
export const ioStatCommands: readonly Command[] = [
  command(vfs, "what zones read and write, and how long they are held up (-Z INTERVAL COUNT; SmartOS)"),
  command(zio, "what zones read from disks (-Z INTERVAL COUNT; SmartOS)"),
];
