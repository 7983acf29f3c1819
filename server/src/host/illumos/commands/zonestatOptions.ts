import { type CommandResult, failed } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { STAT_CONTROLS, type StatResource } from "../resources/views.ts";

/** What zonestat(1) is asked for. Source: usr/src/cmd/zonestat/zonestat/zonestat.c. */

export type Report = "total" | "average" | "high";
export type Line = "resource" | "total" | "system" | "zones" | "header";
export type SortColumn = "name" | "used" | "cap" | "pcap" | "shr" | "pshru";
export type SummaryColumn = "cpu" | "physical-memory" | "virtual-memory";
export type ResourceName = StatResource | "summary" | "processor-set" | "default-pset";

export interface ZonestatOptions {
  readonly zones: readonly string[] | undefined;
  readonly resources: ReadonlySet<ResourceName>;
  /** Names of processor sets, `mem_default` …; undefined for all. */
  readonly names: readonly string[] | undefined;
  readonly timestamp: "u" | "d" | "i" | undefined;
  readonly reports: readonly Report[];
  readonly quiet: boolean;
  readonly parsable: boolean;
  readonly lines: ReadonlySet<Line>;
  readonly sorts: readonly SortColumn[];
  readonly summaryBy: SummaryColumn;
  /** Seconds. */
  readonly interval: number;
  /** Of intervals; undefined where they have no end. */
  readonly count: number | undefined;
  /** Seconds from one report to the next; undefined for one at the end. */
  readonly period: number | undefined;
}

const USAGE = `Usage:
    zonestat [-z zonelist] [-r reslist] [-n namelist]
             [-T u | d | i] [-R reports] [-q] [-p [-P lines]] [-S cols]
             interval [duration [report]]
`;

/** Source: config/sample_interval of svc:/system/zones-monitoring:default. */
const DEFAULT_INTERVAL = 5;

const LIMITS: readonly ResourceName[] = ["processes", "lwps", "lofi"];
const MEMORY: readonly ResourceName[] = ["physical-memory", "virtual-memory", "locked-memory"];
const SYSV: readonly ResourceName[] = ["shm-memory", "shm-ids", "sem-ids", "msg-ids"];

/** Names that stand for several resources. */
const GROUPS: Readonly<Record<string, readonly ResourceName[]>> = {
  memory: MEMORY,
  psets: ["processor-set"],
  limits: LIMITS,
  sysv: SYSV,
  all: ["summary", "processor-set", "default-pset", ...MEMORY, ...LIMITS, ...SYSV],
};

const REPORTS: readonly Report[] = ["total", "average", "high"];
const LINES: readonly Line[] = ["resource", "total", "system", "zones", "header"];
const COLUMNS: readonly SortColumn[] = ["name", "used", "cap", "pcap", "shr", "pshru"];
const SUMMARY_COLUMNS: readonly SummaryColumn[] = ["cpu", "physical-memory", "virtual-memory"];

function wrong(message: string): CommandResult {
  return failed(`zonestat: Error: ${message}\n${USAGE}\n`, 2);
}

/** The word as one of those that are known. */
function known<T extends string>(all: readonly T[], word: string): T | undefined {
  return all.find((one) => one === word);
}

function resourceNames(word: string): readonly ResourceName[] | undefined {
  if (Object.hasOwn(GROUPS, word)) return GROUPS[word];
  const plain: readonly ResourceName[] = ["summary", "processor-set", "default-pset"];
  const found = known(plain, word) ?? known(Object.keys(STAT_CONTROLS) as StatResource[], word);
  return found && [found];
}

/** `10`, `90s`, `1h30m`: seconds, and whether they had a unit. */
function readTime(text: string): { readonly seconds: number; readonly formatted: boolean } | undefined {
  if (/^\d+$/.test(text)) return { seconds: Number(text), formatted: false };
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  if (whole === undefined || whole === "") return undefined;
  return { seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), formatted: true };
}

/** Interval, duration and period of reports: a number without a unit is one of intervals. */
function readTimes(
  words: readonly string[],
): Pick<ZonestatOptions, "interval" | "count" | "period"> | CommandResult {
  const [intervalText, durationText, periodText] = words;
  if (intervalText === undefined) return wrong("Interval required.");
  const interval = intervalText === "default" ? DEFAULT_INTERVAL : (readTime(intervalText)?.seconds ?? 0);
  if (interval === 0) return wrong(`Invalid interval: "${intervalText}"`);
  const inSeconds = (text: string): number => {
    const { seconds, formatted } = readTime(text) ?? { seconds: 0, formatted: true };
    return formatted ? seconds : seconds * interval;
  };
  const endless = durationText === undefined || durationText === "inf";
  const duration = endless ? undefined : inSeconds(durationText);
  if (duration === 0) return wrong(`Invalid duration: "${durationText}"`);
  const period = periodText === undefined ? undefined : inSeconds(periodText);
  if (period === 0) return wrong(`Invalid report period: "${periodText}"`);
  return { interval, count: duration === undefined ? undefined : Math.ceil(duration / interval), period };
}

export function zonestatOptions(args: readonly string[]): ZonestatOptions | CommandResult {
  const options = readOptions("zonestat", args, "z:r:n:T:R:qpP:S:D", USAGE, 2);
  if (isResult(options)) return options;
  const names = (letter: string): readonly string[] | undefined =>
    options.lists[letter]?.flatMap((list) => list.split(","));
  const { T: timestamp } = options.values;
  const parsable = options.has("p");
  if (timestamp !== undefined && timestamp !== "u" && timestamp !== "d" && timestamp !== "i")
    return wrong(`Invalid -T arg "${timestamp}". Must be 'u', 'i', or 'd'.`);
  if (options.has("P") && !parsable) return wrong("-P requires -p");
  if (timestamp === "d" && parsable) return wrong("-T d invalid with -p.  Use -T [u | i]");
  const times = readTimes(options.rest);
  if ("status" in times) return times;
  if (options.has("q") && !options.has("R")) return wrong("-q requires -R");
  const wanted = names("r") ?? ["summary"];
  const resources = wanted.flatMap((word) => resourceNames(word) ?? []);
  const unknownResource = wanted.find((word) => resourceNames(word) === undefined);
  if (unknownResource !== undefined) return wrong(`Unknown resource: ${unknownResource}`);
  const reports = names("R") ?? [];
  const unknownReport = reports.find((word) => !known(REPORTS, word));
  if (unknownReport !== undefined) return wrong(`Unknown -R arg: ${unknownReport}`);
  const lines = names("P") ?? LINES;
  const unknownLine = lines.find((word) => !known(LINES, word));
  // The program calls it so.
  if (unknownLine !== undefined) return wrong(`Unknown -O arg: ${unknownLine}`);
  const columns = names("S") ?? [];
  const unknownColumn = columns.find((word) => !known(COLUMNS, word) && !known(SUMMARY_COLUMNS, word));
  if (unknownColumn !== undefined) return wrong(`Unknown -S arg: ${unknownColumn}`);
  const summaryColumns = SUMMARY_COLUMNS.filter((column) => columns.includes(column));
  if (summaryColumns.length > 1)
    return wrong('-S: only one of "cpu", "physical-memory", or "virtual-memory" permitted');
  const sorts = columns.flatMap((word) => known(COLUMNS, word) ?? []);
  return {
    ...times,
    zones: names("z"),
    resources: new Set(resources),
    names: names("n"),
    timestamp,
    reports: REPORTS.filter((report) => reports.includes(report)),
    quiet: options.has("q"),
    parsable,
    lines: new Set(LINES.filter((line) => lines.includes(line))),
    sorts: sorts.length > 0 ? sorts : ["used", "name"],
    summaryBy: summaryColumns[0] ?? "cpu",
  };
}
