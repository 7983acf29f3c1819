import { type CommandContext, type CommandResult, done, program } from "../../shell/command.ts";
import { dateText, momentOf, twoDigits } from "../../shell/format.ts";
import { tooMany } from "../../shell/reports.ts";
import { letCompute } from "../resources/load.ts";
import { swapOf } from "../resources/swap.ts";
import { processorSetStat, type StatResource, zoneStat } from "../resources/views.ts";
import { wallClock } from "../system.ts";
import { hourTime } from "./texts.ts";
import { type Report, type ZonestatOptions, zonestatOptions } from "./zonestatOptions.ts";
import {
  nameOfResource,
  type Page,
  resourceText,
  type Summary,
  setText,
  shortSetName,
  summaryText,
} from "./zonestatText.ts";

/**
 * zonestat(1): what zones use, one interval after the other. Nobody starts or ends a zone while it runs, so all intervals show
 * the same, and so do reports over several of them. Source: usr/src/cmd/zonestat.
 */

function stampText(kind: ZonestatOptions["timestamp"], time: number): string {
  if (kind === "u") return String(Math.floor(time));
  if (kind !== "i") return dateText(time);
  const { year, monthNumber, day, hours, minutes, seconds } = momentOf(time);
  const clock = [hours, minutes, seconds].map(twoDigits).join("");
  return `${year}${twoDigits(monthNumber)}${twoDigits(day)}T${clock}Z`;
}

function summaryOf({ host, process }: CommandContext): Summary {
  const sets = processorSetStat(host, process);
  const physical = zoneStat(host, process, "physical-memory").rows;
  const swap = zoneStat(host, process, "virtual-memory").rows;
  const online = sets.reduce((sum, set) => sum + set.online, 0);
  const rows = physical.flatMap((own) => {
    const cpu = sets.flatMap((set) => set.rows.filter(({ name }) => name === own.name));
    const used = cpu.reduce((sum, row) => sum + row.used, 0);
    const other = swap.find(({ name }) => name === own.name);
    const { name } = own;
    const percent = (used / Math.max(1, online)) * 100;
    return other ? [{ name, cpu: { ...cpu[0], used, percent }, physical: own, swap: other }] : [];
  });
  const cpus = sets.reduce((sum, set) => sum + set.cpus, 0);
  return { cpus, online, memory: host.state.machine.memory, virtual: swapOf(host), rows };
}

/** The resources in the order of the program, whatever the order in which they were asked for. */
const ORDER: readonly StatResource[] = [
  ...(["physical-memory", "virtual-memory", "locked-memory"] as const),
  ...(["processes", "lwps", "lofi", "shm-memory", "shm-ids", "sem-ids", "msg-ids"] as const),
];

const SET_ORDER = ["default-pset", "pool-pset", "psrset-pset", "dedicated-cpu"] as const;

/** What is printed between header and footer. */
function bodyText(context: CommandContext, page: Page): string {
  const { host, process } = context;
  const { resources, names, zones } = page.options;
  const chosen = (...own: readonly string[]): boolean => !names || own.some((name) => names.includes(name));
  const part = (resource: StatResource): string =>
    resources.has(resource) && chosen(nameOfResource(resource))
      ? resourceText(page, zoneStat(host, process, resource))
      : "";
  const sets = processorSetStat(host, process).filter(
    (report) =>
      (resources.has("processor-set") || (resources.has("default-pset") && report.type === "default-pset")) &&
      chosen(report.set, shortSetName(report)) &&
      (!zones || report.rows.some(({ name }) => zones.includes(name))),
  );
  return [
    resources.has("summary") ? summaryText(page, summaryOf(context)) : "",
    ...ORDER.slice(0, 3).map(part),
    ...SET_ORDER.flatMap((type) =>
      sets.filter((report) => report.type === type).map((report) => setText(page, report)),
    ),
    ...ORDER.slice(3).map(part),
  ].join("");
}

const TITLES: Readonly<Record<Report, string>> = {
  total: "Report: Total Usage",
  average: "Report: Average Usage",
  high: "Report: High Usage",
};

function runZonestat(context: CommandContext): CommandResult {
  const { host, args } = context;
  const options = zonestatOptions(args);
  if ("status" in options) return options;
  const { interval, period, timestamp, parsable, quiet, lines } = options;
  // Of intervals without an end one is shown; the rest would be the same.
  const { count = 1 } = options;
  const refused = tooMany("zonestat", count, "reports");
  if (refused) return refused;
  const begin = wallClock(host);
  letCompute(host, count * interval * 1000);
  const at = (time: number): string => stampText(parsable ? (timestamp ?? "i") : timestamp, time);
  const pageOf = (label: string, now: number, seconds: number): Page => ({
    options,
    label,
    seconds,
    stamp: timestamp === undefined ? "" : `${at(now)}:`,
  });
  const whole = (page: Page, header: string, now: number, elapsed: number): string => {
    const body = bodyText(context, page);
    if (!parsable) return header + body;
    const begins = `${page.stamp}${page.label}`;
    const head = lines.has("header") ? `${begins}:header:${header}\n` : "";
    // There is no colon behind the time.
    return `${head}${body}${begins}:footer:${at(now)}${interval}:${elapsed}\n`;
  };
  let text = quiet || parsable ? "" : "Collecting data for first interval...\n";
  let since = 0;
  for (let i = 1; i <= count; i++) {
    const elapsed = i * interval;
    const now = begin + elapsed;
    const front = timestamp === undefined ? "" : `${at(now)}, `;
    const duration = hourTime(elapsed * 1000);
    if (!quiet) {
      const header = parsable
        ? `since-last-interval:${at(now)}:${i}:${elapsed}`
        : `${front}Interval: ${i}, Duration: ${duration}\n`;
      text += whole(pageOf("interval", now, interval), header, now, elapsed);
    }
    const due = period !== undefined && elapsed - since >= period;
    if (!due && i < count) continue;
    for (const report of options.reports) {
      const start = at(begin + since);
      const header = parsable
        ? `${start}:${at(now)}:${interval}:${elapsed}`
        : `${front}${TITLES[report]}\n    Start: ${start}\n      End: ${at(now)}\n    Intervals: ${i}, Duration: ${duration}\n`;
      const counted = report === "total" ? elapsed - since : interval;
      text += whole(pageOf(`report-${report}`, now, counted), header, now, elapsed);
    }
    since = elapsed;
  }
  return done(text, [], count * interval * 1000);
}

export const zonestat = program(
  "/usr/bin/zonestat",
  "what zones use (-r RESOURCES INTERVAL COUNT; -p to be read by scripts)",
  runZonestat,
);
