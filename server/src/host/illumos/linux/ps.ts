import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { groupText, momentOf, twoDigits, userId, userText } from "../../shell/format.ts";
import { hasTerminal } from "../commands/psFields.ts";
import { visibleProcesses } from "../commands/views.ts";
import { wallClock } from "../system.ts";
import { linuxParent, linuxPid } from "./pids.ts";

/** ps(1) of Linux (procps). */

interface Row {
  readonly host: Host;
  readonly process: Process;
}

/** What has no words of its own is a thread of the kernel: it is shown in brackets. */
function command({ process }: Row): string {
  if (process.state === "zombie") return `[${process.command}] <defunct>`;
  return process.args.length > 0 && !process.illumos?.kernel
    ? process.args.join(" ")
    : `[${process.command}]`;
}

function state({ process: { state: now, pid, session, cpu } }: Row): string {
  const letter = { running: cpu?.percent ? "R" : "S", sleeping: "S", stopped: "T", zombie: "Z" }[now];
  return `${letter}${pid === session ? "s" : ""}`;
}

const terminal = ({ process }: Row): string => (hasTerminal(process) ? "pts/1" : "?");

function seconds({ process }: Row): number {
  return Math.floor((process.cpu?.time ?? 0) / 1000);
}

/** `00:01:02`, or `1:02` as `u` has it. */
function cpuTime(row: Row, short = false): string {
  const all = seconds(row);
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return short
    ? `${Math.floor(all / 60)}:${twoDigits(rest)}`
    : [hours, minutes, rest].map(twoDigits).join(":");
}

/** `10:00` of today, else `Nov26`. */
function started({ host, process }: Row): string {
  const at = host.state.machine.bootTime + Math.floor(process.started / 1000);
  const { hours, minutes, month, day } = momentOf(at);
  return wallClock(host) - at < 86_400
    ? `${twoDigits(hours)}:${twoDigits(minutes)}`
    : `${month}${twoDigits(day)}`;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly left?: true;
  text(row: Row): string;
}

const right = (title: string, width: number, text: Column["text"]): Column => ({ title, width, text });
const left = (title: string, width: number, text: Column["text"]): Column => ({
  title,
  width,
  text,
  left: true,
});

const share = (part: number, whole: number): string => ((part / Math.max(1, whole)) * 100).toFixed(1);
const user = ({ host, process }: Row): string => userText(host, process.credential.uid);
const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1024));

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: right("PID", 5, ({ host, process }) => String(linuxPid(host, process))),
  ppid: right("PPID", 5, ({ host, process }) => String(linuxParent(host, process))),
  pgid: right("PGID", 5, ({ process }) => String(process.group)),
  sid: right("SID", 5, ({ process }) => String(process.session)),
  user: left("USER", 8, user),
  uid: right("UID", 5, ({ process }) => String(process.credential.uid)),
  group: left("GROUP", 8, ({ host, process }) => groupText(host, process.credential.gid)),
  pcpu: right("%CPU", 4, ({ process }) => (process.cpu?.percent ?? 0).toFixed(1)),
  pmem: right("%MEM", 4, ({ host, process }) => share(process.memory.resident, host.state.machine.memory)),
  vsz: right("VSZ", 6, ({ process }) => kilobytes(process.memory.virtual)),
  rss: right("RSS", 5, ({ process }) => kilobytes(process.memory.resident)),
  tty: left("TT", 8, terminal),
  stat: left("STAT", 4, state),
  state: left("S", 1, (row) => state(row).slice(0, 1)),
  ni: right("NI", 3, ({ process }) => String(process.nice)),
  start: right("START", 5, started),
  time: right("TIME", 8, cpuTime),
  comm: left("COMMAND", 15, ({ process }) => process.command),
  args: left("COMMAND", 27, command),
};

/** Other names of them. */
const SAME: Readonly<Record<string, string>> = {
  ...{ euser: "user", uname: "user", cmd: "args", command: "args", "%cpu": "pcpu", "%mem": "pmem" },
  ...{ tt: "tty", tname: "tty", s: "state", ucmd: "comm", nice: "ni", stime: "start", egroup: "group" },
};

const FULL: readonly Column[] = [
  left("UID", 8, user),
  ...["pid", "ppid"].map((name) => COLUMNS[name] as Column),
  right("C", 2, () => "0"),
  left("STIME", 5, started),
  left("TTY", 8, terminal),
  COLUMNS["time"] as Column,
  left("CMD", 0, command),
];
const SHORT: readonly Column[] = [
  COLUMNS["pid"] as Column,
  left("TTY", 8, terminal),
  COLUMNS["time"] as Column,
  left("CMD", 0, ({ process }) => process.command),
];
const BSD_SHORT: readonly Column[] = [
  COLUMNS["pid"] as Column,
  left("TTY", 8, terminal),
  left("STAT", 4, state),
  right("TIME", 6, (row) => cpuTime(row, true)),
  left("COMMAND", 0, command),
];
const USERS: readonly Column[] = [
  left("USER", 8, user),
  ...["pid", "pcpu", "pmem", "vsz", "rss"].map((name) => COLUMNS[name] as Column),
  left("TTY", 8, terminal),
  left("STAT", 4, state),
  left("START", 5, started),
  right("TIME", 6, (row) => cpuTime(row, true)),
  left("COMMAND", 0, command),
];

function printed(rows: readonly Row[], columns: readonly Column[], titles: readonly string[]): string {
  const line = (cells: readonly string[]): string =>
    `${columns
      .map(({ width, left: toLeft }, i) => {
        const cell = cells[i] ?? "";
        const wide = Math.max(width, titles[i]?.length ?? 0);
        return toLeft ? (i === columns.length - 1 ? cell : cell.padEnd(wide)) : cell.padStart(wide);
      })
      .join(" ")}\n`;
  const head = titles.some((title) => title !== "") ? line(titles) : "";
  return head + rows.map((row) => line(columns.map((column) => column.text(row)))).join("");
}

/** Options in the styles of UNIX (`-ef`) and BSD (`aux`), as far as they are used most. */
function runPs({ host, process: viewer, args }: CommandContext): CommandResult {
  const letters = new Set<string>();
  const formats: { name: string; title?: string }[] = [];
  let pids: number[] | undefined;
  let users: string[] | undefined;
  const words = [...args];
  const numbers = (text: string): number[] =>
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (/^\d[\d,]*$/.test(word)) {
      pids = [...(pids ?? []), ...numbers(word)];
      continue;
    }
    const unix = word.startsWith("-");
    for (let rest = word.replace(/^-/, ""); rest !== ""; rest = rest.slice(1)) {
      const letter = rest.charAt(0);
      if (!"opuUC".includes(letter) || (letter === "u" && !unix)) {
        if (!/[A-Za-z]/.test(letter)) return failed("error: unsupported option (BSD syntax)\n");
        letters.add(unix ? letter : `bsd-${letter}`);
        continue;
      }
      const value = rest.slice(1) || (words.shift() ?? "");
      if (letter === "o") formats.push(...formatsOf(value));
      else if (letter === "p") pids = [...(pids ?? []), ...numbers(value)];
      else if (letter === "C") return unmodelled("ps", "-C");
      else users = value.split(",");
      break;
    }
  }
  const unknown = formats.find(({ name }) => !Object.hasOwn(COLUMNS, SAME[name] ?? name));
  if (unknown) return failed(`error: unknown user-defined format specifier "${unknown.name}"\n`);
  const everybody = ["e", "A", "bsd-x", "bsd-a"].some((letter) => letters.has(letter));
  const rows = visibleProcesses(host, viewer)
    .filter((process) => {
      if (pids) return pids.includes(linuxPid(host, process));
      if (users) return users.some((name) => userId(host, name) === process.credential.uid);
      if (letters.has("bsd-a") && !letters.has("bsd-x")) return hasTerminal(process);
      return everybody || (hasTerminal(process) && process.credential.uid === viewer.credential.uid);
    })
    .map((process): Row => ({ host, process }))
    .sort((a, b) => linuxPid(host, a.process) - linuxPid(host, b.process));
  const columns =
    formats.length > 0 ? formats.map(({ name }) => COLUMNS[SAME[name] ?? name] as Column) : styleOf(letters);
  const titles = columns.map(({ title }, i) => formats[i]?.title ?? title);
  return { ...done(printed(rows, columns, titles)), status: rows.length > 0 ? 0 : 1 };
}

function styleOf(letters: ReadonlySet<string>): readonly Column[] {
  if (letters.has("bsd-u")) return USERS;
  if (letters.has("f")) return FULL;
  return [...letters].some((letter) => letter.startsWith("bsd-")) ? BSD_SHORT : SHORT;
}

/** `pid,ppid,cmd`, `pid=`. */
function formatsOf(text: string): { name: string; title?: string }[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => {
      const [name = "", title] = word.split("=");
      return title === undefined ? { name } : { name, title };
    });
}

export const linuxPs = program("/usr/bin/ps", "processes (-ef, aux, -o pid,ppid,cmd)", runPs);
