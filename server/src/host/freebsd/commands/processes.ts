import { strerror } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import { kill } from "../../process/signals.ts";
import { SIGNALS, signalName } from "../../process/signalTable.ts";
import type { Process } from "../../process/types.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, unmodelled } from "../../shell/command.ts";
import { groupText, momentOf, table, twoDigits, userId, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { compileRegex } from "../../shell/regex.ts";
import { jailGet } from "../jailGet.ts";
import { listProcesses, type ProcessView, stateLetters } from "../process/views.ts";

/** ps(1), top(1) and the senders of signals. */

/** Programs that have a terminal: sessions that one of them leads are shown with it. */
const INTERACTIVE: ReadonlySet<string> = new Set(["sh", "csh", "tcsh", "login"]);

/** `0` for the first session with a terminal, and so on; null for a daemon. */
function terminalOf(host: Host, { session }: ProcessView): string | null {
  const leaders = Object.values(host.state.processes.byPid).filter(
    (process) => process.pid === process.session && INTERACTIVE.has(process.command),
  );
  const index = leaders.findIndex(({ pid }) => pid === session);
  return index < 0 ? null : String(index);
}

/** `0:00.05`, minutes, seconds and hundredths. */
function timeText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const hundredths = Math.floor((milliseconds % 1000) / 10);
  return `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}.${twoDigits(hundredths)}`;
}

function commandText({ args, command, state }: ProcessView): string {
  if (state === "zombie") return "<defunct>";
  const [first = ""] = args;
  if (first === "") return `[${command}]`;
  const line = args.join(" ");
  return first.slice(first.lastIndexOf("/") + 1) === command ? line : `${line} (${command})`;
}

function elapsed(host: Host, started: number): string {
  const seconds = Math.floor((host.now - started) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${twoDigits(hours)}:` : ""}${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
}

interface Keyword {
  readonly title: string;
  readonly left?: true;
  readonly text: (view: ProcessView, host: Host, process: Process | undefined) => string;
}

const keyword = (title: string, text: Keyword["text"]): Keyword => ({ title, text });
const left = (title: string, text: Keyword["text"]): Keyword => ({ title, text, left: true });
const percent = (value: number): string => value.toFixed(1);
const kilobytes = (bytes: number): string => String(Math.floor(bytes / 1024));
const cpuTime: Keyword["text"] = (_view, _host, process) => timeText(process?.cpu?.time ?? 0);
const cpuPercent: Keyword["text"] = (_view, _host, process) => percent(process?.cpu?.percent ?? 0);
const memoryPercent: Keyword["text"] = ({ resident }, host) =>
  percent((resident / host.state.machine.memory) * 100);

/** Source: ps(1), bin/ps/keyword.c. */
const KEYWORDS: Readonly<Record<string, Keyword>> = {
  pid: keyword("PID", ({ pid }) => String(pid)),
  ppid: keyword("PPID", ({ parent }) => String(parent)),
  pgid: keyword("PGID", ({ group }) => String(group)),
  sid: keyword("SID", ({ session }) => String(session)),
  jid: keyword("JID", ({ jid }) => String(jid)),
  jail: left("JAIL", ({ jail }) => jail),
  uid: keyword("UID", ({ uid }) => String(uid)),
  ruid: keyword("RUID", ({ ruid }) => String(ruid)),
  user: left("USER", ({ uid }, host) => userText(host, uid)),
  ruser: left("RUSER", ({ ruid }, host) => userText(host, ruid)),
  gid: keyword("GID", ({ gid }) => String(gid)),
  group: left("GROUP", ({ gid }, host) => groupText(host, gid)),
  state: left("STAT", (view) => stateLetters(view)),
  tt: keyword("TT ", (view, host) => `${terminalOf(host, view) ?? "-"} `),
  time: keyword("TIME", cpuTime),
  start: left("STARTED", ({ started }, host) => {
    const { hours, minutes } = momentOf(host.state.machine.bootTime + started / 1000);
    return `${twoDigits(hours)}:${twoDigits(minutes)}  `;
  }),
  etime: keyword("ELAPSED", ({ started }, host) => elapsed(host, started)),
  "%cpu": keyword("%CPU", cpuPercent),
  "%mem": keyword("%MEM", memoryPercent),
  vsz: keyword("VSZ", ({ virtual }) => kilobytes(virtual)),
  rss: keyword("RSS", ({ resident }) => kilobytes(resident)),
  nice: keyword("NI", ({ nice }) => String(nice)),
  class: left("CLASS", (_view, _host, process) => process?.credential.loginClass ?? ""),
  command: left("COMMAND", (view) => commandText(view)),
  comm: left("COMMAND", ({ command }) => command),
};

const ALIASES: Readonly<Record<string, string>> = {
  ...{ stat: "state", pcpu: "%cpu", pmem: "%mem", args: "command", ucomm: "comm", vsize: "vsz" },
  ...{ ni: "nice", tty: "tt", tname: "tt", cputime: "time", usertime: "time" },
};

const FORMATS = {
  plain: ["pid", "tt", "state", "time", "command"],
  user: ["user", "pid", "%cpu", "%mem", "vsz", "rss", "tt", "state", "start", "time", "command"],
  job: ["user", "pid", "ppid", "pgid", "sid", "state", "tt", "time", "command"],
} as const;

const PS_USAGE = `usage: ps [--libxo] [-aCcdefHhjlmrSTuvwXxZ] [-O fmt | -o fmt] [-D up | down | both]
          [-G gid[,gid...]] [-J jid[,jid...]] [-M core] [-N system]
          [-p pid[,pid...]] [-t tty[,tty...]] [-U user[,user...]]
       ps [--libxo] -L`;

function runPs({ host, process, args }: CommandContext): CommandResult {
  // The first word may stand without a hyphen, as in `ps aux`.
  const [first = "", ...rest] = args;
  const words = first !== "" && !first.startsWith("-") && !/^\d/.test(first) ? [`-${first}`, ...rest] : args;
  // -o counts each time that it is given.
  const formats: string[] = [];
  const plain: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const match = /^-([A-NP-Za-np-z]*)o(.*)$/.exec(words[i] ?? "");
    if (!match) {
      plain.push(words[i] as string);
      continue;
    }
    if (match[1]) plain.push(`-${match[1]}`);
    formats.push(match[2] || (words[++i] ?? ""));
  }
  const options = readOptions("ps", plain, "aCcdefHhjlmrSTuvwXxZAG:J:M:N:p:t:U:O:L", PS_USAGE);
  if (isResult(options)) return options;
  const unknown = options.flags.find((letter) => !"aAexXuwjJpUd".includes(letter));
  if (unknown) return unmodelled("ps", `-${unknown}`);
  const columns = columnsOf(formats, options.has("u") ? "user" : options.has("j") ? "job" : "plain");
  if (typeof columns === "string") return failed(columns);

  const { J: jail, p: pids = options.rest.join(","), U: users } = options.values;
  const jids = jail?.split(",").map((word) => jidOf(host, process, word));
  if (jids?.includes(undefined)) return failed(`ps: jail ${jail} not found\n`);
  const all =
    options.has("a") || options.has("A") || pids !== "" || jids !== undefined || users !== undefined;
  const detached =
    options.has("x") || options.has("A") || pids !== "" || jids !== undefined || users !== undefined;
  const views = listProcesses(host, process).filter((view) => {
    if (pids !== "" && !pids.split(",").includes(String(view.pid))) return false;
    if (jids && !jids.includes(view.jid)) return false;
    if (users && !users.split(",").some((user) => userId(host, user) === view.uid)) return false;
    return (all || view.uid === process.credential.uid) && (detached || terminalOf(host, view) !== null);
  });
  const rows = views.map((view) => {
    const record = findProcess(host, view.pid);
    return columns.map(({ keyword: { text } }) => text(view, host, record));
  });
  const titles = columns.map(({ title, keyword: own }) => ({ title, right: !own.left }));
  const header = titles.some(({ title }) => title.trim() !== "");
  const text = table(titles, rows, { header });
  return { ...done(text), status: rows.length > 0 ? 0 : 1 };
}

function columnsOf(formats: readonly string[], preset: keyof typeof FORMATS) {
  if (formats.length === 0)
    return FORMATS[preset].map((name) => ({
      keyword: KEYWORDS[name] as Keyword,
      title: KEYWORDS[name]?.title ?? "",
    }));
  const columns: { keyword: Keyword; title: string }[] = [];
  for (const format of formats) {
    // A header of its own takes the rest of the argument.
    const [list = "", ...header] = format.split("=");
    const names = list.split(/[\s,]+/).filter(Boolean);
    for (const [i, name] of names.entries()) {
      const resolved = ALIASES[name] ?? name;
      const known = Object.hasOwn(KEYWORDS, resolved) ? KEYWORDS[resolved] : undefined;
      if (!known) return `ps: ${name}: keyword not found\n`;
      const last = i === names.length - 1 && format.includes("=");
      columns.push({ keyword: known, title: last ? header.join("=") : known.title });
    }
  }
  return columns.length > 0 ? columns : "ps: no valid keywords\n";
}

/** The jid that a jail's number or name means to a process; 0 is its own one. */
export function jidOf(host: Host, process: Process, word: string): number | undefined {
  if (word === "0") return 0;
  const key = /^\d+$/.test(word) ? { jid: Number(word) } : { name: word };
  const found = jailGet(host, process, key, ["jid"], { dying: true });
  return found.ok ? Number(found.value["jid"]) : undefined;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)}M`;
}

/** The counts of memory are those of the machine, in jails as well. Source: top(1). */
function runTop({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("top", args, "abCd:HIijJ:m:no:Pp:qSs:tTuU:vwxz", "Try top -h for help");
  if (isResult(options)) return options;
  const { J: jail } = options.values;
  const jid = jail === undefined ? undefined : jidOf(host, process, jail);
  if (jail !== undefined && jid === undefined) return failed(`top: jail ${jail} not found\n`);
  const views = listProcesses(host, process).filter((view) => jid === undefined || view.jid === jid);
  const count = (state: Process["state"]): number => views.filter((view) => view.state === state).length;
  const { memory, swap } = host.state.machine;
  const used = Object.values(host.state.processes.byPid).reduce((sum, one) => sum + one.memory.resident, 0);
  const seconds = Math.floor(host.now / 1000);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits);
  const up = `${Math.floor(seconds / 86_400)}+${clock.join(":")}`;
  const { hours, minutes, seconds: now } = momentOf(host.state.machine.bootTime + seconds);
  const states = (["running", "sleeping", "stopped", "zombie"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`);
  const head = [
    `last pid: ${String(host.state.processes.last).padStart(5)};  load averages:  0.00,  0.00,  0.00  up ${up}    ${[hours, minutes, now].map(twoDigits).join(":")}`,
    `${views.length} processes:  ${states.join(", ")}`,
    "CPU:  0.0% user,  0.0% nice,  0.0% system,  0.0% interrupt,  100% idle",
    `Mem: ${megabytes(used)} Active, ${megabytes(memory - used)} Free`,
    `Swap: ${megabytes(swap)} Total, ${megabytes(swap)} Free`,
    "",
    "  PID USERNAME    THR PRI NICE   SIZE    RES STATE    C   TIME    WCPU COMMAND",
  ];
  const names = { running: "CPU0", sleeping: "select", stopped: "STOP", zombie: "zomb" };
  const rows = views.map((view) => {
    const record = findProcess(host, view.pid);
    const memoryText = [megabytes(view.virtual), megabytes(view.resident)].map((text) => text.padStart(6));
    return [
      String(view.pid).padStart(5),
      userText(host, view.uid).padEnd(11),
      "  1",
      " 20",
      String(view.nice).padStart(4),
      ...memoryText,
      names[view.state].padEnd(8),
      "0",
      timeText(record?.cpu?.time ?? 0)
        .slice(0, -3)
        .padStart(6),
      `${(record?.cpu?.percent ?? 0).toFixed(2)}%`.padStart(7),
      view.command,
    ].join(" ");
  });
  return done(`${[...head, ...rows].join("\n")}\n`);
}

const KILL_USAGE = `usage: kill [-s signal_name] pid ...
       kill -l [exit_status]
       kill -signal_name pid ...
       kill -signal_number pid ...`;

function runKill({ host, process, args }: CommandContext): CommandResult {
  let signal = "TERM";
  let targets = [...args];
  const [first, second] = targets;
  if (first === "-l") return done(`${Object.keys(SIGNALS).join(" ")}\n`);
  if (first === "-s") {
    if (second === undefined) return failed(`${KILL_USAGE}\n`);
    signal = second;
    targets = targets.slice(2);
  } else if (first !== undefined && /^-./.test(first) && first !== "--") {
    signal = first.slice(1);
    targets = targets.slice(1);
  }
  if (targets[0] === "--") targets = targets.slice(1);
  if (!signalName(signal))
    return failed(
      /^\d+$/.test(signal)
        ? `kill: unknown signal ${signal}; valid signals:\n${Object.keys(SIGNALS).join(" ")}\n`
        : `kill: unknown signal ${signal.toUpperCase()}; valid signals:\n${Object.keys(SIGNALS).join(" ")}\n`,
    );
  if (targets.length === 0) return failed(`${KILL_USAGE}\n`);
  const decisions: CommandResult["decisions"][number][] = [];
  let stderr = "";
  for (const target of targets) {
    if (!/^-?\d+$/.test(target)) {
      stderr += `kill: illegal process id: ${target}\n`;
      continue;
    }
    const sent = kill(host, process, Number(target), signal);
    decisions.push(sent.decision);
    if (!sent.ok) stderr += `kill: ${target}: ${strerror(sent.errno)}\n`;
  }
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

/** pgrep(1) and pkill(1): never themselves. */
function search(name: "pgrep" | "pkill") {
  return ({ host, process, args }: CommandContext): CommandResult => {
    const usage = `usage: ${name} [-Lafilnoqvx] [-F pidfile] [-G gid] [-M core] [-N system]\n             [-P ppid] [-U uid] [-c class] [-d delim] [-g pgrp] [-j jail]\n             [-s sid] [-t tty] [-u euid] pattern ...`;
    let signal = "TERM";
    const words = [...args];
    if (name === "pkill" && /^-[A-Z0-9]/.test(words[0] ?? "") && signalName((words[0] ?? "").slice(1)))
      signal = (words.shift() ?? "").slice(1);
    const options = readOptions(name, words, "Lafilnoqvxj:u:U:G:P:d:s:t:g:c:F:S", usage, 2);
    if (isResult(options)) return options;
    const { j: jail, u: euid, P: parent } = options.values;
    if (options.rest.length === 0 && Object.keys(options.values).length === 0) return failed(`${usage}\n`, 2);
    const patterns = options.rest.map((pattern) =>
      compileRegex(pattern, { extended: true, ignoreCase: options.has("i") }),
    );
    const wrong = patterns.find((pattern) => typeof pattern === "string");
    if (wrong !== undefined) return failed(`${name}: Cannot compile regular expression: ${wrong}\n`, 2);
    // `any` means every jail, `none` the own one.
    const jid =
      jail === undefined || jail === "any" || jail === "none" ? undefined : jidOf(host, process, jail);
    if (jail !== undefined && jid === undefined && jail !== "any" && jail !== "none")
      return failed(`${name}: Invalid jail ID or name '${jail}'\n`, 2);
    const found = listProcesses(host, process).filter((view) => {
      if (view.pid === process.pid || view.state === "zombie") return false;
      if (jail === "any" && view.jid === 0) return false;
      if (jail === "none" && view.jid !== 0) return false;
      if (jid !== undefined && view.jid !== jid) return false;
      if (euid !== undefined && userId(host, euid) !== view.uid) return false;
      if (parent !== undefined && String(view.parent) !== parent) return false;
      const text = options.has("f") ? view.args.join(" ") : view.command;
      const matches =
        patterns.length === 0 ||
        patterns.some((pattern) => {
          const at = typeof pattern === "string" ? undefined : pattern.match(text);
          return at !== undefined && (!options.has("x") || (at[0] === 0 && at[1] === text.length));
        });
      return matches !== options.has("v");
    });
    const chosen = options.has("n") ? found.slice(-1) : options.has("o") ? found.slice(0, 1) : found;
    if (name === "pgrep") {
      const lines = chosen.map(({ pid, command }) => `${pid}${options.has("l") ? ` ${command}` : ""}\n`);
      return { ...done(lines.join("")), status: chosen.length > 0 ? 0 : 1 };
    }
    const decisions: CommandResult["decisions"][number][] = [];
    let stderr = "";
    for (const { pid } of chosen) {
      const sent = kill(host, process, pid, signal);
      decisions.push(sent.decision);
      if (!sent.ok) stderr += `pkill: signalling pid ${pid}: ${strerror(sent.errno)}\n`;
    }
    const status = chosen.length === 0 ? 1 : stderr === "" ? 0 : 1;
    return { ...done("", decisions), stderr, status };
  };
}

function runSleep({ args: [duration = ""] }: CommandContext): CommandResult {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(duration) ?? [];
  if (number === undefined)
    return failed(
      "usage: sleep number[unit] [...]\nUnit can be 's' (seconds, the default), m (minutes), h (hours), or d (days).\n",
    );
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1;
  return done("", [], Number(number) * factor * 1000);
}

export const processCommands: readonly Command[] = [
  { name: "ps", path: "/bin/ps", summary: "list processes (-a -x -u -J -o)", run: runPs },
  { name: "top", path: "/usr/bin/top", summary: "processes and memory, once", run: runTop },
  { name: "kill", path: "/bin/kill", summary: "send a signal", run: runKill },
  { name: "pgrep", path: "/bin/pgrep", summary: "find processes by name", run: search("pgrep") },
  { name: "pkill", path: "/bin/pkill", summary: "signal processes by name", run: search("pkill") },
  { name: "sleep", path: "/bin/sleep", summary: "let virtual time pass", run: runSleep },
];
