import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import { ensureDirectory, findDirectory } from "../../filesystem/build.ts";
import { addEntry, fileSystemOf, removeEntry } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { ZoneDefinition } from "../types.ts";
import { changeDefinition } from "../zoneIndex.ts";
import { datasetOn, findDataset, mountDataset, onlyForRoot, unmountDataset } from "./datasets.ts";
import { tell, tellFailure } from "./reports.ts";
import { copyTree } from "./roots.ts";
import type { FileWork } from "./work.ts";
import {
  directoryThere,
  makeZonepath,
  mountedBelow,
  namesIn,
  removeTree,
  splitPath,
  zonepathOf,
} from "./zonepaths.ts";

/** Virtual milliseconds: another mount point or name, and a copy of files. */
const RENAMING = 500;
const COPYING = 40_000;

/**
 * `zoneadm move`: another mount point for a dataset, another name on the same file system, else a copy. The
 * configuration follows last. Source: move_func() in usr/src/cmd/zoneadm/zoneadm.c.
 * @returns EEXIST for a place that is taken, EBUSY where something else is mounted below the old one; everything is as
 * it was then
 */
export function moveZone(work: FileWork, to: string): Outcome {
  const { host, entry } = work;
  const from = zonepathOf(entry);
  const refused = placeRefused(work, from, to);
  const moved = refused ?? moveFiles(work, from, to);
  if (!moved.ok) {
    tellFailure(work, "zone.move", moved);
    return moved;
  }
  const { definition } = entry;
  const zonepath = { value: to, cause: { what: `zoneadm move ${to}`, from: "host" as const } };
  const changed: ZoneDefinition = { ...definition, properties: { ...definition.properties, zonepath } };
  changeDefinition(host, entry, changed);
  tell(work, "zone.move", `The files of zone ${entry.name} are in ${to} now: ${moved.decision.reason}`);
  return moved;
}

function placeRefused({ host, entry }: FileWork, from: string, to: string): Refused | undefined {
  if (!to.startsWith("/") || to === "/" || /\/(\.{0,2})(\/|$)/.test(to))
    return denied("EINVAL", "move/path", `${to} is no path that leads straight to a directory.`);
  if (to === from || to.startsWith(`${from}/`))
    return denied("EINVAL", "move/path", `${to} is in the zonepath itself.`);
  if (namesIn(host, to).length > 0) return denied("EEXIST", "move/target", `${to} is not empty.`);
  const there = directoryThere(host, from);
  if (!there.ok) return there;
  const mounted = mountedBelow(host, `${from}/root`) ?? mountedBelow(host, from);
  if (mounted !== undefined && !(mounted === `${from}/root` && entry.installation?.root !== undefined))
    return denied("EBUSY", "move/mounted", `${mounted} is mounted below the zonepath.`, {
      causes: [{ what: `mount on ${mounted}`, from: "host" }],
    });
  return undefined;
}

function moveFiles(work: FileWork, from: string, to: string): Outcome {
  const own = datasetOn(work.host, from);
  if (own !== undefined) return moveDataset(work, own, from, to);
  const { host } = work;
  const source = findDirectory(host, from);
  if (!source) return denied("ENOENT", "move/source", `There is no ${from}.`);
  const [above, name] = splitPath(to);
  const parent = ensureDirectory(host, above);
  const sameFileSystem = parent.mount === source.mount;
  pass(host, sameFileSystem ? RENAMING : COPYING);
  if (sameFileSystem) {
    removeTree(host, parent, name);
    rename(work, source, parent, name);
    return allowed(undefined, "move/rename", "the directory has another name.");
  }
  const [fromAbove, fromName] = splitPath(from);
  const dataset = makeZonepath(work, to);
  const target = ensureDirectory(host, to);
  copyTree(host, source, target);
  onlyForRoot(host, target);
  const old = findDirectory(host, fromAbove);
  if (old) removeTree(host, old, fromName);
  const { installation } = work.entry;
  if (installation && dataset !== undefined) installation.dataset = dataset;
  return allowed(undefined, "move/copy", "they were copied and removed from the old place.");
}

function rename({ host, entry }: FileWork, source: Vnode, parent: Vnode, name: string): void {
  const fs = fileSystemOf(host, source);
  const [above, old] = splitPath(zonepathOf(entry));
  const before = findDirectory(host, above);
  if (before) removeEntry(fs, before.node, old);
  addEntry(fs, parent.node, name, source.node);
  const node = fs.nodes[source.node];
  if (node) node.parent = parent.node;
}

/** `zfs set mountpoint`; where the dataset cannot be mounted in the new place, it goes back to the old one. */
function moveDataset(work: FileWork, own: string, from: string, to: string): Outcome {
  const { host, process, entry } = work;
  const dataset = findDataset(host, own);
  const root = entry.installation?.root;
  for (const name of root === undefined ? [own] : [root, own]) {
    const gone = unmountDataset(host, process, name);
    if (gone.ok) continue;
    mountAgain(work, own, root, from);
    return gone;
  }
  if (dataset) dataset.mountpoint = to;
  const moved = mountAgain(work, own, root, to);
  if (!moved.ok) {
    if (dataset) dataset.mountpoint = from;
    mountAgain(work, own, root, from);
    return moved;
  }
  const [above, name] = splitPath(from);
  const before = findDirectory(host, above);
  if (before) removeTree(host, before, name);
  pass(host, RENAMING);
  return allowed(undefined, "move/dataset", `dataset ${own} has another mount point.`);
}

function mountAgain({ host, process }: FileWork, own: string, root: string | undefined, on: string): Outcome {
  const mounted = mountDataset(host, process, own, on);
  if (!mounted.ok || root === undefined) return mounted;
  return mountDataset(host, process, root, `${on}/root`);
}
