import { own } from "../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { snapshotNameProblem } from "./datasetNames.ts";
import { datasetsBelow } from "./datasetTree.ts";
import { clonesOf, setOrigin } from "./origins.ts";
import type { Dataset } from "./types.ts";
import { hasSnapshot, mayAdminister, zfsMount, zfsSet, zfsUnmount } from "./zfs.ts";

/** Names of snapshots, and properties that go back to what is above. Source: zfs(8). */

/**
 * zfs rename of a snapshot; with `below` also those of the same name below.
 * @returns EEXIST, ENOENT; EXDEV for another dataset
 */
export function zfsRenameSnapshot(
  host: Host,
  process: Process,
  name: string,
  to: string,
  below = false,
): Outcome {
  const [dataset = "", snapshot = ""] = name.split("@");
  const [other, wanted = ""] = to.startsWith("@") ? [dataset, to.slice(1)] : to.split("@");
  if (other !== dataset) return denied("EXDEV", "zfs/snapshot", "A snapshot stays with its dataset.");
  const may = mayAdminister(host, process, dataset);
  if (!may.ok) return may;
  if (!hasSnapshot(may.value, snapshot)) return denied("ENOENT", "zfs/snapshot", `There is no ${name}.`);
  const problem = snapshotNameProblem(wanted);
  if (problem !== undefined)
    return denied("EINVAL", "zfs/name", `A snapshot cannot be called ${wanted}: ${problem}.`);
  const { datasets } = host.state.files;
  const all = [dataset, ...(below ? datasetsBelow(host, dataset) : [])]
    .map((one) => own(datasets, one) as Dataset)
    .filter((one) => hasSnapshot(one, snapshot));
  const taken = all.find((one) => hasSnapshot(one, wanted));
  if (taken) return denied("EEXIST", "zfs/exists", `There is ${taken.name}@${wanted}.`);
  for (const one of all) renameSnapshot(host, one, snapshot, wanted);
  return allowed(undefined, "zfs/rename", `${name} is ${dataset}@${wanted} now.`);
}

function renameSnapshot(host: Host, dataset: Dataset, from: string, to: string): void {
  const { datasets } = host.state.files;
  dataset.snapshots = (dataset.snapshots ?? []).map((one) => (one === from ? to : one));
  // The order of what is kept is that of the snapshots.
  dataset.kept = Object.fromEntries(
    Object.entries(dataset.kept ?? {}).map(([name, kept]) => [name === from ? to : name, kept]),
  );
  for (const name of clonesOf(host, `${dataset.name}@${from}`)) {
    const clone = own(datasets, name);
    if (clone) setOrigin(host, clone, `${dataset.name}@${to}`);
  }
}

/** What each dataset has for itself. Source: zfs_prop_inheritable(). */
const OWN: ReadonlySet<string> = new Set([
  ...["quota", "refquota", "reservation", "refreservation", "canmount", "volsize", "filesystem_limit"],
  ...["snapshot_limit", "version", "type", "origin"],
]);

/**
 * zfs inherit: a property has the value of the dataset above again, or its default.
 * @returns EINVAL for what each dataset has for itself, and what zfs set says
 */
export function zfsInherit(host: Host, process: Process, name: string, property: string): Outcome<unknown> {
  if (OWN.has(property))
    return denied("EINVAL", "zfs/inherit", `${property} belongs to each dataset itself.`);
  const parent = own(host.state.files.datasets, name.slice(0, name.lastIndexOf("/")));
  if (property === host.kernel.files.datasets.property)
    return zfsSet(host, process, name, property, parent?.zoned ? "on" : "off");
  const may = mayAdminister(host, process, name);
  if (!may.ok) return may;
  const dataset = may.value;
  if (property !== "mountpoint") {
    delete dataset.properties[property];
    return allowed(undefined, "zfs/inherit", `${property} of ${name} is inherited now.`);
  }
  const above = parent?.mountpoint ?? "";
  const point = above.startsWith("/")
    ? `${above === "/" ? "" : above}/${name.slice(name.lastIndexOf("/") + 1)}`
    : above || `/${name}`;
  const { mounted } = dataset;
  if (mounted) {
    const gone = zfsUnmount(host, process, name);
    if (!gone.ok) return gone;
  }
  dataset.mountpoint = point;
  if (mounted && point.startsWith("/")) return zfsMount(host, process, name);
  return allowed(undefined, "zfs/inherit", `${name} belongs on ${point} now.`);
}
