import { own } from "../../catalog/own.ts";
import { allowed, contained, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { datasetNameProblem, snapshotNameProblem } from "./datasetNames.ts";
import { datasetsBelow, dropDataset, nameAbove, putDataset } from "./datasetTree.ts";
import { mkdir } from "./entries.ts";
import { dropTree, keepTree } from "./frozen.ts";
import { lookup } from "./lookup.ts";
import { mountsFrom } from "./mountIndex.ts";
import { setOrigin } from "./origins.ts";
import type { Dataset, Mount } from "./types.ts";

/**
 * ZFS as a container meets it. A jail or zone finds the datasets that were delegated to it with all below them, which it
 * may change, and those above, which it may only see. The property that marks such datasets is `jailed` on FreeBSD and
 * `zoned` on illumos. Source: zfs_dozonecheck() in zfs_ioctl.c, zfs-jail(8), zfs(8).
 */

/** What the kernel says of datasets and containers. */
function zones(host: Host) {
  return host.kernel.files.datasets;
}

/** zfs list. In a container only what it may see. */
export function zfsList(host: Host, process: Process): Outcome<Dataset[]> {
  const open = zones(host).control(host, process);
  if (!open.ok) return open;
  const all = Object.values(host.state.files.datasets);
  if (process.credential.container === 0) return allowed(all, "zfs/list", "The host sees all datasets.");
  const seen = all.filter(({ name }) => zones(host).access(host, process, name) !== "none");
  return contained(
    seen,
    "zfs/list",
    "It sees the datasets that were delegated to it, and those above them.",
    {
      causes: [zones(host).notDelegated],
    },
  );
}

/** Whether a process may change a dataset. Source: zfs_dozonecheck(). */
export function mayAdminister(host: Host, process: Process, name: string): Outcome<Dataset> {
  const open = zones(host).control(host, process);
  return open.ok ? administers(host, process, name) : open;
}

/** The same for who has opened the control device. */
function administers(host: Host, process: Process, name: string): Outcome<Dataset> {
  const dataset = own(host.state.files.datasets, name);
  const access = zones(host).access(host, process, name);
  if (!dataset || access === "none")
    return denied("ENOENT", "zfs/visible", `There is no dataset ${name} here.`, {
      causes: dataset ? [zones(host).notDelegated] : [],
    });
  if (process.credential.container === 0) {
    const may = host.kernel.power(host, process, "VFS_MOUNT");
    if (!may.ok) return may;
  } else {
    const { property } = zones(host);
    if (!dataset.zoned)
      return denied("EPERM", `zfs/${property}`, `Dataset ${name} does not have ${property}=on.`, {
        causes: [{ what: `${property}=off of ${name}`, from: "host" }],
      });
    if (access === "read")
      return denied("EPERM", "zfs/above", `Dataset ${name} is above the one that was delegated.`, {
        causes: [zones(host).notDelegated],
      });
    const may = zones(host).mayAdminister(host, process);
    if (!may.ok) return may;
  }
  return allowed(dataset, "zfs/admin", "The dataset may be changed here.");
}

/** The topmost dataset of the delegated ones that hold this one: the delegation point. */
function delegationPoint(host: Host, name: string): string {
  const { datasets } = host.state.files;
  let point = name;
  for (let above = nameAbove(name); own(datasets, above)?.zoned; above = nameAbove(above)) point = above;
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
    if (property === zones(host).property || (SHARES.has(property) && host.kernel.family === "freebsd"))
      return denied("EPERM", "zfs/property", `${property} cannot be set in a container.`, {
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
  else if (property === zones(host).property) setZoned(host, process, dataset, value === "on");
  else dataset.properties[property] = value;
  return allowed(dataset, "zfs/set", `${property} of ${name} is ${value} now.`);
}

/** A dataset that is to be delegated is unmounted on the host. Those below inherit it. */
function setZoned(host: Host, process: Process, dataset: Dataset, zoned: boolean): void {
  for (const name of [dataset.name, ...datasetsBelow(host, dataset.name)]) {
    const below = own(host.state.files.datasets, name) as Dataset;
    if (zoned) {
      const mount = zfsMounts(host, below.name).at(-1);
      if (mount?.container === 0) host.kernel.files.unmount(host, process, mount.path);
    }
    below.zoned = zoned;
  }
}

/** Where a dataset is mounted. */
export function zfsMounts(host: Host, name: string): Mount[] {
  return mountsFrom(host, name).filter(({ type }) => type === "zfs");
}

/** `10G`, `none`: in bytes, 0 for none. */
function sizeOf(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(text) ?? [];
  return Math.round(Number(number) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
}

/**
 * zfs create. The parent must be one that may be changed here; a child of a delegated one is delegated, too.
 * @param mount `-u` where false: it is not mounted
 */
export function zfsCreate(
  host: Host,
  process: Process,
  name: string,
  properties: Readonly<Record<string, string>> = {},
  { mount = true } = {},
): Outcome<Dataset> {
  const open = zones(host).control(host, process);
  if (!open.ok) return open;
  const problem = datasetNameProblem(name);
  if (problem !== undefined)
    return denied("EINVAL", "zfs/name", `A dataset cannot be called ${name}: ${problem}.`);
  const { datasets } = host.state.files;
  const above = nameAbove(name);
  if (own(datasets, name) && zones(host).access(host, process, name) !== "none")
    return denied("EEXIST", "zfs/exists", `There is a dataset ${name}.`);
  const may = administers(host, process, above);
  if (!may.ok) return may;
  const parent = may.value;
  const last = name.slice(above.length + 1);
  const inherited = parent.mountpoint.startsWith("/")
    ? `${parent.mountpoint === "/" ? "" : parent.mountpoint}/${last}`
    : parent.mountpoint;
  const mark = zones(host).property;
  const { mountpoint = inherited, quota = "0", [mark]: zoned } = properties;
  const others: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties))
    if (key !== "mountpoint" && key !== "quota" && key !== mark) others[key] = value;
  const dataset: Dataset = {
    name,
    mountpoint,
    mounted: false,
    zoned: zoned === undefined ? parent.zoned : zoned === "on",
    container: 0,
    quota: sizeOf(quota),
    used: 0,
    properties: others,
  };
  putDataset(host, dataset);
  const wanted = mount && mountpoint.startsWith("/") && others["canmount"] !== "off";
  if (wanted && dataset.zoned === (process.credential.container !== 0)) zfsMount(host, process, name);
  return allowed(dataset, "zfs/create", `Dataset ${name} is there.`);
}

/** zfs destroy. Source: zfs_secpolicy_destroy(): the one that was delegated belongs to the host's parent of it. */
export function zfsDestroy(host: Host, process: Process, name: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  if (process.credential.container !== 0 && may.value.container === process.credential.container)
    return denied("EPERM", "zfs/destroy", "The delegated dataset itself is destroyed by the host.", {
      causes: [{ what: "a container destroys only what is below the delegated dataset", from: "kernel" }],
      unsure: true,
    });
  const [below] = datasetsBelow(host, name);
  if (below || (may.value.snapshots ?? []).length > 0)
    return denied("EBUSY", "zfs/children", `${name} has ${below ?? "snapshots"} below it.`);
  for (const mount of zfsMounts(host, name).reverse()) {
    const gone = host.kernel.files.unmount(
      host,
      process,
      host.kernel.files.pathInside(host, process, mount.path),
    );
    if (!gone.ok) return gone;
  }
  for (const snapshot of Object.keys(may.value.kept ?? {})) dropTree(host, may.value, snapshot);
  setOrigin(host, may.value, undefined);
  if (may.value.filesystem) delete host.state.files.byId[may.value.filesystem];
  dropDataset(host, name);
  return allowed(undefined, "zfs/destroy", `Dataset ${name} is gone.`);
}

/** zfs mount: on the mountpoint as the process sees it. The host leaves delegated datasets alone. */
export function zfsMount(host: Host, process: Process, name: string): Outcome<Mount> {
  const { property } = zones(host);
  const open = zones(host).control(host, process);
  if (!open.ok) return open;
  const dataset = own(host.state.files.datasets, name);
  if (!dataset || zones(host).access(host, process, name) === "none")
    return denied("ENOENT", "zfs/visible", `There is no dataset ${name} here.`, {
      causes: dataset ? [zones(host).notDelegated] : [],
    });
  if (process.credential.container === 0 && dataset.zoned)
    return denied(
      "EPERM",
      `zfs/${property}`,
      `Dataset ${name} has ${property}=on: its container mounts it.`,
      {
        causes: [{ what: `${property}=on of ${name}`, from: "host" }],
      },
    );
  if (dataset.mounted) return denied("EBUSY", "zfs/mounted", `Dataset ${name} is mounted already.`);
  if (!dataset.mountpoint.startsWith("/"))
    return denied("EINVAL", "zfs/mountpoint", `Dataset ${name} has mountpoint=${dataset.mountpoint}.`);
  makeMountpoint(host, process, dataset.mountpoint);
  return host.kernel.files.mount(host, process, { type: "zfs", from: name, on: dataset.mountpoint });
}

/** The directory is made where it is missing; if that fails, the mount tells why. Source: zfs_mount() in libzfs. */
function makeMountpoint(host: Host, process: Process, path: string): void {
  if (lookup(host, process, path).ok) return;
  const names = path.split("/").filter(Boolean);
  names.forEach((_, i) => {
    mkdir(host, process, `/${names.slice(0, i + 1).join("/")}`);
  });
}

export function zfsUnmount(host: Host, process: Process, name: string): Outcome {
  const mount = zfsMounts(host, name).at(-1);
  if (!mount || zones(host).access(host, process, name) === "none")
    return denied("ENOENT", "zfs/mounted", `Dataset ${name} is not mounted here.`);
  return host.kernel.files.unmount(host, process, host.kernel.files.pathInside(host, process, mount.path));
}

/** zpool(8) and its like: no container administers pools. */
export function zpoolConfigure(host: Host, process: Process): Outcome {
  const open = zones(host).control(host, process);
  return open.ok ? host.kernel.power(host, process, "ZFS_POOL_CONFIG") : open;
}

/** Each snapshot keeps a tree: that is found faster than the name among many. */
export function hasSnapshot({ kept }: Dataset, snapshot: string): boolean {
  return kept !== undefined && Object.hasOwn(kept, snapshot);
}

/** zfs snapshot. */
export function zfsSnapshot(host: Host, process: Process, name: string, snapshot: string): Outcome {
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const problem = snapshotNameProblem(snapshot);
  if (problem !== undefined)
    return denied("EINVAL", "zfs/name", `A snapshot cannot be called ${snapshot}: ${problem}.`);
  if (hasSnapshot(may.value, snapshot))
    return denied("EEXIST", "zfs/exists", `There is ${name}@${snapshot}.`);
  may.value.snapshots ??= [];
  may.value.snapshots.push(snapshot);
  keepTree(host, may.value, snapshot);
  return allowed(undefined, "zfs/snapshot", `${name}@${snapshot} is there.`);
}
