import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { mayAdmin, readOnly } from "./access.ts";
import { lookup } from "./lookup.ts";
import { editable, mountOf, nodeOf } from "./nodes.ts";
import type { Vnode } from "./types.ts";

/** Mode and owner. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

/** A file of a mount that can be written. */
export function changeable(host: Host, process: Process, path: string, follow = true): Outcome<Vnode> {
  const found = lookup(host, process, path, { follow });
  if (!found.ok) return found;
  return mountOf(host, found.value).readOnly ? readOnly(host, found.value) : found;
}

const FIXED: ReadonlySet<string> = new Set(["schg", "uchg", "sappnd", "uappnd"]);

function notFixed(host: Host, vnode: Vnode, path: string): Outcome {
  const { flags } = nodeOf(host, vnode);
  return flags.some((flag) => FIXED.has(flag))
    ? denied("EPERM", "flags/immutable", `${path} is immutable (${flags.join(",")}).`)
    : allowed(undefined, "flags", "No flag stands against it.");
}

/** A file whose owner and mode the process may change. */
function administered(host: Host, process: Process, path: string): Outcome<Vnode> {
  const found = changeable(host, process, path);
  if (!found.ok) return found;
  const free = notFixed(host, found.value, path);
  if (!free.ok) return free;
  const admin = mayAdmin(host, process, found.value);
  return admin.ok ? found : admin;
}

/** chmod(2). */
export function chmod(host: Host, process: Process, path: string, mode: number): Outcome {
  const found = administered(host, process, path);
  if (!found.ok) return found;
  const vnode = found.value;
  const node = nodeOf(host, vnode);
  if (mode & 0o1000 && node.kind !== "directory") {
    const sticky = host.kernel.power(host, process, "VFS_STICKYFILE");
    if (!sticky.ok) return denied("EFTYPE", "chmod/sticky", "Only root makes files sticky.");
  }
  const { gid, groups } = process.credential;
  if (mode & 0o2000 && node.gid !== gid && !groups.includes(node.gid)) {
    const setgid = host.kernel.power(host, process, "VFS_SETGID");
    if (!setgid.ok) return setgid;
  }
  editable(host, vnode).mode = mode & 0o7777;
  return allowed(undefined, "chmod", `${path} has a new mode.`);
}

/** chown(2). Without the privilege only the group changes, to one of the owner's. */
export function chown(host: Host, process: Process, path: string, uid: number, gid: number): Outcome {
  const found = administered(host, process, path);
  if (!found.ok) return found;
  const vnode = found.value;
  const node = nodeOf(host, vnode);
  const { credential } = process;
  const ownGroup = gid === node.gid || gid === credential.gid || credential.groups.includes(gid);
  if (uid !== node.uid || !ownGroup) {
    const may = host.kernel.power(host, process, "VFS_CHOWN");
    if (!may.ok) return may;
  }
  const changed = editable(host, vnode);
  changed.uid = uid;
  changed.gid = gid;
  if (changed.mode & 0o6000 && !host.kernel.power(host, process, "VFS_RETAINSUGID").ok)
    changed.mode &= ~0o6000;
  return allowed(undefined, "chown", `${path} has a new owner.`);
}
