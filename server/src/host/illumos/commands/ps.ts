import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { groupText, momentOf, twoDigits, userId, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { wallClock } from "../system.ts";
import { classOf, priorityOf } from "./scheduling.ts";
import { inGlobalZone, parentSeen, visibleProcesses, zoneFor, zoneName } from "./views.ts";

/** ps(1). */

const USAGE = `usage: ps [ -aAdefHlcjLPyZ ] [ -o format ] [ -t termlist ]
	[ -u userlist ] [ -U userlist ] [ -G grouplist ]
	[ -p proclist ] [ -g pgrplist ] [ -s sidlist ]
	[ -z zonelist ] [-h lgrplist]
  'format' is one or more of:
	user ruser group rgroup uid ruid gid rgid pid ppid pgid sid taskid ctid
	pri opri pcpu pmem vsz rss osz nice class time etime stime zone zoneid
	f s c lwp nlwp psr tty addr wchan fname comm args
	projid project pset lgrp`;

/** What a process shows of itself. `viewer` is who runs ps. */
interface View {
  readonly host: Host;
  readonly viewer: Process;
  readonly process: Process;
}

interface Keyword {
  readonly title: string;
  readonly width: number;
  readonly left?: true;
  text(view: View): string;
}

const right = (title: string, width: number, text: Keyword["text"]): Keyword => ({ title, width, text });
const left = (title: string, width: number, text: Keyword["text"]): Keyword => ({
  ...right(title, width, text),
  left: true,
});

/** A process without memory is one of the kernel, or a zombie. */
export function commandLine({ state, args, command }: Process): string {
  if (state === "zombie") return "<defunct>";
  return args.join(" ") || command;
}

/** `0:01`, or `1:02:03`. */
function cpuTime({ cpu }: Process, hours = false): string {
  const seconds = Math.floor((cpu?.time ?? 0) / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), twoDigits(seconds % 60)];
  if (hours && minutes >= 60)
    return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${rest}`;
  return hours ? `${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** The time of today, or the day. */
function startTime({ host, process }: View): string {
  const { bootTime } = host.state.machine;
  const at = bootTime + Math.floor(process.started / 1000);
  const { hours, minutes, seconds, month, day } = momentOf(at);
  return wallClock(host) - at < 86_400
    ? [hours, minutes, seconds].map(twoDigits).join(":")
    : `${month} ${twoDigits(day)}`;
}

function elapsed({ host, process }: View): string {
  const seconds = Math.floor((host.now - process.started) / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const rest = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  if (days > 0) return `${days}-${twoDigits(hours)}:${rest}`;
  return hours > 0 ? `${twoDigits(hours)}:${rest}` : rest;
}

/** Nobody but whoever asks, and what uses CPU time, is on a processor at that moment. */
function stateLetter({ viewer, process: { state, cpu, pid } }: View): string {
  if (state === "running" && pid !== viewer.pid && !cpu?.percent) return "S";
  return { running: "O", sleeping: "S", stopped: "T", zombie: "Z" }[state];
}

function kilobytes(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}

function terminal({ process }: View): string {
  return hasTerminal(process) ? "pts/1" : "?";
}

/** Whoever has been logged in by the simulation, and its children, sit at a terminal. */
export function hasTerminal({ environment }: Process): boolean {
  return environment["TERM"] !== undefined;
}

function percent(part: number, whole: number): string {
  return (whole > 0 ? (part / whole) * 100 : 0).toFixed(1);
}

/** Source: ps(1) -o, usr/src/cmd/ps/ps.c (fname[], titles and widths). */
const KEYWORDS: Readonly<Record<string, Keyword>> = {
  user: right("USER", 8, ({ host, process }) => userText(host, process.credential.uid)),
  ruser: right("RUSER", 8, ({ host, process }) => userText(host, process.credential.ruid)),
  group: right("GROUP", 8, ({ host, process }) => groupText(host, process.credential.gid)),
  rgroup: right("RGROUP", 8, ({ host, process }) => groupText(host, process.credential.gid)),
  uid: right("UID", 5, ({ process }) => String(process.credential.uid)),
  ruid: right("RUID", 5, ({ process }) => String(process.credential.ruid)),
  gid: right("GID", 5, ({ process }) => String(process.credential.gid)),
  rgid: right("RGID", 5, ({ process }) => String(process.credential.gid)),
  pid: right("PID", 6, ({ process }) => String(process.pid)),
  ppid: right("PPID", 6, ({ host, viewer, process }) => String(parentSeen(host, viewer, process))),
  pgid: right("PGID", 6, ({ process }) => String(process.group)),
  sid: right("SID", 6, ({ process }) => String(process.session)),
  taskid: right("TASKID", 6, ({ process }) => String(process.illumos?.task ?? 0)),
  ctid: right("CTID", 5, () => "-"),
  projid: right("PROJID", 5, ({ process }) => String(process.illumos?.project ?? 0)),
  project: left("PROJECT", 8, ({ process }) => projectName(process)),
  pset: right("PSET", 4, () => "-"),
  pri: right("PRI", 3, ({ host, process }) => String(priorityOf(host, process))),
  opri: right("PRI", 3, ({ host, process }) => String(priorityOf(host, process))),
  pcpu: right("%CPU", 4, ({ host, process }) =>
    percent((process.cpu?.percent ?? 0) / 100, host.state.machine.cpus),
  ),
  pmem: right("%MEM", 4, ({ host, process }) => percent(process.memory.resident, host.state.machine.memory)),
  vsz: right("VSZ", 5, ({ process }) => kilobytes(process.memory.virtual)),
  rss: right("RSS", 5, ({ process }) => kilobytes(process.memory.resident)),
  osz: right("SZ", 6, ({ process }) => String(Math.ceil(process.memory.virtual / 4096))),
  nice: right("NI", 3, ({ process }) => String(process.nice + 20)),
  class: right("CLS", 4, ({ host, process }) => classOf(host, process)),
  time: right("TIME", 11, ({ process }) => cpuTime(process, true)),
  etime: right("ELAPSED", 11, elapsed),
  stime: right("STIME", 8, startTime),
  zone: left("ZONE", 8, ({ host, process }) => zoneName(host, process.credential.container)),
  zoneid: right("ZONEID", 6, ({ process }) => String(process.credential.container)),
  f: right("F", 2, () => "0"),
  s: right("S", 1, stateLetter),
  c: right("C", 2, () => "0"),
  lwp: right("LWP", 6, () => "1"),
  nlwp: right("NLWP", 5, () => "1"),
  psr: right("PSR", 3, () => "-"),
  tty: left("TT", 7, terminal),
  addr: right("ADDR", 8, () => "-"),
  wchan: right("WCHAN", 8, () => "-"),
  fname: left("COMMAND", 8, ({ process }) => process.command.slice(0, 8)),
  comm: left("COMMAND", 28, ({ process }) => (process.args[0] ?? process.command).replace(/^-/, "")),
  args: left("COMMAND", 28, ({ process }) => commandLine(process)),
  lgrp: right("LGRP", 4, () => "1"),
};

function projectName({ credential, illumos }: Process): string {
  if (illumos?.project === undefined) return credential.uid === 0 ? "system" : "default";
  return (
    { 0: "system", 1: "user.root", 2: "noproject", 3: "default" }[illumos.project] ?? String(illumos.project)
  );
}

interface Chosen {
  readonly keyword: Keyword;
  readonly title: string;
}

function columnsOf(formats: readonly string[]): Chosen[] | string {
  const columns: Chosen[] = [];
  for (const format of formats) {
    // A header of its own takes the rest of the argument.
    const cut = format.indexOf("=");
    const names = (cut < 0 ? format : format.slice(0, cut)).split(/[\s,]+/).filter(Boolean);
    for (const [i, name] of names.entries()) {
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      if (!keyword) return `ps: unknown output format: -o ${name}\n${USAGE}\n`;
      const named = cut >= 0 && i === names.length - 1;
      columns.push({ keyword, title: named ? format.slice(cut + 1) : keyword.title });
    }
  }
  return columns;
}

function byFormat(views: readonly View[], columns: readonly Chosen[]): string {
  const cell = ({ keyword, title }: Chosen, text: string, last: boolean): string => {
    const width = Math.max(keyword.width, title.length);
    if (!keyword.left) return text.padStart(width);
    return last ? text : text.padEnd(width);
  };
  const line = (texts: readonly string[]): string =>
    `${columns.map((column, i) => cell(column, texts[i] ?? "", i === columns.length - 1)).join(" ")}\n`;
  const header = columns.some(({ title }) => title !== "") ? line(columns.map(({ title }) => title)) : "";
  return header + views.map((view) => line(columns.map(({ keyword }) => keyword.text(view)))).join("");
}

/** A name of a zone in eight characters; an asterisk marks one that was cut. */
export function zoneColumn(name: string): string {
  return name.length > 8 ? `${name.slice(0, 7)}*` : name.padStart(8);
}

/** The forms -f, -l, -j and none of them. Source: usr/src/cmd/ps/ps.c (prcom). */
function byLetters(views: readonly View[], has: (letter: string) => boolean): string {
  const [full, long] = [has("f"), has("l")];
  const pid = (value: number | string): string => String(value).padStart(6);
  const head = [
    long ? " F S" : "",
    has("Z") ? "    ZONE" : "",
    full ? "     UID" : long ? "   UID" : "",
    pid("PID"),
    full || long ? pid("PPID") : "",
    has("j") ? `${pid("PGID")} ${pid("SID")}` : "",
    has("c") ? " CLS PRI" : full || long ? "  C" : "",
    long && !has("c") ? "PRI NI" : "",
    long ? (has("y") ? "  RSS     SZ    WCHAN" : "    ADDR     SZ    WCHAN") : "",
    full ? "   STIME" : "",
    "TTY         TIME CMD",
  ];
  const rows = views.map((view) => {
    const { host, viewer, process } = view;
    const { credential, memory } = process;
    const priority = String(priorityOf(host, process)).padStart(3);
    return [
      long ? ` 0 ${stateLetter(view)}` : "",
      has("Z") ? zoneColumn(zoneName(host, credential.container)) : "",
      full
        ? userText(host, credential.uid).slice(0, 8).padStart(8)
        : long
          ? String(credential.uid).padStart(6)
          : "",
      pid(process.pid),
      full || long ? pid(parentSeen(host, viewer, process)) : "",
      has("j") ? `${pid(process.group)} ${pid(process.session)}` : "",
      has("c") ? `${classOf(host, process).padStart(4)} ${priority}` : full || long ? "  0" : "",
      long && !has("c") ? `${priority} ${String(process.nice + 20).padStart(2)}` : "",
      long
        ? `${has("y") ? kilobytes(memory.resident).padStart(5) : "       ?"} ${String(Math.ceil(memory.virtual / 4096)).padStart(6)}        ?`
        : "",
      full ? startTime(view).padStart(8) : "",
      `${terminal(view).padEnd(7)}${cpuTime(process).padStart(9)} ${full ? commandLine(process) : process.state === "zombie" ? "<defunct>" : process.command}`,
    ];
  });
  return [head, ...rows].map((cells) => `${cells.filter((cell) => cell !== "").join(" ")}\n`).join("");
}

function runPs({ host, process: viewer, args }: CommandContext): CommandResult {
  const formats: string[] = [];
  const plain: string[] = [];
  // -o counts each time that it is given.
  for (let i = 0; i < args.length; i++) {
    const match = /^-([A-NP-Za-np-z]*)o(.*)$/s.exec(args[i] ?? "");
    if (!match) {
      plain.push(args[i] as string);
      continue;
    }
    if (match[1]) plain.push(`-${match[1]}`);
    formats.push(match[2] || (args[++i] ?? ""));
  }
  const options = readOptions("ps", plain, "AacdefHh:jLlPp:g:s:t:u:U:G:yZz:", USAGE);
  if (isResult(options)) return options;
  const columns = columnsOf(formats);
  if (typeof columns === "string") return failed(columns);
  const { p, u, U, G, z, g, s } = options.values;
  const list = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
  const zones =
    z === undefined ? undefined : list(z).map((word) => ({ word, zone: zoneFor(host, viewer, word) }));
  const unknown = zones?.find(({ zone }) => !zone);
  if (unknown) return failed(`ps: unknown zone ${unknown.word}\n`);
  const users = [...(u === undefined ? [] : list(u)), ...(U === undefined ? [] : list(U))];
  const lists = [p, u, U, G, z, g, s].some((given) => given !== undefined);
  const matches = ({ pid, credential, group, session }: Process): boolean =>
    Boolean(
      (p !== undefined && list(p).includes(String(pid))) ||
        users.some((user) => userId(host, user) === credential.uid) ||
        (G !== undefined && list(G).includes(groupText(host, credential.gid))) ||
        zones?.some(({ zone }) => zone?.id === credential.container) ||
        (g !== undefined && list(g).includes(String(group))) ||
        (s !== undefined && list(s).includes(String(session))),
    );
  const views = visibleProcesses(host, viewer)
    .filter((process) => {
      if (options.has("e") || options.has("A")) return true;
      if (options.has("d") && process.pid !== process.session) return true;
      if (options.has("a") && hasTerminal(process) && process.pid !== process.session) return true;
      if (lists) return matches(process);
      return (
        !["a", "d"].some(options.has) &&
        hasTerminal(process) &&
        process.credential.uid === viewer.credential.uid &&
        process.credential.container === viewer.credential.container
      );
    })
    .map((process) => ({ host, viewer, process }));
  const text = columns.length > 0 ? byFormat(views, columns) : byLetters(views, options.has);
  return { ...done(text), status: views.length > 0 ? 0 : 1 };
}

/** ptree(1): the ancestors of processes and all that they have started. */
function runPtree({ host, process: viewer, args }: CommandContext): CommandResult {
  const options = readOptions("ptree", args, "acgwz:", "usage:\tptree [-acgwz] [-z zone] [ {pid|user} ... ]");
  if (isResult(options)) return options;
  const { z } = options.values;
  const zone = z === undefined ? undefined : zoneFor(host, viewer, z);
  if (z !== undefined && !zone) return failed(`ptree: invalid zone name: ${z}\n`);
  const all = visibleProcesses(host, viewer).filter(
    ({ credential }) => !zone || credential.container === zone.id,
  );
  const known = new Map(all.map((process) => [process.pid, process]));
  const children = new Map<number, Process[]>();
  for (const process of all) {
    const parent = parentSeen(host, viewer, process);
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const wanted = options.rest.map((word) => ({
    word,
    pids: known.has(Number(word))
      ? [Number(word)]
      : all.filter(({ credential }) => credential.uid === userId(host, word)).map(({ pid }) => pid),
  }));
  const lines: string[] = [];
  const show = (process: Process, depth: number, only?: ReadonlySet<number>): void => {
    if (!only || only.has(process.pid))
      lines.push(`${"  ".repeat(depth)}${String(process.pid).padEnd(6)} ${commandLine(process)}\n`);
    for (const child of children.get(process.pid) ?? [])
      if (child.pid !== process.pid && (!only || only.has(child.pid))) show(child, depth + 1, only);
  };
  // Without -a children of pid 0 and 1 stand alone, and init itself is left out.
  const top = new Set(options.has("a") ? [0] : [0, inGlobalZone(viewer) ? 1 : -1]);
  if (wanted.length === 0)
    for (const process of all) {
      if (top.has(process.pid)) continue;
      const parent = parentSeen(host, viewer, process);
      if (!known.has(parent) || parent === process.pid || top.has(parent)) show(process, 0);
    }
  for (const { pids } of wanted)
    for (const pid of pids) {
      const only = new Set<number>();
      const collect = (one: number): void => {
        only.add(one);
        for (const child of children.get(one) ?? []) if (!only.has(child.pid)) collect(child.pid);
      };
      collect(pid);
      const chain: number[] = [];
      for (let at = known.get(pid); at; ) {
        const parent = parentSeen(host, viewer, at);
        const above = parent === at.pid || top.has(parent) ? undefined : known.get(parent);
        if (above) {
          only.add(above.pid);
          chain.push(above.pid);
        }
        at = above;
      }
      const first = known.get(chain.at(-1) ?? pid);
      if (first) show(first, 0, only);
    }
  const missing = wanted.filter(({ pids }) => pids.length === 0);
  const stderr = missing.map(({ word }) => `ptree: invalid user name: ${word}\n`).join("");
  return { ...done(lines.join("")), stderr, status: stderr === "" ? 0 : 1 };
}

export const ps: Command = {
  name: "ps",
  path: "/usr/bin/ps",
  summary: "processes (-ef -Z -z ZONE -o zone,pid,…)",
  run: runPs,
};
export const ptree: Command = {
  name: "ptree",
  path: "/usr/bin/ptree",
  summary: "processes as a tree (-z ZONE)",
  run: runPtree,
};
