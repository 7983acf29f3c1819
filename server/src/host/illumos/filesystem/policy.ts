import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { mayEnter } from "../../filesystem/directories.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountsOfZone } from "../../filesystem/mountIndex.ts";
import type { Host } from "../../host.ts";
import type { DatasetPolicy, FilePolicy } from "../../kernel.ts";
import { changeProcess } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { zonesRootedOn } from "../zoneIndex.ts";
import { GLOBAL, zone, zoneOf } from "../zones.ts";
import { devices } from "./devices.ts";
import { mountFs, unmountFs } from "./mounts.ts";
import { processTree } from "./processTree.ts";
import { fileRules } from "./rules.ts";

/** What files are to a kernel with zones. */

const NOT_DELEGATED: Cause = { what: "no dataset resource delegates it to this zone", from: "kernel" };

/** Source: zone_dataset_visible() in usr/src/uts/common/os/zone.c, zfs_dozonecheck() in zfs_ioctl.c. */
const datasets: DatasetPolicy = {
  property: "zoned",
  notDelegated: NOT_DELEGATED,
  access(host, process, name) {
    const id = process.credential.container;
    if (id === GLOBAL) return "write";
    const { datasets: delegated } = zone(host, id);
    if (delegated.some((point) => name === point || name.startsWith(`${point}/`))) return "write";
    const mounted = mountsOfZone(host, id).flatMap(({ type, from }) => (type === "zfs" ? [from] : []));
    return [...delegated, ...mounted].some((seen) => seen === name || seen.startsWith(`${name}/`))
      ? "read"
      : "none";
  },
  control(host, process) {
    const node = lookup(host, process, "/dev/zfs");
    return node.ok
      ? allowed(undefined, "zfs/control", "/dev/zfs is there.")
      : denied("ENOENT", "zfs/control", "/dev/zfs is not there.", { causes: node.decision.causes });
  },
  mayAdminister: (host, process) => privilege(host, process, "sys_mount"),
};

export const filePolicy: FilePolicy = {
  stock: "illumos",
  // Source: ZFS_ENTER() in usr/src/uts/common/fs/zfs/sys/zfs_znode.h.
  unmounted: { directory: "EIO", file: "EIO" },
  rules: fileRules,
  devices,
  processes: processTree,
  datasets,
  rootsOf: (host, id) => [zone(host, id).root],
  isRoot: (host, { mount, node }) => zonesRootedOn(host, mount).some(({ root }) => root.node === node),
  newGroup: ({ credential }, directory) => (directory.mode & 0o2000 ? directory.gid : credential.gid),
  mayLink(host, process, { kind, uid }) {
    if (kind === "directory") return privilege(host, process, "sys_linkdir");
    return uid === process.credential.uid
      ? allowed(undefined, "link/policy", "The file is the caller's own.")
      : privilege(host, process, "file_link_any");
  },
  chroot,
  readDirectory: (_, __, path) => denied("EISDIR", "read/directory", `${path} is a directory.`),
  mount: mountFs,
  unmount: unmountFs,
  pathInside(host, process, path) {
    const { id, path: root } = zoneOf(host, process);
    return id === GLOBAL ? path : path.slice(root.length) || "/";
  },
};

/** chroot(2). Source: usr/src/uts/common/syscall/chdir.c. */
function chroot(host: Host, process: Process, path: string): Outcome {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const entered = mayEnter(host, process, found.value, path);
  if (!entered.ok) return entered;
  const may = privilege(host, process, "proc_chroot");
  if (!may.ok) return may;
  changeProcess(host, process, () => {
    process.root = { ...found.value };
  });
  return allowed(undefined, "chroot", `${path} is the root directory of the process now.`);
}
