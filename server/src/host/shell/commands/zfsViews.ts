import type { Outcome } from "../../decision.ts";
import { keptBytes } from "../../filesystem/frozen.ts";
import { type DatasetSize, poolOf, sizesWithin } from "../../filesystem/pools.ts";
import type { Dataset } from "../../filesystem/types.ts";
import { zfsList } from "../../filesystem/zfs.ts";
import type { Host } from "../../host.ts";
import { type CommandContext, type CommandResult, done, failed, unmodelled } from "../command.ts";
import { table } from "../format.ts";
import { isResult, readOptions } from "../options.ts";

/** What zfs(8) and zpool(8) show. */

/** `1.20G`, `99.9G`, `100G`: as many digits as fit in five characters, none for a whole number. Source: zfs_nicenum(). */
function zfsSize(bytes: number): string {
  const letters = ["B", "K", "M", "G", "T", "P"];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < letters.length - 1) {
    value /= 1024;
    step++;
  }
  if (step === 0) return `${value}B`;
  if (Number.isInteger(value)) return `${value}${letters[step]}`;
  const texts = [2, 1, 0].map((digits) => `${value.toFixed(digits)}${letters[step]}`);
  return texts.find((text) => text.length <= 5) ?? `${Math.round(value)}${letters[step]}`;
}

/** What is told of datasets: sums are made once for a whole listing. */
interface Sizes {
  readonly sizes: ReadonlyMap<string, DatasetSize>;
  /** Bytes that are free, by pool. */
  readonly free: ReadonlyMap<string, number>;
}

function sizesOf(host: Host): Sizes {
  const sizes = sizesWithin(host);
  const free = new Map<string, number>();
  for (const { name, size } of host.state.machine.pools)
    free.set(name, Math.max(0, size - (sizes.get(name)?.total ?? 0)));
  return { sizes, free };
}

/** A dataset, or a snapshot of it. */
interface Row {
  readonly name: string;
  readonly dataset: Dataset;
  readonly type: "filesystem" | "snapshot";
}

function rowsOf(datasets: readonly Dataset[], types: readonly string[]): Row[] {
  const all = types.includes("all");
  return datasets.flatMap((dataset) => [
    ...(all || types.includes("filesystem") || types.includes("fs")
      ? [{ name: dataset.name, dataset, type: "filesystem" as const }]
      : []),
    ...(all || types.includes("snapshot") || types.includes("snap")
      ? (dataset.snapshots ?? []).map((snapshot) => ({
          name: `${dataset.name}@${snapshot}`,
          dataset,
          type: "snapshot" as const,
        }))
      : []),
  ]);
}

function propertyText(
  host: Host,
  { sizes, free }: Sizes,
  { name, dataset, type }: Row,
  property: string,
): string | undefined {
  if (property === "name") return name;
  if (property === "type") return type;
  const { total = 0, own = 0 } = sizes.get(dataset.name) ?? {};
  if (property === "referenced" || property === "refer") {
    const kept = type === "snapshot" ? dataset.kept?.[name.slice(name.indexOf("@") + 1)] : undefined;
    return zfsSize(kept ? Math.max(0, kept.refers - (total - own)) : own + (dataset.shared ?? 0));
  }
  if (type === "snapshot")
    return property === "used"
      ? zfsSize(keptBytes(host, dataset, name.slice(name.indexOf("@") + 1)))
      : undefined;
  const left = free.get(poolOf(name)) ?? 0;
  switch (property) {
    case "used":
      return zfsSize(total);
    case "available":
    case "avail":
      return zfsSize(dataset.quota > 0 ? Math.min(left, Math.max(0, dataset.quota - total)) : left);
    case "mountpoint":
      return dataset.mountpoint;
    case "mounted":
      return dataset.mounted ? "yes" : "no";
    case host.kernel.files.datasets.property:
      return dataset.zoned ? "on" : "off";
    case "quota":
      return dataset.quota > 0 ? zfsSize(dataset.quota) : "none";
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
  const types = options.values["t"]?.split(",");
  // Whoever names a snapshot means that one.
  const rows = rowsOf(
    all.value,
    types ?? (options.rest.some((name) => name.includes("@")) ? ["all"] : ["fs"]),
  );
  const missing = options.rest.find((name) => rowsOf(all.value, ["all"]).every((row) => row.name !== name));
  if (missing !== undefined)
    return failed(`cannot open '${missing}': dataset does not exist\n`, 1, [all.decision]);
  const below = options.has("r") || options.has("d");
  const shown = rows
    .filter(
      ({ name, dataset }) =>
        options.rest.length === 0 ||
        options.rest.some(
          (wanted) =>
            name === wanted ||
            (below && (name.startsWith(`${wanted}/`) || dataset.name === wanted)) ||
            (types !== undefined && dataset.name === wanted),
        ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (shown.length === 0) return { ...done("", [all.decision]), stderr: "no datasets available\n" };
  const sizes = sizesOf(host);
  const properties = (options.values["o"] ?? "name,used,avail,refer,mountpoint").split(",");
  const cells = shown.map((row) =>
    properties.map((property) => propertyText(host, sizes, row, property) ?? "-"),
  );
  if (options.has("H")) return done(cells.map((row) => `${row.join("\t")}\n`).join(""), [all.decision]);
  const columns = properties.map((property) => ({
    title: ZFS_TITLES[property] ?? property.toUpperCase(),
    right: ["used", "avail", "available", "refer", "referenced", "quota"].includes(property),
  }));
  return done(table(columns, cells, { gap: "  " }), [all.decision]);
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
  const everything = rowsOf(all.value, ["all"]);
  const missing = names.find((name) => everything.every((row) => row.name !== name));
  if (missing !== undefined)
    return failed(`cannot open '${missing}': dataset does not exist\n`, 1, [all.decision]);
  const shown =
    names.length === 0 ? rowsOf(all.value, ["fs"]) : everything.filter(({ name }) => names.includes(name));
  const sizes = sizesOf(host);
  const { property: zoned } = host.kernel.files.datasets;
  const rows: string[][] = [];
  for (const row of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const every = ["type", "used", "available", "referenced", "mounted", "quota", "mountpoint", zoned];
    const known = list === "all" ? [...every, ...Object.keys(row.dataset.properties)] : list.split(",");
    for (const property of known) {
      const value = propertyText(host, sizes, row, property);
      if (value === undefined && row.type === "filesystem" && !KNOWN.has(property) && !property.includes(":"))
        return failed(`bad property list: invalid property '${property}'\n`, 2);
      if (value !== undefined || list !== "all")
        rows.push([row.name, property, value ?? "-", sourceOf(row, property, zoned)]);
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

/** Properties that a dataset may have and that nobody has set. Source: zfsprops(7). */
const KNOWN: ReadonlySet<string> = new Set(
  "atime canmount checksum compression copies dedup devices exec logbias origin primarycache readonly recordsize reservation refquota refreservation setuid sharenfs sharesmb snapdir sync xattr filesystem_limit snapshot_limit".split(
    " ",
  ),
);

/** Where a value comes from; what only reports something has no source. */
function sourceOf({ dataset, type }: Row, property: string, zoned: string): string {
  if (type === "filesystem" && property === zoned) return dataset.zoned ? "local" : "default";
  if (type === "filesystem" && property === "quota") return dataset.quota > 0 ? "local" : "default";
  return Object.hasOwn(dataset.properties, property) && property !== "origin" ? "local" : "-";
}

/** The verbs of zpool(8) that change nothing. Words that are no options are names of pools. */
export function zpoolView({ host, process, args: [verb, ...words] }: CommandContext): CommandResult {
  if (verb !== "list" && verb !== "status") return unmodelled("zpool", `${verb ?? "no command"}`);
  const all = zfsList(host, process);
  if (!all.ok) return noZfs(all);
  const { sizes } = sizesOf(host);
  const visible = new Set(all.value.map(({ name }) => poolOf(name)));
  const wanted = words.filter((word) => !word.startsWith("-"));
  const missing = wanted.find((name) => !visible.has(name));
  if (missing !== undefined) return failed(`cannot open '${missing}': no such pool\n`, 1, [all.decision]);
  const pools = host.state.machine.pools.filter(
    ({ name }) => visible.has(name) && (wanted.length === 0 || wanted.includes(name)),
  );
  if (pools.length === 0) return done("no pools available\n", [all.decision]);
  if (verb === "status") return done(pools.map(({ name }) => statusText(name)).join("\n"), [all.decision]);
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
    const used = sizes.get(name)?.total ?? 0;
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

/** `zpool status` of a pool that is well. Its disks are not part of the model. */
function statusText(pool: string): string {
  const width = Math.max(pool.length, "NAME".length);
  return (
    `  pool: ${pool}\n state: ONLINE\nconfig:\n\n` +
    `\t${"NAME".padEnd(width)}  STATE     READ WRITE CKSUM\n` +
    `\t${pool.padEnd(width)}  ONLINE       0     0     0\n\nerrors: No known data errors\n`
  );
}
