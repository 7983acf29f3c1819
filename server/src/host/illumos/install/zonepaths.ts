import { allowed, denied, type Outcome } from "../../decision.ts";
import { ensureDirectory, findDirectory } from "../../filesystem/build.ts";
import { putDataset } from "../../filesystem/datasetTree.ts";
import { mountsOn } from "../../filesystem/mountIndex.ts";
import {
  childOf,
  entriesOf,
  fileSystem,
  fileSystemOf,
  mountOf,
  nodeIn,
  nodeOf,
  removeEntry,
} from "../../filesystem/nodes.ts";
import { assumePoolOf } from "../../filesystem/pools.ts";
import type { Dataset, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import type { IndexEntry } from "../types.ts";
import { createDataset, datasetAt, datasetOn, findDataset, onlyForRoot } from "./datasets.ts";
import { tell, warnOf, zonepathCause } from "./reports.ts";
import type { FileWork } from "./work.ts";

/** The directory of a zone. Source: create_zfs_zonepath(), cleanup_zonepath() in usr/src/cmd/zoneadm. */

export function zonepathOf({ definition }: IndexEntry): string {
  return property(definition, "zonepath");
}

export function splitPath(path: string): readonly [above: string, name: string] {
  const cut = path.lastIndexOf("/");
  return [path.slice(0, cut) || "/", path.slice(cut + 1)];
}

/**
 * Makes the zonepath: a dataset where the directory above it is one, else a directory.
 * @param dataset false for `-x nodataset`
 * @returns the dataset that it is, if it is one
 */
export function makeZonepath(
  work: FileWork,
  path: string,
  { dataset = true, needed = false } = {},
): string | undefined {
  const { host, process, entry } = work;
  const there = findDirectory(host, path);
  const known = there && datasetAt(host, there, path);
  if (known !== undefined) return known;
  const existed = there !== undefined;
  const parent = dataset ? parentDataset(work, path, needed) : undefined;
  const name = parent === undefined ? undefined : `${parent}/${splitPath(path)[1]}`;
  if (name !== undefined && !(existed && holdsSomething(host, path)) && !findDataset(host, name)) {
    const made = createDataset(host, process, name, { mountpoint: path, sharenfs: "off" });
    if (made.ok) {
      onlyForRoot(host, ensureDirectory(host, path, false));
      tell(work, "zone.install", `Dataset ${name} is made for the zonepath.`, {
        causes: zonepathCause(entry),
      });
      return name;
    }
    warnOf(work, "zone.install", `no dataset ${name} is made: ${made.decision.reason}`, made.decision.causes);
  }
  const vnode = ensureDirectory(host, path);
  if (!existed) onlyForRoot(host, vnode);
  return undefined;
}

/** The dataset on the directory above; where nobody described the machine and it takes one, that is assumed. */
function parentDataset(work: FileWork, path: string, needed: boolean): string | undefined {
  const { host, process, entry } = work;
  const [above] = splitPath(path);
  const known = datasetOn(host, above);
  if (known !== undefined || !needed || host.state.machine.described || above === "/") return known;
  const [first = "", ...more] = above.split("/").filter(Boolean);
  let at = "";
  let dataset: string | undefined;
  for (const name of [first, ...more]) {
    at = `${at}/${name}`;
    const mounted = datasetOn(host, at);
    if (mounted !== undefined) {
      dataset = mounted;
      continue;
    }
    const child = dataset === undefined ? name : `${dataset}/${name}`;
    if (!findDataset(host, child)) {
      if (dataset === undefined) {
        assumePoolOf(host, child);
        putDataset(host, emptyPool(child, at));
      }
      const made =
        dataset === undefined
          ? host.kernel.files.mount(host, process, { type: "zfs", from: child, on: ensured(host, at) })
          : createDataset(host, process, child, { mountpoint: at });
      if (!made.ok) return dataset;
    }
    dataset = child;
  }
  tell(work, "zone.install", `Dataset ${dataset} on ${above} is taken to be there.`, {
    assumed: true,
    causes: zonepathCause(entry),
  });
  return dataset;
}

function ensured(host: Host, path: string): string {
  ensureDirectory(host, path);
  return path;
}

function emptyPool(name: string, mountpoint: string): Dataset {
  return {
    ...{ name, mountpoint, mounted: false, zoned: false, container: 0, quota: 0, used: 0 },
    properties: {},
  };
}

function holdsSomething(host: Host, path: string): boolean {
  return namesIn(host, path).length > 0;
}

export function namesIn(host: Host, path: string): string[] {
  const vnode = findDirectory(host, path);
  if (!vnode || nodeOf(host, vnode).kind !== "directory") return [];
  return Object.keys(entriesOf(fileSystemOf(host, vnode), vnode.node));
}

/** Whether something is mounted below a directory, which then cannot be removed. */
export function mountedBelow(host: Host, path: string): string | undefined {
  const vnode = findDirectory(host, path);
  if (!vnode) return undefined;
  return mountsOn(host, vnode.mount).find(({ path: on }) => on.startsWith(`${path}/`))?.path;
}

/** What a zonepath holds that zoneadm removes; everything else is somebody's. */
const KNOWN: readonly string[] = ["dev", "lastexited", "lu", "root", "SUNWattached.xml"];

export function foreignNames(host: Host, path: string): string[] {
  return namesIn(host, path).filter((name) => !KNOWN.includes(name));
}

/** Removes what an installation has put into a zonepath, and the directory unless something else is in it. */
export function removeKnown(host: Host, path: string): void {
  const vnode = findDirectory(host, path);
  if (!vnode) return;
  const fs = fileSystemOf(host, vnode);
  for (const name of KNOWN) removeTree(host, vnode, name);
  if (Object.keys(entriesOf(fs, vnode.node)).length > 0) return;
  const [above, name] = splitPath(path);
  const parent = findDirectory(host, above);
  if (parent && parent.mount === vnode.mount) removeTree(host, parent, name);
}

/** Removes a name with all below it. */
export function removeTree(host: Host, directory: Vnode, name: string): void {
  const fs = fileSystem(host, mountOf(host, directory).filesystem);
  const number = childOf(fs, directory.node, name);
  if (number === undefined) return;
  const below = [number];
  for (let i = 0; i < below.length; i++) {
    const node = below[i] as number;
    if (nodeIn(fs, node).kind === "directory") below.push(...Object.values(entriesOf(fs, node)));
  }
  for (const node of below) delete fs.nodes[node];
  removeEntry(fs, directory.node, name);
}

/** @returns ENOENT where there is no such directory */
export function directoryThere(host: Host, path: string): Outcome<Vnode> {
  const vnode = findDirectory(host, path);
  return vnode && nodeOf(host, vnode).kind === "directory"
    ? allowed(vnode, "install/zonepath", `${path} is there.`)
    : denied("ENOENT", "install/zonepath", `There is no directory ${path}.`);
}
