import { own } from "../../../catalog/own.ts";
import type { Outcome, Refused } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import { datasetNameProblem, snapshotNameProblem } from "../../filesystem/datasetNames.ts";
import { datasetsBelow } from "../../filesystem/datasetTree.ts";
import {
  zfsCreate,
  zfsDestroy,
  zfsList,
  zfsMount,
  zfsSet,
  zfsSnapshot,
  zfsUnmount,
  zpoolConfigure,
} from "../../filesystem/zfs.ts";
import { zfsInherit, zfsRenameSnapshot } from "../../filesystem/zfsNames.ts";
import {
  zfsClone,
  zfsDestroySnapshot,
  zfsDestroyTree,
  zfsPromote,
  zfsRename,
  zfsRollback,
} from "../../filesystem/zfsSnapshots.ts";
import type { Host } from "../../host.ts";
import { type Command, type CommandContext, type CommandResult, done, failed, program } from "../command.ts";
import { zfsView, zpoolView } from "./zfsViews.ts";

/** zfs(8) and zpool(8), as far as containers have to do with them. */

const ZFS_TIME = 20;

export type ZfsVerb = (context: CommandContext, words: readonly string[], options: Options) => CommandResult;

interface Options {
  readonly flags: ReadonlySet<string>;
  readonly properties: Readonly<Record<string, string>>;
}

/** @param own verbs that only one kernel has */
export function zfsCommand(path: string, own: Readonly<Record<string, ZfsVerb>> = {}): Command {
  const verbs = { ...VERBS, ...own };
  return program(path, "show and change datasets", (context) => {
    const [verb = "", ...rest] = context.args;
    const action = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!action || (verb === "mount" && rest.length === 0)) return zfsView(context);
    const { words, options } = read(rest);
    const missing = NEEDED[verb]?.[words.length];
    if (missing !== undefined && !options.flags.has("a")) return failed(`missing ${missing}\n`, 2);
    return action(context, words, options);
  });
}

/** What a subcommand says that gets no word, one word, and so on. Source: the zfs_do functions of cmd/zfs/zfs_main.c. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  create: ["filesystem argument"],
  clone: ["source dataset argument", "target dataset argument"],
  destroy: ["dataset argument"],
  inherit: ["property argument", "dataset argument"],
  promote: ["clone filesystem argument"],
  rename: ["source dataset argument", "target dataset argument"],
  rollback: ["dataset argument"],
  set: ["property=value argument(s)", "dataset name(s)"],
  snapshot: ["snapshot argument"],
  umount: ["filesystem argument"],
  unmount: ["filesystem argument"],
};

function read(args: readonly string[]): { words: string[]; options: Options } {
  const words: string[] = [];
  const flags = new Set<string>();
  const properties: Record<string, string> = {};
  const todo = [...args];
  for (let word = todo.shift(); word !== undefined; word = todo.shift()) {
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const flag = word[at] as string;
      if (!"osSV".includes(flag)) {
        flags.add(flag);
        continue;
      }
      const value = word.slice(at + 1) || (todo.shift() ?? "");
      if (flag === "o" && value.includes("=")) {
        const cut = value.indexOf("=");
        properties[value.slice(0, cut)] = value.slice(cut + 1);
      }
      // A volume is a disk: it has no directory.
      if (flag === "V") Object.assign(properties, { type: "volume", volsize: value, mountpoint: "none" });
      break;
    }
  }
  return { words, options: { flags, properties } };
}

const VERBS: Readonly<Record<string, ZfsVerb>> = {
  create({ host, process }, [name = ""], { flags, properties }) {
    if (flags.has("p")) {
      const parts = name.split("/");
      for (let length = 2; length < parts.length; length++) {
        const above = parts.slice(0, length).join("/");
        if (!own(host.state.files.datasets, above)) {
          const made = zfsCreate(host, process, above);
          if (!made.ok) return refused(host, "create", above, made);
        }
      }
      if (own(host.state.files.datasets, name)) return done();
    }
    return zfsResult(host, "create", name, zfsCreate(host, process, name, { ...properties }));
  },
  destroy({ host, process }, [name = ""], { flags }) {
    const [dataset = "", snapshot] = name.split("@");
    if (snapshot === undefined) {
      if (flags.has("r") || flags.has("R"))
        return zfsResult(host, "destroy", name, zfsDestroyTree(host, process, name, flags.has("R")));
      const outcome = zfsDestroy(host, process, name);
      return !outcome.ok && outcome.decision.rule === "zfs/children"
        ? failed(childrenText(host, name), 1, [outcome.decision])
        : zfsResult(host, "destroy", name, outcome);
    }
    if (!own(host.state.files.datasets, dataset)?.snapshots?.includes(snapshot))
      return failed(`could not find any snapshots to destroy; check snapshot names.\n`);
    return zfsResult(host, "destroy", name, zfsDestroySnapshot(host, process, name));
  },
  set({ host, process }, words) {
    const name = words.at(-1) ?? "";
    for (const word of words.slice(0, -1)) {
      const cut = word.indexOf("=");
      if (cut < 0) return failed("missing property=value argument(s)\n", 2);
      const outcome = zfsSet(host, process, name, word.slice(0, cut), word.slice(cut + 1));
      if (!outcome.ok) return refused(host, "set property for", name, outcome);
    }
    return done("", [], ZFS_TIME);
  },
  mount({ host, process }, [name = ""], { flags }) {
    if (flags.has("a")) {
      const all = zfsList(host, process);
      const missing = all.ok
        ? all.value.filter((d) => !d.mounted && d.mountpoint.startsWith("/") && !d.zoned)
        : [];
      for (const dataset of missing) zfsMount(host, process, dataset.name);
      return done("", [], ZFS_TIME);
    }
    const mounted = zfsMount(host, process, name);
    // Source: zfs_is_mountable() and share_mount_one() in cmd/zfs.
    return !mounted.ok && mounted.decision.rule === "zfs/zoned"
      ? failed(`cannot mount '${name}': dataset is exported to a local zone\n`, 1, [mounted.decision])
      : zfsResult(host, "mount", name, mounted);
  },
  unmount: ({ host, process }, [name = ""]) =>
    zfsResult(host, "unmount", name, zfsUnmount(host, process, name)),
  umount: ({ host, process }, [name = ""]) =>
    zfsResult(host, "unmount", name, zfsUnmount(host, process, name)),
  snapshot({ host, process }, names, { flags }) {
    for (const name of names) {
      const [dataset = "", snapshot = ""] = name.split("@");
      const below = datasetsBelow(host, dataset);
      for (const one of [dataset, ...(flags.has("r") ? below : [])]) {
        const outcome = zfsSnapshot(host, process, one, snapshot);
        if (!outcome.ok)
          return outcome.decision.rule === "zfs/visible"
            ? missing(one)
            : refused(host, "create snapshot", `${one}@${snapshot}`, outcome);
      }
    }
    return done("", [], ZFS_TIME);
  },
  clone({ host, process }, [from = "", name = ""], { properties }) {
    const [origin = "", snapshot = ""] = from.split("@");
    if (!own(host.state.files.datasets, origin)?.snapshots?.includes(snapshot)) return missing(from);
    return zfsResult(host, "create", name, zfsClone(host, process, from, name, { ...properties }));
  },
  promote: ({ host, process }, [name = ""]) =>
    zfsResult(host, "promote", name, zfsPromote(host, process, name)),
  rename({ host, process }, [name = "", to = ""], { flags }) {
    const outcome = name.includes("@")
      ? zfsRenameSnapshot(host, process, name, to, flags.has("r"))
      : zfsRename(host, process, name, to);
    const misnamed = !outcome.ok && outcome.decision.rule === "zfs/name";
    return zfsResult(host, misnamed ? "rename to" : "rename", misnamed ? to : name, outcome);
  },
  inherit({ host, process }, [property = "", ...names], { flags }) {
    for (const name of names.flatMap((one) => [one, ...(flags.has("r") ? datasetsBelow(host, one) : [])])) {
      const outcome = zfsInherit(host, process, name, property);
      if (outcome.ok) continue;
      if (outcome.decision.rule === "zfs/inherit")
        return failed(`'${property}' property cannot be inherited\n`, 1, [outcome.decision]);
      return refused(host, `inherit ${property} for`, name, outcome);
    }
    return done("", [], ZFS_TIME);
  },
  rollback({ host, process }, [name = ""], { flags }) {
    const [dataset = "", snapshot = ""] = name.split("@");
    const all = own(host.state.files.datasets, dataset)?.snapshots ?? [];
    for (const later of flags.has("r") || flags.has("R") ? all.slice(all.indexOf(snapshot) + 1) : []) {
      const gone = zfsDestroySnapshot(host, process, `${dataset}@${later}`);
      if (!gone.ok) return refused(host, "destroy", `${dataset}@${later}`, gone);
    }
    return zfsResult(host, "rollback", name, zfsRollback(host, process, name));
  },
};

export function zfsResult(host: Host, verb: string, name: string, outcome: Outcome<unknown>): CommandResult {
  return outcome.ok ? done("", [outcome.decision], ZFS_TIME) : refused(host, verb, name, outcome);
}

function refused(host: Host, verb: string, name: string, outcome: Refused): CommandResult {
  const problem = outcome.decision.rule === "zfs/name" ? nameProblem(verb, name) : undefined;
  if (problem !== undefined) return failed(`cannot ${verb} '${name}': ${problem}\n`, 1, [outcome.decision]);
  const absent = absence(verb, name, outcome);
  if (absent !== undefined) return failed(absent, 1, [outcome.decision]);
  return failed(`cannot ${verb} '${name}': ${reason(host, outcome.errno)}\n`, 1, [outcome.decision]);
}

function nameProblem(verb: string, name: string): string | undefined {
  const at = name.indexOf("@");
  return at < 0 || verb === "create" ? datasetNameProblem(name) : snapshotNameProblem(name.slice(at + 1));
}

/** What `zfs destroy` says about what is below. Source: destroy_check_dependent() in cmd/zfs/zfs_main.c. */
function childrenText(host: Host, name: string): string {
  const datasets = [name, ...datasetsBelow(host, name)];
  const snapshots = datasets.flatMap((one) =>
    (own(host.state.files.datasets, one)?.snapshots ?? []).map((snapshot) => `${one}@${snapshot}`),
  );
  return `cannot destroy '${name}': filesystem has children\nuse '-r' to destroy the following datasets:\n${[
    ...snapshots,
    ...datasets.slice(1),
  ]
    .sort()
    .join("\n")}\n`;
}

/**
 * What is said of a name that is not there: all subcommands open it first, and what creates looks for the one above.
 * Source: zfs_open() and check_parents() in libzfs.
 */
function absence(verb: string, name: string, { errno, decision }: Refused): string | undefined {
  if (errno !== "ENOENT" || (decision.rule !== "zfs/visible" && decision.rule !== "zfs/snapshot"))
    return undefined;
  return verb === "create"
    ? `cannot create '${name}': parent does not exist\n`
    : `cannot open '${name}': dataset does not exist\n`;
}

function missing(name: string): CommandResult {
  return failed(`cannot open '${name}': dataset does not exist\n`, 1, [
    { verdict: "deny", errno: "ENOENT", rule: "zfs/missing", reason: `There is no ${name}.`, causes: [] },
  ]);
}

/** Source: zfs_standard_error() in libzfs. */
function reason(host: Host, errno: Errno): string {
  if (errno === "EPERM" || errno === "EACCES") return "permission denied";
  if (errno === "ENOENT") return "dataset does not exist";
  if (errno === "EEXIST") return "dataset already exists";
  if (errno === "EBUSY") return "pool or dataset is busy";
  if (errno === "EXDEV") return "operation crosses pools";
  return host.kernel.shell.strerror(errno).toLowerCase();
}

export function zpoolCommand(path: string): Command {
  return program(path, "show storage pools", (context) => {
    const { host, process, args } = context;
    const [verb = ""] = args;
    if (LOOKING.has(verb)) return zpoolView(context);
    const may = zpoolConfigure(host, process);
    if (!may.ok) {
      const pool = args.slice(1).find((word) => !word.startsWith("-"));
      const named = pool === undefined ? "" : ` '${pool}'`;
      return failed(`cannot ${verb}${named}: ${reason(host, may.errno)}\n`, 1, [may.decision]);
    }
    return { ...done("", [may.decision], ZFS_TIME), assumed: true };
  });
}

/** What only shows something. */
const LOOKING: ReadonlySet<string> = new Set(["list", "status", "get", "history", "iostat"]);
