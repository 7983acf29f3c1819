import { own } from "../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { processesOn } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { datasetNameProblem } from "./datasetNames.ts";
import { datasetsBelow, dropDataset, nameAbove, putDataset } from "./datasetTree.ts";
import { dropTree, fileSystemOfDataset, restoreTree } from "./frozen.ts";
import { clonesOf, originOf, setOrigin } from "./origins.ts";
import type { Dataset } from "./types.ts";
import { hasSnapshot, mayAdminister, zfsCreate, zfsDestroy, zfsMount, zfsMounts, zfsUnmount } from "./zfs.ts";

/** Snapshots and clones of ZFS. Source: usr/src/uts/common/fs/zfs/zfs_ioctl.c (zfs_secpolicy_*), zfs(8). */

/** `pool/name@snapshot` in its parts. */
function partsOf(snapshot: string): [name: string, last: string] {
  const cut = snapshot.indexOf("@");
  return cut < 0 ? [snapshot, ""] : [snapshot.slice(0, cut), snapshot.slice(cut + 1)];
}

/** A snapshot whose dataset the process may change. */
function snapshotOf(host: Host, process: Process, snapshot: string): Outcome<Dataset> {
  const [name, last] = partsOf(snapshot);
  const may = mayAdminister(host, process, name);
  if (may.ok && !hasSnapshot(may.value, last))
    return denied("ENOENT", "zfs/snapshot", `There is no snapshot ${snapshot}.`);
  return may;
}

/** zfs destroy of a snapshot. One that has clones stays. */
export function zfsDestroySnapshot(host: Host, process: Process, snapshot: string): Outcome {
  const may = snapshotOf(host, process, snapshot);
  if (!may.ok) return may;
  const [clone] = clonesOf(host, snapshot);
  if (clone !== undefined)
    return denied("EBUSY", "zfs/clones", `${clone} is a clone of ${snapshot}.`, {
      causes: [{ what: `origin=${snapshot} of ${clone}`, from: "host" }],
    });
  const [, last] = partsOf(snapshot);
  dropTree(host, may.value, last);
  may.value.snapshots = (may.value.snapshots ?? []).filter((other) => other !== last);
  return allowed(undefined, "zfs/destroy", `${snapshot} is gone.`);
}

/** zfs destroy -r: with all datasets below and their snapshots; -R: with the clones of those, wherever they are. */
export function zfsDestroyTree(host: Host, process: Process, name: string, clones: boolean): Outcome {
  const { datasets } = host.state.files;
  for (const one of [name, ...datasetsBelow(host, name)].sort().reverse()) {
    for (const snapshot of [...(own(datasets, one)?.snapshots ?? [])]) {
      for (const clone of clones ? clonesOf(host, `${one}@${snapshot}`) : []) {
        const gone = zfsDestroyTree(host, process, clone, true);
        if (!gone.ok) return gone;
      }
      const gone = zfsDestroySnapshot(host, process, `${one}@${snapshot}`);
      if (!gone.ok) return gone;
    }
    const gone = zfsDestroy(host, process, one);
    if (!gone.ok) return gone;
  }
  return allowed(undefined, "zfs/destroy", `${name} is gone, with all below it.`);
}

/**
 * zfs clone: a dataset with the files that a snapshot has, which takes room only for what becomes different. In a
 * container both the origin and the place of the clone must be delegated.
 * @param mount whether it is mounted where its properties say so
 * @returns what `zfsCreate` says; ENOENT; EXDEV for another pool
 */
export function zfsClone(
  host: Host,
  process: Process,
  snapshot: string,
  name: string,
  properties: Readonly<Record<string, string>> = {},
  { mount = true } = {},
): Outcome<Dataset> {
  const source = snapshotOf(host, process, snapshot);
  if (!source.ok) return source;
  if (name.split("/")[0] !== snapshot.split("/")[0])
    return denied("EXDEV", "zfs/pool", "A clone lies in the pool of its snapshot.");
  const { canmount = "on" } = properties;
  // Only once it has its files.
  const made = zfsCreate(host, process, name, properties, { mount: false });
  if (!made.ok) return made;
  const dataset = made.value;
  const [, last] = partsOf(snapshot);
  restoreTree(host, source.value, last, fileSystemOfDataset(host, dataset));
  setOrigin(host, dataset, snapshot);
  dataset.shared = source.value.kept?.[last]?.refers ?? 0;
  const inContainer = process.credential.container !== 0;
  if (mount && canmount === "on" && dataset.mountpoint.startsWith("/") && dataset.zoned === inContainer)
    zfsMount(host, process, name);
  return made;
}

/**
 * zfs promote: the clone takes over its snapshot and all earlier ones, and what it came from becomes the clone.
 * @returns EINVAL for what is no clone; EEXIST for a snapshot whose name the clone has
 */
export function zfsPromote(host: Host, process: Process, name: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const clone = may.value;
  const origin = originOf(clone);
  if (origin === undefined) return denied("EINVAL", "zfs/promote", `${name} is not a clone.`);
  const source = mayAdminister(host, process, partsOf(origin)[0]);
  if (!source.ok) return source;
  const parent = source.value;
  const all = parent.snapshots ?? [];
  const moved = all.slice(0, all.indexOf(partsOf(origin)[1]) + 1);
  const twice = moved.find((snapshot) => clone.snapshots?.includes(snapshot));
  if (twice !== undefined)
    return denied("EEXIST", "zfs/exists", `Both ${name} and ${parent.name} have a snapshot ${twice}.`);
  const above = originOf(parent);
  for (const snapshot of moved) {
    for (const other of clonesOf(host, `${parent.name}@${snapshot}`)) {
      const dataset = own(host.state.files.datasets, other);
      if (dataset && dataset !== clone) setOrigin(host, dataset, `${name}@${snapshot}`);
    }
    moveTree(parent, clone, snapshot);
  }
  parent.snapshots = all.slice(moved.length);
  clone.snapshots = [...moved, ...(clone.snapshots ?? [])];
  setOrigin(host, clone, above);
  setOrigin(host, parent, `${name}@${moved.at(-1)}`);
  exchangeShared(host, parent, clone);
  return allowed(undefined, "zfs/promote", `${name} does not depend on ${parent.name} any more.`);
}

/** What both have in common counts for the clone now; what the parent shares with its own origin, the clone does. */
function exchangeShared({ state: { files } }: Host, parent: Dataset, clone: Dataset): void {
  const { shared: above = 0 } = parent;
  const own = Math.min(parent.used, Math.max(0, (clone.shared ?? 0) - above));
  const charge = (name: string, bytes: number): void => {
    for (let at = name; at !== ""; at = nameAbove(at)) {
      const dataset = files.datasets[at];
      if (dataset) dataset.used += bytes;
    }
  };
  charge(clone.name, own);
  charge(parent.name, -own);
  if (above > 0) clone.shared = above;
  else delete clone.shared;
  parent.shared = above + own;
}

function moveTree(from: Dataset, to: Dataset, snapshot: string): void {
  const { [snapshot]: tree, ...others } = from.kept ?? {};
  if (!tree) return;
  if (Object.keys(others).length > 0) from.kept = others;
  else delete from.kept;
  to.kept = { ...to.kept, [snapshot]: tree };
}

/**
 * zfs rollback: the files are as the snapshot has them. Later snapshots must go first.
 * @returns EEXIST where there is a later one; EBUSY while files are in use
 */
export function zfsRollback(host: Host, process: Process, snapshot: string): Outcome {
  const may = snapshotOf(host, process, snapshot);
  if (!may.ok) return may;
  const dataset = may.value;
  const [name, last] = partsOf(snapshot);
  const later = dataset.snapshots?.at(-1);
  if (later !== last) return denied("EEXIST", "zfs/later", `${name}@${later} is later than ${snapshot}.`);
  const user = zfsMounts(host, name).flatMap(({ id }) => processesOn(host, id))[0];
  if (user)
    return denied("EBUSY", "zfs/busy", `Process ${user.pid} uses files of ${name}.`, {
      causes: [{ what: `process ${user.pid}`, from: "host" }],
      // The real call suspends the file system, and open files of which nothing is left fail afterwards.
      unsure: true,
    });
  restoreTree(host, dataset, last, fileSystemOfDataset(host, dataset));
  const refers = dataset.kept?.[last]?.refers;
  if (refers !== undefined) dataset.used = Math.max(0, refers - (dataset.shared ?? 0));
  return allowed(undefined, "zfs/rollback", `${name} is as it was at ${snapshot}.`);
}

/**
 * zfs rename of a dataset with all below it, within its pool. What is mounted on an inherited place moves along.
 * @returns EEXIST; EXDEV for another pool; EINVAL for a place below itself
 */
export function zfsRename(host: Host, process: Process, name: string, to: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const problem = datasetNameProblem(to);
  if (problem !== undefined)
    return denied("EINVAL", "zfs/name", `A dataset cannot be called ${to}: ${problem}.`);
  const { datasets } = host.state.files;
  const target = mayAdminister(host, process, nameAbove(to));
  if (!target.ok) return target;
  if (own(datasets, to)) return denied("EEXIST", "zfs/exists", `There is a dataset ${to}.`);
  if (to.split("/")[0] !== name.split("/")[0])
    return denied("EXDEV", "zfs/pool", "A dataset stays in its pool.");
  if (to.startsWith(`${name}/`)) return denied("EINVAL", "zfs/below", `${to} is below ${name}.`);
  if (process.credential.container !== 0 && may.value.container === process.credential.container)
    return denied("EPERM", "zfs/rename", "The delegated dataset itself is renamed by the host.", {
      causes: [{ what: "a container renames only what is below the delegated dataset", from: "kernel" }],
    });
  const moved = [name, ...datasetsBelow(host, name)];
  const mounted = moved.filter((other) => own(datasets, other)?.mounted);
  for (const other of [...mounted].sort().reverse()) {
    const gone = zfsUnmount(host, process, other);
    if (!gone.ok) return gone;
  }
  const pointOf = (dataset: string) => own(datasets, dataset)?.mountpoint;
  const place = { from: pointOf(name) ?? "", to: inheritedPlace(name, to, pointOf) };
  for (const other of moved) renameOne(host, other, to + other.slice(name.length), place);
  for (const other of mounted) zfsMount(host, process, to + other.slice(name.length));
  return allowed(undefined, "zfs/rename", `${name} is ${to} now.`);
}

/** The mount point under the new name, where it comes from the datasets above. */
function inheritedPlace(name: string, to: string, pointOf: (name: string) => string | undefined): string {
  const own = pointOf(name) ?? "";
  const below = (dataset: string) => {
    const above = pointOf(nameAbove(dataset)) ?? "";
    return `${above === "/" ? "" : above}/${dataset.slice(nameAbove(dataset).length + 1)}`;
  };
  return own === below(name) ? below(to) : own;
}

function renameOne(
  host: Host,
  name: string,
  to: string,
  place: { readonly from: string; readonly to: string },
): void {
  const { datasets, byId } = host.state.files;
  const dataset = own(datasets, name);
  if (!dataset) return;
  const origin = originOf(dataset);
  setOrigin(host, dataset, undefined);
  dropDataset(host, name);
  dataset.name = to;
  putDataset(host, dataset);
  if (origin !== undefined) setOrigin(host, dataset, origin);
  for (const snapshot of dataset.snapshots ?? [])
    for (const clone of clonesOf(host, `${name}@${snapshot}`)) {
      const other = own(datasets, clone);
      if (other) setOrigin(host, other, `${to}@${snapshot}`);
    }
  const { mountpoint } = dataset;
  if (mountpoint === place.from || mountpoint.startsWith(`${place.from}/`))
    dataset.mountpoint = place.to + mountpoint.slice(place.from.length);
  const fs = dataset.filesystem === undefined ? undefined : byId[dataset.filesystem];
  if (fs?.source === name) fs.source = to;
}
