import type { Errno } from "../../errno.ts";
import { readdirectory, type Status, stat } from "../../filesystem/files.ts";
import { entriesOf, fileSystemOf, mountOf, serialOf } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, unmodelled } from "../command.ts";
import { groupText, humanSize, shortDate, userText } from "../format.ts";
import { isResult, readOptions } from "../options.ts";

/** ls(1), one name a line as into a pipe. The model keeps no times of files: all are from when the machine booted. */

const USAGE =
  "usage: ls [-ABCFGHILPRSTUWZabcdfghiklmnopqrstuvwxy1,] [--color=when] [-D format] [--group-directories=] [file ...]";

interface Entry {
  readonly name: string;
  readonly status: Status;
}

const LETTERS: Readonly<Record<Status["node"]["kind"], string>> = {
  directory: "d",
  file: "-",
  link: "l",
  device: "c",
  fifo: "p",
  socket: "s",
  door: "D",
};

/** What `-F` puts behind a name. */
const MARKS: Readonly<Partial<Record<Status["node"]["kind"], string>>> = {
  directory: "/",
  link: "@",
  fifo: "|",
  socket: "=",
  door: ">",
};

/** `drwxr-xr-x`, as strmode(3) writes it. */
export function modeText({ kind, mode }: Status["node"]): string {
  const bits = [..."rwxrwxrwx"].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : "-"));
  const special = (bit: number, at: number, on: string, off: string): void => {
    if (mode & bit) bits[at] = bits[at] === "x" ? on : off;
  };
  special(0o4000, 2, "s", "S");
  special(0o2000, 5, "s", "S");
  special(0o1000, 8, "t", "T");
  return LETTERS[kind] + bits.join("");
}

function complaint({ kernel: { shell } }: Host, path: string, errno: Errno): string {
  return shell.complaint("ls", path, shell.strerror(errno));
}

function sizeOf(host: Host, { node, size, vnode }: Status): number {
  if (node.kind !== "directory") return size;
  // UFS keeps entries in blocks of 512 bytes; ZFS tells their number.
  return mountOf(host, vnode).type === "zfs"
    ? Object.keys(entriesOf(fileSystemOf(host, vnode), vnode.node)).length + 2
    : 512;
}

function run({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("ls", args, "ABCFGHILPRSTUWZabcdfghiklmnopqrstuvwxy1", USAGE);
  if (isResult(options)) return options;
  const unknown = options.flags.find((letter) => !"aAdlnFoh1kgGHLPqtrS".includes(letter));
  if (unknown) return unmodelled("ls", `-${unknown}`);
  const long = ["l", "n", "o", "g"].some(options.has);
  const follow = !long && !options.has("d") && !options.has("F");
  const decisions: CommandResult["decisions"][number][] = [];
  let stderr = "";
  const files: Entry[] = [];
  const directories: string[] = [];
  for (const name of options.rest.length > 0 ? [...options.rest].sort() : ["."]) {
    const found = stat(host, process, name, { follow: follow || name.endsWith("/") });
    const linked = found.ok ? found : stat(host, process, name, { follow: false });
    if (!linked.ok) {
      stderr += `${complaint(host, name, linked.errno)}\n`;
      decisions.push(linked.decision);
    } else if (linked.value.node.kind === "directory" && !options.has("d")) directories.push(name);
    else files.push({ name, status: linked.value });
  }
  const blocks = files.length > 0 ? [format(host, process, files, options)] : [];
  for (const path of directories) {
    const listed = readdirectory(host, process, path);
    if (!listed.ok) {
      stderr += `${complaint(host, path, listed.errno)}\n`;
      decisions.push(listed.decision);
      continue;
    }
    const entries: Entry[] = listed.value.map(({ name, node, vnode }) => ({
      name,
      status: { node, vnode, size: (node.content ?? node.target ?? "").length },
    }));
    if (options.has("a"))
      for (const name of [".", ".."]) {
        const dot = stat(host, process, `${path}/${name}`);
        if (dot.ok) entries.push({ name, status: dot.value });
      }
    const rootSeesAll = process.credential.uid === 0;
    const shown = entries
      .filter(({ name }) => options.has("a") || options.has("A") || rootSeesAll || !name.startsWith("."))
      .sort(orderOf(host, options));
    const head = options.rest.length > 1 ? `${path}:\n` : "";
    const total = long ? `total ${shown.reduce((sum, { status }) => sum + blocksOf(host, status), 0)}\n` : "";
    blocks.push(head + total + format(host, process, shown, options));
  }
  return { ...done(blocks.join("\n"), decisions), stderr, status: stderr === "" ? 0 : 1 };
}

/** By name or size; by time is by name, as the model keeps no times. */
function orderOf(host: Host, { has }: { has(letter: string): boolean }): (a: Entry, b: Entry) => number {
  const sign = has("r") ? -1 : 1;
  return (a, b) => {
    const bySize = has("S") ? sizeOf(host, b.status) - sizeOf(host, a.status) : 0;
    return sign * (bySize || (a.name < b.name ? -1 : 1));
  };
}

/** In units of 512 bytes. */
export function blocksOf(host: Host, status: Status): number {
  return status.node.kind === "device" ? 0 : Math.ceil(sizeOf(host, status) / 512);
}

function format(
  host: Host,
  process: Process,
  entries: readonly Entry[],
  { has }: { has(letter: string): boolean },
): string {
  const mark = ({ name, status: { node } }: Entry): string => {
    if (!has("F")) return name;
    const end = MARKS[node.kind] ?? "";
    return `${name}${end || (node.kind === "file" && node.mode & 0o111 ? "*" : "")}`;
  };
  if (!["l", "n", "o", "g"].some(has)) return entries.map((entry) => `${mark(entry)}\n`).join("");
  const numeric = has("n");
  const fixedListing = host.kernel.shell.fixedListing(host, process);
  const rows = entries.map((entry) => {
    const { node, vnode } = entry.status;
    return {
      mode: modeText(node),
      links: String(node.links),
      user: numeric ? String(node.uid) : userText(host, node.uid),
      group: numeric ? String(node.gid) : groupText(host, node.gid),
      flags: node.flags.join(",") || "-",
      size:
        node.kind === "device"
          ? deviceText(serialOf(vnode.node) ?? 0, fixedListing)
          : has("h")
            ? sizeText(sizeOf(host, entry.status), fixedListing)
            : String(sizeOf(host, entry.status)),
      name: `${mark(entry)}${node.kind === "link" ? ` -> ${node.target ?? ""}` : ""}`,
    };
  });
  const date = shortDate(host.state.machine.bootTime);
  if (fixedListing)
    // Source: usr/src/cmd/ls/ls.c. Here -g leaves the owner out, and -o the group.
    return rows
      .map(({ mode, links, user, group, size, name }) => {
        const owner = `${has("g") ? "" : user.padEnd(9)}${has("o") ? "" : group.padEnd(9)}`;
        return `${mode} ${links.padStart(3)} ${owner}${size.padStart(7)} ${date} ${name}\n`;
      })
      .join("");
  const width = (key: "links" | "user" | "group" | "flags" | "size"): number =>
    Math.max(0, ...rows.map((row) => row[key].length));
  return rows
    .map(({ mode, links, user, group, flags, size, name }) => {
      const owner = `${user.padEnd(width("user"))}  ${group.padEnd(width("group"))}`;
      const shown = has("o") ? `  ${flags.padEnd(width("flags"))}` : " ";
      return `${mode}  ${links.padStart(width("links"))} ${owner}${shown} ${size.padStart(width("size"))} ${date} ${name}\n`;
    })
    .join("");
}

/** Numbers of drivers are not modelled: where there is a major one it is that of no driver, and the minor one tells. */
function deviceText(serial: number, pair: boolean): string {
  return pair ? `  0, ${String(serial).padStart(2)}` : `0x${serial.toString(16)}`;
}

/** A size with `-h`: bytes have no unit on illumos, and no `B` follows the letter. Source: number_to_scaled_string(). */
function sizeText(bytes: number, plain: boolean): string {
  return plain && bytes < 1024 ? String(bytes) : humanSize(bytes);
}

export const ls: Command = { name: "ls", path: "/bin/ls", summary: "list directories", run };
