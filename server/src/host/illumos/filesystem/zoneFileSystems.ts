import { findZoneFileSystemType } from "../../../catalog/illumos/fileSystemTypes.ts";
import { own } from "../../../catalog/own.ts";
import { allowed, type Cause, type Decision, denied, type Outcome } from "../../decision.ts";
import { ensureDirectory, findDirectory, putFile } from "../../filesystem/build.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { mountsOfZone } from "../../filesystem/mountIndex.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import type { Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { datasetNamed, releaseDatasets } from "./delegation.ts";
import { releaseLofi } from "./lofi.ts";
import { mountPoint } from "./mountPoints.ts";
import { holdsOtherType } from "./mountSources.ts";
import { mountOn, unmount } from "./mounts.ts";
import { bootMounts, readyMounts, type ZoneMount } from "./zoneMounts.ts";

/** The file systems of a zone, mounted and taken away by zoneadmd. Source: usr/src/cmd/zoneadmd/vplat.c. */

/**
 * Mounts the file systems of a phase: at `ready` from the global zone, at `boot` by a process that has entered the zone.
 * What is mounted before a refusal stays, for the tear-down.
 * @returns what the first mount says that does not go, with the line of the configuration
 */
export function mountZone(host: Host, zone: Zone, phase: "ready" | "boot"): Outcome {
  const process = mounter(host, zone, phase);
  if (!process) return denied("ESRCH", "zone/mount", `No process can mount for zone ${zone.name}.`);
  const mounts = phase === "ready" ? readyMounts(host, zone) : bootMounts(host, zone);
  for (const wanted of mounts) {
    const done =
      phase === "ready" ? mountReady(host, process, zone, wanted) : mountBoot(host, process, zone, wanted);
    if (!done.ok) return refusedFor(done.decision, done.errno, wanted);
    if (wanted.by !== "brand") tell(host, zone, describe(wanted), [wanted.cause], done.value.assumed);
  }
  const ofBrand = mounts.filter(({ by }) => by === "brand");
  const [first] = ofBrand;
  if (first)
    tell(host, zone, `The brand mounts ${ofBrand.map(({ directory }) => directory).join(", ")}.`, [
      first.cause,
    ]);
  return allowed(undefined, "zone/mount", "The file systems of the zone are mounted.");
}

/** zoneadmd, or zsched in place of a child of it that has entered the zone. */
function mounter(host: Host, zone: Zone, phase: "ready" | "boot"): Process | undefined {
  if (phase === "boot") return findProcess(host, zone.zsched);
  const daemon = illumosOf(host).daemons[zone.name];
  return (daemon && findProcess(host, daemon.pid)) ?? findProcess(host, 1);
}

function describe({ type, special, directory, options }: ZoneMount): string {
  const how = options.length === 0 ? "" : ` (${options.join(",")})`;
  return `${special} is mounted on ${directory} with type ${type}${how}.`;
}

function tell(host: Host, zone: Zone, message: string, causes: readonly Cause[], assumed = false): void {
  const outcome = assumed ? "assumed" : "ok";
  host.emit({ container: zone.name, kind: "zone.mount", message, outcome, causes });
}

function refusedFor(
  decision: Decision,
  errno: NonNullable<Decision["errno"]>,
  { directory, cause }: ZoneMount,
): Outcome<never> {
  const others = decision.causes.filter(({ what }) => what !== cause.what);
  const reason = `${directory} cannot be mounted: ${decision.reason}`;
  return { ok: false, errno, decision: { ...decision, reason, causes: [cause, ...others] } };
}

function mountReady(host: Host, process: Process, zone: Zone, wanted: ZoneMount): Outcome<Mount> {
  const { type, special, directory, options, cause } = wanted;
  provide(host, wanted);
  const source = findZoneFileSystemType(type)?.special;
  const shown = source === "directory" ? lookup(host, process, special) : undefined;
  const kind = shown?.ok && nodeOf(host, shown.value).kind !== "directory" ? "file" : "directory";
  const point = mountPoint(host, zone, directory, kind, cause);
  if (!point.ok) return point;
  const ready = source === "dataset" ? legacy(host, special) : checked(host, process, wanted);
  if (!ready.ok) return ready;
  const path = `${zone.path}${directory}`;
  return mountOn(
    host,
    process,
    { type, from: special, on: path, options },
    { covers: point.value, path, owner: GLOBAL, zone: zone.id },
  );
}

/** From inside, and yet not for root of the zone to take away: it belongs to the global zone. */
function mountBoot(host: Host, process: Process, zone: Zone, wanted: ZoneMount): Outcome<Mount> {
  const { type, special, directory: on, options } = wanted;
  // /etc/mnttab and the table of shares are files.
  const kind = FILE_VIEWS.has(type) ? "file" : "directory";
  const point = mountPoint(host, zone, on, kind, wanted.cause);
  if (!point.ok) return point;
  return mountOn(
    host,
    process,
    { type, from: special, on, options },
    { covers: point.value, path: `${zone.path}${on}`, owner: GLOBAL, zone: zone.id },
  );
}

const FILE_VIEWS: ReadonlySet<string> = new Set(["mntfs", "sharefs"]);

/**
 * What brands and hosts have that nobody described: the files that come with a brand, and on a machine of which nothing
 * is known whatever the configuration names.
 */
function provide(host: Host, { type, special, by, file }: ZoneMount): void {
  const source = findZoneFileSystemType(type)?.special;
  if (source === "dataset") {
    const dataset = datasetNamed(host, special);
    // Made up a moment ago: it is as the configuration wants it.
    if (dataset && !host.state.machine.described && !dataset.mounted && !dataset.filesystem)
      dataset.mountpoint = "legacy";
    return;
  }
  if (source !== "directory" || !special.startsWith("/") || findDirectory(host, special)) return;
  if (by !== "brand" && host.state.machine.described) return;
  if (file) putFile(host, special, "");
  else ensureDirectory(host, special);
}

/** mount(8) of a dataset wants mountpoint=legacy. Source: usr/src/cmd/zfs/zfs_main.c (manual_mount). */
function legacy(host: Host, name: string): Outcome {
  const dataset = own(host.state.files.datasets, name);
  if (dataset && dataset.mountpoint !== "legacy")
    return denied(
      "EINVAL",
      "zone/legacy",
      `Dataset ${name} has mountpoint=${dataset.mountpoint}, not legacy.`,
    );
  return allowed(undefined, "zone/legacy", "Whatever mounts it decides where.");
}

/** fsck(8) in its mode that only checks, where there is a raw device. Source: dofsck() in vplat.c. */
function checked(host: Host, process: Process, { type, special, raw }: ZoneMount): Outcome {
  if (raw === undefined) return allowed(undefined, "zone/fsck", "There is nothing to check.");
  const found = host.state.machine.described ? lookup(host, process, raw) : undefined;
  if (found && !found.ok) return found;
  const other = holdsOtherType(host, type, special);
  if (other !== undefined)
    return denied(
      "EINVAL",
      "zone/fsck",
      `fsck of ${raw} fails: the disk has a file system of type ${other}.`,
    );
  return allowed(undefined, "zone/fsck", `fsck finds nothing wrong on ${raw}.`);
}

/** File systems of servers, which may not answer. Source: is_remote_fstype(). */
const REMOTE: ReadonlySet<string> = new Set(["nfs", "nfs2", "nfs3", "nfs4", "smbfs", "autofs"]);

/**
 * Unmounts everything below the root, the last first: what comes from servers by force, the rest by force when a pass
 * gets nowhere. Datasets that were delegated are released.
 * @returns what the last file system says that stays: a process of the global zone uses it
 */
export function unmountZone(host: Host, zone: Zone): Outcome {
  const below = () => mountsOfZone(host, zone.id).reverse();
  for (const mount of below()) if (REMOTE.has(mount.type)) unmount(host, mount, mount.type !== "autofs");
  let force = false;
  let busy: Outcome | undefined;
  for (let left = below(); left.length > 0; ) {
    const results = left.map((mount) => unmount(host, mount, force));
    const now = below();
    if (now.length === left.length) {
      const stuck = results.find((result) => !result.ok);
      if (force && stuck) return busy ?? stuck;
      busy = stuck;
      force = true;
    } else force = false;
    left = now;
  }
  releaseDatasets(host, zone);
  releaseLofi(host, zone);
  return allowed(undefined, "zone/unmount", `Nothing is mounted below ${zone.path} any more.`);
}
