import { allowed, denied, type Outcome } from "../../decision.ts";
import { mayAccess, mayAdmin } from "../../filesystem/access.ts";
import { changeable } from "../../filesystem/attributes.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { editable, nodeOf } from "../../filesystem/nodes.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { causeOf } from "../scope.ts";

/** Flags and extended attributes. Source: ufs_setattr() and below in sys/ufs/ufs/ufs_vnops.c. */

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
