import { allowed, denied, type Outcome } from "../../decision.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { mayAccess, mayAdmin, readOnly } from "../../filesystem/access.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { editable, mountOf, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";

/** Mode, owner, flags and extended attributes. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

function changeable(host: Host, process: Process, path: string, follow = true): Outcome<Vnode> {
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
    const sticky = privCheck(host, process, "VFS_STICKYFILE");
    if (!sticky.ok) return denied("EFTYPE", "chmod/sticky", "Only root makes files sticky.");
  }
  const { gid, groups } = process.credential;
  if (mode & 0o2000 && node.gid !== gid && !groups.includes(node.gid)) {
    const setgid = privCheck(host, process, "VFS_SETGID");
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
    const may = privCheck(host, process, "VFS_CHOWN");
    if (!may.ok) return may;
  }
  const changed = editable(host, vnode);
  changed.uid = uid;
  changed.gid = gid;
  if (changed.mode & 0o6000 && !privCheck(host, process, "VFS_RETAINSUGID").ok) changed.mode &= ~0o6000;
  return allowed(undefined, "chown", `${path} has a new owner.`);
}

/** The flags that only the superuser changes (SF_SETTABLE). Source: chflags(1), sys/sys/stat.h. */
const SYSTEM_FLAGS: ReadonlySet<string> = new Set(["arch", "sappnd", "schg", "snapshot", "sunlnk"]);
/** Of these, the ones that a raised securelevel keeps. */
const KEPT: ReadonlySet<string> = new Set(["sappnd", "schg", "sunlnk"]);

/**
 * chflags(2): the flags become these. Jailed root without allow.chflags is treated as an ordinary user; with it as the
 * host's, who at securelevel 1 and above cannot change a file with system flags.
 */
export function chflags(host: Host, process: Process, path: string, flags: readonly string[]): Outcome {
  const found = changeable(host, process, path);
  if (!found.ok) return found;
  const vnode = found.value;
  const node = nodeOf(host, vnode);
  if (node.kind === "device") {
    const device = privCheck(host, process, "VFS_CHFLAGS_DEV");
    if (!device.ok) return device;
  }
  const admin = mayAdmin(host, process, vnode);
  if (!admin.ok) return admin;
  const may = privCheck(host, process, "VFS_SYSFLAGS");
  const system = node.flags.filter((flag) => SYSTEM_FLAGS.has(flag));
  if (may.ok) {
    const jail = prisonOf(host, process);
    if (system.some((flag) => KEPT.has(flag)) && jail.securelevel > 0)
      return denied(
        "EPERM",
        "chflags/securelevel",
        `Securelevel ${jail.securelevel} keeps ${system.join(",")}.`,
        {
          causes: [causeOf(jail, "securelevel", String(jail.securelevel))],
        },
      );
  } else {
    const wanted = flags.filter((flag) => SYSTEM_FLAGS.has(flag));
    const differs = wanted.length !== system.length || wanted.some((flag) => !system.includes(flag));
    if (system.some((flag) => KEPT.has(flag)) || differs) return may;
  }
  editable(host, vnode).flags = [...flags];
  return allowed(undefined, "chflags", `${path} has new flags.`, {
    causes: may.ok ? may.decision.causes : [],
  });
}

/** extattr_set_file(2). Source: extattr_check_cred() in sys/kern/vfs_subr.c. */
export function extattrSet(
  host: Host,
  process: Process,
  path: string,
  namespace: "user" | "system",
  name: string,
  value: string,
): Outcome {
  const found = changeable(host, process, path);
  if (!found.ok) return found;
  const may = mayExtattr(host, process, found.value, namespace, true);
  if (!may.ok) return may;
  const node = editable(host, found.value);
  node.attributes = { ...node.attributes, [`${namespace}.${name}`]: value };
  return allowed(undefined, "extattr", `${path} has the attribute.`, { causes: may.decision.causes });
}

/** extattr_get_file(2). */
export function extattrGet(
  host: Host,
  process: Process,
  path: string,
  namespace: "user" | "system",
  name: string,
): Outcome<string> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const may = mayExtattr(host, process, found.value, namespace, false);
  if (!may.ok) return may;
  const value = nodeOf(host, found.value).attributes?.[`${namespace}.${name}`];
  if (value === undefined) return denied("ENOATTR", "extattr/missing", `${path} has no such attribute.`);
  return allowed(value, "extattr", "The attribute is there.");
}

function mayExtattr(
  host: Host,
  process: Process,
  vnode: Vnode,
  namespace: "user" | "system",
  write: boolean,
): Outcome {
  if (namespace === "system") return privCheck(host, process, "VFS_EXTATTR_SYSTEM");
  return mayAccess(host, process, vnode, write ? { write } : { read: true });
}
