import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { groupText, userId, userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { lwpsOf } from "../resources/rctls.ts";
import { isBsdForm, runBsdPs } from "./psBsd.ts";
import {
  commandLine,
  cpuTime,
  hasTerminal,
  KEYWORDS,
  type Keyword,
  kilobytes,
  startTime,
  stateLetter,
  terminal,
  type View,
} from "./psFields.ts";
import { classOf, priorityOf } from "./scheduling.ts";
import { parentSeen, visibleProcesses, zoneFor, zoneName } from "./views.ts";

/** ps(1): the form of System V, which an option with a hyphen begins. Source: usr/src/cmd/ps/ps.c. */

const USAGE = `usage: ps [ -aAdefHlcjLPyZ ] [ -o format ] [ -t termlist ]
	[ -u userlist ] [ -U userlist ] [ -G grouplist ]
	[ -p proclist ] [ -g pgrplist ] [ -s sidlist ]
	[ -z zonelist ] [-h lgrplist]
  'format' is one or more of:
	user ruser group rgroup uid ruid gid rgid pid ppid pgid sid taskid ctid
	pri opri pcpu pmem vsz rss osz nice class time etime stime zone zoneid
	f s c lwp nlwp psr tty addr wchan fname comm args
	projid project pset lgrp`;

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
    // A title of one's own sets the width.
    const width = title === keyword.title ? keyword.width : Math.max(keyword.least, title.length);
    if (!keyword.left) return text.padStart(width);
    if (!keyword.open) return text.padEnd(width);
    return last ? text : text.slice(0, width).padEnd(width);
  };
  const line = (texts: readonly string[]): string =>
    `${columns.map((column, i) => cell(column, texts[i] ?? "", i === columns.length - 1)).join(" ")}\n`;
  const header = columns.some(({ title }) => title !== "") ? line(columns.map(({ title }) => title)) : "";
  return header + views.map((view) => line(columns.map(({ keyword }) => keyword.text(view)))).join("");
}

/** A name in eight characters; an asterisk marks one that was cut. */
export function zoneColumn(name: string): string {
  return name.length > 8 ? `${name.slice(0, 7)}*` : name.padStart(8);
}

/** The forms -f, -l, -j and none of them. What stands before the pid has a blank behind it, the rest one in front. */
function byLetters(views: readonly View[], has: (letter: string) => boolean): string {
  const [full, long, class_, thread] = [has("f") || has("F"), has("l"), has("c"), has("L")];
  const pid = (value: number | string): string => String(value).padStart(6);
  const head = [
    long ? (has("y") ? "S " : " F S ") : "",
    has("Z") ? "    ZONE " : "",
    full ? "     UID " : long ? "   UID " : "",
    pid("PID"),
    full || long ? ` ${pid("PPID")}` : "",
    has("j") ? ` ${pid("PGID")} ${pid("SID")}` : "",
    thread ? "   LWP" : "",
    has("P") ? " PSR" : "",
    thread && full ? "  NLWP" : "",
    class_ ? "  CLS PRI" : full || long ? "   C" : "",
    long && !class_ ? " PRI NI" : "",
    long ? (has("y") ? "   RSS     SZ    WCHAN" : "     ADDR     SZ    WCHAN") : "",
    full ? "    STIME" : "",
    has("H") ? " LGRP" : "",
    thread ? " TTY        LTIME CMD" : " TTY         TIME CMD",
  ].join("");
  const rows = views.map((view) => {
    const { host, viewer, process } = view;
    const { credential, memory } = process;
    const priority = String(priorityOf(host, process)).padStart(3);
    const size = process.illumos?.kernel ? "0" : kilobytes(has("y") ? memory.virtual : memory.virtual / 4);
    const resident = process.illumos?.kernel ? "0" : kilobytes(memory.resident);
    const user = full ? userText(host, credential.uid) : String(credential.uid);
    const cells = [
      long ? `${has("y") ? "" : " 0 "}${stateLetter(view)} ` : "",
      has("Z") ? `${zoneColumn(zoneName(host, credential.container))} ` : "",
      full ? `${zoneColumn(user)} ` : long ? `${user.padStart(6)} ` : "",
      pid(process.pid),
      full || long ? ` ${pid(parentSeen(host, viewer, process))}` : "",
      has("j") ? ` ${pid(process.group)} ${pid(process.session)}` : "",
      thread ? "     1" : "",
      has("P") ? "   -" : "",
      thread && full ? ` ${String(lwpsOf(process)).padStart(5)}` : "",
      class_ ? ` ${classOf(host, process).padStart(4)} ${priority}` : full || long ? "   0" : "",
      long && !class_ ? ` ${priority} ${String(process.nice + 20).padStart(2)}` : "",
      long
        ? `${has("y") ? ` ${resident.padStart(5)}` : "        ?"} ${size.padStart(6)}${stateLetter(view) === "S" ? "        ?" : "         "}`
        : "",
      full ? ` ${startTime(view).padStart(8)}` : "",
      has("H") ? "    1" : "",
      ` ${terminal(view).padEnd(8)} ${cpuTime(process).padStart(7)} `,
      full ? commandLine(process) : process.state === "zombie" ? "<defunct>" : process.command.slice(0, 8),
    ];
    return cells.join("");
  });
  return [head, ...rows].map((line) => `${line}\n`).join("");
}

function runPs({ host, process: viewer, args }: CommandContext): CommandResult {
  if (isBsdForm(args)) return runBsdPs({ host, viewer, args });
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
  const options = readOptions("ps", plain, "AacdefFHh:jLlPp:g:s:t:u:U:G:WyZz:", USAGE);
  if (isResult(options)) return options;
  const columns = columnsOf(formats);
  if (typeof columns === "string") return failed(columns);
  const { p, u, U, G, z, g, s, t } = options.values;
  const list = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
  const zones =
    z === undefined ? undefined : list(z).map((word) => ({ word, zone: zoneFor(host, viewer, word) }));
  const unknown = zones?.find(({ zone }) => !zone);
  if (unknown) return failed(`ps: unknown zone ${unknown.word}\n`);
  const users = [...(u === undefined ? [] : list(u)), ...(U === undefined ? [] : list(U))];
  const strange = users.find((user) => userId(host, user) === undefined);
  if (strange !== undefined) return failed(`ps: unknown user ${strange}\n`);
  const lists = [p, u, U, G, z, g, s, t].some((given) => given !== undefined);
  const matches = (one: Process): boolean => {
    const { pid, credential, group, session } = one;
    return Boolean(
      (p !== undefined && list(p).includes(String(pid))) ||
        users.some((user) => userId(host, user) === credential.uid) ||
        (t !== undefined && list(t).includes(terminal({ host, viewer, process: one }))) ||
        (G !== undefined && list(G).includes(groupText(host, credential.gid))) ||
        zones?.some(({ zone }) => zone?.id === credential.container) ||
        (g !== undefined && list(g).includes(String(group))) ||
        (s !== undefined && list(s).includes(String(session))),
    );
  };
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

export const ps: Command = {
  name: "ps",
  path: "/usr/bin/ps",
  summary: "processes (-ef -Z -z ZONE -o zone,pid,…)",
  run: runPs,
};
