import { processRctls, projectRctls, taskRctls } from "../../../catalog/illumos/rctls.ts";
import type { Outcome } from "../../decision.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import { privilege } from "../privileges.ts";
import { UNLIMITED } from "../process/limits.ts";
import { processFor } from "../process/permissions.ts";
import {
  type ControlRows,
  type ControlValue,
  processControl,
  projectControlRows,
  projectNameOf,
  setProcessControl,
  setProjectControl,
  setZoneControl,
  usualAction,
  zoneControlRows,
  zoneControls,
  zoneFor as zoneOfCall,
} from "../resources/controls.ts";
import { bytesOf } from "../resources/units.ts";
import { illumosOf } from "../state.ts";
import { commandLine } from "./psFields.ts";
import { rctlAmount } from "./texts.ts";

/** prctl(1) and rctladm(8). Source: usr/src/cmd/prctl/prctl.c, usr/src/cmd/rctladm/rctladm.c. */

const USAGE =
  "usage:\n    Report resource control values and actions:\n\tprctl [-P] [-t [basic | privileged | system]\n\t[-n name] [-i process | task | project | zone]\n\t<id> ...\n";

const HEADER = "NAME    PRIVILEGE       VALUE    FLAG   ACTION                       RECIPIENT\n";

function flagsOf({ host }: CommandContext, name: string): readonly string[] {
  const all = [...zoneControls(host), ...projectRctls, ...taskRctls, ...processRctls];
  return all.find((control) => control.name === name)?.flags ?? [];
}

function valueLine({ level, value, flag, action }: ControlValue, flags: readonly string[]): string {
  const { number, unit } = rctlAmount(Number(value), flags);
  const amount = `        ${level.padEnd(16)}${number.padStart(5)}${unit.padEnd(4)}`;
  if (level === "usage") return `${amount}\n`;
  return `${amount}${(flag || "-").padStart(4)}   ${action.padEnd(28)}${"-".padStart(10)}\n`;
}

/** With `-P`: `zone.cpu-shares privileged 20 - none -`. */
function parsableLine(name: string, { level, value, flag, action }: ControlValue): string {
  const rest = level === "usage" ? "- - -" : `${flag || "-"} ${action} -`;
  return `${name} ${level} ${value} ${rest}\n`;
}

/** What `-P` and `-t` choose. */
interface Shown {
  readonly parsable: boolean;
  readonly level: string | undefined;
}

/** The title, and the controls that have values of the level that is asked for. */
function controlsText(
  context: CommandContext,
  title: string,
  controls: readonly ControlRows[],
  { parsable, level }: Shown,
): string {
  const chosen = controls
    .map(({ name, rows }) => ({
      name,
      rows: rows.filter((row) => level === undefined || row.level === level || row.level === "usage"),
    }))
    .filter(({ rows }) => rows.some((row) => row.level !== "usage"));
  if (chosen.length === 0) return "";
  const texts = chosen.map(({ name, rows }) => {
    const flags = flagsOf(context, name);
    if (parsable) return rows.map((row) => parsableLine(name, row)).join("");
    return `${name}\n${rows.map((row) => valueLine(row, flags)).join("")}`;
  });
  return title + (parsable ? "" : HEADER) + texts.join("");
}

/** `100`, `512M`, `2K`: with a unit of 1024 for bytes, of 1000 otherwise. */
function amountOf(text: string, flags: readonly string[]): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (flags.includes("bytes")) return bytesOf(text);
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT])$/i.exec(text) ?? [];
  return number === "" ? Number.NaN : Number(number) * 1000 ** " KMGT".indexOf(unit.toUpperCase());
}

interface Wanted {
  readonly name: string;
  /** Absent: the value is taken away. */
  readonly value?: { readonly limit: number; readonly action: "none" | "deny" };
}

type Subject = "process" | "project" | "task" | "zone";

function runPrctl(context: CommandContext): CommandResult {
  const options = readOptions("prctl", context.args, "Pt:n:xv:rd:e:s:i:p:", USAGE, 2);
  if (isResult(options)) return options;
  const { n: name, v: text, e: enable, i: kind = "process" } = options.values;
  const subject = { zoneid: "zone", taskid: "task", projid: "project", pid: "process" }[kind] ?? kind;
  if (!["process", "project", "task", "zone"].includes(subject))
    return failed(`prctl: unknown idtype ${kind}\n${USAGE}`, 2);
  const other =
    options.flags.find((letter) => "dsp".includes(letter)) ?? (subject === "task" ? "i task" : undefined);
  if (other !== undefined) return unmodelled("prctl", `-${other}`);
  if (options.rest.length === 0) return failed(USAGE, 2);
  const shown = { parsable: options.has("P"), level: options.values["t"] };
  const changes = text !== undefined || options.has("x");
  let wanted: Wanted | undefined;
  if (changes) {
    if (name === undefined) return failed(`prctl: no resource control name given\n${USAGE}`, 2);
    const limit = text === undefined ? 0 : amountOf(text, flagsOf(context, name));
    if (Number.isNaN(limit)) return failed(`prctl: cannot parse value ${text}\n`, 2);
    const action = enable === "deny" || enable === "none" ? enable : usualAction(name);
    wanted = { name, ...(text !== undefined && { value: { limit, action } }) };
  }
  const results = options.rest.map((word) => one(context, subject as Subject, word, name, wanted, shown));
  return {
    status: results.some(({ status }) => status !== 0) ? 1 : 0,
    stdout: results.map(({ stdout }) => stdout).join(""),
    stderr: results.map(({ stderr }) => stderr).join(""),
    decisions: results.flatMap(({ decisions }) => decisions),
    milliseconds: 1,
  };
}

function one(
  context: CommandContext,
  subject: Subject,
  word: string,
  name: string | undefined,
  wanted: Wanted | undefined,
  shown: Shown,
): CommandResult {
  const { host, process } = context;
  if (subject === "zone") {
    const id = /^\d+$/.test(word) ? Number(word) : word;
    if (wanted) return changed(context, wanted, setZoneControl(host, process, id, wanted.name, wanted.value));
    const zone = zoneOfCall(host, process, id);
    const rows = zoneControlRows(host, process, id, name);
    if (!zone.ok) return failed(`prctl: ${word}: No such zone\n`, 1, [zone.decision]);
    if (!rows.ok) return failed(`prctl: ${name}: No such resource control\n`, 1, [rows.decision]);
    const title = `zone: ${zone.value.id}: ${zone.value.name}\n`;
    return done(controlsText(context, title, rows.value, shown), [rows.decision]);
  }
  if (subject === "project") {
    if (wanted?.value)
      return changed(context, wanted, setProjectControl(host, process, wanted.name, wanted.value));
    const rows = projectControlRows(host, process).filter((row) => name === undefined || row.name === name);
    const title = `project: ${process.illumos?.project ?? 0}: ${projectNameOf(host, process)}\n`;
    return done(controlsText(context, title, rows, shown));
  }
  const pid = Number(word);
  const target = processFor(host, process, pid);
  if (!target.ok)
    return failed(`prctl: cannot examine process ${word}: no such process\n`, 1, [target.decision]);
  if (wanted) {
    const { limit } = wanted.value ?? { limit: UNLIMITED };
    const set = setProcessControl(host, process, pid, wanted.name, { soft: limit, hard: limit });
    return changed(context, wanted, set);
  }
  return ofProcess(context, target.value, name, shown);
}

function changed({ host }: CommandContext, { name, value }: Wanted, outcome: Outcome): CommandResult {
  if (outcome.ok) return done("", [outcome.decision]);
  const what = value ? "set" : "delete";
  const text = outcome.errno === "ESRCH" ? "No such zone" : host.kernel.shell.strerror(outcome.errno);
  return failed(`prctl: failed to ${what} resource control value for ${name}: ${text}\n`, 1, [
    outcome.decision,
  ]);
}

/** A process shows what bounds it itself, then its zone. */
function ofProcess(
  context: CommandContext,
  target: Process,
  name: string | undefined,
  shown: Shown,
): CommandResult {
  const { host, process } = context;
  const own = processRctls
    .filter((control) => name === undefined || control.name === name)
    .flatMap((control): ControlRows[] => {
      const limit = processControl(host, process, target.pid, control.name);
      if (!limit.ok) return [];
      const row = (level: ControlValue["level"], value: number): ControlValue[] =>
        value >= UNLIMITED ? [] : [{ level, value: String(value), flag: "", action: "deny" }];
      const { soft, hard } = limit.value;
      const system: ControlValue = { level: "system", value: String(2 ** 63), flag: "max", action: "deny" };
      return [{ name: control.name, rows: [...row("basic", soft), ...row("privileged", hard), system] }];
    });
  const zone = zoneControlRows(host, process, target.credential.container, name);
  const all = [...own, ...(zone.ok ? zone.value : [])];
  if (all.length === 0) return failed(`prctl: ${name}: No such resource control\n`);
  return done(controlsText(context, `process: ${target.pid}: ${commandLine(target)}\n`, all, shown));
}

/** The global flags of controls. Only root of the global zone may change where they write to. */
function runRctladm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const usage = "usage:\trctladm [-lu] [-e actions] [-d actions] [name ...]";
  const options = readOptions("rctladm", args, "lue:d:", usage, 2);
  if (isResult(options)) return options;
  if (options.values["e"] !== undefined || options.values["d"] !== undefined || options.has("u")) {
    if (process.credential.container !== 0)
      return failed("rctladm: failed to modify system resource controls: Not owner\n", 1, [
        {
          verdict: "deny",
          errno: "EPERM",
          rule: "rctladm/global",
          reason: "Global actions of resource controls are set in the global zone alone.",
          causes: [{ what: "a zone that is not the global one", from: "kernel" }],
        },
      ]);
    return options.has("u") ? unmodelled("rctladm", "-u") : changeGlobal(context, options);
  }
  const known = [...processRctls, ...taskRctls, ...projectRctls, ...zoneControls(host)].filter(
    ({ name }) => options.rest.length === 0 || options.rest.includes(name),
  );
  const missing = options.rest.find((name) => known.every((control) => control.name !== name));
  if (missing !== undefined) return failed(`rctladm: ${missing}: No such resource control\n`);
  const lines = known.map(({ name, flags }) => {
    const log = flags.includes("no-syslog") ? "n/a" : (illumosOf(host).system.syslog?.[name] ?? "off");
    return `${name.padEnd(27)} ${`syslog=${log}`.padEnd(14)} [ ${flags.join(" ")} ]\n`;
  });
  return done(lines.join(""));
}

const LEVELS: ReadonlySet<string> = new Set([
  ...["debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"],
]);

/** `-e syslog[=LEVEL]`, `-d syslog` or `all`: what is told of controls that are exceeded. */
function changeGlobal({ host, process }: CommandContext, options: Options): CommandResult {
  const may = privilege(host, process, "sys_resource");
  if (!may.ok)
    return failed("rctladm: failed to modify system resource controls: Not owner\n", 1, [may.decision]);
  const { e: enabled, d: disabled } = options.values;
  const [action = "", level = "notice"] = (enabled ?? disabled ?? "").split("=");
  if (!["syslog", "all"].includes(action)) return failed(`rctladm: unknown action "${action}"\n`, 2);
  if (enabled !== undefined && !LEVELS.has(level))
    return failed(`rctladm: unknown syslog level "${level}"\n`, 2);
  const { system } = illumosOf(host);
  const all = [...processRctls, ...taskRctls, ...projectRctls, ...zoneControls(host)];
  for (const name of options.rest) {
    const control = all.find((one) => one.name === name);
    if (!control) return failed(`rctladm: ${name}: No such resource control\n`);
    if (control.flags.includes("no-syslog"))
      return failed(`rctladm: "syslog" action not possible for ${name}\n`);
    const { [name]: _, ...others } = system.syslog ?? {};
    system.syslog = enabled === undefined ? others : { ...others, [name]: level };
  }
  return done("", [may.decision]);
}

export const controlCommands = [
  program("/usr/bin/prctl", "resource controls (-n NAME -i zone ZONE, -r -v VALUE)", runPrctl),
  program("/usr/sbin/rctladm", "the resource controls of the system (-l, -e syslog, -d syslog)", runRctladm),
];
