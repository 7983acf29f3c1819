import type { FileSystemType } from "../../../catalog/freebsd/fileSystemTypes.ts";
import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { mayAccess } from "../../filesystem/access.ts";
import { directory, makeFileSystem } from "../../filesystem/build.ts";
import { restoreTree } from "../../filesystem/frozen.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { addNode, editableIn, fileSystemOf, nodeOf, sameVnode } from "../../filesystem/nodes.ts";
import type { FileSystem, Mount, Vnode } from "../../filesystem/types.ts";
import { hasSnapshot } from "../../filesystem/zfs.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import type { Prison } from "../types.ts";
import { deviceKind } from "./devfs.ts";

/** What a file system brings to a mount: itself, which node appears, and what df shows in front. */
type Prepared = Pick<Mount, "filesystem" | "from"> &
  Partial<Pick<Mount, "root" | "ruleset" | "assumed" | "readOnly">>;

interface Request {
  type: string;
  from: string;
  options?: readonly string[];
}

/** The checks of the file system itself, the last ones of a mount. Source: its VFS_MOUNT(). */
export function prepare(
  host: Host,
  process: Process,
  type: FileSystemType,
  request: Request,
  covers: Vnode,
): Outcome<Prepared> {
  switch (type.source) {
    case "directory":
      return prepareNull(host, process, request, covers);
    case "dataset":
      return prepareZfs(host, process, request);
    case "disk":
      return prepareDisk(host, process, request);
    case "remote":
      return prepareRemote(host, request);
    case "none":
      return prepareOther(host, process, request, covers);
  }
}

function done(value: Prepared): Outcome<Prepared> {
  return allowed(value, "mount/9", "The file system has no objection.");
}

/** Source: nullfs_mount() in sys/fs/nullfs/null_vfsops.c. */
function prepareNull(host: Host, process: Process, { from }: Request, covers: Vnode): Outcome<Prepared> {
  const lower = lookup(host, process, from);
  if (!lower.ok) return lower;
  const node = nodeOf(host, lower.value);
  const over = nodeOf(host, covers);
  if (node.kind !== over.kind)
    return denied("ENOTDIR", "mount/9", `${from} and the mount point are not of the same kind.`);
  if (sameVnode(lower.value, covers))
    return denied("EDEADLK", "mount/9", "A directory cannot be mounted on itself.");
  const fs = fileSystemOf(host, lower.value);
  return done({ filesystem: fs.id, root: lower.value.node, from });
}

/** Source: devfs_mount() in sys/fs/devfs/devfs_vfsops.c; tmpfs_mount() in sys/fs/tmpfs/tmpfs_vfsops.c. */
function prepareOther(
  host: Host,
  process: Process,
  { type, from, options = [] }: Request,
  covers: Vnode,
): Outcome<Prepared> {
  if (type === "devfs") return prepareDevfs(host, process, from, options);
  if (type === "fusefs") {
    const channel = lookup(host, process, "/dev/fuse");
    if (!channel.ok) return channel;
  }
  const fs = makeFileSystem(host, type, type === "tmpfs" ? sizeOption(options) : 0, 0o555);
  if (type === "tmpfs") {
    const { mode, uid, gid } = nodeOf(host, covers);
    Object.assign(editableIn(fs, 1), { mode, uid, gid });
  }
  if (type === "fdescfs")
    for (const name of ["0", "1", "2"])
      addNode(fs, 1, name, { ...directory(0o666), kind: "device", device: `fd/${name}`, links: 1 });
  return done({ filesystem: fs.id, from });
}

function prepareDevfs(
  host: Host,
  process: Process,
  from: string,
  options: readonly string[],
): Outcome<Prepared> {
  const wanted = rulesetOption(options) ?? 0;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    return denied("EINVAL", "mount/9", "A ruleset has a number from 0 to 65535.");
  const jail = prisonOf(host, process);
  if (jail.jid !== 0 && wanted !== 0 && wanted !== jail.devfsRuleset) return foreignRuleset(jail);
  const fs = makeFileSystem(host, "devfs", 0, 0o555);
  return done({ filesystem: fs.id, from, ruleset: jail.jid === 0 ? wanted : jail.devfsRuleset });
}

/** The refusal of a ruleset that is not the jail's. */
export function foreignRuleset({ name, devfsRuleset, causes }: Prison) {
  const cause = causes["devfs_ruleset"] ?? {
    what: `devfs_ruleset=${devfsRuleset}`,
    from: "inherited" as const,
  };
  return denied("EPERM", "mount/9", `Jail ${name} mounts devfs with ruleset ${devfsRuleset} only.`, {
    causes: [cause],
  });
}

export function rulesetOption(options: readonly string[]): number | undefined {
  const option = options.find((text) => text.startsWith("ruleset="));
  return option === undefined ? undefined : Number(option.slice("ruleset=".length));
}

/** `size=10m` in bytes; 0 where there is none, or the whole memory is meant. */
function sizeOption(options: readonly string[]): number {
  const [, digits = "0", unit = ""] =
    /^size=(\d+)([kmgt]?)$/i.exec(options.find((text) => text.startsWith("size=")) ?? "") ?? [];
  return Number(digits) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " ");
}

/** Source: zfs_mount() in sys/contrib/openzfs/module/os/freebsd/zfs/zfs_vfsops.c. */
function prepareZfs(host: Host, process: Process, { from }: Request): Outcome<Prepared> {
  const [name = "", snapshot] = from.split("@");
  const dataset = own(host.state.files.datasets, name);
  const access = host.kernel.files.datasets.access(host, process, name);
  if (process.credential.container !== 0 && access !== "write")
    return denied("EPERM", "mount/9", `Dataset ${from} is not one that this jail may mount.`, {
      causes: [{ what: "only datasets that zfs jail attached can be mounted", from: "kernel" }],
    });
  if (!dataset || (snapshot !== undefined && !hasSnapshot(dataset, snapshot)))
    return denied("ENOENT", "mount/9", `There is no dataset ${from}.`);
  const fs = stored(host, "zfs", from);
  if (snapshot !== undefined) {
    restoreTree(host, dataset, snapshot, fs);
    return done({ filesystem: fs.id, from, readOnly: true });
  }
  dataset.mounted = true;
  dataset.filesystem = fs.id;
  return done({ filesystem: fs.id, from });
}

function stored(host: Host, type: string, source: string): FileSystem {
  const known = own(host.state.files.datasets, source)?.filesystem;
  const found = known
    ? host.state.files.byId[known]
    : Object.values(host.state.files.byId).find((fs) => fs.source === source && fs.type === type);
  if (found) return found;
  const fs = makeFileSystem(host, type);
  fs.source = source;
  return fs;
}

/** Source: ffs_mount() in sys/ufs/ffs/ffs_vfsops.c. */
function prepareDisk(host: Host, process: Process, { type, from }: Request): Outcome<Prepared> {
  const { described } = host.state.machine;
  const found = lookup(host, process, from);
  if (!found.ok && (described || found.errno !== "ENOENT")) return found;
  if (found.ok) {
    const node = nodeOf(host, found.value);
    if (node.kind !== "device" || deviceKind(node.device ?? "").type !== "disk")
      return denied("ENOTBLK", "mount/9", `${from} is no disk.`);
    const may = mayAccess(host, process, found.value, { read: true });
    if (!may.ok) return may;
  }
  return done({ filesystem: stored(host, type, from).id, from, assumed: !found.ok });
}

/** What a server has is unknown: its directory is there, and empty. */
function prepareRemote(host: Host, { type, from }: Request): Outcome<Prepared> {
  return done({ filesystem: stored(host, type, from).id, from, assumed: true });
}
