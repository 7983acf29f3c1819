import { readdirectory, type Status, stat } from "../../filesystem/files.ts";
import { type CommandContext, type CommandResult, done, program, unmodelled } from "../../shell/command.ts";
import { blocksOf } from "../../shell/commands/listing.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { identityOf } from "../../shell/programs.ts";

/**
 * du(1). It is silent about what it cannot read unless `-r` asks for complaints. What files of the system itself take is
 * not modelled, and said so. Source: usr/src/cmd/du/du.c.
 */

const USAGE = "usage: du [-dorx] [-a|-s] [-h|-k|-m] [-H|-L] [file...]";

/** Four characters and a unit, kilobytes at least. Source: number_to_scaled_string(). */
function scaled(blocks: number): string {
  let value = Math.floor(blocks / 2);
  let before = 0;
  let unit = 0;
  while (value >= 1024 && unit < 5) {
    before = value;
    value = Math.floor((value + 512) / 1024);
    unit++;
  }
  const text = unit > 0 && Math.floor(before / 1024) < 10 ? (before / 1024).toFixed(1) : String(value);
  return `${text.padStart(4)}${"KMGTPE"[unit]}`;
}

function runDu({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("du", args, "adhHkLmorsx", USAGE, 2);
  if (isResult(options)) return options;
  const followed = options.flags.find((letter) => letter === "H" || letter === "L");
  if (followed) return unmodelled("du", `-${followed}`);
  const unit = options.flags.findLast((letter) => "hkm".includes(letter));
  const shown = (blocks: number): string =>
    unit === "h"
      ? scaled(blocks)
      : String(unit === undefined ? blocks : Math.floor(blocks / (unit === "k" ? 2 : 2048)));
  const own = options.has("d") || options.has("x");
  const lines: string[] = [];
  const seen = new Set<string>();
  let stderr = "";
  let status = 0;
  let stock = false;
  const print = (blocks: number, path: string): void => {
    lines.push(`${shown(blocks)}\t${path}\n`);
  };
  const complain = (path: string, errno: Parameters<typeof host.kernel.shell.strerror>[0]): void => {
    if (options.has("r")) stderr += `du: ${path}: ${host.kernel.shell.strerror(errno)}\n`;
  };
  const descend = (path: string, entry: Status, mount: string, top: boolean): number => {
    const { node, vnode } = entry;
    if (own && vnode.mount !== mount) return 0;
    const key = `${vnode.mount}:${vnode.node}`;
    if (node.kind === "directory" || node.links > 1) {
      if (seen.has(key)) return 0;
      seen.add(key);
    }
    let blocks = blocksOf(host, entry);
    if (node.kind !== "directory") {
      // A file of a stock tree that nobody has written to has no content here.
      stock ||= node.kind === "file" && entry.size === 0 && identityOf(host, { vnode, node }) !== undefined;
      if (!options.has("s") && (options.has("a") || top)) print(blocks, path);
      return blocks;
    }
    const listed = readdirectory(host, process, path);
    if (!listed.ok) {
      complain(path, listed.errno);
      status = 1;
      return 0;
    }
    const below = path === "/" ? "" : path;
    for (const { name, node: child, vnode: at } of listed.value) {
      const size = (child.content ?? child.target ?? "").length;
      blocks += descend(`${below}/${name}`, { node: child, vnode: at, size }, mount, false);
    }
    if (!options.has("s")) print(blocks, path);
    return options.has("o") && !options.has("s") ? 0 : blocks;
  };
  for (const path of options.rest.length > 0 ? options.rest : ["."]) {
    const found = stat(host, process, path, { follow: false });
    if (!found.ok) {
      complain(path, found.errno);
      if (options.has("r")) status = 1;
      // -s prints what it has counted even so.
      if (options.has("s")) print(0, path);
      continue;
    }
    const blocks = descend(path, found.value, found.value.vnode.mount, true);
    if (options.has("s")) print(blocks, path);
  }
  if (stock) stderr += "(files of the system itself count as empty: their sizes are not modelled)\n";
  return { ...done(lines.join("")), stderr, status };
}

export const du = program("/usr/bin/du", "what files take, in blocks of 512 bytes (-s -h -k -a -d)", runDu);
