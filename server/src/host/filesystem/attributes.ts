import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { appendOnly, immutable, mayAdmin, readOnly } from "./access.ts";
import { lookup } from "./lookup.ts";
import { editable, mountOf, nodeOf } from "./nodes.ts";
import type { Vnode } from "./types.ts";

/** Mode and owner. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

/** A file of a mount that can be written. */
export function changeable(host: Host, process: Process, path: string, follow = true): Outcome<Vnode> {
  const found = lookup(host, process, path, { follow });
  if (!found.ok) return found;
  if (mountOf(host, found.value).readOnly) return readOnly(host, found.value);
  const against = host.kernel.files.rules.against(host, process, found.value, nodeOf(host, found.value), {
    write: true,
  });
  return against ?? found;
}

function notFixed(host: Host, vnode: Vnode, path: string): Outcome {
  const node = nodeOf(host, vnode);
  return immutable(node) || appendOnly(node)
    ? denied("EPERM", "flags/immutable", `${path} is immutable (${node.flags.join(",")}).`)
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
  const wanted = host.kernel.files.rules.mode(host, process, nodeOf(host, vnode), mode & 0o7777);
  if (!wanted.ok) return wanted;
  editable(host, vnode).mode = wanted.value;
  return allowed(undefined, "chmod", `${path} has a new mode.`);
}

/** chown(2). Set-id bits go, unless the caller could set them. */
export function chown(host: Host, process: Process, path: string, uid: number, gid: number): Outcome {
  const found = changeable(host, process, path);
  if (!found.ok) return found;
  const vnode = found.value;
  const free = notFixed(host, vnode, path);
  if (!free.ok) return free;
  const { rules } = host.kernel.files;
  const may = rules.owner(host, process, vnode, uid, gid);
  if (!may.ok) return may;
  const changed = editable(host, vnode);
  changed.uid = uid;
  changed.gid = gid;
  if (changed.mode & 0o6000 && !rules.power(host, process, changed, "VFS_RETAINSUGID").ok)
    changed.mode &= ~0o6000;
  return allowed(undefined, "chown", `${path} has a new owner.`);
}
