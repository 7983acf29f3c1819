import { own } from "../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { mountsOfFileSystem } from "./mountIndex.ts";
import { fileSystem, mountOf, nodeOf } from "./nodes.ts";
import type { Dataset, FileSystem, Mount, Vnode } from "./types.ts";

/** Bytes that files take in a file system; those of a stock tree that nobody changed do not count. */
export function usedBytes(fs: FileSystem, uid?: number): number {
  let sum = 0;
  for (const node of Object.values(fs.nodes))
    if (node.content !== undefined && (uid === undefined || node.uid === uid)) sum += node.content.length;
  return sum;
}

/** A dataset and those above it: their quotas hold for all below. */
function datasetChain({ state }: Host, name: string): Dataset[] {
  const found: Dataset[] = [];
  for (let at = name; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const dataset = own(state.files.datasets, at);
    if (dataset) found.push(dataset);
  }
  return found;
}

/** The part of a UFS that is kept for those with PRIV_VFS_BLOCKRESERVE. Source: MINFREE in sys/ufs/ffs/fs.h. */
const RESERVE = 0.08;

/** Whether a disk has room. Source: ffs_alloc() in sys/ufs/ffs/ffs_alloc.c. */
function takeBlocks(host: Host, process: Process, { path }: Mount, fs: FileSystem, bytes: number): Outcome {
  const after = usedBytes(fs) + bytes;
  if (after > fs.size) return denied("ENOSPC", "usage/size", `${path} has ${fs.size} bytes, and no more.`);
  if (after <= fs.size * (1 - RESERVE)) return allowed(undefined, "usage/size", "There is room.");
  const may = host.kernel.power(host, process, "VFS_BLOCKRESERVE");
  if (may.ok) return may;
  return denied("ENOSPC", "usage/reserve", `What is left of ${path} is a reserve.`, {
    causes: may.decision.causes,
  });
}

/**
 * Takes bytes for a file, or gives them back where negative. Quotas of ufs let root on the host through, none in a
 * jail; those of zfs and the size of tmpfs nobody.
 * Source: chkdq() in sys/ufs/ufs/ufs_quota.c, PRIV_VFS_EXCEEDQUOTA, zfsprops(7), tmpfs(5).
 */
export function takeBytes(host: Host, process: Process, vnode: Vnode, bytes: number): Outcome {
  if (bytes === 0) return ROOM;
  const mount = mountOf(host, vnode);
  const fs = fileSystem(host, mount.filesystem);
  const chain = fs.type === "zfs" ? datasetChain(host, datasetOf(host, fs) ?? mount.from) : [];
  if (bytes > 0) {
    if (fs.type === "tmpfs" && fs.size > 0 && usedBytes(fs) + bytes > fs.size)
      return denied("ENOSPC", "usage/size", `${mount.path} has ${fs.size} bytes, and no more.`);
    const blocks = fs.type === "ufs" && fs.size > 0 ? takeBlocks(host, process, mount, fs, bytes) : undefined;
    if (blocks && !blocks.ok) return blocks;
    for (const { name, quota, used } of chain)
      if (quota > 0 && used + bytes > quota)
        return denied("EDQUOT", "usage/dataset", `Dataset ${name} has a quota of ${quota} bytes.`, {
          causes: [{ what: `quota=${quota} of ${name}`, from: "host" }],
        });
    const refused = userQuota(host, process, fs, nodeOf(host, vnode).uid, bytes);
    if (refused) return refused;
  }
  if (fs.type === "tmpfs") {
    const full = host.kernel.files.rules.inMemory(host, fs, bytes);
    if (full) return full;
  }
  for (const dataset of chain) dataset.used = Math.max(0, dataset.used + bytes);
  return ROOM;
}

const ROOM = allowed(undefined, "usage", "There is room.");

function datasetOf(host: Host, fs: FileSystem): string | undefined {
  return fs.source ?? mountsOfFileSystem(host, fs.id).find(({ type }) => type === "zfs")?.from;
}

function userQuota(host: Host, process: Process, fs: FileSystem, uid: number, bytes: number) {
  const limit = fs.quotas?.on ? fs.quotas.limits[uid] : undefined;
  if (limit === undefined || usedBytes(fs, uid) + bytes <= limit) return undefined;
  const exempt = host.kernel.power(host, process, "VFS_EXCEEDQUOTA");
  if (fs.type !== "zfs" && exempt.ok) return undefined;
  return denied("EDQUOT", "usage/quota", `User ${uid} has a quota of ${limit} bytes in this file system.`, {
    causes: [{ what: `quota of user ${uid}`, from: "host" }, ...exempt.decision.causes],
  });
}
