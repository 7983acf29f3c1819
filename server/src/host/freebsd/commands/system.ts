import type { Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { stat } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, program, unmodelled } from "../../shell/command.ts";
import { dateText, momentOf, table, twoDigits } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { sysctlNames, sysctlRead, sysctlWrite } from "../sysctl.ts";
import { SYSCTLS } from "../sysctlTable.ts";
import {
  kldload,
  kldstat,
  kldunload,
  readMessageBuffer,
  sethostname,
  settimeofday,
  wallClock,
} from "../system.ts";

/** The machine as a whole: names, sysctls, modules, time. */

function sysctlText(host: Host, process: Process, name: string): string {
  const read = sysctlRead(host, process, name);
  return read.ok ? String(read.value) : "";
}

function runHostname({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: hostname [-f] [-s | -d] [name-of-host]";
  const options = readOptions("hostname", args, "fsd", usage);
  if (isResult(options)) return options;
  const [name] = options.rest;
  if (name !== undefined) {
    const set = sethostname(host, process, name);
    return set.ok
      ? done("", [set.decision])
      : failed(`hostname: sethostname: ${strerror(set.errno)}\n`, 1, [set.decision]);
  }
  const own = sysctlText(host, process, "kern.hostname");
  const dot = own.indexOf(".");
  const shown = options.has("s")
    ? own.split(".")[0]
    : options.has("d")
      ? dot < 0
        ? ""
        : own.slice(dot + 1)
      : own;
  return done(`${shown}\n`);
}

function runUname({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: uname [-abiKmnoprsUv]";
  const options = readOptions("uname", args, "abiKmnoprsUv", usage);
  if (isResult(options)) return options;
  const read = (name: string): string => sysctlText(host, process, name);
  const parts: readonly (readonly [letters: string, text: () => string])[] = [
    ["so", () => read("kern.ostype")],
    ["n", () => read("kern.hostname")],
    ["r", () => read("kern.osrelease")],
    ["v", () => read("kern.version").trim().split("\n")[0] ?? ""],
    ["m", () => read("hw.machine")],
    ["p", () => read("hw.machine_arch")],
    ["i", () => "GENERIC"],
    ["K", () => read("kern.osreldate")],
    ["U", () => read("kern.osreldate")],
  ];
  const wanted =
    options.flags.length === 0 ? ["s"] : options.has("a") ? [..."snrvm", ...options.flags] : options.flags;
  const shown = parts.filter(([letters]) => [...letters].some((letter) => wanted.includes(letter)));
  return done(`${shown.map(([, text]) => text()).join(" ")}\n`);
}

/**
 * The kernel that is installed, which a jail lacks, the one that runs, and the programs of the base system, without an
 * option the last. These are taken to fit to `kern.osrelease`. Source: bin/freebsd-version/freebsd-version.sh.in.
 */
function runFreebsdVersion({ host, process, args }: CommandContext): CommandResult {
  const usage = "Usage: freebsd-version [-kru] [-j jail]";
  const options = readOptions("freebsd-version", args, "krUuj:", usage);
  if (isResult(options)) return options;
  if (options.values["j"] !== undefined) return unmodelled("freebsd-version", "-j");
  const release = sysctlText(host, process, "kern.osrelease");
  const shown = ["k", "r", "u"].filter(options.has);
  if (options.has("k") && process.credential.container !== 0)
    return failed("freebsd-version: unable to locate kernel\n");
  return done(`${release}\n`.repeat(Math.max(1, shown.length)));
}

/** Virtual milliseconds that the linker takes for one module. */
const MODULE_TIME = 30;

const SYSCTL_USAGE =
  "usage: sysctl [-j jail] [-bdeFhilNnoqTtVWx] [ -B <bufsize> ] [-f filename] name[=value] ...\n       sysctl [-j jail] [-bdeFhlNnoqTtVWx] [ -B <bufsize> ] -a";

function runSysctl({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("sysctl", args, "AabdeFhiNnoqTtVWwXxB:f:j:", SYSCTL_USAGE);
  if (isResult(options)) return options;
  const notAsked = options.flags.find((letter) => !"AadeinNoqwX".includes(letter));
  if (notAsked) return unmodelled("sysctl", `-${notAsked}`);
  const all = options.has("a") || options.has("A") || options.has("X");
  if (options.rest.length === 0 && !all) return failed(`${SYSCTL_USAGE}\n`);
  const decisions: Decision[] = [];
  let stdout = "";
  let stderr = "";
  const separator = options.has("e") ? "=" : ": ";
  const show = (name: string, quiet: boolean): void => {
    if (options.has("N")) {
      stdout += `${name}\n`;
      return;
    }
    if (options.has("d")) {
      stdout += `${options.has("n") ? "" : `${name}: `}${SYSCTLS[name]?.doc ?? ""}\n`;
      return;
    }
    const read = sysctlRead(host, process, name);
    if (read.ok) {
      if (read.decision.verdict !== "allow") decisions.push(read.decision);
      stdout += `${options.has("n") ? "" : `${name}${separator}`}${read.value}\n`;
    } else if (!quiet) {
      decisions.push(read.decision);
      stderr += `sysctl: ${name}: ${strerror(read.errno)}\n`;
    }
  };
  if (all) for (const name of sysctlNames(host)) show(name, true);
  for (const word of all ? [] : options.rest) {
    const cut = word.indexOf("=");
    const name = cut < 0 ? word.replace(/\.$/, "") : word.slice(0, cut);
    const names = sysctlNames(host, name);
    if (names.length === 0) {
      if (!options.has("i")) stderr += `sysctl: unknown oid '${name}'\n`;
      continue;
    }
    if (cut < 0) {
      const leaf = names.includes(name);
      for (const each of leaf ? [name] : names) show(each, !leaf);
      continue;
    }
    const before = sysctlText(host, process, name);
    const written = sysctlWrite(host, process, name, word.slice(cut + 1));
    decisions.push(written.decision);
    if (written.ok) {
      if (!options.has("q"))
        stdout += `${options.has("n") ? "" : `${name}${separator}`}${before} -> ${sysctlText(host, process, name)}\n`;
    } else if (SYSCTLS[name] && !SYSCTLS[name].writable) stderr += `sysctl: oid '${name}' is read only\n`;
    else if (
      written.errno === "EINVAL" &&
      !/^-?(0x)?[\da-f]+$/i.test(word.slice(cut + 1)) &&
      SYSCTLS[name]?.type !== "string"
    )
      stderr += `sysctl: invalid integer '${word.slice(cut + 1)}'\n`;
    else stderr += `sysctl: ${word}: ${strerror(written.errno)}\n`;
  }
  return { ...done(stdout, decisions), stderr, status: stderr === "" ? 0 : 1 };
}

function runKldload({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: kldload [-nqv] file ...";
  const options = readOptions("kldload", args, "nqv", usage);
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed(`${usage}\n`);
  const decisions: Decision[] = [];
  let stdout = "";
  let stderr = "";
  for (const name of options.rest) {
    const loaded = kldload(host, process, name);
    decisions.push(loaded.decision);
    if (loaded.ok) {
      if (options.has("v")) stdout += `Loaded ${name}, id=${kldstat(host).length}\n`;
    } else if (loaded.errno !== "EEXIST" || !options.has("n")) {
      const why = loaded.errno === "EEXIST" ? "module already loaded or in kernel" : strerror(loaded.errno);
      stderr += `kldload: can't load ${name}: ${why}\n`;
    }
  }
  return {
    ...done(stdout, decisions, MODULE_TIME * options.rest.length),
    stderr: options.has("q") ? "" : stderr,
    status: stderr === "" ? 0 : 1,
  };
}

function runKldunload({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: kldunload [-fv] [-i id | -n name] [file ...]";
  const options = readOptions("kldunload", args, "fvi:n:", usage);
  if (isResult(options)) return options;
  const { n: named } = options.values;
  const names = named === undefined ? options.rest : [...options.rest, named];
  if (names.length === 0) return failed(`${usage}\n`);
  const decisions: Decision[] = [];
  let stderr = "";
  for (const name of names) {
    const gone = kldunload(host, process, name);
    decisions.push(gone.decision);
    if (gone.ok) continue;
    stderr +=
      gone.errno === "ENOENT"
        ? `kldunload: can't find file ${name}\n`
        : `kldunload: can't unload file: ${strerror(gone.errno)}\n`;
  }
  return { ...done("", decisions, MODULE_TIME * names.length), stderr, status: stderr === "" ? 0 : 1 };
}

/** Addresses and sizes are made up from the place in the list: the model knows names only. */
function runKldstat({ host, args }: CommandContext): CommandResult {
  const options = readOptions(
    "kldstat",
    args,
    "hi:m:n:qv",
    "usage: kldstat [-h] [-q] [-v] [-i id] [-n filename]\n       kldstat [-q] [-m modname]",
  );
  if (isResult(options)) return options;
  const wanted = options.values["n"] ?? options.values["m"];
  const modules = kldstat(host);
  const ordered = ["kernel", ...modules.filter((name) => name !== "kernel")];
  const rows = ordered
    .map((name, i) => ({
      name: name === "kernel" ? "kernel" : `${name}.ko`,
      cells: [
        String(i + 1),
        i === 0 ? String(ordered.length) : "1",
        `0xffffffff${(0x80200000 + i * 0x2000000).toString(16)}`,
        i === 0 ? "1f3e2d0" : "21a10",
      ],
    }))
    .filter(({ name }) => wanted === undefined || name === wanted || name === `${wanted}.ko`);
  if (wanted !== undefined && rows.length === 0)
    return failed(options.has("q") ? "" : `kldstat: can't find file ${wanted}: No such file or directory\n`);
  if (options.has("q")) return done();
  const columns = [
    { title: "Id", right: true },
    { title: "Refs", right: true },
    { title: "Address", width: 18 },
    { title: "Size", right: true, width: 8 },
    { title: "Name" },
  ];
  return done(
    table(
      columns,
      rows.map(({ name, cells }) => [...cells, name]),
    ),
  );
}

/** Formats of strftime(3). */
function formatted(time: number, format: string): string | undefined {
  const { year, month, monthNumber, day, weekday, hours, minutes, seconds } = momentOf(time);
  const pieces: Readonly<Record<string, string>> = {
    Y: String(year),
    y: twoDigits(year % 100),
    m: twoDigits(monthNumber),
    d: twoDigits(day),
    e: String(day).padStart(2),
    H: twoDigits(hours),
    M: twoDigits(minutes),
    S: twoDigits(seconds),
    s: String(Math.floor(time)),
    a: weekday,
    b: month,
    h: month,
    Z: "UTC",
    z: "+0000",
    n: "\n",
    t: "\t",
    "%": "%",
    F: `${year}-${twoDigits(monthNumber)}-${twoDigits(day)}`,
    T: [hours, minutes, seconds].map(twoDigits).join(":"),
    R: [hours, minutes].map(twoDigits).join(":"),
    D: [monthNumber, day, year % 100].map(twoDigits).join("/"),
  };
  let known = true;
  const text = format.replace(/%([\s\S])/g, (_whole, letter: string) => {
    const piece = Object.hasOwn(pieces, letter) ? pieces[letter] : undefined;
    known &&= piece !== undefined;
    return piece ?? "";
  });
  return known ? text : undefined;
}

/** Days from 1970 to a date of the Gregorian calendar. */
function daysTo(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function runDate({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: date [-jnRu] [-I[date|hours|minutes|seconds|ns]] [-f input_fmt]\n            [ -z output_zone ] [-r filename|seconds] [-v[+|-]val[y|m|w|d|H|M|S]]\n            [[[[[[cc]yy]mm]dd]HH]MM[.SS] | new_date] [+output_fmt]";
  const options = readOptions("date", args, "jnRuI:f:r:v:z:", usage);
  if (isResult(options)) return options;
  const notAsked = options.flags.find((letter) => !"nur".includes(letter));
  if (notAsked) return unmodelled("date", `-${notAsked}`);
  const { r: reference } = options.values;
  if (reference !== undefined && !/^\d+$/.test(reference)) {
    const found = stat(host, process, reference);
    if (found.ok) return unmodelled("date", "the time of a file");
    return failed(`date: ${reference}: ${strerror(found.errno)}\n`, 1, [found.decision]);
  }
  let time = reference === undefined ? Math.floor(wallClock(host)) : Number(reference);
  let decisions: Decision[] = [];
  for (const word of options.rest) {
    if (word.startsWith("+")) {
      const text = formatted(time, word.slice(1));
      return text === undefined ? unmodelled("date", word) : done(`${text}\n`, decisions);
    }
    // [[[[cc]yy]mm]dd]HHMM[.SS]
    const [, digits = "", seconds = "0"] = /^((?:\d\d){2,6})(?:\.(\d\d))?$/.exec(word) ?? [];
    if (digits === "") return failed(`date: illegal time format\n${usage}\n`);
    const now = momentOf(time);
    const pairs = digits.match(/\d\d/g)?.map(Number) ?? [];
    const [minutes = 0, hours = 0, day = now.day, month = now.monthNumber, short, century] = [
      ...pairs,
    ].reverse();
    const year = short === undefined ? now.year : (century ?? (short < 69 ? 20 : 19)) * 100 + short;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hours > 23 || minutes > 59)
      return failed(`date: illegal time format\n${usage}\n`);
    const wanted = daysTo(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + Number(seconds);
    const set = settimeofday(host, process, wanted);
    decisions = [set.decision];
    if (!set.ok) return failed(`date: settimeofday (timeval): ${strerror(set.errno)}\n`, 1, decisions);
    time = wanted;
  }
  return done(`${dateText(time)}\n`, decisions);
}

function runDmesg({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dmesg", args, "acM:N:", "usage: dmesg [-ac] [-M core [-N system]]");
  if (isResult(options)) return options;
  const read = readMessageBuffer(host, process);
  if (!read.ok) return failed(`dmesg: sysctl kern.msgbuf: ${strerror(read.errno)}\n`, 1, [read.decision]);
  return done(`${read.value}\n`, [read.decision]);
}

/** `12:05AM  up 3 mins, 0 users, load averages: 0.00, 0.00, 0.00` */
function uptimeLine(host: Host): string {
  const { hours, minutes } = momentOf(wallClock(host));
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${twoDigits(minutes)}${hours < 12 ? "AM" : "PM"}`;
  const up = Math.floor(host.now / 1000) + 30;
  const [days, inHours, inMinutes] = [
    Math.floor(up / 86_400),
    Math.floor(up / 3600) % 24,
    Math.floor(up / 60) % 60,
  ];
  const parts: string[] = [];
  if (days > 0) parts.push(`${days} day${days > 1 ? "s" : ""}`);
  if (inHours > 0 && inMinutes > 0) parts.push(`${inHours}:${twoDigits(inMinutes)}`);
  else if (inHours > 0) parts.push(`${inHours} hr${inHours > 1 ? "s" : ""}`);
  else if (inMinutes > 0) parts.push(`${inMinutes} min${inMinutes > 1 ? "s" : ""}`);
  else parts.push(`${up % 60} secs`);
  return `${clock.padStart(7)}  up ${parts.join(", ")}, 0 users, load averages: 0.00, 0.00, 0.00\n`;
}

/** Nobody logs in through getty or sshd in the model, so that nobody is listed. */
function runW({ host }: CommandContext): CommandResult {
  return done(
    `${uptimeLine(host)}USER       TTY      FROM                                      LOGIN@  IDLE WHAT\n`,
  );
}

export const systemCommands: readonly Command[] = [
  program("/bin/hostname", "show or set the name of the host", runHostname),
  program("/usr/bin/uname", "names and versions (-a)", runUname),
  program("/bin/freebsd-version", "version of the base system (-k -r -u)", runFreebsdVersion),
  program("/sbin/sysctl", "read and write kernel values (-n -a -d)", runSysctl),
  program("/sbin/kldload", "load kernel modules", runKldload),
  program("/sbin/kldunload", "unload kernel modules", runKldunload),
  program("/sbin/kldstat", "list kernel modules", runKldstat),
  program("/bin/date", "show or set the time", runDate),
  program("/sbin/dmesg", "messages of the kernel", runDmesg),
  program("/usr/bin/uptime", "how long the machine has been up", ({ host }) => done(uptimeLine(host))),
  program("/usr/bin/logger", "write to the system log, which is not kept", () => done()),
  program("/usr/bin/who", "who is logged in", () => done()),
  program("/usr/bin/w", "who does what", runW),
];
