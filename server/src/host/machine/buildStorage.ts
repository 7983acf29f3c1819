import {
  bareFileSystems,
  ensureDirectory,
  makeFileSystem,
  makeRoot,
  placeMount,
} from "../filesystem/build.ts";
import { editable, mountOf, nodeOf } from "../filesystem/nodes.ts";
import type { Dataset, FileSystem, FileSystems, StockName } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import { type HostDescription, type HostDirectory, pathOf } from "./definition.ts";
import { bytes } from "./sizes.ts";

type HostMount = HostDescription["mounts"][number];

/** The file systems with the root alone: a dataset, what the mounts name, or a partition. */
export function buildRoot({ datasets, mounts }: HostDescription, stock: StockName): FileSystems {
  const root = mounts.find(({ on }) => on === "/");
  const dataset = datasets.find(({ mountpoint }) => mountpoint === "/");
  const [type, from] = root
    ? [root.type, root.from]
    : dataset
      ? ["zfs", dataset.name]
      : ["ufs", "/dev/ada0p2"];
  const files = bareFileSystems(type, from, stock);
  const [mount] = Object.values(files.mounts);
  if (mount && root?.options) mount.options = [...root.options];
  if (mount && root?.options?.includes("ro")) mount.readOnly = true;
  return files;
}

/** A mount that a system has by itself, unless the description has something else in its place. */
export interface OwnMount {
  readonly on: string;
  readonly mount: (host: Host) => void;
}

/**
 * Datasets, mounts and directories of the description; what is further up comes first.
 * @param own mounts of the system, which come before those of the description that they do not lie on
 * @param mountDev mounts /dev where that is no mount of these, before what shows other directories
 */
export function buildStorage(
  host: Host,
  description: HostDescription,
  own: readonly OwnMount[],
  mountDev?: (host: Host) => void,
): void {
  const { files } = host.state;
  files.datasets = buildDatasets(description);
  const steps: { path: string; run: () => void }[] = [];
  for (const dataset of Object.values(files.datasets))
    if (dataset.mounted && dataset.mountpoint !== "/")
      steps.push({ path: dataset.mountpoint, run: () => mountDataset(host, dataset) });
  const mounts = description.mounts.filter(({ on }) => on !== "/");
  const places = [...steps.map(({ path }) => path), ...mounts.map(({ on }) => on)];
  for (const { on, mount } of own) {
    if (places.includes(on)) continue;
    if (places.some((place) => on.startsWith(`${place}/`))) steps.push({ path: on, run: () => mount(host) });
    else mount(host);
  }
  for (const mount of mounts)
    if (!LAYERS.has(mount.type)) steps.push({ path: mount.on, run: () => mountPlain(host, mount) });
  for (const directory of description.directories) {
    steps.push({ path: pathOf(directory), run: () => buildDirectory(host, directory) });
  }
  // Sorting keeps the order of equals: what is mounted on a directory comes before the directory itself.
  for (const { run } of steps.toSorted((a, b) => comparePaths(a.path, b.path))) run();
  mountDev?.(host);
  // What shows another directory comes when that is complete.
  for (const mount of mounts) if (LAYERS.has(mount.type)) mountLayer(host, mount);
}

/** Types that show the files of another directory. Source: mount_nullfs(8), lofs(4FS). */
const LAYERS: ReadonlySet<string> = new Set(["nullfs", "lofs"]);

/** Parents first, then by name. */
function comparePaths(a: string, b: string): number {
  const [x, y] = [`${a}/`.replace("//", "/"), `${b}/`.replace("//", "/")];
  return x < y ? -1 : x > y ? 1 : 0;
}

function buildDatasets({ pools, datasets }: HostDescription): Record<string, Dataset> {
  const implied = pools
    .filter(({ name }) => datasets.every((dataset) => dataset.name !== name))
    .map(({ name }): HostDescription["datasets"][number] => ({ name }));
  const result: Record<string, Dataset> = {};
  // Shorter names first: children take their mount point from the parent.
  for (const dataset of [...implied, ...datasets].toSorted((a, b) => comparePaths(a.name, b.name))) {
    const { name, jailed = false } = dataset;
    const mountpoint =
      dataset.mountpoint ?? inheritedMountpoint(name, result[name.slice(0, name.lastIndexOf("/"))]);
    result[name] = {
      name,
      mountpoint,
      mounted: dataset.mounted ?? (mountpoint.startsWith("/") && !jailed),
      zoned: jailed,
      container: 0,
      quota: bytes(dataset.quota ?? 0),
      used: bytes(dataset.used ?? 0),
      properties: { ...dataset.properties },
    };
  }
  return result;
}

/** Below that of the parent; a pool is mounted at the top. Source: zfsprops(7). */
function inheritedMountpoint(name: string, parent: Dataset | undefined): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (!parent) return `/${last}`;
  if (!parent.mountpoint.startsWith("/")) return parent.mountpoint;
  return `${parent.mountpoint === "/" ? "" : parent.mountpoint}/${last}`;
}

function mountDataset(host: Host, dataset: Dataset): void {
  const { name, mountpoint, quota } = dataset;
  const fs = mountPlain(host, { from: name, on: mountpoint, type: "zfs" }, quota);
  fs.source = name;
  dataset.filesystem = fs.id;
}

/** A file system of its own. Its root has the mode of the directory that it covers, so that /tmp is as always. */
function mountPlain(host: Host, { from, on, type, options = ["local"] }: HostMount, size = 0): FileSystem {
  const covers = ensureDirectory(host, on, false);
  const { mode } = nodeOf(host, covers);
  const fs = makeFileSystem(host, type, size, mode);
  placeMount(host, {
    filesystem: fs.id,
    type,
    from,
    covers,
    path: on,
    options: [...options],
    readOnly: options.includes("ro"),
  });
  return fs;
}

/** A directory of the host that appears in another place. */
function mountLayer(host: Host, { from, on, type, options = ["local"] }: HostMount): void {
  const source = ensureDirectory(host, from, false);
  const { filesystem } = mountOf(host, source);
  placeMount(host, {
    filesystem,
    type,
    from,
    covers: ensureDirectory(host, on, false),
    root: source.node,
    path: on,
    options: [...options],
    readOnly: options.includes("ro"),
  });
}

function buildDirectory(host: Host, directory: HostDirectory): void {
  if (typeof directory === "string") {
    ensureDirectory(host, directory, false);
    return;
  }
  const { users, groups } = host.state.machine;
  const vnode = ensureDirectory(host, directory.path, false);
  if (directory.base) makeRoot(host, directory.path);
  const node = editable(host, vnode);
  if (directory.mode !== undefined) node.mode = Number.parseInt(directory.mode, 8);
  if (directory.owner !== undefined) node.uid = users.find(({ name }) => name === directory.owner)?.uid ?? 0;
  if (directory.group !== undefined) node.gid = groups.find(({ name }) => name === directory.group)?.gid ?? 0;
}
