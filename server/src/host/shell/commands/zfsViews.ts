import { own as entryOf } from "../../../catalog/own.ts";
import type { Outcome } from "../../decision.ts";
import { keptBytes } from "../../filesystem/frozen.ts";
import { type DatasetSize, poolOf, sizesWithin } from "../../filesystem/pools.ts";
import type { Dataset } from "../../filesystem/types.ts";
import { zfsList } from "../../filesystem/zfs.ts";
import type { Host } from "../../host.ts";
import { type CommandContext, type CommandResult, done, failed, unmodelled } from "../command.ts";
import { table } from "../format.ts";
import { isResult, readOptions } from "../options.ts";
import { DEFAULTS, isProperty, NOT_INHERITED, NUMBERS, SPACE, ZFS_TITLES } from "./zfsProperties.ts";

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

/** How sizes are written: short, or with `-p` in bytes. */
type Write = (bytes: number) => string;

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
  write: Write = zfsSize,
): string | undefined {
  if (property === "name") return name;
  const isVolume = type !== "snapshot" && dataset.properties["type"] === "volume";
  if (property === "type") return isVolume ? "volume" : type;
  const { total = 0, own = 0 } = sizes.get(dataset.name) ?? {};
  if (property === "referenced" || property === "refer") {
    const kept = type === "snapshot" ? dataset.kept?.[name.slice(name.indexOf("@") + 1)] : undefined;
    return write(kept ? Math.max(0, kept.refers - (total - own)) : own + (dataset.shared ?? 0));
  }
  if (property === "compressratio" || property === "refcompressratio") return "1.00x";
  if (type === "snapshot")
    return property === "used"
      ? write(keptBytes(host, dataset, name.slice(name.indexOf("@") + 1)))
      : undefined;
  const left = free.get(poolOf(name)) ?? 0;
  switch (property) {
    case "used":
      return write(total);
    case "available":
    case "avail":
      return write(dataset.quota > 0 ? Math.min(left, Math.max(0, dataset.quota - total)) : left);
    case "usedbydataset":
    case "usedds":
      return write(own);
    case "usedbychildren":
    case "usedchild":
      return write(below(sizes, dataset.name));
    case "usedbysnapshots":
    case "usedsnap":
      return write(Math.max(0, total - own - below(sizes, dataset.name)));
    case "usedbyrefreservation":
    case "usedrefreserv":
      return write(0);
    case "mountpoint":
      return isVolume ? undefined : dataset.mountpoint;
    case "mounted":
      return isVolume ? undefined : dataset.mounted ? "yes" : "no";
    case host.kernel.files.datasets.property:
      return dataset.zoned ? "on" : "off";
    case "quota":
      return dataset.quota > 0 ? write(dataset.quota) : "none";
    default:
      return entryOf(dataset.properties, property);
  }
}

/** What the datasets right below one use. */
function below(sizes: ReadonlyMap<string, DatasetSize>, name: string): number {
  let sum = 0;
  for (const [other, { total }] of sizes)
    if (other.startsWith(`${name}/`) && !other.includes("/", name.length + 1)) sum += total;
  return sum;
}

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
  const asked = options.values["o"] ?? "name,used,avail,refer,mountpoint";
  const properties = asked.split(",").flatMap((name) => (name === "space" ? SPACE.split(",") : [name]));
  const strange = properties.find((name) => !isProperty(name));
  if (strange !== undefined)
    return failed(`bad property list: invalid property '${strange}'\n`, 2, [all.decision]);
  const write: Write = options.has("p") ? String : zfsSize;
  const cells = shown.map((row) =>
    properties.map((property) => propertyText(host, sizes, row, property, write) ?? "-"),
  );
  if (options.has("H")) return done(cells.map((row) => `${row.join("\t")}\n`).join(""), [all.decision]);
  const columns = properties.map((property) => ({
    title: ZFS_TITLES[property] ?? property.toUpperCase(),
    right: NUMBERS.has(property),
    width: NUMBERS.has(property) && host.kernel.family === "illumos" ? 5 : 0,
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
  const write: Write = options.has("p") ? String : zfsSize;
  const byName = new Map(all.value.map((dataset) => [dataset.name, dataset]));
  const rows: string[][] = [];
  for (const row of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const every = [
      "type",
      "used",
      "available",
      "referenced",
      "compressratio",
      "mounted",
      "quota",
      "mountpoint",
    ];
    const usual = row.type === "filesystem" ? [...DEFAULTS.keys()] : [];
    const known =
      list === "all"
        ? new Set([...every, zoned, ...usual, ...Object.keys(row.dataset.properties)])
        : list.split(",");
    for (const property of known) {
      const found = propertyText(host, sizes, row, property, write);
      const from = found === undefined ? inherited(byName, row, property) : undefined;
      const value = found ?? from?.value ?? (row.type === "filesystem" ? DEFAULTS.get(property) : undefined);
      if (value === undefined && row.type === "filesystem" && !isProperty(property))
        return failed(`bad property list: invalid property '${property}'\n`, 2);
      if (value !== undefined || list !== "all")
        rows.push([row.name, property, value ?? "-", from?.source ?? sourceOf(row, property, zoned)]);
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

/** What a dataset above has set. */
function inherited(
  byName: ReadonlyMap<string, Dataset>,
  { dataset: { name }, type }: Row,
  property: string,
): { readonly value: string; readonly source: string } | undefined {
  if (type === "snapshot" || NOT_INHERITED.has(property)) return undefined;
  for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
    const above = name.slice(0, end);
    const value = entryOf(byName.get(above)?.properties ?? {}, property);
    if (value !== undefined) return { value, source: `inherited from ${above}` };
  }
  return undefined;
}

/** Where a value comes from; what only reports something has no source. */
function sourceOf({ dataset, type }: Row, property: string, zoned: string): string {
  if (type === "filesystem" && property === zoned) return dataset.zoned ? "local" : "default";
  if (type === "filesystem" && property === "quota") return dataset.quota > 0 ? "local" : "default";
  if (Object.hasOwn(dataset.properties, property) && property !== "origin") return "local";
  return type === "filesystem" && DEFAULTS.has(property) ? "default" : "-";
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
  if (verb === "status" && words.some((word) => /^-\w*x/.test(word)))
    return done(
      wanted.length === 0
        ? "all pools are healthy\n"
        : wanted.map((name) => `pool '${name}' is healthy\n`).join(""),
      [all.decision],
    );
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
  const least = host.kernel.family === "illumos" ? 5 : 0;
  const columns = titles.map((title, i) => {
    const right = i > 0 && i < titles.length - 2;
    return { title, right, width: right ? least : 0 };
  });
  return done(table(columns, rows, { gap: "  " }), [all.decision]);
}

/** `zpool status` of a pool that is well. Its disks are not part of the model. */
function statusText(pool: string): string {
  const width = Math.max(pool.length, 10);
  return (
    `  pool: ${pool}\n state: ONLINE\n  scan: none requested\nconfig:\n\n` +
    `\t${"NAME".padEnd(width)}  STATE     READ WRITE CKSUM\n` +
    `\t${pool.padEnd(width)}  ONLINE       0     0     0\n\nerrors: No known data errors\n`
  );
}
