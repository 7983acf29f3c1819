import { own } from "../../../catalog/own.ts";
import type { Outcome } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { allMounts, fileSystem, mountOf } from "../../filesystem/nodes.ts";
import { poolSize, poolUsed } from "../../filesystem/pools.ts";
import type { DevfsRule } from "../../filesystem/types.ts";
import { usedBytes } from "../../filesystem/usage.ts";
import type { Host } from "../../host.ts";
import { ruleText } from "../../machine/rulesets.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed } from "../../shell/command.ts";
import { humanSize, table } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import {
  addRule,
  applyRuleset,
  applyRuleTo,
  deleteRules,
  setRuleset,
  showRules,
} from "../filesystem/devfsRules.ts";
import { type MountView, statfs, statfsView } from "../filesystem/mounts.ts";
import { privCheck } from "../privileges.ts";
import { freebsdOf } from "../state.ts";

/** df(1) and devfs(8). */

/** Bytes of a file system: what it can hold and what is in it. Disks that nobody described have no size. */
function sizes(host: Host, { mount, from, type }: MountView): { total: number; used: number } {
  const { datasets } = host.state.files;
  const dataset = type === "zfs" ? own(datasets, mount.from) : undefined;
  if (dataset) {
    const limit =
      dataset.quota || (poolSize(host, mount.from) ?? 0) - poolUsed(host, mount.from) + dataset.used;
    return { total: limit, used: dataset.used };
  }
  const fs = fileSystem(host, mount.filesystem);
  if (type === "devfs") return { total: 1024, used: 0 };
  if (type === "nullfs") {
    const origin = allMounts(host).find(
      (other) => other.filesystem === mount.filesystem && other.type !== "nullfs",
    );
    if (origin) return sizes(host, { mount: origin, from, type: origin.type, on: "", options: [], fsid: "" });
  }
  return { total: fs.size, used: usedBytes(fs) };
}

const DF_USAGE =
  "usage: df [-b | -g | -H | -h | -k | -m | -P] [-acilnT] [-t type] [-,]\n          [file | filesystem ...]";

function runDf({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("df", args, "abcgHhiklmnPTt:", DF_USAGE);
  if (isResult(options)) return options;
  let stderr = "";
  const decisions: CommandResult["decisions"][number][] = [];
  let views: readonly MountView[] = [];
  if (options.rest.length === 0) {
    const all = statfsView(host, process);
    decisions.push(all.decision);
    if (all.ok) views = all.value;
  } else
    views = options.rest.flatMap((path) => {
      const one = statfs(host, process, path);
      if (!one.ok) {
        stderr += `df: ${path}: ${strerror(one.errno)}\n`;
        decisions.push(one.decision);
      }
      return one.ok ? [one.value] : [];
    });
  const { t: type } = options.values;
  if (type !== undefined) views = views.filter((view) => view.type === type);
  if (views.length === 0) return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
  const human = options.has("h") || options.has("H");
  const unit = options.has("g") ? 1 << 30 : options.has("m") ? 1 << 20 : options.has("b") ? 512 : 1024;
  const title = human
    ? "   Size"
    : ({ 512: "512-blocks", 1024: "1K-blocks" }[unit] ?? (unit === 1 << 20 ? "1M-blocks" : "1G-blocks"));
  const amount = (bytes: number): string => (human ? humanSize(bytes) : String(Math.floor(bytes / unit)));
  const minimum = human ? 7 : 0;
  const columns = [
    { title: "Filesystem" },
    ...(options.has("T") ? [{ title: "Type" }] : []),
    { title, right: true, width: minimum },
    { title: "Used", right: true, width: minimum },
    { title: "Avail", right: true, width: minimum },
    { title: "Capacity" },
    { title: " Mounted on" },
  ];
  const rows = views.map((view) => {
    const { total, used } = sizes(host, view);
    const left = Math.max(0, total - used);
    const share = total > 0 ? Math.ceil((used / total) * 100) : 100;
    const capacity = `${String(share).padStart(5)}%`;
    const typeCell = options.has("T") ? [view.type] : [];
    return [view.from, ...typeCell, amount(total), amount(used), amount(left), capacity, ` ${view.on}`];
  });
  return { ...done(table(columns, rows), decisions), stderr, status: stderr === "" ? 0 : 1 };
}

const DEVFS_USAGE =
  "usage: devfs [-m mount-point] [-s ruleset] rule ...\n       devfs [-m mount-point] ruleset ruleset";

/** The words of a rule: `path X`, `type X`, then `hide`, `unhide`, `mode M`, `user U`, `group G`, `include N`. */
function readRule(words: readonly string[]): (Omit<DevfsRule, "number"> & { number?: number }) | undefined {
  let rest = [...words];
  let number: number | undefined;
  if (/^\d+$/.test(rest[0] ?? "")) number = Number(rest.shift());
  const rule: { path?: string; type?: DevfsRule["type"]; action?: DevfsRule["action"]; argument?: string } =
    {};
  while (rest.length > 0) {
    const [word, value] = rest;
    if (word === "hide" || word === "unhide") {
      rule.action = word;
      rest = rest.slice(1);
      continue;
    }
    if (value === undefined) return undefined;
    if (word === "path") rule.path = value;
    else if (word === "type" && ["disk", "mem", "tape", "tty"].includes(value)) rule.type = value as "disk";
    else if (word === "mode" || word === "user" || word === "group" || word === "include") {
      rule.action = word;
      rule.argument = value;
    } else return undefined;
    rest = rest.slice(2);
  }
  const { action, ...more } = rule;
  if (action === undefined) return undefined;
  return { ...(number !== undefined && { number }), ...more, action } as Omit<DevfsRule, "number">;
}

function runDevfs({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("devfs", args, "m:", DEVFS_USAGE);
  if (isResult(options)) return options;
  const mount = options.values["m"] ?? "/dev";
  const [keyword, ...words] = options.rest;
  const complain = (what: string, outcome: Outcome<unknown>): CommandResult =>
    outcome.ok
      ? done("", [outcome.decision])
      : failed(`devfs: ${what}: ${strerror(outcome.errno)}\n`, 1, [outcome.decision]);
  if (keyword === "ruleset") {
    if (!/^\d+$/.test(words[0] ?? "")) return failed(`${DEVFS_USAGE}\n`);
    return complain("ioctl DEVFSIO_SUSE", setRuleset(host, process, mount, Number(words[0])));
  }
  if (keyword !== "rule") return failed(`${DEVFS_USAGE}\n`);
  const inner = readOptions("devfs rule", words, "s:", DEVFS_USAGE);
  if (isResult(inner)) return inner;
  const found = lookup(host, process, mount);
  const own = found.ok ? mountOf(host, found.value).ruleset : 0;
  const given = inner.values["s"];
  if (given !== undefined && !/^\d+$/.test(given))
    return failed(`devfs: error converting to number: ${given}\n`);
  const set = Number(given ?? own);
  const [verb, ...rule] = inner.rest;
  switch (verb) {
    case "show": {
      const rules = showRules(host, process, set);
      if (!rules.ok) return complain("ioctl DEVFSIO_RGETNEXT", rules);
      const one = rule[0] === undefined ? undefined : Number(rule[0]);
      const lines = rules.value
        .filter(({ number }) => one === undefined || number === one)
        .map((each) => `${each.number} ${ruleText(each)}\n`);
      return done(lines.join(""), [rules.decision]);
    }
    case "showsets": {
      const may = privCheck(host, process, "DEVFS_RULE");
      if (!may.ok) return complain("ioctl DEVFSIO_SGETNEXT", may);
      const sets = Object.keys(freebsdOf(host).devfsRulesets);
      return done(sets.map((number) => `${number}\n`).join(""), [may.decision]);
    }
    case "add": {
      const read = readRule(rule);
      if (!read) return failed(`devfs rule: invalid rule\n`);
      return complain("ioctl DEVFSIO_RADD", addRule(host, process, set, read));
    }
    case "del":
      return complain("ioctl DEVFSIO_RDEL", deleteRules(host, process, set, Number(rule[0])));
    case "delset":
      return complain("ioctl DEVFSIO_SDEL", deleteRules(host, process, set));
    case "applyset": {
      const may = privCheck(host, process, "DEVFS_RULE");
      if (!may.ok) return complain("ioctl DEVFSIO_SAPPLY", may);
      if (!found.ok) return failed(`devfs: open: ${mount}: ${strerror(found.errno)}\n`, 1, [found.decision]);
      const target = mountOf(host, found.value);
      const before = target.ruleset;
      target.ruleset = set;
      applyRuleset(host, target);
      target.ruleset = before;
      return done("", [may.decision]);
    }
    case "apply": {
      const one = /^\d+$/.test(rule[0] ?? "") && rule.length === 1 ? Number(rule[0]) : undefined;
      const stored = freebsdOf(host).devfsRulesets[set]?.find(({ number }) => number === one);
      const read = one === undefined ? readRule(rule) : stored;
      if (!read) return failed("devfs rule: invalid rule\n");
      const { number: _, ...plain } = read;
      return complain("ioctl DEVFSIO_RAPPLY", applyRuleTo(host, process, mount, plain));
    }
    default:
      return failed(`${DEVFS_USAGE}\n`);
  }
}

export const storageCommands: readonly Command[] = [
  { name: "df", path: "/bin/df", summary: "free space of file systems (-h)", run: runDf },
  { name: "devfs", path: "/sbin/devfs", summary: "rules of devfs", run: runDevfs },
];
