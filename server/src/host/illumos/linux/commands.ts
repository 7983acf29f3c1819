import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
} from "../../shell/command.ts";
import { basicCommands } from "../../shell/commands/basics.ts";
import { momentOf, twoDigits } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { storageCommands } from "../commands/storage.ts";
import { mountHolding, mountTable, spaceOf } from "../filesystem/mountViews.ts";
import { wallClock } from "../system.ts";
import { linuxIp } from "./ip.ts";
import { isLinux } from "./pids.ts";
import { linuxPing } from "./ping.ts";
import { linuxMemory, linuxMounts, linuxUptime } from "./procFiles.ts";
import { linuxPs } from "./ps.ts";
import { linuxSocketCommands } from "./sockets.ts";
import { linuxSystemctl } from "./systemctl.ts";

/** Programs of a Linux distribution that print what they have from /proc and from calls of Linux. */

/** util-linux shows what /proc/mounts says; everything else goes the way of the host's own mount. */
function runMount(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const [first, type] = args;
  if (args.length > 0 && first !== "-l" && !(first === "-t" && args.length === 2))
    return native("mount", context);
  return done(
    linuxMounts(host, process)
      .filter((one) => first !== "-t" || one.type === type)
      .map((one) => `${one.special} on ${one.on} type ${one.type} (${one.options})\n`)
      .join(""),
  );
}

function native(name: string, context: CommandContext): CommandResult {
  const found = storageCommands.find((command) => command.name === name);
  // -t is the option of Linux for what is -F here.
  const args = context.args.map((word) => (word === "-t" ? "-F" : word));
  return found ? found.run({ ...context, args }) : failed("");
}

/** `1.2G`, `15M`: rounded up, as coreutils does. */
function human(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return value === 0 ? "0" : String(value);
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${" KMGTP"[unit]}`;
}

/** df(1) of coreutils: columns as wide as what is in them; what has no size is left out. */
function runDf({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("df", args, "ahkmT", "Try 'df --help' for more information.");
  if (isResult(options)) return options;
  const space = spaceOf(host);
  let stderr = "";
  let views = mountTable(host, process);
  if (options.rest.length > 0)
    views = options.rest.flatMap((path) => {
      const found = mountHolding(host, process, path);
      if (!found.ok) stderr += `df: ${path}: No such file or directory\n`;
      return found.ok && found.value ? [found.value] : [];
    });
  const amount = (bytes: number): string =>
    options.has("h") ? human(bytes) : String(Math.ceil(bytes / (options.has("m") ? 2 ** 20 : 1024)));
  const size = options.has("h") ? "Size" : options.has("m") ? "1M-blocks" : "1K-blocks";
  const rows = views.flatMap((view) => {
    const { total, used, free } = space(view);
    if (total === 0 && !options.has("a") && options.rest.length === 0) return [];
    const percent = used + free > 0 ? `${Math.ceil((used / (used + free)) * 100)}%` : "-";
    return [[view.special, view.type, amount(total), amount(used), amount(free), percent, view.on]];
  });
  const table = [
    ["Filesystem", "Type", size, "Used", options.has("h") ? "Avail" : "Available", "Use%", "Mounted on"],
    ...rows,
  ].map((cells) => cells.filter((_, i) => i !== 1 || options.has("T")));
  const leading = options.has("T") ? 2 : 1;
  const widths = (table[0] ?? []).map((_, i) =>
    Math.max(
      i === 0 ? 14 : i >= leading && i < leading + 3 ? 5 : 0,
      ...table.map((cells) => cells[i]?.length ?? 0),
    ),
  );
  const text = table.map(
    (cells) =>
      `${cells.map((cell, i) => (i < leading ? cell.padEnd(widths[i] ?? 0) : i === cells.length - 1 ? cell : cell.padStart(widths[i] ?? 0))).join(" ")}\n`,
  );
  return { ...done(text.join("")), stderr, status: stderr === "" ? 0 : 1 };
}

/** free(1) of procps. */
function runFree({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("free", args, "bkmgh", "\nUsage:\n free [options]\n");
  if (isResult(options)) return options;
  const unit = { b: 1, k: 1024, m: 2 ** 20, g: 2 ** 30 }[options.flags[0] ?? "k"];
  const amount = (bytes: number): string =>
    unit ? String(Math.floor(bytes / unit)) : `${human(bytes)}i`.replace("0i", "0B");
  const { total, free, swapTotal, swapFree } = linuxMemory(host, process);
  const line = (name: string, values: readonly (string | number)[]): string =>
    `${name.padEnd(8)}${values.map((value) => (typeof value === "number" ? amount(value) : value).padStart(12)).join("")}\n`;
  return done(
    [
      line("", ["total", "used", "free", "shared", "buff/cache", "available"]),
      line("Mem:", [total, total - free, free, 0, 0, free]),
      line("Swap:", [swapTotal, swapTotal - swapFree, swapFree]),
    ].join(""),
  );
}

function runUptime({ host, process }: CommandContext): CommandResult {
  const { hours, minutes, seconds } = momentOf(wallClock(host));
  const up = Math.floor(linuxUptime(host, process) / 60);
  const days = Math.floor(up / 1440);
  const since =
    up % 1440 < 60 ? `${up % 60} min` : `${Math.floor(up / 60) % 24}:${twoDigits(up % 60)}`.padStart(5);
  const clock = [hours, minutes, seconds].map(twoDigits).join(":");
  return done(
    ` ${clock} up ${days > 0 ? `${days} day${days > 1 ? "s" : ""}, ` : ""}${since},  0 users,  load average: 0.00, 0.00, 0.00\n`,
  );
}

const ofSystem = (name: string): Command[] => basicCommands.filter((command) => command.name === name);

const COMMANDS: readonly Command[] = [
  linuxPs,
  linuxIp,
  linuxPing,
  ...linuxSocketCommands,
  linuxSystemctl,
  program("/usr/bin/mount", "show what is mounted, and mount (-t TYPE)", runMount),
  program("/usr/bin/df", "free space of file systems (-h, -T)", runDf),
  program("/usr/bin/free", "memory and swap of the zone (-h, -m)", runFree),
  program("/usr/bin/uptime", "how long it is up", runUptime),
  // Those of coreutils print as other systems do, and not as those of illumos.
  ...ofSystem("id"),
  ...ofSystem("groups"),
];

const byName = new Map(COMMANDS.map((command) => [command.name, command]));

/** The program of Linux that a file of a distribution is, for a process that runs such programs. */
export function linuxCommand(host: Host, process: Process, stock: string, path: string): Command | undefined {
  if (stock !== "linux" || !isLinux(host, process)) return undefined;
  return byName.get(path.slice(path.lastIndexOf("/") + 1));
}
