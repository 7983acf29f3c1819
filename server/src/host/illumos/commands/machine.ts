import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { dateText, momentOf, shortDate, twoDigits } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { resourcesOf, textOf } from "../configuration.ts";
import { hostid, setDomainname, setNodename, stime, wallClock } from "../system.ts";
import { zoneOf } from "../zones.ts";

/** Names, versions and time. */

interface Release {
  readonly system: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly processor: string;
  readonly platform: string;
  /** What `uname -o` says. */
  readonly operatingSystem: string;
}

/** The system call uname(2) as the zone's brand answers it. Source: uname(1), lx(7), solaris10(7). */
export function releaseOf(host: Host, process: Process): Release {
  const { brand, definition } = zoneOf(host, process);
  const native = nativeRelease(host);
  if (brand === "lx") {
    const attribute = definition
      ? resourcesOf(definition, "attr").find((attr) => textOf(attr, "name") === "kernel-version")
      : undefined;
    return {
      ...{ system: "Linux", version: "BrandZ virtual linux", machine: "x86_64", processor: "x86_64" },
      ...{ platform: "x86_64", operatingSystem: "GNU/Linux" },
      release: (attribute && textOf(attribute, "value")) ?? "2.4.21",
    };
  }
  if (brand === "solaris10") return { ...native, release: "5.10", version: "Generic_Virtual" };
  return native;
}

function nativeRelease({ state: { machine } }: Host): Release {
  const { system, release } = machine;
  const old = system === "solaris" && release.startsWith("10");
  const version = {
    omnios: `omnios-${release}`,
    smartos: `joyent_${release}`,
    solaris: old ? "Generic" : release,
    illumos: release === "5.11" ? "illumos" : release,
    freebsd: release,
  }[system];
  return {
    ...{ system: "SunOS", release: old ? "5.10" : "5.11", version, machine: "i86pc", processor: "i386" },
    ...{ platform: "i86pc", operatingSystem: system === "solaris" ? "Solaris" : "illumos" },
  };
}

function runUname({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: uname [-aimnoprsvX]\n       uname [-S system_name]";
  const options = readOptions("uname", args, "aimnoprsvXS:", usage);
  if (isResult(options)) return options;
  const { S: name } = options.values;
  if (name !== undefined) {
    const set = setNodename(host, process, name);
    if (set.ok) return done("", [set.decision]);
    return failed(`uname: error in setting name\n`, 1, [set.decision]);
  }
  const { system, release, version, machine, processor, platform, operatingSystem } = releaseOf(
    host,
    process,
  );
  const { nodename } = zoneOf(host, process);
  if (options.has("X"))
    return done(
      `System = ${system}\nNode = ${nodename}\nRelease = ${release}\nKernelID = ${version}\nMachine = ${machine}\nBusType = <unknown>\nSerial = <unknown>\nUsers = <unknown>\nOEM# = 0\nOrigin# = 1\nNumCPU = ${host.state.machine.cpus}\n`,
    );
  const parts: readonly (readonly [string, string])[] = [
    ["s", system],
    ["n", nodename],
    ["r", release],
    ["v", version],
    ["m", machine],
    ["p", processor],
    ["i", platform],
    ["o", operatingSystem],
  ];
  // What the whole system is called is a part of -a on illumos alone. Source: uname(1) of both.
  const all = host.state.machine.system === "solaris" ? "snrvmpi" : "snrvmpio";
  const wanted = options.has("a") ? [...all] : options.flags.length > 0 ? options.flags : ["s"];
  return done(
    `${parts
      .filter(([letter]) => wanted.includes(letter))
      .map(([, text]) => text)
      .join(" ")}\n`,
  );
}

function runHostname({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("hostname", args, "sD", "usage: hostname [-s] [system_name]");
  if (isResult(options)) return options;
  const [name] = options.rest;
  if (name === undefined) {
    const { nodename } = zoneOf(host, process);
    return done(`${options.has("s") ? nodename.split(".")[0] : nodename}\n`);
  }
  const set = setNodename(host, process, name);
  if (set.ok) return done("", [set.decision]);
  return failed(`hostname: error in setting name: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [
    set.decision,
  ]);
}

function runDomainname({ host, process, args: [name] }: CommandContext): CommandResult {
  if (name === undefined) return done(`${zoneOf(host, process).domain}\n`);
  const set = setDomainname(host, process, name);
  if (set.ok) return done("", [set.decision]);
  return failed(`setdomainname: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [set.decision]);
}

/** date(1) in the locale C: `Thu Nov 26 04:03:06 UTC 2026`. */
function runDate({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: date [-Ru] [-a sss.fff] [-r seconds | filename] [+format]";
  const options = readOptions("date", args, "uRa:r:", usage);
  if (isResult(options)) return options;
  const [word] = options.rest;
  const now = wallClock(host);
  if (options.values["a"] !== undefined || options.values["r"] !== undefined || options.has("R"))
    return unmodelled("date", options.flags.map((flag) => `-${flag}`).join(" "));
  if (word === undefined) return done(`${dateText(now)}\n`);
  if (word.startsWith("+")) return done(`${formatted(word.slice(1), now)}\n`);
  const seconds = secondsOf(word, now);
  if (seconds === undefined) return failed("date: bad conversion\n");
  const set = stime(host, process, seconds);
  if (set.ok) return done(`${dateText(seconds)}\n`, [set.decision]);
  return failed(`date: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [set.decision]);
}

/** `[mmdd]HHMM`, or `mmddHHMM[cc]yy[.SS]`. */
function secondsOf(word: string, now: number): number | undefined {
  const match = /^(?:(\d{2})(\d{2}))?(\d{2})(\d{2})((?:\d{2}){1,2})?(?:\.(\d{2}))?$/.exec(word);
  if (!match) return undefined;
  const today = momentOf(now);
  const [, mm, dd, hours, minutes, yy, ss = "0"] = match;
  const year = yy === undefined ? today.year : yy.length === 4 ? Number(yy) : 2000 + Number(yy);
  const month = mm === undefined ? today.monthNumber : Number(mm);
  const day = dd === undefined ? today.day : Number(dd);
  if (month < 1 || month > 12 || day < 1 || day > 31 || Number(hours) > 23 || Number(minutes) > 59)
    return undefined;
  return dayNumber(year, month, day) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(ss);
}

/** Days since 1970 in the Gregorian calendar; counted from March, so that a leap day is the last of its year. */
function dayNumber(year: number, month: number, day: number): number {
  const from = month <= 2 ? year - 1 : year;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    from * 365 + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + ofYear - 719_468
  );
}

function formatted(format: string, now: number): string {
  const { year, monthNumber, day, hours, minutes, seconds, month, weekday } = momentOf(now);
  const values: Readonly<Record<string, string>> = {
    ...{ Y: String(year), m: twoDigits(monthNumber), d: twoDigits(day), H: twoDigits(hours) },
    ...{ M: twoDigits(minutes), S: twoDigits(seconds), s: String(now), b: month, a: weekday, "%": "%" },
    ...{ Z: "UTC", e: String(day).padStart(2), n: "\n", t: "\t" },
    F: `${year}-${twoDigits(monthNumber)}-${twoDigits(day)}`,
    T: [hours, minutes, seconds].map(twoDigits).join(":"),
  };
  return format.replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole);
}

/** When the zone, or the machine, has booted. */
function bootMoment(host: Host, process: Process): number {
  return host.state.machine.bootTime + Math.floor((zoneOf(host, process).booted ?? 0) / 1000);
}

function runWho({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("who", args, "abdHlmnpqrstTu", "usage: who [-abdHlmnpqrstTu]");
  if (isResult(options)) return options;
  const boot = shortDate(bootMoment(host, process));
  if (options.has("b")) return done(`   .       system boot  ${boot}\n`);
  if (options.has("r")) return done(`   .       run-level 3  ${boot}     3      0  S\n`);
  // Sessions of the simulation leave no records in utmpx.
  return options.flags.length === 0 ? done() : unmodelled("who", `-${options.flags.join("")}`);
}

function runUptime({ host, process }: CommandContext): CommandResult {
  const { hours, minutes } = momentOf(wallClock(host));
  const up = Math.floor((wallClock(host) - bootMoment(host, process)) / 60);
  const days = Math.floor(up / 1440);
  const rest = up < 60 ? `${up} min(s)` : `${Math.floor(up / 60) % 24}:${String(up % 60).padStart(2, "0")}`;
  const half = `${hours % 12 === 0 ? 12 : hours % 12}:${twoDigits(minutes)}${hours < 12 ? "am" : "pm"}`;
  return done(
    `${half.padStart(8)}  up ${days > 0 ? `${days} day(s), ` : ""}${rest},  0 users,  load average: 0.00, 0.00, 0.00\n`,
  );
}

function runHostid({ host, process }: CommandContext): CommandResult {
  return done(`${hostid(host, process).padStart(8, "0")}\n`);
}

function runSysdef({ host, process, args }: CommandContext): CommandResult {
  if (args[0] !== "-h") return unmodelled("sysdef", args.join(" ") || "no option");
  return done(`*\n* Hostid\n*\n  ${hostid(host, process).padStart(8, "0")}\n`);
}

export const machineCommands: readonly Command[] = [
  program("/usr/bin/uname", "the system (-a -n -r -v -X -S)", runUname),
  program("/usr/bin/hostname", "the node name", runHostname),
  program("/usr/bin/domainname", "the domain of the zone", runDomainname),
  program("/usr/bin/date", "show or set the time", runDate),
  program("/usr/bin/who", "boot time (-b) and run level (-r)", runWho),
  program("/usr/bin/uptime", "how long it is up", runUptime),
  program("/usr/bin/hostid", "the host id of the zone", runHostid),
  program("/usr/sbin/sysdef", "the host id (-h)", runSysdef),
];
