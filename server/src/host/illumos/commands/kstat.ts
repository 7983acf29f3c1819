import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type CommandContext, type CommandResult, done, program, unmodelled } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { matchesPattern } from "../../shell/pattern.ts";
import { linksOfZone, shortName } from "../network/linkIndex.ts";
import { DROP_COUNTERS } from "../network/protection.ts";
import { ioCounters } from "../resources/ioCounters.ts";
import { hasThrottle, streamsOf } from "../resources/ioLoad.ts";
import { visibleZones } from "../resources/views.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { limitStatistics, type Statistic, statisticsOf } from "./kstatLimits.ts";

/**
 * kstat(8): of all statistics of the kernel those of links that count what protection drops, and those of zones that
 * tell what bounds them, what they read and what they write. Source: usr/src/uts/common/io/mac/mac_stat.c; os/zone.c of illumos-joyent.
 */

const LINKS = "mac_misc_stat";
const ZONES: ReadonlySet<string> = new Set(["caps", "memory_cap", "zone_vfs", "zone_zfs"]);

/** Parts of names as patterns; an empty one is met by all. */
type Wanted = Readonly<Record<"module" | "instance" | "name" | "statistic", string>>;

function runKstat({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage:\nkstat [ -Cjlpq ] [ -T d|u ] [ -c class ]\n      [ -m module ] [ -i instance ] [ -n name ] [ -s statistic ]\n";
  const options = readOptions("kstat", args, "Cjlpqm:i:n:s:c:T:", usage, 2);
  if (isResult(options)) return options;
  if (options.has("C") || options.has("j")) return unmodelled("kstat", "-C and -j");
  const { m = "", i = "", n = "", s = "", c = "" } = options.values;
  const named = { module: m, instance: i, name: n, statistic: s };
  const wanted = options.rest.map((word): Wanted => {
    const [module = "", instance = "", name = "", statistic = ""] = word.split(":");
    return {
      module: named.module || module,
      instance: named.instance || instance,
      name: named.name || name,
      statistic: named.statistic || statistic,
    };
  });
  if (wanted.length === 0) wanted.push(named);
  const known = ({ module, name }: Wanted): boolean =>
    name === LINKS ||
    ZONES.has(module) ||
    /^zone_(caps|memory_cap|vfs|zfs)$/.test(c) ||
    /^cpucaps_zone/.test(name);
  if (!wanted.every(known))
    return unmodelled("kstat", `statistics other than ${LINKS}, ${[...ZONES].join(", ")}`);
  const all = [
    ...linkStatistics(host, process),
    ...zoneStatistics(host, process),
    ...limitStatistics(host, process),
  ];
  const classes = new Map(
    all.flatMap((one) => (one.statistic === "class" ? [[placeOf(one), String(one.value)]] : [])),
  );
  const shown = all.filter(
    (one) => wanted.some((each) => meets(each, one)) && (c === "" || classes.get(placeOf(one)) === c),
  );
  shown.sort(
    (a, b) =>
      compare(a.module, b.module) ||
      a.instance - b.instance ||
      compare(a.name, b.name) ||
      compare(a.statistic, b.statistic),
  );
  if (!options.has("p")) return tables(shown, classes);
  const lines = shown.map(
    ({ module, instance, name, statistic, value }) =>
      `${module}:${instance}:${name}:${statistic}\t${value}\n`,
  );
  return { ...done(lines.join("")), status: lines.length > 0 ? 0 : 1 };
}

/** Where statistics belong that are one table. */
const placeOf = ({ module, instance, name }: Statistic): string => `${module}:${instance}:${name}`;

/** Without `-p`: a table for each name. */
function tables(shown: readonly Statistic[], classes: ReadonlyMap<string, string>): CommandResult {
  const lines: string[] = [];
  let before = "";
  for (const one of shown) {
    const place = placeOf(one);
    if (place !== before) {
      if (before !== "") lines.push("");
      lines.push(
        `module: ${one.module.padEnd(30)}  instance: ${String(one.instance).padEnd(6)}`,
        `name:   ${one.name.padEnd(30)}  class:    ${classes.get(place) ?? "misc"}`,
      );
    }
    before = place;
    if (one.statistic !== "class") lines.push(`\t${one.statistic.padEnd(30)}  ${one.value}`);
  }
  if (lines.length > 0) lines.push("");
  return { ...done(lines.map((line) => `${line}\n`).join("")), status: lines.length > 0 ? 0 : 1 };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function meets(wanted: Wanted, { module, instance, name, statistic }: Statistic): boolean {
  const met = (pattern: string, text: string): boolean => pattern === "" || matchesPattern(pattern, text);
  return (
    met(wanted.module, module) &&
    met(wanted.instance, String(instance)) &&
    met(wanted.name, name) &&
    met(wanted.statistic, statistic)
  );
}

function linkStatistics(host: Host, { credential: { container } }: Process): Statistic[] {
  const links = container === GLOBAL ? Object.values(illumosOf(host).links) : linksOfZone(host, container);
  return links.flatMap((link) =>
    Object.values(DROP_COUNTERS).map((statistic) => ({
      ...{ module: container === GLOBAL ? link.name : shortName(link), instance: 0, name: LINKS, statistic },
      value: link.drops[statistic] ?? 0,
    })),
  );
}

/** Of the own zone, in the global zone of all; only kernels with the throttle have them. */
function zoneStatistics(host: Host, process: Process): Statistic[] {
  if (!hasThrottle(host)) return [];
  return visibleZones(host, process).flatMap((zone) =>
    Object.entries(valuesOf(host, zone)).flatMap(([module, values]) =>
      statisticsOf(host, zone, module, zone.name, module, values),
    ),
  );
}

function valuesOf(host: Host, zone: Zone): Record<string, Record<string, number>> {
  const counters = ioCounters(zone);
  const streams = streamsOf(host, zone);
  const nanoseconds = (milliseconds: number): number => milliseconds * 1_000_000;
  const [ten, hundred, second, tenSeconds] = counters.slow;
  return {
    zone_vfs: {
      ...{ "10ms_ops": ten, "100ms_ops": hundred, "1s_ops": second, "10s_ops": tenSeconds },
      ...{ delay_cnt: counters.delayed, delay_time: counters.delayTime },
      ...{ nread: counters.nread, reads: counters.reads },
      ...{ rtime: nanoseconds(counters.rtime), rlentime: nanoseconds(counters.rlentime) },
      rcnt: streams.filter(({ reads }) => reads).length,
      ...{ nwritten: counters.nwritten, writes: counters.writes },
      ...{ wtime: nanoseconds(counters.wtime), wlentime: nanoseconds(counters.wlentime) },
      wcnt: streams.filter(({ reads }) => !reads).length,
    },
    zone_zfs: {
      ...{ nread: counters.diskBytesRead, reads: counters.diskReads },
      ...{ rtime: nanoseconds(counters.diskReadTime), rlentime: nanoseconds(counters.diskReadLength) },
      ...{ nwritten: counters.diskBytesWritten, writes: counters.diskWrites, waittime: 0 },
    },
  };
}

export const kstat = program(
  "/usr/bin/kstat",
  "what links have dropped (-p LINK:0:mac_misc_stat), limits of zones (-m caps, -m memory_cap), what they read and write (-m zone_vfs, zone_zfs)",
  runKstat,
);
