import type { Host } from "../../host.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { momentOf, twoDigits } from "../../shell/format.ts";
import { matchesPattern } from "../../shell/pattern.ts";
import { type ServiceInstance, servicesOf } from "../smf/instances.ts";
import { zoneOf } from "../zones.ts";
import { linuxPid } from "./pids.ts";

/**
 * systemctl(1), of the services that the model knows. Where unit files lie, and the words for the preset, differ between
 * distributions: these are those of Debian 11. Source: src/systemctl/systemctl-{list-units,show}.c of systemd.
 */

const LEGEND = [
  "",
  "LOAD   = Reflects whether the unit definition was properly loaded.",
  "ACTIVE = The high-level unit activation state, i.e. generalization of SUB.",
  "SUB    = The low-level unit activation state, values depend on unit type.",
];

/** Status of `status` and `is-active`. Source: systemctl(1), Exit status. */
const NOT_RUNNING = 3;
const NO_SUCH_UNIT = 4;

function isActive({ state }: ServiceInstance): boolean {
  return state === "online";
}

/** `Thu 2026-01-01 00:00:05 UTC; 2min 3s ago`. */
function sinceText(host: Host, at: number): string {
  const moment = momentOf(host.state.machine.bootTime + Math.floor(at / 1000));
  const { weekday, year, monthNumber, day, hours, minutes, seconds } = moment;
  const clock = [hours, minutes, seconds].map(twoDigits).join(":");
  return `${weekday} ${year}-${twoDigits(monthNumber)}-${twoDigits(day)} ${clock} UTC; ${agoText(Math.floor((host.now - at) / 1000))} ago`;
}

/** Two units at most. Source: format_timestamp_relative(). */
function agoText(seconds: number): string {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} day${days > 1 ? "s" : ""}${hours % 24 ? ` ${hours % 24}h` : ""}`;
  if (hours > 0) return `${hours}h${minutes % 60 ? ` ${minutes % 60}min` : ""}`;
  if (minutes > 0) return `${minutes}min${seconds % 60 ? ` ${seconds % 60}s` : ""}`;
  return `${seconds}s`;
}

function listUnits(units: readonly ServiceInstance[], words: readonly string[]): CommandResult {
  const options = words.filter((word) => word.startsWith("-"));
  const types = options.map((word) => /^--type=(.*)$/.exec(word)?.[1]);
  const other = options.find(
    (word, i) => types[i] === undefined && !["--all", "-a", "--no-pager", "--no-legend"].includes(word),
  );
  if (other !== undefined) return unmodelled("systemctl", other);
  const patterns = words.filter((word) => !word.startsWith("-"));
  const all = options.includes("--all") || options.includes("-a");
  const type = types.find((one) => one !== undefined);
  const shown = units
    .filter((unit) => all || isActive(unit))
    .filter(({ fmri }) => patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, fmri)))
    .filter(() => type === undefined || type === "service")
    .sort((a, b) => (a.fmri < b.fmri ? -1 : 1));
  const rows = shown.map((unit) => [
    ...[unit.fmri, "loaded", isActive(unit) ? "active" : "inactive", isActive(unit) ? "running" : "dead"],
    unit.title,
  ]);
  const table = [["UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"], ...rows];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...table.map((cells) => cells[i]?.length ?? 0)));
  const legend = !options.includes("--no-legend");
  const lines = (legend ? table : rows).map(
    (cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" ")}`,
  );
  if (rows.length === 0) lines.length = 0;
  const count = `${rows.length} loaded units listed.${all ? "" : " Pass --all to see loaded but inactive units, too."}`;
  const tail = [count, "To show all installed unit files use 'systemctl list-unit-files'."];
  if (legend) lines.push(...(rows.length > 0 ? LEGEND : []), ...tail);
  // The real one has targets, mounts, devices and more.
  const stderr = type === "service" ? "" : "(of all units the model knows a few services only)\n";
  return { ...done(lines.map((line) => `${line}\n`).join("")), stderr };
}

function statusText({ host }: CommandContext, unit: ServiceInstance): string {
  const { fmri, title, since, pids } = unit;
  const active = isActive(unit);
  const main = host.state.processes.byPid[pids[0] ?? -1];
  const lines = [
    `${active ? "●" : "○"} ${fmri} - ${title}`,
    `     Loaded: loaded (/lib/systemd/system/${fmri}; enabled; vendor preset: enabled)`,
    `     Active: ${active ? `active (running) since ${sinceText(host, since)}` : "inactive (dead)"}`,
  ];
  if (main) lines.push(`   Main PID: ${linuxPid(host, main)} (${main.command})`);
  return `${lines.join("\n")}\n`;
}

function runSystemctl(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const [verb = "list-units", ...words] = args[0]?.startsWith("-") ? ["list-units", ...args] : args;
  const units = servicesOf(host, zoneOf(host, process));
  if (verb === "list-units") return listUnits(units, words);
  if (verb !== "status" && verb !== "is-active") return unmodelled("systemctl", verb);
  const names = words
    .filter((word) => word !== "--no-pager")
    .map((word) => (word.includes(".") ? word : `${word}.service`));
  const option = names.find((word) => word.startsWith("-"));
  if (option !== undefined) return unmodelled("systemctl", option);
  if (names.length === 0)
    return verb === "status"
      ? unmodelled("systemctl", "status of the whole system: name a unit")
      : failed("Too few arguments.\n");
  let status = 0;
  let stderr = "";
  const texts = names.map((name) => {
    const unit = units.find(({ fmri }) => fmri === name);
    if (!unit || !isActive(unit)) status = unit || verb === "is-active" ? NOT_RUNNING : NO_SUCH_UNIT;
    if (verb === "is-active") return unit && isActive(unit) ? "active\n" : "inactive\n";
    if (unit) return statusText(context, unit);
    stderr += `Unit ${name} could not be found.\n`;
    return "";
  });
  return { ...done(texts.filter(Boolean).join(verb === "status" ? "\n" : "")), status, stderr };
}

export const linuxSystemctl = program(
  "/usr/bin/systemctl",
  "services of the distribution (list-units, status, is-active)",
  runSystemctl,
);
