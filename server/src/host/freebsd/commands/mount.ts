import { strerror } from "../../errno.ts";
import { readFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandResult, done, failed } from "../../shell/command.ts";
import { type MountView, mountFs, statfsView, unmountFs } from "../filesystem/mounts.ts";
import { readFstabLine } from "../jail8/fstab.ts";
import { since } from "../release.ts";

/** mount(8), umount(8) and the programs for single types. */

interface Words {
  readonly plain: readonly string[];
  readonly options: readonly string[];
  readonly type: string | undefined;
  readonly all: boolean;
  readonly force: boolean;
  /** `-p`: what is mounted in the form of fstab(5). */
  readonly lines: boolean;
  readonly file: string;
}

function read(args: readonly string[]): Words {
  const plain: string[] = [];
  const options: string[] = [];
  let type: string | undefined;
  let all = false;
  let force = false;
  let lines = false;
  let file = "/etc/fstab";
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const flag = /^-([otF])(.*)$/.exec(word);
    if (flag) {
      const value = flag[2] || (words.shift() ?? "");
      if (flag[1] === "o") options.push(...value.split(",").filter(Boolean));
      else if (flag[1] === "t") type = value;
      else file = value;
    } else if (/^-[adflnpruvw]+$/.test(word)) {
      all ||= word.includes("a");
      force ||= word.includes("f");
      lines ||= word.includes("p");
      if (word.includes("u")) options.push("update");
      if (word.includes("r")) options.push("ro");
      if (word.includes("w")) options.push("rw");
    } else plain.push(word);
  }
  return { plain, options, type, all, force, lines, file };
}

export const mount: Command = {
  name: "mount",
  path: "/sbin/mount",
  summary: "show what is mounted, and mount file systems",
  run({ host, process, args }) {
    const words = read(args);
    const [from, on] = words.plain;
    if (words.all) return mountAll(host, process, words);
    if (from === undefined) return show(host, process, words);
    if (on !== undefined) return mountOne(host, process, words.type ?? "ufs", from, on, words.options);
    if (words.options.includes("update"))
      return mountOne(host, process, words.type ?? "", "", from, words.options);
    const line = fstab(host, process, words.file).find((entry) => entry.on === from || entry.from === from);
    return line
      ? mountOne(host, process, line.type, line.from, line.on, [...line.options.split(","), ...words.options])
      : failed(`mount: ${from}: unknown special file or file system\n`);
  },
};

function fstab(host: Host, process: Process, path: string) {
  const text = readFile(host, process, path);
  return (text.ok ? text.value : "")
    .split("\n")
    .map((line) => readFstabLine(line.replace(/#.*/, "")))
    .filter((entry) => entry !== undefined);
}

function mountOne(
  host: Host,
  process: Process,
  type: string,
  from: string,
  on: string,
  options: readonly string[],
): CommandResult {
  const outcome = mountFs(host, process, {
    type,
    from,
    on,
    options: options.filter((word) => !NOT_FOR_KERNEL.has(word)),
  });
  if (outcome.ok) return done("", [outcome.decision], 15);
  const who = OWN_PROGRAM.has(type) ? `mount_${type}: ${on}` : `mount: ${from || on}`;
  return failed(`${who}: ${strerror(outcome.errno)}\n`, 1, [outcome.decision]);
}

/** Types for which mount(8) runs a program; it mounts the others itself, and names what is mounted in errors. */
const OWN_PROGRAM: ReadonlySet<string> = new Set([
  ...["cd9660", "fusefs", "mfs", "msdosfs", "nfs", "nullfs", "smbfs", "udf", "unionfs"],
]);

/** Options that mount(8) keeps for itself. */
const NOT_FOR_KERNEL: ReadonlySet<string> = new Set(["", "late", "failok", "noauto", "auto", "bg"]);

function mountAll(host: Host, process: Process, { type, file }: Words): CommandResult {
  const entries = fstab(host, process, file).filter(
    (entry) =>
      entry.type !== "swap" &&
      !entry.options.split(",").includes("noauto") &&
      (type ?? entry.type) === entry.type,
  );
  const mounted = statfsView(host, process);
  const there = new Set(mounted.ok ? mounted.value.map(({ on }) => on) : []);
  const results = entries
    .filter(({ on }) => !there.has(on))
    .map((entry) => mountOne(host, process, entry.type, entry.from, entry.on, entry.options.split(",")));
  return {
    status: Math.max(0, ...results.map(({ status }) => status)),
    stdout: "",
    stderr: results.map(({ stderr }) => stderr).join(""),
    decisions: results.flatMap(({ decisions }) => decisions),
    milliseconds: 5 + 15 * results.length,
  };
}

function show(host: Host, process: Process, { type, lines }: Words): CommandResult {
  const views = statfsView(host, process);
  if (!views.ok) return failed(`mount: ${strerror(views.errno)}\n`, 1, [views.decision]);
  const wanted = views.value.filter((view) => type === undefined || view.type === type);
  const line = (view: MountView): string => (lines ? fstabLine(view) : mountLine(host, view));
  return done(wanted.map(line).join(""), [views.decision]);
}

function mountLine(host: Host, { from, on, type, options }: MountView): string {
  return `${from} on ${on} (${[type, ...flagsOf(host, type, options)].join(", ")})\n`;
}

/** The flags of a mount with the names that mount(8) has for them, in its order; it does not show other options. */
function flagsOf(host: Host, type: string, options: readonly string[]): string[] {
  const own = LOCAL.has(type) || options.includes("local");
  // devfs fills in its own flags, which are none. Source: devfs_statfs() in sys/fs/devfs/devfs_vfsops.c.
  const local = own && !(type === "devfs" && since(host, 13));
  return FLAGS.filter(([word, name]) =>
    word === "local" ? local : options.includes(word) || options.includes(name),
  ).map(([, name]) => name);
}

/** Options of fstab(5) and what mount(8) calls them. Source: optnames in sbin/mount/mount.c. */
const FLAGS: readonly (readonly [word: string, name: string])[] = [
  ["async", "asynchronous"],
  ["local", "local"],
  ["noatime", "noatime"],
  ["noexec", "noexec"],
  ["nosuid", "nosuid"],
  ["nosymfollow", "nosymfollow"],
  ["userquota", "with quotas"],
  ["ro", "read-only"],
  ["sync", "synchronous"],
  ["union", "union"],
  ["noclusterr", "noclusterr"],
  ["noclusterw", "noclusterw"],
  ["suiddir", "suiddir"],
  ["snapshot", "snapshot"],
  ["multilabel", "multilabel"],
  ["acls", "acls"],
  ["nfsv4acls", "nfsv4acls"],
  ["automounted", "automounted"],
];

/** Types whose mounts are local; nullfs and unionfs are as what they show. Source: MNT_LOCAL in sys/fs. */
const LOCAL: ReadonlySet<string> = new Set([
  ...["ufs", "zfs", "tmpfs", "procfs", "linprocfs", "linsysfs", "nullfs", "unionfs", "msdosfs", "cd9660"],
  ...["ext2fs", "mqueuefs"],
]);

/** Columns end at tabs; the root is checked first. Source: putfsent() in sbin/mount/mount.c. */
function fstabLine({ from, on, type, options }: MountView): string {
  const tabs = (text: string, stops: number): string =>
    text + "\t".repeat(Math.max(1, stops - Math.floor(text.length / 8)));
  const words = options.filter((option) => FLAGS.some(([word]) => word === option) && option !== "local");
  const pass = type === "ufs" ? (on === "/" ? "1 1" : "2 2") : "0 0";
  const shown = [options.includes("read-only") ? "ro" : "rw", ...words.filter((word) => word !== "ro")].join(
    ",",
  );
  return `${tabs(from, 2)}${tabs(on, 2)}${type}\t${shown}\t${shown.length < 8 ? "\t" : ""}${pass}\n`;
}

export const umount: Command = {
  name: "umount",
  path: "/sbin/umount",
  summary: "unmount file systems",
  run({ host, process, args }) {
    const { plain, force, all, type } = read(args);
    const views = statfsView(host, process);
    const mounted = views.ok ? views.value : [];
    const wanted = all
      ? mounted
          .filter((view) => view.on !== "/" && view.on !== "/dev" && (type ?? view.type) === view.type)
          .map(({ on }) => on)
          .reverse()
      : plain.map((word) => mounted.findLast(({ from, on }) => on === word || from === word)?.on ?? word);
    if (wanted.length === 0 && !all)
      return failed("usage: umount [-fNnv] special ... | node ... | fsid ...\n");
    const results = wanted.map((on) => ({ on, outcome: unmountFs(host, process, on, { force }) }));
    const stderr = results
      .map(({ on, outcome }) => {
        if (outcome.ok) return "";
        const there = outcome.decision.rule !== "unmount/2" || outcome.errno === "ENOENT";
        return there
          ? `umount: unmount of ${on} failed: ${strerror(outcome.errno)}\n`
          : `umount: ${on}: not a file system root directory\n`;
      })
      .join("");
    return {
      status: results.some(({ outcome }) => !outcome.ok) ? 1 : 0,
      stdout: "",
      stderr,
      decisions: results.map(({ outcome }) => outcome.decision),
      milliseconds: 15 * Math.max(1, results.length),
    };
  },
};

/** `mount_nullfs -o ro /a /b` and its like. */
export const mountPrograms: readonly Command[] = [
  "nullfs",
  "unionfs",
  "msdosfs",
  "cd9660",
  "nfs",
  "fusefs",
].map(
  (type): Command => ({
    name: `mount_${type}`,
    path: `/sbin/mount_${type}`,
    summary: `mount a file system of type ${type}`,
    run({ host, process, args }) {
      const { plain, options } = read(args);
      const [from, on] = plain;
      if (from === undefined || on === undefined)
        return failed(`usage: mount_${type} [-o options] target mount-point\n`, 64);
      return mountOne(host, process, type, from, on, options);
    },
  }),
);
