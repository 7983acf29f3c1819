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
import { userId } from "../../shell/format.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import { type IdType, priocntl, processesOf, setDefaultClass, setNice } from "../process/priocntl.ts";
import { projectOf } from "../process/projects.ts";
import { CLASSES, classOf } from "../resources/classes.ts";
import { illumosOf } from "../state.ts";
import type { SchedulingClass } from "../types.ts";
import { inGlobalZone, onlyGlobal, zoneFor } from "./views.ts";

/** priocntl(1), renice(1) and dispadmin(8): how processes are scheduled. Source: usr/src/cmd/priocntl, dispadmin. */

const TITLES: Readonly<Record<SchedulingClass, readonly [title: string, range: string, columns: string]>> = {
  TS: ["Time Sharing", "-60 through 60", "    PID    TSUPRILIM    TSUPRI"],
  IA: ["Interactive", "-60 through 60", "    PID    IAUPRILIM    IAUPRI    IAMODE"],
  FSS: ["Fair Share", "-60 through 60", "    PID    FSSUPRILIM  FSSUPRI"],
  FX: ["Fixed priority", "0 through 60", "    PID    FXUPRILIM    FXUPRI      FXTQNTM"],
  RT: ["Real Time", "0 through 59", "   PID    RTPRI       TQNTM    TQSIG"],
  SDC: ["System Duty-Cycle Class", "", "    PID"],
};

/** The heading of each class in what -d shows. */
const HEADINGS: Readonly<Record<SchedulingClass, string>> = {
  TS: "TIME SHARING PROCESSES:",
  IA: "INTERACTIVE CLASS PROCESSES:",
  FSS: "FAIR SHARE PROCESSES:",
  FX: "FIXED PRIORITY PROCESSES:",
  RT: "REAL TIME PROCESSES:",
  SDC: "SYSTEM DUTY-CYCLE PROCESSES:",
};

const USAGE =
  "usage:\tpriocntl -l\n\tpriocntl -d [-i idtype] [idlist]\n\tpriocntl -s [-c class] [-m userlimit] [-p upri] [-i idtype] [idlist]\n\tpriocntl -e [-c class] [-m userlimit] [-p upri] command [argument(s)]\n";

const ID_TYPES: Readonly<Record<string, IdType>> = {
  ...{ pid: "pid", ppid: "pid", pgid: "pgid", sid: "sid", class: "class", uid: "uid", gid: "gid" },
  ...{ projid: "projid", zoneid: "zoneid", zone: "zoneid", all: "all" },
};

function listing(): CommandResult {
  const lines = ["CONFIGURED CLASSES", "==================", "", "SYS (System Class)", ""];
  for (const name of ["TS", "FX", "IA", "RT", "FSS"] as const) {
    const [title, range] = TITLES[name];
    const what =
      name === "RT"
        ? "Maximum Configured RT Priority: 59"
        : `Configured ${name} User Priority Range: ${range}`;
    lines.push(`${name} (${title})`, `\t${what}`, "");
  }
  return done(`${lines.join("\n")}`);
}

/** The user priority of the class, better ones higher. */
function userPriority({ nice, scheduling }: Process): number {
  if (scheduling?.class === "realtime") return scheduling.priority;
  return -nice * 3 || 0;
}

function line(name: SchedulingClass, process: Process): string {
  const pid = String(process.pid).padStart(7);
  const priority = userPriority(process);
  if (name === "RT")
    return `${pid.slice(1)}${String(priority).padStart(9)}${"100".padStart(12)}${"0".padStart(9)}`;
  const limit = Math.max(0, priority);
  const end = name === "IA" ? "0".padStart(10) : name === "FX" ? "200".padStart(13) : "";
  const widths = name === "FSS" ? [14, 9] : [13, 10];
  return `${pid}${String(limit).padStart(widths[0] ?? 13)}${String(priority).padStart(widths[1] ?? 10)}${end}`;
}

/** The processes that an id type and ids mean. The texts of the first refusal where nobody is left. */
function chosen({ host, process }: CommandContext, options: Options): { found: Process[] } | CommandResult {
  const type = options.values["i"] ?? "pid";
  const kind = Object.hasOwn(ID_TYPES, type) ? ID_TYPES[type] : undefined;
  if (!kind) return failed(`priocntl: Bad idtype\n${USAGE}`);
  const ids = options.rest.length > 0 ? options.rest : [ownId(process, kind)];
  const found: Process[] = [];
  for (const word of kind === "all" ? ["all"] : ids) {
    const outcome = processesOf(host, process, kind, idOf(host, process, kind, word));
    if (outcome.ok) found.push(...outcome.value.filter((one) => !found.includes(one)));
    else if (kind !== "pid" || ids.length === 1)
      return failed("priocntl: Process(es) not found.\n", 1, [outcome.decision]);
  }
  return { found };
}

function ownId(process: Process, kind: IdType): string {
  const { credential, pid, group, session } = process;
  const own: Readonly<Record<IdType, number>> = {
    ...{ pid, pgid: group, sid: session, uid: credential.uid, gid: credential.gid, class: 0 },
    ...{ projid: projectOf(process), zoneid: credential.container, all: 0 },
  };
  return String(own[kind]);
}

function idOf(host: Host, process: Process, kind: IdType, word: string): number | string {
  if (kind === "zoneid") return zoneFor(host, process, word)?.id ?? Number.NaN;
  if (kind === "uid") return userId(host, word) ?? Number.NaN;
  return kind === "class" ? word : Number(word);
}

function runPriocntl(context: CommandContext): CommandResult {
  const { host, process, args, exec } = context;
  const options = readOptions("priocntl", args, "ldsec:m:p:t:r:q:i:", USAGE);
  if (isResult(options)) return options;
  if (options.has("l")) return listing();
  const { c: name, p: priority, m: limit } = options.values;
  if (name !== undefined && !CLASSES.has(name)) return failed(`priocntl: Class ${name} not configured\n`);
  const wrong = [priority, limit].find((text) => text !== undefined && !/^-?\d+$/.test(text));
  if (wrong !== undefined) return failed(USAGE);
  const parameters = {
    ...(name !== undefined && { class: name as SchedulingClass }),
    ...(priority !== undefined
      ? { priority: Number(priority) }
      : limit !== undefined && { priority: Number(limit) }),
  };
  if (options.has("e")) {
    const set = priocntl(host, process, "pid", process.pid, parameters);
    if (!set.ok) return failed(`priocntl: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [set.decision]);
    if (options.rest.length === 0) return failed(USAGE);
    return exec(options.rest, { prefix: "priocntl: ", status: 127 });
  }
  const who = chosen(context, options);
  if ("status" in who) return who;
  if (options.has("d")) {
    const lines: string[] = [];
    for (const each of ["TS", "IA", "RT", "FX", "FSS", "SDC"] as const) {
      const own = who.found.filter((one) => classOf(host, one) === each);
      if (own.length > 0) lines.push(HEADINGS[each], TITLES[each][2], ...own.map((one) => line(each, one)));
    }
    return done(`${lines.join("\n")}\n`);
  }
  if (!options.has("s")) return failed(USAGE);
  const outcomes = who.found.map(({ pid }) => priocntl(host, process, "pid", pid, parameters));
  const refused = outcomes.find((outcome) => !outcome.ok);
  const decisions = outcomes.map(({ decision }) => decision);
  if (refused && !refused.ok)
    return failed(
      refused.errno === "EPERM"
        ? "priocntl: Permissions error encountered on one or more processes.\n"
        : `priocntl: ${host.kernel.shell.strerror(refused.errno)}\n`,
      1,
      decisions,
    );
  return done("", decisions);
}

/** renice(1), the form with -n and the old one. */
function runRenice({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: renice [-n increment] [-i idtype] ID ...\n       renice [-n increment] [-g | -p | -u] ID ...\n       renice priority [-p] pid ... [-g pgrp ...] [-p pid ...] [-u user ...]";
  const old = /^-?\d+$/.test(args[0] ?? "") ? Number(args[0]) : undefined;
  const options = readOptions("renice", old === undefined ? args : args.slice(1), "n:i:pgu", usage, 2);
  if (isResult(options)) return options;
  if (options.has("g") || options.has("u")) return unmodelled("renice", "-g and -u");
  const { n: increment, i: kind = "pid" } = options.values;
  if ((increment === undefined && old === undefined) || options.rest.length === 0)
    return failed(`${usage}\n`, 2);
  const type = Object.hasOwn(ID_TYPES, kind) ? ID_TYPES[kind] : undefined;
  if (increment !== undefined && !/^-?\d+$/.test(increment)) return failed(`${usage}\n`, 2);
  if (!type) return failed(`${usage}\n`, 2);
  let stderr = "";
  const decisions = options.rest.flatMap((word) => {
    const found = processesOf(host, process, type, idOf(host, process, type, word));
    if (!found.ok) {
      stderr += `renice: ${word}:Cannot find process\n`;
      return [found.decision];
    }
    return found.value.map((one) => {
      const set = setNice(host, process, one.pid, old ?? one.nice + Number(increment));
      if (!set.ok) stderr += `renice: ${one.pid}:setpriority: ${host.kernel.shell.strerror(set.errno)}\n`;
      return set.decision;
    });
  });
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

/** dispadmin(8): the default class (-d), and the list of them (-l). In a zone the program itself refuses. */
function runDispadmin({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage:\tdispadmin -l\n\tdispadmin -d [class]\n\tdispadmin -c class -g [-r res]\n\tdispadmin -c class -s file";
  const last = args.at(-1);
  if (last === "-l") {
    const classes = ["SYS\t(System Class)", "SDC\t(System Duty-Cycle Class)"];
    for (const name of ["TS", "FX", "IA", "RT", "FSS"] as const)
      classes.push(`${name}\t(${TITLES[name][0]})`);
    return done(`CONFIGURED CLASSES\n==================\n\n${classes.join("\n")}\n`);
  }
  if (args[0] !== "-d")
    return args.length === 0 ? failed(`${usage}\n`) : unmodelled("dispadmin", args.join(" "));
  const [, name] = args;
  if (name === undefined) {
    const set = illumosOf(host).schedulingClass;
    return done(`${set}\t(${TITLES[set][0]})\n`);
  }
  if (!inGlobalZone(process)) return onlyGlobal("dispadmin: not supported in a non-global zone\n");
  if (!CLASSES.has(name)) return failed(`dispadmin: invalid scheduling class \`${name}'\n`);
  const set = setDefaultClass(host, process, name as SchedulingClass);
  if (set.ok) return done("", [set.decision]);
  return failed(`dispadmin: failed to set default class: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [
    set.decision,
  ]);
}

export const schedulerCommands = [
  program("/usr/bin/priocntl", "scheduling classes (-l, -d -i zoneid ZONE, -s -c CLASS)", runPriocntl),
  program("/usr/bin/renice", "nice values of processes (-n N PID)", runRenice),
  program("/usr/sbin/dispadmin", "the default scheduling class (-d, -l)", runDispadmin),
];
