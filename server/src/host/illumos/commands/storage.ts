import type { Decision, Refused } from "../../decision.ts";
import { readFile } from "../../filesystem/files.ts";
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
import { dateText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { type MountView, mountHolding, mountTable, spaceOf } from "../filesystem/mountViews.ts";
import { GLOBAL } from "../zones.ts";

/** df(8), mount(8) and umount(8). Source: usr/src/cmd/fs.d. */

const ownZone = ({ credential }: Process, { mount }: MountView): boolean =>
  (mount.zone ?? GLOBAL) === credential.container || credential.container !== GLOBAL;

/** `1.2G`, three digits. */
function human(bytes: number): string {
  const units = " KMGTPE";
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(value);
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)}${units[unit]}`;
}

function runDf({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage:\ndf [-F FSType] [-abeghklmntVvZ] [-o FSType-specific_options] [directory | block_device | resource]";
  const options = readOptions("df", args, "abegF:hkilmno:tuVvPZ", usage);
  if (isResult(options)) return options;
  let stderr = "";
  const decisions: Decision[] = [];
  let views = mountTable(host, process).filter((view) => options.has("Z") || ownZone(process, view));
  if (options.rest.length > 0)
    views = options.rest.flatMap((path) => {
      const named = views.find(({ special }) => special === path);
      if (named) return [named];
      const found = mountHolding(host, process, path);
      decisions.push(found.decision);
      if (!found.ok) stderr += `df: (${path.padEnd(10)}) not a block device, directory or mounted resource\n`;
      return found.ok && found.value ? [found.value] : [];
    });
  const { F: type } = options.values;
  if (type !== undefined) views = views.filter((view) => view.type === type);
  const space = spaceOf(host);
  if (options.has("n"))
    return {
      ...done(views.map(({ on, type: kind }) => `${on.padEnd(19)}: ${kind}\n`).join(""), decisions),
      stderr,
    };
  const wide = ["k", "h", "m", "g", "l", "P", "b"].find(options.has);
  let text: string;
  if (wide === undefined || wide === "l" || wide === "b" || wide === "g")
    text = views
      .map((view) => {
        const { free } = space(view);
        return `${view.on.padEnd(18)} (${view.special.padEnd(18)}): ${String(Math.floor(free / 512)).padStart(9)} blocks ${String(Math.floor(free / 512)).padStart(9)} files\n`;
      })
      .join("");
  else {
    const amount = (bytes: number): string =>
      options.has("h") ? human(bytes) : String(Math.floor(bytes / (options.has("m") ? 2 ** 20 : 1024)));
    const [size, width] = options.has("h")
      ? ["Size", 6]
      : [options.has("m") ? "1M-blocks" : "1024-blocks", 11];
    const line = (name: string, cells: readonly string[], capacity: string, on: string): string =>
      `${name.padEnd(20)} ${cells.map((cell, i) => cell.padStart(i === 2 ? Math.max(10, width) : width)).join(" ")} ${capacity.padStart(8)}  ${on}\n`;
    text =
      line("Filesystem", [size as string, "Used", "Available"], "Capacity", "Mounted on") +
      views
        .map((view) => {
          const { total, used, free } = space(view);
          const percent = used + free > 0 ? Math.ceil((used / (used + free)) * 100) : 0;
          return line(view.special, [amount(total), amount(used), amount(free)], `${percent}%`, view.on);
        })
        .join("");
  }
  return { ...done(text, decisions), stderr, status: stderr === "" ? 0 : 1 };
}

function showMounts(host: Host, process: Process, style: "" | "p" | "v"): CommandResult {
  const lines = mountTable(host, process).map(({ on, special, type, options }) => {
    if (style === "p") return `${special} - ${on} ${type} - no ${options.join(",")}\n`;
    const words = options
      .map((option) => ({ rw: "read/write", ro: "read only" })[option] ?? option)
      .join("/");
    const when = dateText(host.state.machine.bootTime).replace(" UTC", "");
    return style === "v"
      ? `${special} on ${on} type ${type} ${words} on ${when}\n`
      : `${on} on ${special} ${words} on ${when}\n`;
  });
  return done(lines.join(""));
}

interface MountWords {
  readonly type: string | undefined;
  readonly options: readonly string[];
  readonly plain: readonly string[];
  readonly flags: ReadonlySet<string>;
}

function readMount(args: readonly string[]): MountWords | string {
  let type: string | undefined;
  const options: string[] = [];
  const plain: string[] = [];
  const flags = new Set<string>();
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-F") type = words.shift() ?? "";
    else if (word === "-o") options.push(...(words.shift() ?? "").split(",").filter(Boolean));
    else if (/^-[agmOprvfVq]+$/.test(word)) for (const letter of word.slice(1)) flags.add(letter);
    else if (word.startsWith("-") && word !== "-") return word;
    else plain.push(word);
  }
  if (flags.has("O")) options.push("overlay");
  if (flags.has("r")) options.push("ro");
  return { type, options, plain, flags };
}

/** The line of /etc/vfstab for a special or a mount point. Source: vfstab(5). */
function fromTable(host: Host, process: Process, word: string): MountWords | undefined {
  const text = readFile(host, process, "/etc/vfstab");
  for (const line of text.ok ? text.value.split("\n") : []) {
    const [special = "", , on = "", type = "", , , options = "-"] = line
      .replace(/#.*/, "")
      .trim()
      .split(/\s+/);
    if (on === "" || (special !== word && on !== word)) continue;
    const list = options === "-" ? [] : options.split(",");
    return { type, options: list, plain: [special, on], flags: new Set() };
  }
  return undefined;
}

function mountError(host: Host, { errno, decision }: Refused, special: string, on: string): string {
  if (decision.rule === "mount/type" && errno === "EINVAL")
    return "mount: Operation not applicable to FSType\n";
  const texts: Readonly<Record<string, string>> = {
    EPERM: "insufficient privileges",
    ENOENT: `Mount point ${on} does not exist.`,
    EBUSY: `${special} is already mounted or ${on} is busy`,
    ENOTDIR: `${on} not a directory`,
    EACCES: "Permission denied",
  };
  if (errno === "ENOENT" && decision.rule !== "mount/point")
    return `mount: ${special}: No such file or directory\n`;
  return `mount: ${texts[errno] ?? `${on}: ${host.kernel.shell.strerror(errno)}`}\n`;
}

function runMount({ host, process, args }: CommandContext): CommandResult {
  const read = readMount(args);
  if (typeof read === "string")
    return failed(
      `mount: illegal option -- ${read.slice(1)}\nUsage:\n\tmount [-v | -p]\n\tmount [-F FSType] [-V] [current_options] [-o specific_options]\n\t\t{special | mount_point}\n`,
    );
  const { flags, plain } = read;
  if (plain.length === 0 && !flags.has("a"))
    return showMounts(host, process, flags.has("p") ? "p" : flags.has("v") ? "v" : "");
  if (flags.has("a")) return unmodelled("mount", "-a");
  const [first = ""] = plain;
  const named = plain.length > 1 ? read : fromTable(host, process, first);
  const mounted = read.options.includes("remount")
    ? mountTable(host, process).find(({ on, special }) => [on, special].includes(first))
    : undefined;
  const chosen = mounted
    ? { type: mounted.type, plain: [mounted.special, mounted.on], options: read.options }
    : named && { ...named, options: [...named.options, ...(named === read ? [] : read.options)] };
  if (!chosen) return failed(`mount: Mount point cannot be determined\n`);
  const [from = "", on = ""] = chosen.plain;
  // Source: /etc/default/fs: a remote special means NFS.
  const type = chosen.type ?? (from.includes(":") ? "nfs" : "ufs");
  const outcome = host.kernel.files.mount(host, process, { type, from, on, options: chosen.options });
  if (outcome.ok) return done("", [outcome.decision], 15);
  return failed(mountError(host, outcome, from, on), outcome.errno === "EPERM" ? 1 : 33, [outcome.decision]);
}

function runUmount({ host, process, args }: CommandContext): CommandResult {
  const read = readMount(args);
  if (typeof read === "string" || read.plain.length === 0)
    return failed(
      "Usage:\numount [-f] [-V] [-o specific_options] {special | mount-point}\numount -a [-f] [-V] [-o specific_options] [mount_point ...]\n",
    );
  const table = mountTable(host, process);
  const decisions: Decision[] = [];
  let stderr = "";
  for (const word of read.plain) {
    const on = table.findLast((view) => view.on === word || view.special === word)?.on ?? word;
    const gone = host.kernel.files.unmount(host, process, on, { force: read.flags.has("f") });
    decisions.push(gone.decision);
    if (gone.ok) continue;
    const texts: Readonly<Record<string, string>> = {
      ...{ EBUSY: `${word} busy`, EPERM: "permission denied", ENOENT: `${word} no such file or directory` },
      ...{ EINVAL: `${word} not mounted` },
    };
    if (gone.errno === "EINVAL") stderr += `umount: warning: ${word} not in mnttab\n`;
    stderr += `umount: ${texts[gone.errno] ?? `${word}: ${host.kernel.shell.strerror(gone.errno)}`}\n`;
  }
  return { ...done("", decisions, 15), stderr, status: stderr === "" ? 0 : 1 };
}

export const storageCommands = [
  program("/usr/sbin/df", "free space of file systems (-h, -Z all zones)", runDf),
  program("/usr/sbin/mount", "show what is mounted (-v -p), and mount (-F TYPE)", runMount),
  program("/usr/sbin/umount", "unmount file systems (-f)", runUmount),
];
