import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { letCompute } from "../resources/load.ts";
import { swapOf } from "../resources/swap.ts";
import {
  type CpuStatReport,
  processorSetStat,
  STAT_CONTROLS,
  type StatReport,
  type StatResource,
  type StatRow,
  zoneStat,
} from "../resources/views.ts";
import { fourDigits, hourTime, shortPercent } from "./texts.ts";

/** zonestat(1): what zones use, one interval after the other. Source: usr/src/cmd/zonestat. */

const USAGE =
  "Usage: zonestat [-z zonelist] [-r reslist] [-n namelist]\n    [-T u | d | i] [-R reports] [-q] [-p [-P lines]] [-S cols]\n    interval [duration [report]]\n";

/** `10s`, `1m`, `2h` or seconds. */
function seconds(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
  return number === ""
    ? Number.NaN
    : Number(number) * { s: 1, m: 60, h: 3600, d: 86_400, "": 1 }[unit as "s"];
}

const BYTES: ReadonlySet<StatResource> = new Set([
  "physical-memory",
  "virtual-memory",
  "locked-memory",
  "shm-memory",
]);

function amount(resource: StatResource, value: number): string {
  return BYTES.has(resource) ? fourDigits(value) : String(value);
}

const cell = (text: string | undefined): string => (text ?? "-").padStart(5);

/** Names are as wide as the longest one. */
function widthOf(reports: readonly { readonly rows: readonly { readonly name: string }[] }[]): number {
  return Math.max(9, ...reports.flatMap(({ rows }) => rows.map(({ name }) => name.length)));
}

function resourceText({ resource, limit, rows }: StatReport): string {
  const title = {
    "physical-memory": "mem_default",
    "virtual-memory": "vm_default",
  }[resource as string];
  const width = widthOf([{ rows }]);
  const head = `${resource.toUpperCase().padEnd(22)}              SYSTEM LIMIT\n${(title ?? "system-limit").padEnd(22)}${amount(resource, limit).padStart(26)}\n`;
  const line = (name: string, cells: readonly (string | undefined)[]): string =>
    `${name.padStart(width + 12)}  ${cells.map(cell).join(" ")}\n`;
  return `${head}${line("ZONE", ["USED", "PCT", "CAP", "%CAP"])}${rows
    .map(({ name, used, percent, cap, capPercent }) =>
      line(name, [
        amount(resource, used),
        shortPercent(percent),
        cap === undefined ? undefined : amount(resource, cap),
        capPercent === undefined ? undefined : shortPercent(capPercent),
      ]),
    )
    .join("")}\n`;
}

function setText({ set, type, online, cpus, min, max, rows }: CpuStatReport): string {
  const width = widthOf([{ rows }]);
  const largest = max >= 10_000 ? "-" : String(max);
  const head = `PROCESSOR_SET                   TYPE  ONLINE/CPUS     MIN/MAX\n${set.padEnd(22)} ${type.padStart(13)} ${`${online}/${cpus}`.padStart(12)} ${`${min}/${largest}`.padStart(11)}\n`;
  const line = (name: string, cells: readonly (string | undefined)[]): string =>
    `${name.padStart(width + 12)}  ${cells.map(cell).join(" ")}\n`;
  return `${head}${line("ZONE", ["USED", "PCT", "CAP", "%CAP", "SHRS", "%SHR", "%SHRU"])}${rows
    .map(({ name, used, percent, cap, capPercent, shares, sharePercent, usedOfShare }) =>
      line(name, [
        used.toFixed(2),
        shortPercent(percent),
        cap?.toFixed(2),
        capPercent === undefined ? undefined : shortPercent(capPercent),
        name.startsWith("[") ? undefined : shares === undefined ? "no-fss" : String(shares),
        sharePercent === undefined ? undefined : shortPercent(sharePercent),
        usedOfShare === undefined ? undefined : shortPercent(usedOfShare),
      ]),
    )
    .join("")}\n`;
}

/** CPU, physical and virtual memory of all zones at a glance. */
function summary({ host, process }: CommandContext, chosen: (name: string) => boolean): string {
  const sets = processorSetStat(host, process);
  const memory = [zoneStat(host, process, "physical-memory"), zoneStat(host, process, "virtual-memory")];
  const [physical, virtual] = memory as [StatReport, StatReport];
  const { machine } = host.state;
  const online = sets.reduce((sum, set) => sum + set.online, 0);
  const cpus = sets.reduce((sum, set) => sum + set.cpus, 0);
  const width = Math.max(widthOf(sets), widthOf(memory));
  const cpuOf = (name: string) => {
    const rows = sets.flatMap(({ rows }) => rows.filter((row) => row.name === name));
    const used = rows.reduce((sum, row) => sum + row.used, 0);
    return { used, percent: (used / Math.max(1, online)) * 100, row: rows[0] };
  };
  const part = (row: StatRow | undefined): string[] => [
    cell(row && fourDigits(row.used)),
    cell(row && shortPercent(row.percent)),
    cell(row?.capPercent === undefined ? undefined : shortPercent(row.capPercent)),
  ];
  const line = (name: string): string => {
    const { used, percent, row } = cpuOf(name);
    const cpu = [
      cell(used.toFixed(2)),
      cell(shortPercent(percent)),
      cell(row?.capPercent === undefined ? undefined : shortPercent(row.capPercent)),
      cell(row?.usedOfShare === undefined ? undefined : shortPercent(row.usedOfShare)),
    ];
    const find = ({ rows }: StatReport) => rows.find((one) => one.name === name);
    return `${name.padStart(width)} ${[...cpu, ...part(find(physical)), ...part(find(virtual))].join(" ")}\n`;
  };
  const names = physical.rows.map(({ name }) => name).filter((name) => name.startsWith("[") || chosen(name));
  return [
    `SUMMARY${" ".repeat(Math.max(1, width - 2))}Cpus/Online: ${cpus}/${online}   Physical: ${fourDigits(machine.memory)}   Virtual: ${fourDigits(swapOf(host))}\n`,
    `${" ".repeat(width)} ----------CPU---------- ----PHYSICAL----- -----VIRTUAL-----\n`,
    `${"ZONE".padStart(width)} ${["USED", "%PART", "%CAP", "%SHRU", "USED", "PCT", "%CAP", "USED", "PCT", "%CAP"].map(cell).join(" ")}\n`,
    ...names.map(line),
    "\n",
  ].join("");
}

/** Groups of `-r`. Source: zonestat(1). */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  memory: ["physical-memory", "virtual-memory", "locked-memory"],
  psets: ["processor-set"],
  limits: ["processes", "lwps", "lofi"],
  sysv: ["shm-memory", "shm-ids", "sem-ids", "msg-ids"],
  all: ["processor-set", ...Object.keys(STAT_CONTROLS)],
  default: ["summary"],
};

function runZonestat(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("zonestat", args, "z:r:n:T:R:qpP:S:", USAGE, 2);
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => "npPSTR".includes(letter));
  if (other !== undefined) return unmodelled("zonestat", `-${other}`);
  const [intervalText, durationText] = options.rest;
  const interval = seconds(intervalText ?? "");
  if (Number.isNaN(interval)) return failed(USAGE, 2);
  // Of an interval without an end one is shown; the rest would be the same.
  const count =
    durationText === undefined || interval === 0
      ? 1
      : Math.max(1, Math.floor(seconds(durationText) / interval));
  if (Number.isNaN(count)) return failed(USAGE, 2);
  const refused = tooMany("zonestat", count, "reports");
  if (refused) return refused;
  const resources = (options.values["r"] ?? "summary").split(",").flatMap((name) => GROUPS[name] ?? [name]);
  const unknown = resources.find(
    (name) => !["summary", "processor-set"].includes(name) && !(name in STAT_CONTROLS),
  );
  if (unknown !== undefined) return failed(`zonestat: Unrecognized resource: ${unknown}\n${USAGE}`, 2);
  const zones = options.values["z"]?.split(",");
  const chosen = (name: string): boolean => !zones || zones.includes(name);
  const kept = <T extends { name: string }>(rows: T[]): T[] =>
    rows.filter(({ name }) => name.startsWith("[") || chosen(name));
  letCompute(host, count * interval * 1000);
  const body = resources
    .map((name) => {
      if (name === "summary") return summary(context, chosen);
      if (name === "processor-set")
        return processorSetStat(host, process)
          .map((report) => setText({ ...report, rows: kept(report.rows) }))
          .join("");
      const report = zoneStat(host, process, name as StatResource);
      return resourceText({ ...report, rows: kept(report.rows) });
    })
    .join("");
  let text = "Collecting data for first interval...\n";
  for (let i = 1; i <= count; i++)
    text += `Interval: ${i}, Duration: ${hourTime(i * interval * 1000)}\n${body}`;
  return done(text, [], count * interval * 1000);
}

export const zonestat = program(
  "/usr/bin/zonestat",
  "what zones use (-r RESOURCES INTERVAL COUNT)",
  runZonestat,
);
