import type { CpuStatReport, CpuStatRow, StatReport, StatResource, StatRow } from "../resources/views.ts";
import { amountText, cpuText, cpuTimeText, percentText } from "./zonestatAmounts.ts";
import type { Line, SortColumn, ZonestatOptions } from "./zonestatOptions.ts";

/** The tables of zonestat(1), and the lines of its parsable output. Source: usr/src/cmd/zonestat/zonestat/zonestat.c. */

/** What all parts of one report have in common. */
export interface Page {
  readonly options: ZonestatOptions;
  /** `interval`, `report-total` … */
  readonly label: string;
  /** Seconds in which CPU time is counted. */
  readonly seconds: number;
  /** What parsable lines begin with where a timestamp is asked for. */
  readonly stamp: string;
}

/** What the summary says of the machine, and of each zone below total and system. */
export interface Summary {
  readonly cpus: number;
  readonly online: number;
  readonly memory: number;
  readonly virtual: number;
  readonly rows: readonly SummaryRow[];
}

export interface SummaryRow {
  readonly name: string;
  readonly cpu: Omit<CpuStatRow, "name">;
  readonly physical: StatRow;
  readonly swap: StatRow;
}

type Sortable = Partial<CpuStatRow> & { readonly name: string; readonly used: number };

/** Zones by the columns that were asked for, the highest value first. Total and system stay above them. */
export function sorted<T>(rows: readonly T[], columns: readonly SortColumn[], of: (row: T) => Sortable): T[] {
  const value: Record<Exclude<SortColumn, "name">, (row: Sortable) => number> = {
    used: ({ used }) => used,
    cap: ({ cap = 0 }) => cap,
    pcap: ({ capPercent = 0 }) => capPercent,
    shr: ({ shares = 0 }) => shares,
    pshru: ({ usedOfShare = 0 }) => usedOfShare,
  };
  const compare = (a: Sortable, b: Sortable): number => {
    for (const column of columns) {
      const order =
        column === "name"
          ? Number(a.name > b.name) - Number(a.name < b.name)
          : value[column](b) - value[column](a);
      if (order !== 0) return order;
    }
    return 0;
  };
  const heads = rows.filter((row) => isHead(of(row).name));
  return [...heads, ...rows.filter((row) => !heads.includes(row)).sort((a, b) => compare(of(a), of(b)))];
}

const isHead = (name: string): boolean => name.startsWith("[");

/** Which kind of line a row is. */
function lineOf(name: string): Line {
  return name === "[total]" ? "total" : name === "[system]" ? "system" : "zones";
}

/** The rows that are printed: the lines that were asked for, and of zones those that were. */
function shown<T extends { readonly name: string }>(
  rows: readonly T[],
  { zones, lines }: ZonestatOptions,
): T[] {
  return rows.filter(
    ({ name }) => lines.has(lineOf(name)) && (isHead(name) || !zones || zones.includes(name)),
  );
}

function widest(rows: readonly { readonly name: string }[], least: number): number {
  return Math.max(least, ...rows.map(({ name }) => name.length));
}

function row(name: string, width: number, cells: readonly string[], widths: readonly number[] = []): string {
  return `${name.padStart(width)} ${cells.map((cell, i) => cell.padStart(widths[i] ?? 5)).join(" ")}\n`;
}

function parsed({ stamp, label }: Page, ...fields: readonly string[]): string {
  return `${stamp}${[label, ...fields].join(":")}\n`;
}

/** CPU, physical and virtual memory of all zones. Neither -z nor `-P zones` leaves out a zone here. */
export function summaryText(page: Page, { cpus, online, memory, virtual, rows }: Summary): string {
  const { parsable, lines, sorts, summaryBy } = page.options;
  const by = { cpu: "cpu", "physical-memory": "physical", "virtual-memory": "swap" } as const;
  const all = sorted(rows, sorts, (one) => ({ ...one[by[summaryBy]], name: one.name })).filter(
    ({ name }) => !isHead(name) || lines.has(lineOf(name)),
  );
  const total = [
    amountText(cpus),
    amountText(online),
    ...[memory, virtual].map((one) => amountText(one, parsable)),
  ];
  const cells = ({ cpu, physical, swap }: SummaryRow): string[] => [
    cpuText(cpu.used, parsable),
    ...[cpu.percent, cpu.capPercent, cpu.usedOfShare].map((one) => percentText(one, parsable)),
    ...[physical, swap].flatMap(({ used, percent, capPercent }) => [
      amountText(used, parsable),
      percentText(percent, parsable),
      percentText(capPercent, parsable),
    ]),
  ];
  if (parsable) {
    // This line has no timestamp.
    const head = parsed({ ...page, stamp: "" }, "summary", "[resource]", ...total);
    return head + all.map((one) => parsed(page, "summary", one.name, ...cells(one))).join("");
  }
  const width = widest(rows, 19);
  const wide = (title: string, parts: readonly [string, string, string]): string =>
    `${title.padEnd(width)} ${parts.map((part, i) => part.padStart(i === 0 ? 23 : 17)).join(" ")}\n`;
  return [
    wide("SUMMARY", [
      `Cpus/Online: ${total[0]}/${total[1]}`,
      `Physical: ${total[2]}`,
      `Virtual: ${total[3]}`,
    ]),
    wide("", ["----------CPU----------", "----PHYSICAL-----", "-----VIRTUAL-----"]),
    row("ZONE", width, ["USED", "%PART", "%CAP", "%SHRU", "USED", "PCT", "%CAP", "USED", "PCT", "%CAP"]),
    ...all.map((one) => row(one.name, width, cells(one))),
    "\n",
  ].join("");
}

/** What the one resource of a type is called; by -n it can be chosen. */
export function nameOfResource(resource: StatResource): string {
  if (resource === "physical-memory" || resource === "locked-memory") return "mem_default";
  return resource === "virtual-memory" ? "vm_default" : "system-limit";
}

/** One resource with a limit of the system: memory, processes, objects of System V. */
export function resourceText(page: Page, { resource, limit, rows }: StatReport): string {
  const { parsable, lines, sorts } = page.options;
  const name = nameOfResource(resource);
  const all = sorted(shown(rows, page.options), sorts, (one) => one);
  const cells = ({ used, percent, cap, capPercent }: StatRow): string[] => [
    amountText(used, parsable),
    percentText(percent, parsable),
    amountText(cap, parsable),
    percentText(capPercent, parsable),
  ];
  const size = amountText(limit, parsable);
  if (parsable)
    return [
      lines.has("resource") ? parsed(page, resource, name, "[resource]", size) : "",
      ...all.map((one) => parsed(page, resource, name, one.name, ...cells(one))),
    ].join("");
  const memory = name !== "system-limit";
  // Of those of System V the program writes the name otherwise.
  const title = resource.toUpperCase().replace(/^(SHM|SEM|MSG)-/, "$1_");
  const width = widest(rows, 36);
  return [
    `${title.padEnd(28)} ${(memory ? "SYSTEM MEMORY" : "SYSTEM LIMIT").padStart(13)}\n`,
    `${name.padEnd(28)} ${size.padStart(13)}\n`,
    row("ZONE", width, ["USED", "PCT", "CAP", "%CAP"]),
    ...all.map((one) => row(one.name, width, cells(one))),
    "\n",
  ].join("");
}

const CPU_WIDTHS = [5, 5, 5, 5, 6, 5, 5] as const;

/** One processor set and the zones that are bound to it. */
export function setText(page: Page, report: CpuStatReport): string {
  const { parsable, lines, sorts } = page.options;
  const { type, online, cpus, min, max, rows } = report;
  const name = shortSetName(report);
  const all = sorted(shown(rows, page.options), sorts, (one) => one);
  const shared = rows[0]?.shares !== undefined;
  const shares = (one: CpuStatRow): string => {
    if (one.shares !== undefined) return amountText(one.shares, parsable);
    return shared && !isHead(one.name) ? "no-fss" : "-";
  };
  const cells = (one: CpuStatRow): string[] => [
    cpuText(one.used, parsable),
    percentText(one.percent, parsable),
    cpuText(one.cap, parsable),
    percentText(one.capPercent, parsable),
    shares(one),
    percentText(one.sharePercent, parsable),
    percentText(one.usedOfShare, parsable),
  ];
  const largest = max >= NO_MAXIMUM ? undefined : max;
  const size = [online, cpus, min, largest].map((one) => amountText(one, parsable));
  if (parsable) {
    const fields = ["processor-set", type, name];
    return [
      lines.has("resource")
        ? parsed(page, ...fields, "[resource]", ...size, cpuTimeText(online * page.seconds))
        : "",
      ...all.map((one) =>
        parsed(page, ...fields, one.name, ...cells(one), cpuTimeText(one.used * page.seconds)),
      ),
    ].join("");
  }
  const wide = (parts: readonly [string, string, string, string]): string =>
    `${parts[0].padEnd(Math.max(22, name.length))} ${parts[1].padStart(13)}  ${parts[2].padStart(11)} ${parts[3].padStart(11)}\n`;
  const width = widest(rows, 36);
  return [
    wide(["PROCESSOR_SET", "TYPE", "ONLINE/CPUS", "MIN/MAX"]),
    wide([name, type, `${size[0]}/${size[1]}`, `${size[2]}/${size[3]}`]),
    row("ZONE", width, ["USED", "PCT", "CAP", "%CAP", "SHRS", "%SHR", "%SHRU"], CPU_WIDTHS),
    ...all.map((one) => row(one.name, width, cells(one), CPU_WIDTHS)),
    "\n",
  ].join("");
}

/** From here on the highest size of a set is none. */
const NO_MAXIMUM = 10_000;

/** Sets of zones are called like the zone, and those of psrset(8) by their number. */
export function shortSetName({ set, type }: Pick<CpuStatReport, "set" | "type">): string {
  return set.replace(type === "psrset-pset" ? /^psrset_/ : /^SUNWtmp_/, "");
}
