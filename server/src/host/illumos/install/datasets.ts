import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { ensureDirectory, findDirectory } from "../../filesystem/build.ts";
import { datasetsBelow } from "../../filesystem/datasetTree.ts";
import { mountsFrom } from "../../filesystem/mountIndex.ts";
import { editable, mountOf } from "../../filesystem/nodes.ts";
import { clonesOf, originOf, setOrigin } from "../../filesystem/origins.ts";
import type { Dataset, Vnode } from "../../filesystem/types.ts";
import { zfsCreate, zfsDestroy, zfsSnapshot } from "../../filesystem/zfs.ts";
import { zfsClone, zfsDestroySnapshot, zfsPromote } from "../../filesystem/zfsSnapshots.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";

/** ZFS as the programs that install zones use it. Source: usr/src/cmd/zoneadm/zfs.c. */

export function findDataset({ state: { files } }: Host, name: string): Dataset | undefined {
  return own(files.datasets, name);
}

/** The dataset that is mounted on a directory. */
export function datasetOn(host: Host, path: string): string | undefined {
  const vnode = findDirectory(host, path);
  return vnode && datasetAt(host, vnode, path);
}

/** The same for who has the directory already. */
export function datasetAt(host: Host, vnode: Vnode, path: string): string | undefined {
  const { type, root, from, path: on } = mountOf(host, vnode);
  return type === "zfs" && root === vnode.node && on === path ? from : undefined;
}

/** Makes a dataset and mounts it, with the directories above its mount point. */
export function createDataset(
  host: Host,
  process: Process,
  name: string,
  properties: Readonly<Record<string, string>> = {},
): Outcome<Dataset> {
  const made = zfsCreate(host, process, name, properties, { mount: false });
  if (!made.ok) return made;
  const dataset = made.value;
  if (properties["canmount"] !== undefined || dataset.zoned || !dataset.mountpoint.startsWith("/"))
    return made;
  const mounted = mountDataset(host, process, name, dataset.mountpoint);
  return mounted.ok ? made : mounted;
}

/** Mounts a dataset on a directory, which is made where it is missing. What is mounted already stays. */
export function mountDataset(host: Host, process: Process, name: string, on: string): Outcome {
  const directory = ensureDirectory(host, on, false);
  if (datasetAt(host, directory, on) === name)
    return allowed(undefined, "zfs/mount", `${name} is mounted on ${on}.`);
  const mounted = host.kernel.files.mount(host, process, { type: "zfs", from: name, on });
  return mounted.ok ? { ...mounted, value: undefined } : mounted;
}

export function unmountDataset(host: Host, process: Process, name: string): Outcome {
  for (const { path } of mountsFrom(host, name).reverse()) {
    const gone = host.kernel.files.unmount(host, process, path);
    if (!gone.ok) return gone;
  }
  return allowed(undefined, "zfs/unmount", `${name} is not mounted.`);
}

/**
 * A snapshot of a dataset with a new name: the prefix and the number behind the last one. Source: take_snapshot() in
 * zfs.c, where the names are SUNWzone1, SUNWzone2 …
 */
export function takeSnapshot(host: Host, process: Process, name: string, prefix: string): Outcome<string> {
  let last = 0;
  const snapshots = findDataset(host, name)?.snapshots ?? [];
  for (let i = snapshots.length - 1; i >= 0 && last === 0; i--) {
    const snapshot = snapshots[i] as string;
    if (snapshot.startsWith(prefix)) last = Number(snapshot.slice(prefix.length)) || 0;
  }
  const snapshot = `${prefix}${last + 1}`;
  const taken = zfsSnapshot(host, process, name, snapshot);
  return taken.ok ? { ...taken, value: `${name}@${snapshot}` } : taken;
}

/** `zfs clone`, mounted with the directories above its mount point. */
export function cloneDataset(
  host: Host,
  process: Process,
  snapshot: string,
  name: string,
  properties: Readonly<Record<string, string>> = {},
): Outcome<Dataset> {
  const made = zfsClone(host, process, snapshot, name, properties, { mount: false });
  if (!made.ok || properties["canmount"] === "noauto") return made;
  const dataset = made.value;
  if (!dataset.mountpoint.startsWith("/")) return made;
  const mounted = mountDataset(host, process, name, dataset.mountpoint);
  return mounted.ok ? made : mounted;
}

/**
 * Destroys a dataset with all below it. Clones of its snapshots live on, and take the snapshots over; the snapshot that
 * it was a clone of goes as well if it was made for that. Source: destroy_zfs(), promote_all_clones() in zfs.c.
 * @param made whether a snapshot was made for a clone
 */
export function destroyTree(
  host: Host,
  process: Process,
  name: string,
  made: (snapshot: string) => boolean,
): Outcome {
  for (const one of [name, ...datasetsBelow(host, name)].sort().reverse()) {
    const dataset = findDataset(host, one);
    if (!dataset) continue;
    const free = freeSnapshots(host, process, dataset);
    if (!free.ok) return free;
    const origin = originOf(dataset);
    const gone = zfsDestroy(host, process, one);
    if (!gone.ok) return gone;
    charge(host, one, -dataset.used);
    if (origin === undefined) continue;
    setOrigin(host, dataset, undefined);
    if (made(origin.slice(origin.indexOf("@") + 1)) && clonesOf(host, origin).length === 0)
      zfsDestroySnapshot(host, process, origin);
  }
  return allowed(undefined, "zfs/destroy", `Dataset ${name} is gone.`);
}

/** Snapshots with clones go to a clone, the latest first, others are destroyed. */
function freeSnapshots(host: Host, process: Process, dataset: Dataset): Outcome {
  for (;;) {
    const snapshot = dataset.snapshots?.at(-1);
    if (snapshot === undefined) return allowed(undefined, "zfs/snapshots", "No snapshot is left.");
    const full = `${dataset.name}@${snapshot}`;
    const [clone] = clonesOf(host, full);
    const done =
      clone === undefined ? zfsDestroySnapshot(host, process, full) : zfsPromote(host, process, clone);
    if (!done.ok) return done;
  }
}

/** Bytes that a dataset takes or gives back; those above it count them as well. */
export function charge({ state: { files } }: Host, name: string, bytes: number): void {
  for (let at = name; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const dataset = own(files.datasets, at);
    if (dataset) dataset.used = Math.max(0, dataset.used + bytes);
  }
}

/**
 * Whether so many bytes can be written: no quota is in the way, and on a machine that was described the pool has room.
 * @returns EDQUOT or ENOSPC
 */
export function hasRoom({ state: { files, machine } }: Host, name: string, bytes: number): Outcome {
  for (let at = name; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const { quota = 0, used = 0 } = own(files.datasets, at) ?? {};
    if (quota > 0 && used + bytes > quota)
      return denied("EDQUOT", "install/quota", `Dataset ${at} has a quota of ${quota} bytes.`, {
        causes: [{ what: `quota=${quota} of ${at}`, from: "host" }],
      });
  }
  const pool = machine.pools.find((known) => known.name === name.split("/")[0]);
  const used = pool ? (own(files.datasets, pool.name)?.used ?? 0) : 0;
  if (pool && machine.described && used + bytes > pool.size)
    return denied("ENOSPC", "install/space", `Pool ${pool.name} has no room for ${bytes} bytes.`, {
      causes: [{ what: `pool ${pool.name} of ${pool.size} bytes`, from: "host" }],
    });
  return allowed(undefined, "install/space", "There is room.");
}

/** A directory for root alone, as zonepaths are. */
export function onlyForRoot(host: Host, vnode: Vnode): void {
  editable(host, vnode).mode = 0o700;
}
