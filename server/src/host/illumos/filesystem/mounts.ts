import { findZoneFileSystemType } from "../../../catalog/illumos/fileSystemTypes.ts";
import { own } from "../../../catalog/own.ts";
import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import { mayAccess } from "../../filesystem/access.ts";
import { type NewMount, placeMount } from "../../filesystem/build.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { dropMount, mountsOfFileSystem, mountsOn } from "../../filesystem/mountIndex.ts";
import { fileSystem, mountOf, nodeOf, sameVnode } from "../../filesystem/nodes.ts";
import { pathOf } from "../../filesystem/paths.ts";
import type { Mount, Vnode } from "../../filesystem/types.ts";
import { usedBytes } from "../../filesystem/usage.ts";
import type { Host } from "../../host.ts";
import type { MountRequest } from "../../kernel.ts";
import { processesAt, processesOn } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { allOfZone, holdsAllOfZone, privilege } from "../privileges.ts";
import { charge, discharge } from "../resources/rctls.ts";
import { zoneOfPath, zonesRootedOn } from "../zoneIndex.ts";
import { findZone, GLOBAL, zoneOf } from "../zones.ts";
import { keepDeviceAttributes, restoreDeviceAttributes } from "./deviceAttributes.ts";
import { diskOf, knownType, mayMountType, prepare } from "./mountSources.ts";

/** mount(2) and umount2(2). Source: usr/src/uts/common/fs/vfs.c, secpolicy_fs_common() in usr/src/uts/common/os/policy.c. */

/** Options that say something to the call and are not shown. */
const CALL_OPTIONS = /^(remount|update|overlay|rw|ro|size=.*)$/;

/**
 * mount(2), with the checks in the kernel's order. `remount` or `update` among the options changes a mount,
 * `overlay` is the `-O` of mount(8).
 * @returns ENOENT and the like for the mount point; EINVAL for a type that the kernel does not have; EPERM for one that
 * fs-allowed leaves out, for what belongs to the global zone, and without sys_mount; EBUSY; what the type says
 */
export function mountFs(host: Host, process: Process, request: MountRequest): Outcome<Mount> {
  const point = lookup(host, process, request.on);
  if (!point.ok) return asRule(point, "mount/point");
  const path = pathOf(host, point.value);
  const own = process.credential.container;
  return mountOn(host, process, request, {
    covers: point.value,
    path,
    owner: own,
    // From inside, a zone reaches its own tree alone.
    zone: own === GLOBAL ? (zoneOfPath(host, path)?.id ?? GLOBAL) : own,
  });
}

/** Where something is mounted, and for whom. */
export interface MountPlace {
  readonly covers: Vnode;
  /** As the global zone names it. */
  readonly path: string;
  /** The zone that may change and unmount it. */
  readonly owner: number;
  /** The zone in whose tree it is. */
  readonly zone: number;
}

/** mount(2) on a directory or file that has been found. */
export function mountOn(
  host: Host,
  process: Process,
  request: MountRequest,
  { covers, path, owner, zone }: MountPlace,
): Outcome<Mount> {
  const { type: name, on, options = [] } = request;
  const type = knownType(host, name);
  if (!type) return denied("EINVAL", "mount/type", `The kernel has no file system ${name}.`);
  // mount(8) looks at the device before it calls: one that is not there is missing, whatever the type.
  const missing = type.special === "device" ? lookup(host, process, diskOf(name, request.from)) : undefined;
  if (missing && !missing.ok && process.credential.container !== GLOBAL) return missing;
  const may = mayMountType(host, process, type);
  if (!may.ok) return may;
  if (options.includes("remount") || options.includes("update"))
    return remount(host, process, request, covers);
  const policy = mayCover(host, process, covers);
  if (!policy.ok) return policy;
  const busy = options.includes("overlay") ? undefined : coverBusy(host, covers, on);
  if (busy) return busy;
  const kinds =
    type.name === "lofs" || type.name === "mntfs" || type.name === "sharefs" || type.name === "namefs";
  if (nodeOf(host, covers).kind !== "directory" && !kinds)
    return denied("ENOTDIR", "mount/point", `${on} is not a directory.`);
  const prepared = prepare(host, process, type, request, covers);
  if (!prepared.ok) return prepared;
  const { filesystem, from, root, assumed, lofi } = prepared.value;
  const full = lofi ? charge(host, zoneOf(host, process), "zone.max-lofi", 1, "lofi-create") : undefined;
  if (full) return full;
  const mount = place(host, {
    filesystem,
    from,
    root,
    assumed,
    type: name,
    covers,
    path,
    zone: zone === GLOBAL ? undefined : zone,
    options:
      options.length === 0 && !lofi
        ? forcedOptions(host, process)
        : together(options, forcedOptions(host, process), lofi ? LOFI_OPTIONS : NO_OPTIONS),
    readOnly: options.includes("ro"),
    container: owner,
    uid: process.credential.uid,
  });
  return allowed(mount, "mount", `${mount.from} is mounted on ${mount.path}.`, {
    causes:
      may.decision.causes.length === 0
        ? policy.decision.causes
        : [...may.decision.causes, ...policy.decision.causes],
  });
}

const LOFI_OPTIONS = ["nosuid"];

/** Options of several lists that are shown, each once. */
function together(...lists: readonly (readonly string[])[]): string[] {
  const all: string[] = [];
  for (const list of lists)
    for (const option of list) if (!all.includes(option) && !CALL_OPTIONS.test(option)) all.push(option);
  return all;
}

/** Puts a mount into the table; nobody is asked. */
function place(host: Host, mount: NewMount): Mount {
  const placed = placeMount(host, mount);
  const dataset = mount.type === "zfs" ? own(host.state.files.datasets, mount.from) : undefined;
  if (dataset) dataset.mounted = true;
  if (mount.type === "dev") restoreDeviceAttributes(host, placed);
  return placed;
}

function asRule<T extends Outcome<unknown>>(outcome: T, rule: string): T {
  return { ...outcome, decision: { ...outcome.decision, rule } };
}

/**
 * Whether a process may mount there. Who lacks a privilege of the zone must own the directory and be able to write it;
 * over roots of mounts and what is neither a directory nor a file, nobody but the superuser of the zone mounts.
 */
function mayCover(host: Host, process: Process, covers: Vnode): Outcome {
  const may = privilege(host, process, "sys_mount");
  if (!may.ok || holdsAllOfZone(host, process)) return may;
  const node = nodeOf(host, covers);
  if (isRootOfMount(host, covers) || (node.kind !== "directory" && node.kind !== "file"))
    return allOfZone(host, process);
  if (node.uid !== process.credential.uid) {
    const owner = node.uid === 0 ? allOfZone(host, process) : privilege(host, process, "file_owner");
    if (!owner.ok)
      return denied("EPERM", "mount/owner", `The mount point belongs to user ${node.uid}.`, {
        causes: owner.decision.causes,
      });
  }
  const write = mayAccess(host, process, covers, { write: true });
  return write.ok ? may : write;
}

function isRootOfMount(host: Host, vnode: Vnode): boolean {
  return vnode.node === mountOf(host, vnode).root;
}

/** A mount point that is in use is refused, unless an overlay is asked for. */
function coverBusy(host: Host, covers: Vnode, on: string): Refused | undefined {
  if (isRootOfMount(host, covers))
    return denied("EBUSY", "mount/busy", `${mountOf(host, covers).from} is mounted on ${on} already.`);
  const user = processesAt(host, covers.node).find(
    ({ directory, root, descriptors }) =>
      sameVnode(directory, covers) ||
      sameVnode(root, covers) ||
      descriptors.some(({ vnode }) => vnode && sameVnode(vnode, covers)),
  );
  return user && denied("EBUSY", "mount/busy", `Process ${user.pid} uses ${on}.`);
}

/**
 * What nobody gets rid of: no devices in a zone, no set-id programs for who is not its superuser.
 * Source: secpolicy_fs_mount_clearopts().
 */
function forcedOptions(host: Host, process: Process): readonly string[] {
  const superuser = holdsAllOfZone(host, process);
  if (process.credential.container === GLOBAL) return superuser ? NO_OPTIONS : ["nosuid", "restrict"];
  return superuser ? IN_ZONE : ["nodevices", "nosuid", "restrict"];
}

const NO_OPTIONS: readonly string[] = [];
const IN_ZONE: readonly string[] = ["nodevices"];

/** Whether a mount is the business of a process: in a zone only those that were made from inside are. */
function mayChange(host: Host, process: Process, mount: Mount, rule: string): Outcome {
  const may = privilege(host, process, "sys_mount");
  if (!may.ok) return may;
  const { container } = process.credential;
  if (container !== GLOBAL && mount.container !== container)
    return denied("EPERM", rule, `${mount.path} was mounted for the zone, not by it.`, {
      causes: [mountCause(host, mount)],
      // Those of the brand at boot are made by a process that has entered the zone.
      ...(PLATFORM_TYPES.has(mount.type) && { unsure: true as const }),
    });
  if (!mount.covers) return may;
  return mayCover(host, process, mount.covers);
}

const PLATFORM_TYPES: ReadonlySet<string> = new Set(["proc", "ctfs", "mntfs", "objfs", "tmpfs", "sharefs"]);

/** The line that made a mount of a zone: its fs resource, or the brand. */
export function mountCause(host: Host, mount: Mount): Cause {
  const zone = mount.zone === undefined ? undefined : zoneOfPath(host, mount.path);
  const inside = zone ? mount.path.slice(zone.path.length) : mount.path;
  const resource = zone?.definition?.resources.find(
    ({ type, properties }) =>
      (type === "fs" || type === "inherit-pkg-dir") && properties["dir"]?.[0]?.value === inside,
  );
  if (resource) return resource.cause;
  return zone
    ? { what: `the brand ${zone.brand} mounts ${inside}`, from: "default" }
    : { what: `mount of ${mount.path}`, from: "host" };
}

/** Changes options of a mount: read-only to writable and so on. */
function remount(
  host: Host,
  process: Process,
  { on, options = [] }: MountRequest,
  covers: Vnode,
): Outcome<Mount> {
  const mount = mountOf(host, covers);
  if (covers.node !== mount.root) return denied("EINVAL", "mount/remount", `${on} is no mount point.`);
  const may = mayChange(host, process, mount, "mount/remount");
  if (!may.ok) return may;
  if (mount.type === "lofs")
    return denied("EINVAL", "mount/remount", "A loopback mount cannot be remounted.");
  if (options.includes("ro")) mount.readOnly = true;
  if (options.includes("rw")) mount.readOnly = false;
  mount.options = together(mount.options, options, forcedOptions(host, process));
  return allowed(mount, "mount/remount", `The options of ${mount.path} changed.`);
}

/** Types that can be taken away from those that use them. Source: the unmount of each type (MS_FORCE). */
const FORCIBLE: ReadonlySet<string> = new Set([
  "zfs",
  "ufs",
  "tmpfs",
  "nfs",
  "nfs3",
  "nfs4",
  "smbfs",
  "pcfs",
]);

/**
 * umount2(2).
 * @returns EINVAL where nothing is mounted; EPERM; EBUSY while it is in use; ENOTSUP for a forced unmount of a type that
 * does not know it
 */
export function unmountFs(
  host: Host,
  process: Process,
  path: string,
  { force = false }: { force?: boolean } = {},
): Outcome {
  const may = privilege(host, process, "sys_mount");
  if (!may.ok) return may;
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const mount = mountOf(host, found.value);
  if (found.value.node !== mount.root || !mount.covers || sameVnode(found.value, process.root))
    return denied("EINVAL", "unmount/point", `${path} is not a mount point.`);
  const own = mayChange(host, process, mount, "unmount/owner");
  return own.ok ? unmount(host, mount, force) : own;
}

/** Takes a mount away if nothing uses it. */
export function unmount(host: Host, mount: Mount, force: boolean): Outcome {
  if (force && !FORCIBLE.has(mount.type))
    return denied("ENOTSUP", "unmount/force", `${mount.type} knows no forced unmount.`);
  const holder = heldBy(host, mount);
  if (holder && (holder.lasting || !force))
    return denied("EBUSY", "unmount/busy", `${mount.path} is in use: ${holder.what}.`, {
      causes: [{ what: holder.what, from: "host" }],
    });
  removeMount(host, mount);
  return allowed(undefined, "unmount", `${mount.path} is unmounted.`);
}

/** What keeps a mount busy. `lasting`: even a forced unmount does not get past it. */
function heldBy(host: Host, mount: Mount): { what: string; lasting: boolean } | undefined {
  const [above] = mountsOn(host, mount.id);
  if (above) return { what: `${above.path} is mounted below`, lasting: true };
  for (const { pid, root, directory, descriptors } of processesOn(host, mount.id)) {
    const on = (vnode: Vnode | undefined): boolean => vnode?.mount === mount.id;
    if (on(root) || on(directory) || descriptors.some(({ vnode }) => on(vnode)))
      return { what: `process ${pid} uses it`, lasting: false };
  }
  const [zone] = zonesRootedOn(host, mount.id);
  if (zone) return { what: `it holds the root of zone ${zone.name}`, lasting: true };
  if (mount.type === "lofs" || isView(host, mount)) return undefined;
  const shown = mountsOfFileSystem(host, mount.filesystem).find(({ type }) => type === "lofs");
  return shown && { what: `${shown.path} shows it`, lasting: false };
}

/** Whether a file stands for the disk. */
function isLofi({ type, from }: Mount): boolean {
  return findZoneFileSystemType(type)?.special === "device" && !from.startsWith("/dev/");
}

/** Whether all mounts of the type share one file system, which stays. */
function isView({ state: { files } }: Host, { type, filesystem }: Mount): boolean {
  const { views } = files;
  return views?.[`${type} directory`] === filesystem || views?.[`${type} file`] === filesystem;
}

/** Takes a mount away. What has no name elsewhere is gone with it; a disk or a dataset keeps its files. */
export function removeMount(host: Host, mount: Mount): void {
  const { files } = host.state;
  if (mount.type === "dev") keepDeviceAttributes(host, mount);
  dropMount(host, mount);
  const dataset = mount.type === "zfs" ? own(files.datasets, mount.from) : undefined;
  if (dataset) {
    dataset.mounted = false;
    dataset.filesystem = mount.filesystem;
  }
  host.kernel.containers.released(host, mount.container);
  const owner = findZone(host, mount.container);
  if (owner && isLofi(mount)) discharge(owner, "zone.max-lofi", 1);
  if (mount.type === "lofs" || dataset || isView(host, mount)) return;
  const fs = fileSystem(host, mount.filesystem);
  if (fs.source !== undefined || mountsOfFileSystem(host, fs.id).length > 0) return;
  const zone = mount.type === "tmpfs" ? findZone(host, mount.zone ?? GLOBAL) : undefined;
  if (zone) discharge(zone, "zone.max-swap", usedBytes(fs));
  delete files.byId[fs.id];
}
