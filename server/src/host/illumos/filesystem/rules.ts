import { findZoneFileSystemType } from "../../../catalog/illumos/fileSystemTypes.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Want } from "../../filesystem/access.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountsOfFileSystem } from "../../filesystem/mountIndex.ts";
import { editable, fileSystemOf, mountOf, nodeOf, stockPath } from "../../filesystem/nodes.ts";
import type { FileNode, FileSystem, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { FileRules } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { linuxProcText } from "../linux/procFiles.ts";
import { platformOf } from "../platform.ts";
import { allOfZone, everyPrivilege, holds, power, privilege } from "../privileges.ts";
import { charge } from "../resources/rctls.ts";
import { zoneFileText } from "../zoneFiles.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { mountCause } from "./mounts.ts";
import { mnttab } from "./mountViews.ts";
import { againstProfile } from "./writableProfile.ts";

/** Rules on files. Source: secpolicy_vnode_*() in usr/src/uts/common/os/policy.c, usr/src/uts/common/fs/zfs/zfs_acl.c. */

export const fileRules: FileRules = { against, power: powerOver, mode, owner, mountCause, shown, inMemory };

/** What zones of Linux have on /proc, and those of SmartOS on /system/lxproc. */
const LINUX_PROC: ReadonlySet<string> = new Set(["lx_proc", "lxproc"]);

/** /etc/mnttab is a file of mntfs, whoever reads it; /etc/release says what has been installed, /etc/zones which zones. */
function shown(host: Host, process: Process, vnode: Vnode): string | undefined {
  const { type, nodes } = fileSystemOf(host, vnode);
  if (type === "mntfs") return mnttab(host, process);
  if (LINUX_PROC.has(type)) return linuxProcText(host, process, stockPath(host, vnode));
  const stored = nodes[vnode.node];
  if (stored?.view !== undefined) return zoneFileText(host, stored);
  return !stored && stockPath(host, vnode) === "/etc/release" ? releaseText(host) : undefined;
}

function releaseText({ state: { machine } }: Host): string {
  const { system, release } = machine;
  const names = {
    omnios: "OmniOS v11",
    smartos: "SmartOS",
    solaris: "Oracle Solaris",
    freebsd: "",
    illumos: "illumos",
  };
  return `  ${names[system]} ${release}\n`;
}

/** Files of tmpfs reserve swap of the zone in whose tree they are. Source: tmp_resv() in fs/tmpfs/tmp_subr.c. */
function inMemory(host: Host, fs: FileSystem, bytes: number): Refused | undefined {
  const mount = mountsOfFileSystem(host, fs.id).find(({ type }) => type === "tmpfs");
  const zone = mount && findZone(host, mount.zone ?? GLOBAL);
  return zone && charge(host, zone, "zone.max-swap", bytes, "tmpfs-write");
}

/** The basic privileges that all use of files needs, devices that a mount hides, and roots that cannot be written. */
function against(
  host: Host,
  process: Process,
  vnode: Vnode,
  node: FileNode,
  { read, write }: Want,
): Refused | undefined {
  if (!read && !write) return undefined;
  const basic = withoutBasic(host, process, read === true, write === true);
  if (basic) return basic;
  if (node.kind === "device") return hiddenDevice(host, vnode);
  if (!write) return undefined;
  const view = viewType(host, vnode);
  if (view !== undefined)
    return denied(
      view === "mntfs" ? "EPERM" : "EACCES",
      "mount/view",
      `${view} shows what the kernel knows.`,
    );
  if (node.flags.includes("readonly") && node.kind === "file")
    return denied("EPERM", "flags/readonly", "The file has the attribute readonly.");
  return againstProfile(host, process, vnode);
}

/** The type of a file system that holds nothing itself; all zones see the same nodes of it. */
function viewType(host: Host, vnode: Vnode): string | undefined {
  const { type } = fileSystemOf(host, vnode);
  return type !== "tmpfs" && findZoneFileSystemType(type)?.special === "none" ? type : undefined;
}

/** Reading and writing are basic privileges themselves, which Solaris 10 did not have yet. */
function withoutBasic(host: Host, process: Process, read: boolean, write: boolean): Refused | undefined {
  const missing =
    read && !holds(host, process, "file_read")
      ? "file_read"
      : write && !holds(host, process, "file_write")
        ? "file_write"
        : undefined;
  if (missing === undefined || platformOf(host) === "solaris10") return undefined;
  const may = privilege(host, process, missing, "EACCES");
  return may.ok ? undefined : may;
}

/**
 * What shows the devices of a zone, also where its own init has mounted it: the nodes behind it are those of dev. What
 * stands for a descriptor leads to no driver.
 */
const DEVICE_TREES: ReadonlySet<string> = new Set(["dev", "lx_devfs", "fd"]);

/** A device node on a mount with nodevices leads to no driver. Source: usr/src/uts/common/fs/specfs, VFS_NODEVICES. */
function hiddenDevice(host: Host, vnode: Vnode): Refused | undefined {
  const mount = mountOf(host, vnode);
  if (DEVICE_TREES.has(mount.type) || !mount.options.includes("nodevices")) return undefined;
  return denied("ENXIO", "mount/nodevices", `${mount.path} is mounted with nodevices.`, {
    causes: [mountCause(host, mount)],
  });
}

/** What belongs to root is out of reach for a single privilege: otherwise each would be as good as all. */
function powerOver(
  host: Host,
  process: Process,
  { uid, mode: bits }: FileNode,
  wanted: Parameters<FileRules["power"]>[3],
): Outcome {
  const { uid: own } = process.credential;
  if (wanted === "VFS_WRITE" && uid === 0 && own !== 0) return allOfZone(host, process, "EACCES");
  if (wanted === "VFS_ADMIN" && uid === 0) return allOfZone(host, process);
  if (wanted === "VFS_RETAINSUGID" && uid === 0 && (bits & SET_UID) !== 0) return allOfZone(host, process);
  return power(host, process, wanted);
}

const SET_UID = 0o4000;
const SET_GID = 0o2000;
const STICKY = 0o1000;

/** Bits that the caller may not set are left out silently, but for set-uid. Source: secpolicy_setid_setsticky_clear(). */
function mode(host: Host, process: Process, node: FileNode, wanted: number): Outcome<number> {
  const { uid, gid, groups } = process.credential;
  let bits = wanted;
  if ((bits & SET_UID) !== 0) {
    const root = node.uid === 0 && allOfZone(host, process);
    const may = root || (node.uid === uid ? undefined : privilege(host, process, "file_setid"));
    if (may && !may.ok) return may;
  }
  if ((bits & STICKY) !== 0 && node.kind !== "directory" && !holds(host, process, "sys_config"))
    bits &= ~STICKY;
  const member = node.gid === gid || groups.includes(node.gid);
  if ((bits & SET_GID) !== 0 && !member && !holds(host, process, "file_setid")) bits &= ~SET_GID;
  return allowed(bits, "chmod", "The mode can be set.");
}

/** With rstchown, as the kernel has it by default: no one gives files away. Source: secpolicy_vnode_chown(). */
function owner(host: Host, process: Process, vnode: Vnode, uid: number, gid: number): Outcome {
  const node = nodeOf(host, vnode);
  const { credential } = process;
  if (node.uid !== credential.uid) {
    const may = privilege(host, process, "file_chown");
    return may.ok && node.uid === 0 ? allOfZone(host, process) : may;
  }
  const member = gid === node.gid || gid === credential.gid || credential.groups.includes(gid);
  if (uid === node.uid && member)
    return allowed(undefined, "chown/own", "The owner changes the group to one of his own.");
  return privilege(host, process, ["file_chown_self", "file_chown"]);
}

/** Attributes of a file: `chmod S+ci FILE`. Source: attributes of chmod(1), XAT_* in usr/src/uts/common/sys/vnode.h. */
export type FileAttribute = "immutable" | "nounlink" | "appendonly" | "readonly";

/**
 * Sets and clears attributes.
 * @returns EPERM: to set those that bind root as well takes file_flag_set, to clear them every privilege
 */
export function setAttributes(
  host: Host,
  process: Process,
  path: string,
  changes: Partial<Record<FileAttribute, boolean>>,
): Outcome {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const mount = mountOf(host, found.value);
  if (mount.readOnly)
    return denied("EROFS", "mount/read-only", `${mount.path} is mounted read-only.`, {
      causes: [mountCause(host, mount)],
    });
  const node = nodeOf(host, found.value);
  const binding = { ...changes };
  delete binding.readonly;
  for (const [name, on] of Object.entries(binding)) {
    if (node.flags.includes(name) === on) continue;
    const may = on ? privilege(host, process, "file_flag_set") : everyPrivilege(host, process, "EPERM");
    if (!may.ok) return may;
  }
  if (node.uid !== process.credential.uid) {
    const admin = powerOver(host, process, node, "VFS_ADMIN");
    if (!admin.ok) return admin;
  }
  const kept = node.flags.filter((flag) => changes[flag as FileAttribute] !== false);
  const added = Object.entries(changes).flatMap(([name, on]) => (on ? [name] : []));
  editable(host, found.value).flags = [...new Set([...kept, ...added])];
  return allowed(undefined, "attributes", `${path} has new attributes.`);
}
