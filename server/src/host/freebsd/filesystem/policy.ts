import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { datasetsOfContainer } from "../../filesystem/datasetIndex.ts";
import { sameNode } from "../../filesystem/entries.ts";
import { lookup } from "../../filesystem/lookup.ts";
import type { FileNode, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { DatasetPolicy, DevicePolicy, FilePolicy } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { prisonsRootedAt } from "../prisonIndex.ts";
import { lineageOf, prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";
import { causeOf } from "../scope.ts";
import { chroot } from "./chroot.ts";
import { devfsChild, devfsEntries, deviceNode, deviceNumbered, hasDeviceNode } from "./devfs.ts";
import { applyRule } from "./devfsRules.ts";
import { openDevice } from "./devices.ts";
import { mountFs, unmountFs } from "./mounts.ts";
import { processTree } from "./processTree.ts";
import { fileRules } from "./rules.ts";

/** What files are to a FreeBSD kernel: devfs, datasets of jails, and what its sysctls say of links and directories. */

const devices: DevicePolicy = {
  type: "devfs",
  child: devfsChild,
  entries: devfsEntries,
  node: deviceNode,
  has: hasDeviceNode,
  nameOf: (host, number) => deviceNumbered(host, number)?.name,
  mayFind,
  open: openDevice,
  // No jail has it.
  mayLink: (host, process) => privCheck(host, process, "DEVFS_SYMLINK"),
  show: (host, mount, path, shown) =>
    applyRule(host, mount, { number: 0, path, action: shown ? "unhide" : "hide" }),
};

/** Whether a node that another credential made is there for a process. Source: devfs_prison_check(). */
function mayFind(host: Host, process: Process, maker: number | null): boolean {
  const own = process.credential.container;
  return maker === null || lineageOf(host, maker).some(({ jid }) => jid === own);
}

const NOT_ATTACHED: Cause = { what: "zfs jail did not attach the dataset to this jail", from: "host" };

/** Source: zone_dataset_visible() in the FreeBSD part of OpenZFS. */
const datasets: DatasetPolicy = {
  property: "jailed",
  notDelegated: NOT_ATTACHED,
  access: datasetAccess,
  control,
  mayAdminister: (_, { credential: { uid } }) =>
    uid === 0
      ? allowed(undefined, "zfs/root", "Root in the jail administers its datasets.")
      : denied("EPERM", "zfs/root", `User ${uid} is not root.`),
};

function datasetAccess(host: Host, process: Process, name: string): "none" | "read" | "write" {
  const { container: jid } = process.credential;
  if (jid === 0) return "write";
  let access: "none" | "read" = "none";
  for (const { name: attached } of datasetsOfContainer(host, jid)) {
    if (name === attached || name.startsWith(`${attached}/`)) return "write";
    if (attached.startsWith(`${name}/`)) access = "read";
  }
  return access;
}

/** The commands of zfs(8) go through this node: where it is hidden, nothing works. */
function control(host: Host, process: Process): Outcome {
  const node = lookup(host, process, "/dev/zfs");
  if (node.ok) return allowed(undefined, "zfs/control", "/dev/zfs is there.");
  return denied(
    "ENOENT",
    "zfs/control",
    "/dev/zfs is not there: the devfs of this jail hides it, or there is none.",
    { causes: [causeOf(prisonOf(host, process), "devfs_ruleset")] },
  );
}

export const filePolicy: FilePolicy = {
  stock: "freebsd",
  // Source: dead_lookup(), dead_read() and dead_write() in sys/fs/deadfs/dead_vnops.c.
  unmounted: { directory: "ENOTDIR", file: "EIO" },
  rules: fileRules,
  devices,
  processes: processTree,
  datasets,
  rootsOf: (host, jid) => lineageOf(host, jid).map(({ root }) => root),
  isRoot: (host, vnode: Vnode) =>
    prisonsRootedAt(host, vnode.node).some(({ root }) => sameNode(host, root, vnode)),
  // BSD gives a new file the group of its directory.
  newGroup: (_, directory) => directory.gid,
  mayLink,
  chroot,
  readDirectory,
  mount: mountFs,
  unmount: unmountFs,
  pathInside(host, process, path) {
    const jail = prisonOf(host, process);
    return jail.jid === 0 || jail.path === "/" ? path : path.slice(jail.path.length) || "/";
  },
};

/** security.bsd.hardlink_check_uid and _gid: only what one owns can be linked. Root is exempt. */
function mayLink(host: Host, process: Process, { kind, uid, gid }: FileNode): Outcome {
  if (kind === "directory") return allowed(undefined, "link/policy", "No directory gets another name.");
  const { sysctls } = host.state.machine;
  const { credential } = process;
  const checks = [
    { sysctl: "security.bsd.hardlink_check_uid", own: credential.uid === uid },
    {
      sysctl: "security.bsd.hardlink_check_gid",
      own: credential.gid === gid || credential.groups.includes(gid),
    },
  ];
  for (const { sysctl, own } of checks)
    if (Number(sysctls[sysctl] ?? 0) !== 0 && !own) {
      const may = privCheck(host, process, "VFS_LINK");
      if (!may.ok) return may;
    }
  return allowed(undefined, "link/policy", "The policy of the host permits it.");
}

/** Only where it can still be read as a file: up to 12, then for root on the host with security.bsd.allow_read_dir. */
function readDirectory(host: Host, process: Process, path: string): Outcome<string> {
  if (!since(host, 13)) return allowed("", "read/directory", "This release reads directories as files.");
  if (Number(host.state.machine.sysctls["security.bsd.allow_read_dir"] ?? 0) === 0)
    return denied("EISDIR", "read/directory", `${path} is a directory.`, {
      causes: [{ what: "security.bsd.allow_read_dir=0", from: "host" }],
    });
  const may = privCheck(host, process, "VFS_READ_DIR");
  if (may.ok) return allowed("", "read/directory", "Root on the host may read directories.");
  return denied("EISDIR", "read/directory", `${path} is a directory.`, { causes: may.decision.causes });
}
