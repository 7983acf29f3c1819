import {
  findZoneFileSystemType,
  fsAllowed,
  type ZoneFileSystemType,
} from "../../../catalog/illumos/fileSystemTypes.ts";
import { own } from "../../../catalog/own.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { mayAccess } from "../../filesystem/access.ts";
import { makeFileSystem } from "../../filesystem/build.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { addNode, editableIn, fileSystemOf, mountOf, nodeOf, sameVnode } from "../../filesystem/nodes.ts";
import type { FileNode, FileSystem, Mount, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { MountRequest } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { privilege } from "../privileges.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { isDisk } from "./deviceNames.ts";

/** What each type of file system brings to a mount. Source: the *_vfsops.c of each below usr/src/uts/common/fs. */

/** The file system, which node of it appears, and what df shows in front. `lofi`: a file stands for the device. */
export type Prepared = Pick<Mount, "filesystem" | "from"> &
  Partial<Pick<Mount, "root" | "assumed">> & { lofi?: true };

/** A type that the kernel of the machine has. Source: vfs_getvfssw(). */
export function knownType(host: Host, name: string): ZoneFileSystemType | undefined {
  const type = findZoneFileSystemType(name);
  return type?.platforms && !type.platforms.includes(platformOf(host)) ? undefined : type;
}

/** Whether a zone may mount a type. Source: secpolicy_fs_allowed_mount(). */
export function mayMountType(host: Host, process: Process, type: ZoneFileSystemType): Outcome {
  const zone = zoneOf(host, process);
  if (zone.id === GLOBAL) return EVERY_TYPE;
  if (type.zoneSafe) return SAFE_TYPE;
  // Zones have the property since Solaris 11; before, whoever had the device mounted what was on it.
  if (platformOf(host) === "solaris10")
    return allowed(
      undefined,
      "mount/type",
      `On Solaris 10 no type is kept from zones, ${type.name} neither.`,
    );
  const cause: Cause = zone.causes["fs-allowed"] ?? {
    what: "fs-allowed is not set (default)",
    from: "default",
  };
  return fsAllowed(zone.fsAllowed ?? undefined)(type.name)
    ? allowed(undefined, "mount/type", `fs-allowed of zone ${zone.name} admits ${type.name}.`, {
        causes: [cause],
      })
    : denied("EPERM", "mount/type", `fs-allowed of zone ${zone.name} does not admit ${type.name}.`, {
        causes: [cause],
      });
}

const EVERY_TYPE = allowed(undefined, "mount/type", "The global zone mounts every type.");
const SAFE_TYPE = allowed(undefined, "mount/type", "The type is safe for zones.");

/** The checks of the file system itself. */
export function prepare(
  host: Host,
  process: Process,
  type: ZoneFileSystemType,
  request: MountRequest,
  covers: Vnode,
): Outcome<Prepared> {
  if (type.name === "lx_devfs") return prepareLoopback(host, process, request, covers);
  switch (type.special) {
    case "directory":
      return type.name === "dev"
        ? done({ filesystem: makeFileSystem(host, "dev", 0, 0o755).id, from: request.from })
        : prepareLoopback(host, process, request, covers);
    case "dataset":
      return prepareDataset(host, process, request.from);
    case "device":
      return prepareDisk(host, process, type, request.from);
    case "server":
      return prepareRemote(host, process, type, request.from);
    case "none":
      return type.name === "tmpfs"
        ? prepareMemory(host, request, covers)
        : prepareView(host, type.name, request, covers);
  }
}

function done(value: Prepared): Outcome<Prepared> {
  return allowed(value, "mount/source", "The file system has no objection.");
}

/** Source: lo_mount() in usr/src/uts/common/fs/lofs/lofs_vfsops.c. */
function prepareLoopback(
  host: Host,
  process: Process,
  { from }: MountRequest,
  covers: Vnode,
): Outcome<Prepared> {
  const lower = lookup(host, process, from);
  if (!lower.ok) return lower;
  if ((nodeOf(host, lower.value).kind === "directory") !== (nodeOf(host, covers).kind === "directory"))
    return denied("ENOTDIR", "mount/source", `${from} and the mount point are not of the same kind.`);
  if (sameVnode(lower.value, covers))
    return denied("EBUSY", "mount/source", "A directory cannot be mounted on itself.");
  const below = mountOf(host, lower.value);
  if (below.type === "autofs" && below.zone !== undefined && below.zone !== process.credential.container)
    return denied("EACCES", "mount/source", `${from} is a trigger of the automounter of another zone.`);
  return done({
    filesystem: fileSystemOf(host, lower.value).id,
    root: lower.value.node,
    from,
    ...(nodeOf(host, lower.value).assumed && { assumed: true }),
  });
}

/** Source: zfs_mount() in usr/src/uts/common/fs/zfs/zfs_vfsops.c. */
function prepareDataset(host: Host, process: Process, from: string): Outcome<Prepared> {
  const dataset = own(host.state.files.datasets, from);
  const { datasets } = host.kernel.files;
  if (datasets.access(host, process, from) !== "write")
    return denied("EPERM", "mount/source", `Dataset ${from} is not delegated to this zone.`, {
      causes: [datasets.notDelegated],
    });
  if (!dataset) return denied("ENOENT", "mount/source", `There is no dataset ${from}.`);
  if (dataset.properties["type"] === "volume")
    return denied("EINVAL", "mount/source", `${from} is a volume, not a file system.`);
  if (dataset.mounted) return denied("EBUSY", "mount/source", `Dataset ${from} is mounted already.`);
  return done({ filesystem: storedOfDataset(host, from).id, from });
}

/** The file system of a dataset, made where it was never mounted. */
export function storedOfDataset(host: Host, name: string): FileSystem {
  const dataset = own(host.state.files.datasets, name);
  const known = dataset?.filesystem === undefined ? undefined : host.state.files.byId[dataset.filesystem];
  if (known) return known;
  const fs = makeFileSystem(host, "zfs");
  fs.source = name;
  if (dataset) dataset.filesystem = fs.id;
  return fs;
}

/** The path of a disk: of pcfs it may name a drive of it behind a colon. Source: pcfs(4FS). */
export function diskOf(type: string, from: string): string {
  return type === "pcfs" ? from.replace(/:(boot|[c-z]|\d+)$/, "") : from;
}

/** A disk, or a file that lofi(4D) makes one of. Source: mount of ufs, pcfs, udfs and hsfs; domount() for lofi. */
function prepareDisk(
  host: Host,
  process: Process,
  { name: type }: ZoneFileSystemType,
  from: string,
): Outcome<Prepared> {
  const found = lookup(host, process, diskOf(type, from));
  // Nobody has told which disks the machine has; those of a zone are told by its configuration.
  const assumed = !host.state.machine.described && process.credential.container === GLOBAL;
  if (!found.ok)
    return assumed && found.errno === "ENOENT"
      ? done({ filesystem: storedOfSource(host, type, from).id, from, assumed: true })
      : found;
  const node = nodeOf(host, found.value);
  const lofi = node.kind === "file";
  if (!lofi && (node.kind !== "device" || !isDisk(node.device ?? "")))
    return denied("ENOTBLK", "mount/source", `${from} is neither a block device nor a file.`);
  const may = mayAccess(host, process, found.value, { read: true });
  if (!may.ok) return may;
  const other = holdsOtherType(host, type, from);
  if (other !== undefined)
    return denied("EINVAL", "mount/source", `${from} has a file system of type ${other}.`);
  return done({
    filesystem: storedOfSource(host, type, from).id,
    from,
    ...(lofi && { lofi: true as const }),
  });
}

/** Kept file systems by what they are of. */
function viewsOf({ state: { files } }: Host): Record<string, string> {
  files.views ??= {};
  return files.views;
}

/** What kind of file system a disk has that is not of this type; `undefined` where it has none or is of it. */
export function holdsOtherType(host: Host, type: string, source: string): string | undefined {
  const views = viewsOf(host);
  return DISK_TYPES.find((other) => other !== type && views[`${other}:${source}`] !== undefined);
}

const DISK_TYPES = ["ufs", "pcfs", "udfs", "hsfs"];

/** The file system on a disk or of a server, which stays there while it is not mounted. */
function storedOfSource(host: Host, type: string, source: string): FileSystem {
  const views = viewsOf(host);
  const key = `${type}:${source}`;
  const known = views[key] === undefined ? undefined : host.state.files.byId[views[key]];
  if (known) return known;
  const fs = makeFileSystem(host, type);
  fs.source = source;
  views[key] = fs.id;
  return fs;
}

/** Source: nfs_mount(), smbfs_mount(); the guide of zones on shares of the own host. */
function prepareRemote(
  host: Host,
  process: Process,
  { name: type }: ZoneFileSystemType,
  from: string,
): Outcome<Prepared> {
  if (type !== "smbfs") {
    const may = privilege(host, process, "sys_nfs");
    if (!may.ok) return may;
  }
  const [, server = ""] = /^(?:\/\/(?:[^@/]*@)?)?([^:/]+)/.exec(from) ?? [];
  if (process.credential.container !== GLOBAL && isOwnHost(host, server))
    return denied(
      "EPERM",
      "mount/source",
      `${server} is the machine itself: a zone cannot mount what it shares.`,
      {
        causes: [{ what: "a share of the own host", from: "kernel" }],
        unsure: true,
      },
    );
  return done({ filesystem: storedOfSource(host, type, from).id, from, assumed: true });
}

function isOwnHost(host: Host, server: string): boolean {
  const { machine, network } = host.state;
  if (server === machine.hostname || server === "localhost") return true;
  return Object.values(network.vnets["0"]?.interfaces ?? {}).some(({ addresses }) =>
    addresses.some(({ address }) => address === server),
  );
}

/** `size=50m` in bytes; 0 where there is none. */
export function sizeOption(options: readonly string[]): number {
  if (options.length === 0) return 0;
  const [, digits = "0", unit = ""] =
    /^size=(\d+)([kmgt]?)b?$/i.exec(options.find((text) => text.startsWith("size=")) ?? "") ?? [];
  return Number(digits) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " ");
}

/** Its root looks like the directory that it covers. Source: tmp_mount() in usr/src/uts/common/fs/tmpfs/tmp_vfsops.c. */
function prepareMemory(host: Host, { from, options = [] }: MountRequest, covers: Vnode): Outcome<Prepared> {
  const { mode, uid, gid } = nodeOf(host, covers);
  const fs = makeFileSystem(host, "tmpfs", sizeOption(options), mode);
  const top = editableIn(fs, 1);
  top.uid = uid;
  top.gid = gid;
  return done({ filesystem: fs.id, from });
}

/** What shows objects of the kernel, the same to all that mount it. A file where that is covered: /etc/mnttab. */
function prepareView(host: Host, type: string, { from }: MountRequest, covers: Vnode): Outcome<Prepared> {
  return done({ filesystem: viewFileSystem(host, type, nodeOf(host, covers).kind).id, from });
}

/** Those that each process of a terminal has; others of a reader are not listed. Source: fd(4FS). */
const DESCRIPTORS = ["0", "1", "2"];

/** The one file system of a type that shows objects of the kernel, for mounts on directories or on files. */
export function viewFileSystem(host: Host, type: string, kind: FileNode["kind"]): FileSystem {
  const views = viewsOf(host);
  const key = `${type} ${kind}`;
  const known = views[key] === undefined ? undefined : host.state.files.byId[views[key]];
  if (known) return known;
  const fs = makeFileSystem(host, type, 0, 0o555);
  if (kind === "file")
    fs.nodes["1"] = { kind, mode: 0o444, uid: 0, gid: 0, flags: [], parent: 1, links: 1, content: "" };
  else if (type === "lx_proc" || type === "lxproc") {
    const top = editableIn(fs, 1);
    delete top.entries;
    top.stock = "linuxProc";
  } else if (type === "fd")
    for (const name of DESCRIPTORS)
      addNode(fs, 1, name, {
        ...{ kind: "device", mode: 0o666, uid: 0, gid: 0, flags: [], links: 1, device: `fd/${name}` },
      });
  views[key] = fs.id;
  return fs;
}
