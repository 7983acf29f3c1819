import {
  chmod,
  chown,
  close,
  link,
  mkdir,
  mkfifo,
  mknod,
  open,
  readdirectory,
  readFile,
  rename,
  rmdir,
  stat,
  symlink,
  unlink,
  writeFile,
} from "../../filesystem/files.ts";
import { editable, sameVnode } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { failed } from "../command.ts";
import { groupId, userId } from "../format.ts";
import { isResult, readOptions } from "../options.ts";
import { identityOf } from "../programs.ts";
import { ls } from "./listing.ts";
import { changedMode } from "./modes.ts";
import { Report } from "./report.ts";

/** Commands that make, change and remove files. */

function joined(directory: string, path: string): string {
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return `${directory.replace(/\/+$/, "")}/${name}`;
}

function isDirectory({ host, process }: CommandContext, path: string): boolean {
  const found = stat(host, process, path);
  return found.ok && found.value.node.kind === "directory";
}

function runMkdir(context: CommandContext): CommandResult {
  const usage = "usage: mkdir [-pv] [-m mode] directory_name ...";
  const options = readOptions("mkdir", context.args, "pvm:", usage, 64);
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed(`${usage}\n`, 64);
  const { host, process, umask } = context;
  const wanted = options.values["m"];
  const mode = wanted === undefined ? 0o777 & ~umask : changedMode(wanted, 0o777, true);
  if (mode === undefined) return failed(`mkdir: invalid file mode: ${wanted}\n`);
  const report = new Report(host, "mkdir");
  for (const path of options.rest) {
    if (!options.has("p")) {
      if (report.note(path, mkdir(host, process, path, mode)) && options.has("v")) report.print(`${path}\n`);
      continue;
    }
    const parts = path.split("/").filter(Boolean);
    for (let i = 1; i <= parts.length; i++) {
      const part = `${path.startsWith("/") ? "/" : ""}${parts.slice(0, i).join("/")}`;
      if (isDirectory(context, part)) continue;
      if (!report.note(part, mkdir(host, process, part, i === parts.length ? mode : 0o777 & ~umask))) break;
      if (options.has("v")) report.print(`${part}\n`);
    }
  }
  return report.result();
}

function runRmdir({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("rmdir", args, "pv", "usage: rmdir [-pv] directory ...");
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed("usage: rmdir [-pv] directory ...\n");
  const report = new Report(host, "rmdir");
  for (const path of options.rest) report.note(path, rmdir(host, process, path));
  return report.result();
}

/** Times are not kept, so that touch makes files and nothing else. */
function runTouch({ host, process, args, umask }: CommandContext): CommandResult {
  const usage = "usage: touch [-A [-][[hh]mm]SS] [-achm] [-r file] [-t [[CC]YY]MMDDhhmm[.SS]] file ...";
  const options = readOptions("touch", args, "achmA:d:r:t:", usage);
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed(`${usage}\n`);
  const report = new Report(host, "touch");
  for (const path of options.rest) {
    if (stat(host, process, path).ok || options.has("c")) continue;
    const opened = open(host, process, path, { write: true, create: true, mode: 0o666 & ~umask });
    if (report.note(path, opened) && opened.ok) close(host, process, opened.value);
  }
  return report.result();
}

function runRm(context: CommandContext): CommandResult {
  const usage = "usage: rm [-f | -i] [-dIPRrvWx] file ...\n       unlink [--] file";
  const options = readOptions("rm", context.args, "dfiIPRrvWx", usage, 64);
  if (isResult(options)) return options;
  if (options.rest.length === 0) return options.has("f") ? failed("", 0) : failed(`${usage}\n`, 64);
  const { host, process } = context;
  const recursive = options.has("r") || options.has("R");
  const report = new Report(host, "rm");
  const remove = (path: string): void => {
    const found = stat(host, process, path, { follow: false });
    if (!found.ok) {
      if (!options.has("f") || found.errno !== "ENOENT") report.note(path, found);
      return;
    }
    if (found.value.node.kind !== "directory") {
      if (report.note(path, unlink(host, process, path)) && options.has("v")) report.print(`${path}\n`);
      return;
    }
    if (!recursive && !options.has("d")) {
      report.complain(`${path}: is a directory`);
      return;
    }
    if (recursive) {
      const entries = readdirectory(host, process, path);
      if (!report.note(path, entries) || !entries.ok) return;
      for (const { name } of entries.value) remove(`${path.replace(/\/$/, "")}/${name}`);
    }
    if (report.note(path, rmdir(host, process, path)) && options.has("v")) report.print(`${path}\n`);
  };
  for (const path of options.rest) {
    const last = path.replace(/\/+$/, "").split("/").at(-1);
    if (last === "." || last === "..") {
      report.complain('"." and ".." may not be removed');
      continue;
    }
    if (last === "") {
      report.complain('"/" may not be removed');
      continue;
    }
    remove(path);
  }
  return report.result();
}

function runCp(context: CommandContext): CommandResult {
  const usage = "usage: cp [-R [-H | -L | -P]] [-f | -i | -n] [-alpsvx] source_file target_file";
  const options = readOptions("cp", context.args, "RHLPfinalpsvxr", usage, 64);
  if (isResult(options)) return options;
  const { host, process, umask } = context;
  const sources = options.rest.slice(0, -1);
  const target = options.rest.at(-1);
  if (target === undefined || sources.length === 0) return failed(`${usage}\n`, 64);
  const recursive = ["R", "r", "a"].some(options.has);
  const into = isDirectory(context, target);
  if (sources.length > 1 && !into) return failed(`cp: ${target} is not a directory\n`, 64);
  const report = new Report(host, "cp");
  // The directory that is made: what lies above it, copied without this, would never end.
  let top: Vnode | null = null;
  const copy = (from: string, to: string, depth: number): void => {
    const found = stat(host, process, from, { follow: !recursive || depth === 0 });
    if (!report.note(from, found) || !found.ok) return;
    const { node } = found.value;
    if (node.kind === "link") {
      report.note(to, symlink(host, process, node.target ?? "", to));
      return;
    }
    if (node.kind !== "directory") {
      const text = readFile(host, process, from);
      if (!report.note(from, text) || !text.ok) return;
      const existed = stat(host, process, to).ok;
      if (!report.note(to, writeFile(host, process, to, text.value))) return;
      if (!existed) chmod(host, process, to, node.mode & 0o777 & ~umask);
      const made = stat(host, process, to);
      const program = text.value === "" ? identityOf(host, found.value) : undefined;
      if (made.ok && program !== undefined) editable(host, made.value.vnode).program = program;
      return;
    }
    if (!recursive) {
      report.complain(`${from} is a directory (not copied).`);
      return;
    }
    if (sameVnode(top, found.value.vnode)) {
      report.complain(`${from}: cannot be copied into itself`);
      return;
    }
    const entries = readdirectory(host, process, from);
    if (!report.note(from, entries) || !entries.ok) return;
    if (!isDirectory(context, to) && !report.note(to, mkdir(host, process, to, node.mode & 0o777))) return;
    const made = depth === 0 ? stat(host, process, to) : undefined;
    if (made?.ok) top = made.value.vnode;
    for (const { name } of entries.value) copy(`${from}/${name}`, `${to}/${name}`, depth + 1);
  };
  for (const source of sources) {
    const to = into ? joined(target, source) : target;
    if (recursive && `${to}/`.startsWith(`${source}/`) && to !== source)
      report.complain(`${source}: cannot be copied into itself`);
    else copy(source, to, 0);
  }
  return report.result();
}

function runMv(context: CommandContext): CommandResult {
  const usage =
    "usage: mv [-f | -i | -n] [-hv] source target\n       mv [-f | -i | -n] [-v] source ... directory";
  const options = readOptions("mv", context.args, "finhv", usage, 64);
  if (isResult(options)) return options;
  const { host, process } = context;
  const sources = options.rest.slice(0, -1);
  const target = options.rest.at(-1);
  if (target === undefined || sources.length === 0) return failed(`${usage}\n`, 64);
  const into = isDirectory(context, target);
  if (sources.length > 1 && !into) return failed(`mv: ${target} is not a directory\n`, 64);
  const report = new Report(host, "mv");
  for (const source of sources) {
    const to = into ? joined(target, source) : target;
    const moved = rename(host, process, source, to);
    if (moved.ok || moved.errno !== "EXDEV") {
      report.note(moved.ok ? source : `rename ${source} to ${to}`, moved);
      continue;
    }
    // Between mounts mv copies and removes.
    const text = readFile(host, process, source);
    if (!report.note(source, text) || !text.ok) continue;
    if (report.note(to, writeFile(host, process, to, text.value)))
      report.note(source, unlink(host, process, source));
  }
  return report.result();
}

function runLn(context: CommandContext): CommandResult {
  const usage = "usage: ln [-s [-F] | -L | -P] [-f | -i] [-hnv] source_file [target_file]";
  const options = readOptions("ln", context.args, "sFLPfihnvw", usage);
  if (isResult(options)) return options;
  const [source, given] = options.rest;
  if (source === undefined || options.rest.length > 2) return failed(`${usage}\n`);
  const { host, process } = context;
  const plain = given ?? ".";
  const noFollow = options.has("h") || options.has("n");
  const linked = noFollow ? stat(host, process, plain, { follow: false }) : undefined;
  const into = isDirectory(context, plain) && !(linked?.ok && linked.value.node.kind === "link");
  const target = into ? joined(plain, source) : plain;
  const report = new Report(host, "ln");
  if (options.has("f") && stat(host, process, target, { follow: false }).ok)
    report.note(target, unlink(host, process, target));
  const made = options.has("s")
    ? symlink(host, process, source, target)
    : link(host, process, source, target);
  report.note(made.ok || made.errno === "EEXIST" || options.has("s") ? target : source, made);
  return report.result();
}

/** Runs something for a file, and with `-R` for all below. */
export function eachFile(
  context: CommandContext,
  paths: readonly string[],
  recursive: boolean,
  work: (path: string) => void,
): void {
  const { host, process } = context;
  for (const path of paths) {
    work(path);
    const found = recursive ? stat(host, process, path, { follow: false }) : undefined;
    if (!found?.ok || found.value.node.kind !== "directory") continue;
    const entries = readdirectory(host, process, path);
    if (entries.ok)
      eachFile(
        context,
        entries.value.map(({ name }) => `${path}/${name}`),
        true,
        work,
      );
  }
}

function runChmod(context: CommandContext): CommandResult {
  const usage = "usage: chmod [-fhv] [-R [-H | -L | -P]] mode file ...";
  // A mode may begin with a minus.
  const [first = ""] = context.args;
  const symbolic = /^-[rwxXst]+$/.test(first);
  const options = readOptions("chmod", symbolic ? ["--", ...context.args] : context.args, "fhvRHLP", usage);
  if (isResult(options)) return options;
  const [mode, ...paths] = options.rest;
  if (mode === undefined || paths.length === 0) return failed(`${usage}\n`);
  if (changedMode(mode, 0, false) === undefined) return failed(`chmod: invalid file mode: ${mode}\n`);
  const { host, process } = context;
  const report = new Report(host, "chmod");
  eachFile(context, paths, options.has("R"), (path) => {
    const found = stat(host, process, path);
    if (!report.note(path, found) || !found.ok) return;
    const { node } = found.value;
    const next = changedMode(mode, node.mode, node.kind === "directory") ?? node.mode;
    const outcome = chmod(host, process, path, next);
    report.note(path, outcome);
  });
  return report.result();
}

function runChown(context: CommandContext): CommandResult {
  const usage =
    "usage: chown [-fhvx] [-R [-H | -L | -P]] owner[:group] file ...\n       chown [-fhvx] [-R [-H | -L | -P]] :group file ...";
  const options = readOptions("chown", context.args, "fhvxRHLP", usage);
  if (isResult(options)) return options;
  const [owner, ...paths] = options.rest;
  if (owner === undefined || paths.length === 0) return failed(`${usage}\n`);
  const { host, process } = context;
  const [userPart = "", groupPart = ""] = owner.split(":");
  const uid = userPart === "" ? undefined : userId(host, userPart);
  const gid = groupPart === "" ? undefined : groupId(host, groupPart);
  if (userPart !== "" && uid === undefined) return failed(`chown: ${userPart}: illegal user name\n`);
  if (groupPart !== "" && gid === undefined) return failed(`chown: ${groupPart}: illegal group name\n`);
  const report = new Report(host, "chown");
  eachFile(context, paths, options.has("R"), (path) => {
    const found = stat(host, process, path);
    if (!report.note(path, found) || !found.ok) return;
    const { node } = found.value;
    report.note(path, chown(host, process, path, uid ?? node.uid, gid ?? node.gid));
  });
  return report.result();
}

function runMknod({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: mknod name\n       mknod name [b | c] major minor [owner:group]";
  const [path, type, major, minor] = args;
  if (path === undefined || (args.length !== 1 && (args.length < 4 || args.length > 5)))
    return failed(`${usage}\n`);
  if (type !== undefined && type !== "b" && type !== "c")
    return failed(`mknod: node must be type 'b' or 'c'\n${usage}\n`);
  for (const [what, number] of [
    ["major", major],
    ["minor", minor],
  ] as const)
    if (number !== undefined && !/^(0x[\da-f]+|\d+)$/i.test(number))
      return failed(`mknod: ${number}: non-numeric ${what} device number\n`);
  const report = new Report(host, "mknod");
  report.note(path, mknod(host, process, path));
  return report.result();
}

function runMkfifo({ host, process, args, umask }: CommandContext): CommandResult {
  if (args.length === 0) return failed("usage: mkfifo [-m mode] fifo_name ...\n");
  const report = new Report(host, "mkfifo");
  for (const path of args) report.note(path, mkfifo(host, process, path, 0o666 & ~umask));
  return report.result();
}

const command = (name: string, directory: string, summary: string, run: Command["run"]): Command => ({
  name,
  path: `${directory}/${name}`,
  summary,
  run,
});

export const fileCommands: readonly Command[] = [
  ls,
  command("mkdir", "/bin", "make directories", runMkdir),
  command("rmdir", "/bin", "remove empty directories", runRmdir),
  command("touch", "/usr/bin", "make empty files", runTouch),
  command("rm", "/bin", "remove files", runRm),
  command("cp", "/bin", "copy files", runCp),
  command("mv", "/bin", "rename files", runMv),
  command("ln", "/bin", "make links", runLn),
  command("chmod", "/bin", "change modes", runChmod),
  command("chown", "/usr/sbin", "change owners", runChown),
  command("mknod", "/sbin", "make device nodes", runMknod),
  command("mkfifo", "/usr/bin", "make named pipes", runMkfifo),
];
