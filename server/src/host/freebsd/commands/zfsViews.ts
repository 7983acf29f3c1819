import type { Outcome } from "../../decision.ts";
import type { Dataset } from "../../filesystem/types.ts";
import { zfsList } from "../../filesystem/zfs.ts";
import type { Host } from "../../host.ts";
import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, unmodelled } from "../../shell/command.ts";
import { table } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { poolOf, poolSize, poolUsed } from "./storage.ts";

/** What zfs(8) and zpool(8) show. */

/** `1.20G`: three digits, as zfs(8) writes sizes. */
function zfsSize(bytes: number): string {
  const letters = ["B", "K", "M", "G", "T", "P"];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < letters.length - 1) {
    value /= 1024;
    step++;
  }
  if (step === 0) return `${value}B`;
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${letters[step]}`;
}

function datasetValue(host: Host, dataset: Dataset, property: string): string | undefined {
  const below = Object.values(host.state.files.datasets).filter(({ name }) =>
    name.startsWith(`${dataset.name}/`),
  );
  const used = below.reduce((sum, one) => sum + one.used, dataset.used);
  const left = Math.max(0, (poolSize(host, dataset.name) ?? 0) - poolUsed(host, dataset.name));
  switch (property) {
    case "name":
      return dataset.name;
    case "used":
      return zfsSize(used);
    case "available":
    case "avail":
      return zfsSize(dataset.quota > 0 ? Math.min(left, Math.max(0, dataset.quota - used)) : left);
    case "referenced":
    case "refer":
      return zfsSize(dataset.used);
    case "mountpoint":
      return dataset.mountpoint;
    case "mounted":
      return dataset.mounted ? "yes" : "no";
    case "jailed":
      return dataset.zoned ? "on" : "off";
    case "quota":
      return dataset.quota > 0 ? zfsSize(dataset.quota) : "none";
    case "type":
      return "filesystem";
    default:
      return dataset.properties[property];
  }
}

const ZFS_TITLES: Readonly<Record<string, string>> = {
  ...{ available: "AVAIL", avail: "AVAIL", referenced: "REFER", refer: "REFER" },
};

/** The verbs of zfs(8) that change nothing. */
export function zfsView(context: CommandContext): CommandResult {
  const [verb, ...words] = context.args;
  if (verb === "list") return zfsListing(context, words);
  if (verb === "get") return zfsGet(context, words);
  if (verb === "mount") return mounted(context);
  return unmodelled("zfs", `${verb ?? "no command"}`);
}

/** What libzfs says when it finds no control device. */
function noZfs(outcome: Outcome<unknown>): CommandResult {
  const text =
    !outcome.ok && outcome.errno === "ENOENT"
      ? "Unable to open /dev/zfs: No such file or directory."
      : "Permission denied the ZFS utilities must be run as root.";
  return failed(`internal error: failed to initialize ZFS library\n${text}\n`, 1, [outcome.decision]);
}

function mounted({ host, process }: CommandContext): CommandResult {
  const all = zfsList(host, process);
  if (!all.ok) return noZfs(all);
  const lines = all.value
    .filter((dataset) => dataset.mounted)
    .map(({ name, mountpoint }) => `${name.padEnd(30)}  ${mountpoint}\n`);
  return done(lines.join(""), [all.decision]);
}

function zfsListing({ host, process }: CommandContext, words: readonly string[]): CommandResult {
  const options = readOptions(
    "zfs",
    words,
    "Hprd:o:s:S:t:",
    "usage:\n\tlist [-Hp] [-r|-d max] [-o property[,...]] [-t type[,...]] [filesystem] ...",
    2,
  );
  if (isResult(options)) return options;
  const all = zfsList(host, process);
  if (!all.ok) return noZfs(all);
  const missing = options.rest.find((name) => all.value.every((dataset) => dataset.name !== name));
  if (missing !== undefined)
    return failed(`cannot open '${missing}': dataset does not exist\n`, 1, [all.decision]);
  const recursive = options.has("r");
  const shown = all.value
    .filter(
      ({ name }) =>
        options.rest.length === 0 ||
        options.rest.some((wanted) => name === wanted || (recursive && name.startsWith(`${wanted}/`))),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (shown.length === 0) return { ...done("", [all.decision]), stderr: "no datasets available\n" };
  const properties = (options.values["o"] ?? "name,used,avail,refer,mountpoint").split(",");
  const rows = shown.map((dataset) =>
    properties.map((property) => datasetValue(host, dataset, property) ?? "-"),
  );
  if (options.has("H")) return done(rows.map((row) => `${row.join("\t")}\n`).join(""), [all.decision]);
  const columns = properties.map((property) => ({
    title: ZFS_TITLES[property] ?? property.toUpperCase(),
    right: ["used", "avail", "available", "refer", "referenced", "quota"].includes(property),
  }));
  return done(table(columns, rows, { gap: "  " }), [all.decision]);
}

function zfsGet({ host, process }: CommandContext, words: readonly string[]): CommandResult {
  const options = readOptions(
    "zfs",
    words,
    "Hprd:o:s:t:",
    'usage:\n\tget [-rHp] [-d max] [-o field[,...]] <"all" | property[,...]> [filesystem] ...',
    2,
  );
  if (isResult(options)) return options;
  const [list = "", ...names] = options.rest;
  const all = zfsList(host, process);
  if (!all.ok) return noZfs(all);
  const missing = names.find((name) => all.value.every((dataset) => dataset.name !== name));
  if (missing !== undefined)
    return failed(`cannot open '${missing}': dataset does not exist\n`, 1, [all.decision]);
  const shown = all.value.filter(({ name }) => names.length === 0 || names.includes(name));
  const rows: string[][] = [];
  for (const dataset of shown) {
    const every = ["type", "used", "available", "referenced", "mounted", "quota", "mountpoint", "jailed"];
    const properties = list === "all" ? [...every, ...Object.keys(dataset.properties)] : list.split(",");
    for (const property of properties) {
      const value = datasetValue(host, dataset, property);
      if (value === undefined && !property.includes(":"))
        return failed(`bad property list: invalid property '${property}'\n`, 2);
      rows.push([dataset.name, property, value ?? "-", "-"]);
    }
  }
  const fields = options.values["o"]?.split(",") ?? ["name", "property", "value", "source"];
  const order = ["name", "property", "value", "source"];
  const cells = rows.map((row) => fields.map((field) => row[order.indexOf(field)] ?? "-"));
  if (options.has("H")) return done(cells.map((row) => `${row.join("\t")}\n`).join(""), [all.decision]);
  return done(
    table(
      fields.map((field) => ({ title: field.toUpperCase() })),
      cells,
      { gap: "  " },
    ),
    [all.decision],
  );
}

/** The verbs of zpool(8) that change nothing. */
export function zpoolView({ host, process, args: [verb] }: CommandContext): CommandResult {
  if (verb !== "list") return unmodelled("zpool", `${verb ?? "no command"}`);
  const all = zfsList(host, process);
  if (!all.ok) return noZfs(all);
  const visible = new Set(all.value.map(({ name }) => poolOf(name)));
  const pools = host.state.machine.pools.filter(({ name }) => visible.has(name));
  if (pools.length === 0) return done("no pools available\n", [all.decision]);
  const titles = [
    "NAME",
    "SIZE",
    "ALLOC",
    "FREE",
    "CKPOINT",
    "EXPANDSZ",
    "FRAG",
    "CAP",
    "DEDUP",
    "HEALTH",
    "ALTROOT",
  ];
  const rows = pools.map(({ name, size }) => {
    const used = poolUsed(host, name);
    const share = `${size > 0 ? Math.floor((used / size) * 100) : 0}%`;
    return [
      name,
      zfsSize(size),
      zfsSize(used),
      zfsSize(size - used),
      "-",
      "-",
      "0%",
      share,
      "1.00x",
      "ONLINE",
      "-",
    ];
  });
  const columns = titles.map((title, i) => ({ title, right: i > 0 && i < titles.length - 1 }));
  return done(table(columns, rows, { gap: "  " }), [all.decision]);
}
