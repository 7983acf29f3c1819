import { allowed, type Cause, contained, denied, type Outcome } from "../decision.ts";
import { findPrison, isDescendant, prisonOf } from "../freebsd/prisons.ts";
import { privCheck } from "../freebsd/privileges.ts";
import { causeOf } from "../freebsd/scope.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { datasetsOfJail, giveDataset } from "./datasetIndex.ts";
import { lookup } from "./lookup.ts";
import { mountsFrom } from "./mountIndex.ts";
import { mountFs, unmountFs } from "../freebsd/filesystem/mounts.ts";
import type { Dataset, Mount } from "./types.ts";

/**
 * ZFS as a jail meets it. A jail finds the datasets that `zfs jail` attached to it with all below them, which it may
 * change, and those above, which it may only see.
 * Source: zone_dataset_visible() in the FreeBSD part of OpenZFS, zfs_dozonecheck() in zfs_ioctl.c, zfs-jail(8).
 */
export type DatasetAccess = "none" | "read" | "write";

export function datasetAccess(host: Host, process: Process, name: string): DatasetAccess {
  const { container: jid } = process.credential;
  if (jid === 0) return "write";
  let access: DatasetAccess = "none";
  for (const { name: attached } of datasetsOfJail(host, jid)) {
    if (name === attached || name.startsWith(`${attached}/`)) return "write";
    if (attached.startsWith(`${name}/`)) access = "read";
  }
  return access;
}

const NOT_ATTACHED: Cause = { what: "zfs jail did not attach the dataset to this jail", from: "host" };

/** The commands of zfs(8) go through this node: where it is hidden, nothing works. */
function control(host: Host, process: Process): Outcome {
  const node = lookup(host, process, "/dev/zfs");
  if (node.ok) return allowed(undefined, "zfs/control", "/dev/zfs is there.");
  return denied(
    "ENOENT",
    "zfs/control",
    "/dev/zfs is not there: the devfs of this jail hides it, or there is none.",
    {
      causes: [causeOf(prisonOf(host, process), "devfs_ruleset")],
    },
  );
}

/** zfs list. In a jail only what it may see. */
export function zfsList(host: Host, process: Process): Outcome<Dataset[]> {
  const open = control(host, process);
  if (!open.ok) return open;
  const all = Object.values(host.state.files.datasets);
  if (process.credential.container === 0) return allowed(all, "zfs/list", "The host sees all datasets.");
  const seen = all.filter(({ name }) => datasetAccess(host, process, name) !== "none");
  return contained(seen, "zfs/list", "The jail sees attached datasets and those above them.", {
    causes: [NOT_ATTACHED],
  });
}

/** Whether a process may change a dataset. Source: zfs_dozonecheck(). */
function mayAdminister(host: Host, process: Process, name: string): Outcome<Dataset> {
  const open = control(host, process);
  if (!open.ok) return open;
  const dataset = host.state.files.datasets[name];
  const access = datasetAccess(host, process, name);
  if (!dataset || access === "none")
    return denied("ENOENT", "zfs/visible", `There is no dataset ${name} here.`, {
      causes: dataset ? [NOT_ATTACHED] : [],
    });
  if (process.credential.container === 0) {
    const may = privCheck(host, process, "VFS_MOUNT");
    if (!may.ok) return may;
  } else {
    if (!dataset.jailed)
      return denied("EPERM", "zfs/jailed", `Dataset ${name} does not have jailed=on.`, {
        causes: [{ what: `jailed=off of ${name}`, from: "host" }],
      });
    if (access === "read")
      return denied("EPERM", "zfs/above", `Dataset ${name} is above the one that was attached.`, {
        causes: [NOT_ATTACHED],
      });
    if (process.credential.uid !== 0)
      return denied("EPERM", "zfs/root", `User ${process.credential.uid} is not root.`);
  }
  return allowed(dataset, "zfs/admin", "The dataset may be changed here.");
}

function nameAbove(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** The topmost dataset of those with jailed=on that hold this one: the delegation point. */
function delegationPoint(host: Host, name: string): string {
  const { datasets } = host.state.files;
  let point = name;
  for (let above = nameAbove(name); datasets[above]?.jailed; above = nameAbove(above)) point = above;
  return point;
}

const LIMITS: ReadonlySet<string> = new Set(["quota", "filesystem_limit", "snapshot_limit"]);
const SHARES: ReadonlySet<string> = new Set(["sharenfs", "sharesmb"]);

/** zfs set. Source: zfs_secpolicy_setprop(). */
export function zfsSet(
  host: Host,
  process: Process,
  name: string,
  property: string,
  value: string,
): Outcome<Dataset> {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const dataset = may.value;
  if (process.credential.container !== 0) {
    if (property === "jailed" || SHARES.has(property))
      return denied("EPERM", "zfs/property", `${property} cannot be set in a jail.`, {
        causes: [{ what: `${property} belongs to the host`, from: "kernel" }],
      });
    if (LIMITS.has(property) && delegationPoint(host, name) === name)
      return denied("EPERM", "zfs/limit", `${property} of the delegated dataset itself is set by the host.`, {
        causes: [{ what: "limits can be set only below the delegated dataset", from: "kernel" }],
      });
  }
  if (property === "quota") {
    const quota = sizeOf(value);
    if (quota !== 0 && quota < dataset.used)
      return denied("ENOSPC", "zfs/quota", `${name} uses more than ${value} already.`);
    dataset.quota = quota;
  } else if (property === "mountpoint") dataset.mountpoint = value;
  else if (property === "jailed") setJailed(host, process, dataset, value === "on");
  else dataset.properties[property] = value;
  return allowed(dataset, "zfs/set", `${property} of ${name} is ${value} now.`);
}

/** A dataset that becomes jailed is unmounted on the host. Those below inherit it. */
function setJailed(host: Host, process: Process, dataset: Dataset, jailed: boolean): void {
  for (const below of Object.values(host.state.files.datasets)) {
    if (below !== dataset && !below.name.startsWith(`${dataset.name}/`)) continue;
    if (jailed) {
      const mount = zfsMounts(host, below.name).at(-1);
      if (mount?.container === 0) unmountFs(host, process, mount.path);
    }
    below.jailed = jailed;
  }
}

function zfsMounts(host: Host, name: string): Mount[] {
  return mountsFrom(host, name).filter(({ type }) => type === "zfs");
}

/** `10G`, `none`: in bytes, 0 for none. */
function sizeOf(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(text) ?? [];
  return Math.round(Number(number) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
}

/** zfs create. The parent must be one that may be changed here; a child in a jail inherits jailed=on. */
export function zfsCreate(
  host: Host,
  process: Process,
  name: string,
  properties: Record<string, string> = {},
): Outcome<Dataset> {
  const open = control(host, process);
  if (!open.ok) return open;
  const { datasets } = host.state.files;
  const above = nameAbove(name);
  if (datasets[name] && datasetAccess(host, process, name) !== "none")
    return denied("EEXIST", "zfs/exists", `There is a dataset ${name}.`);
  const may = mayAdminister(host, process, above);
  if (!may.ok) return may;
  const parent = may.value;
  const last = name.slice(above.length + 1);
  const inherited = parent.mountpoint.startsWith("/")
    ? `${parent.mountpoint === "/" ? "" : parent.mountpoint}/${last}`
    : parent.mountpoint;
  const { mountpoint = inherited, quota = "0", jailed, ...others } = properties;
  const dataset: Dataset = {
    name,
    mountpoint,
    mounted: false,
    jailed: jailed === undefined ? parent.jailed : jailed === "on",
    container: 0,
    quota: sizeOf(quota),
    used: 0,
    properties: others,
  };
  datasets[name] = dataset;
  const wanted = mountpoint.startsWith("/") && others["canmount"] !== "off";
  if (wanted && dataset.jailed === (process.credential.container !== 0)) zfsMount(host, process, name);
  return allowed(dataset, "zfs/create", `Dataset ${name} is there.`);
}

/** zfs destroy. Source: zfs_secpolicy_destroy(): the one that was attached belongs to the host's parent of it. */
export function zfsDestroy(host: Host, process: Process, name: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const { datasets } = host.state.files;
  if (process.credential.container !== 0 && may.value.container === process.credential.container)
    return denied("EPERM", "zfs/destroy", "The delegated dataset itself is destroyed by the host.", {
      causes: [{ what: "a jail destroys only what is below the delegated dataset", from: "kernel" }],
      unsure: true,
    });
  const below = Object.keys(datasets).find((other) => other.startsWith(`${name}/`));
  if (below || (may.value.snapshots ?? []).length > 0)
    return denied("EBUSY", "zfs/children", `${name} has ${below ?? "snapshots"} below it.`);
  for (const mount of zfsMounts(host, name).reverse()) {
    const gone = unmountFs(host, process, pathInside(host, process, mount));
    if (!gone.ok) return gone;
  }
  if (may.value.filesystem) delete host.state.files.byId[may.value.filesystem];
  delete datasets[name];
  return allowed(undefined, "zfs/destroy", `Dataset ${name} is gone.`);
}

function pathInside(host: Host, process: Process, mount: Mount): string {
  const jail = prisonOf(host, process);
  return jail.jid === 0 || jail.path === "/" ? mount.path : mount.path.slice(jail.path.length) || "/";
}

/** zfs mount: on the mountpoint as the process sees it. The host leaves jailed datasets alone. */
export function zfsMount(host: Host, process: Process, name: string): Outcome<Mount> {
  const open = control(host, process);
  if (!open.ok) return open;
  const dataset = host.state.files.datasets[name];
  if (!dataset || datasetAccess(host, process, name) === "none")
    return denied("ENOENT", "zfs/visible", `There is no dataset ${name} here.`, {
      causes: dataset ? [NOT_ATTACHED] : [],
    });
  if (process.credential.container === 0 && dataset.jailed)
    return denied("EPERM", "zfs/jailed", `Dataset ${name} has jailed=on: it is mounted by its jail.`, {
      causes: [{ what: `jailed=on of ${name}`, from: "host" }],
    });
  if (dataset.mounted) return denied("EBUSY", "zfs/mounted", `Dataset ${name} is mounted already.`);
  if (!dataset.mountpoint.startsWith("/"))
    return denied("EINVAL", "zfs/mountpoint", `Dataset ${name} has mountpoint=${dataset.mountpoint}.`);
  return mountFs(host, process, { type: "zfs", from: name, on: dataset.mountpoint });
}

export function zfsUnmount(host: Host, process: Process, name: string): Outcome {
  const mount = zfsMounts(host, name).at(-1);
  if (!mount || datasetAccess(host, process, name) === "none")
    return denied("ENOENT", "zfs/mounted", `Dataset ${name} is not mounted here.`);
  return unmountFs(host, process, pathInside(host, process, mount));
}

/** zfs jail: attaches a dataset to a jail that the caller can see. Source: zone_dataset_attach(). */
export function zfsJail(host: Host, process: Process, jid: number, name: string): Outcome {
  const may = mayDelegate(host, process, jid, name);
  if (!may.ok) return may;
  if (may.value.container !== 0)
    return denied("EEXIST", "zfs/attached", `Dataset ${name} is attached to jail ${may.value.container}.`);
  giveDataset(host, may.value, jid);
  return allowed(undefined, "zfs/jail", `Dataset ${name} is attached to jail ${jid}.`);
}

/** zfs unjail. */
export function zfsUnjail(host: Host, process: Process, jid: number, name: string): Outcome {
  const may = mayDelegate(host, process, jid, name);
  if (!may.ok) return may;
  if (may.value.container !== jid)
    return denied("ENOENT", "zfs/attached", `Dataset ${name} is not attached to jail ${jid}.`);
  giveDataset(host, may.value, 0);
  return allowed(undefined, "zfs/unjail", `Dataset ${name} is no longer attached.`);
}

function mayDelegate(host: Host, process: Process, jid: number, name: string): Outcome<Dataset> {
  const open = control(host, process);
  if (!open.ok) return open;
  const may = privCheck(host, process, "ZFS_JAIL");
  if (!may.ok) return may;
  const dataset = host.state.files.datasets[name];
  if (!dataset) return denied("ENOENT", "zfs/visible", `There is no dataset ${name}.`);
  if (!findPrison(host, jid) || !isDescendant(host, process.credential.container, jid))
    return denied("ENOENT", "zfs/jail", `There is no jail ${jid}.`);
  return allowed(dataset, "zfs/delegate", "The dataset can be attached.");
}

/** zpool(8) and its like: no jail administers pools. */
export function zpoolConfigure(host: Host, process: Process): Outcome {
  const open = control(host, process);
  return open.ok ? privCheck(host, process, "ZFS_POOL_CONFIG") : open;
}

/** zfs snapshot. */
export function zfsSnapshot(host: Host, process: Process, name: string, snapshot: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const known = may.value.snapshots ?? [];
  if (known.includes(snapshot)) return denied("EEXIST", "zfs/exists", `There is ${name}@${snapshot}.`);
  may.value.snapshots = [...known, snapshot];
  return allowed(undefined, "zfs/snapshot", `${name}@${snapshot} is there.`);
}

/**
 * Whether a process may look into `.zfs/snapshot`, which mounts the snapshot. Source: zfsctl_snapdir_lookup(),
 * jail(8) (zfs.mount_snapshot).
 */
export function zfsEnterSnapshot(host: Host, process: Process, name: string, snapshot: string): Outcome {
  if (!host.state.files.datasets[name]?.snapshots?.includes(snapshot))
    return denied("ENOENT", "zfs/snapshot", `There is no ${name}@${snapshot}.`);
  const jail = prisonOf(host, process);
  if (jail.jid === 0 || Number(jail.parameters["zfs.mount_snapshot"] ?? 0) !== 0)
    return allowed(undefined, "zfs/snapshot", "The snapshot can be entered.");
  return denied("EPERM", "zfs/snapshot", `Jail ${jail.name} may not enter snapshots.`, {
    causes: [causeOf(jail, "zfs.mount_snapshot", "0")],
  });
}
