import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Power } from "../kernel.ts";
import { processesAt } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { appendOnly, immutable, keepingFlag, mayAccess } from "./access.ts";
import { type Found, lookup, resolve, topmost } from "./lookup.ts";
import { mountsShowing } from "./mountIndex.ts";
import {
  addEntry,
  addNode,
  editable,
  editableIn,
  entriesOf,
  fileSystemOf,
  findMount,
  mountOf,
  NO_FLAGS,
  nodeOf,
  removeEntry,
  sameVnode,
  serialOf,
} from "./nodes.ts";
import { pathOf } from "./paths.ts";
import type { FileNode, Vnode } from "./types.ts";
import { takeBytes } from "./usage.ts";

/** What makes and removes names. Source: sys/kern/vfs_syscalls.c, sys/ufs/ufs/ufs_vnops.c. */

type NewNode = Pick<FileNode, "kind" | "mode"> & Partial<Pick<FileNode, "target" | "device">>;

/** Makes a node where a walk ended without one. */
function create(
  host: Host,
  process: Process,
  { directory, name, vnode }: Found,
  made: NewNode,
): Outcome<Vnode> {
  if (vnode) return denied("EEXIST", "create/exists", `${pathOf(host, vnode)} exists.`);
  const fs = fileSystemOf(host, directory);
  const ofDevices = fs.type === host.kernel.files.devices.type;
  if (ofDevices && made.kind !== "link")
    return denied("EOPNOTSUPP", "create/devfs", `${fs.type} takes no new nodes: drivers make them.`);
  const may = mayAccess(host, process, directory, { write: true, execute: true });
  if (!may.ok) return may;
  const { credential } = process;
  const gid = host.kernel.files.newGroup(process, nodeOf(host, directory));
  const { kind, mode, target, device } = made;
  const node: Omit<FileNode, "parent"> = {
    ...{ kind, mode, uid: credential.uid, gid, flags: NO_FLAGS, links: kind === "directory" ? 2 : 1 },
  };
  if (kind === "directory") node.entries = {};
  else if (kind === "file") node.content = "";
  if (target !== undefined) node.target = target;
  if (device !== undefined) node.device = device;
  if (ofDevices) editable(host, directory).entries ??= {};
  const number = addNode(fs, directory.node, name, node);
  return allowed({ mount: directory.mount, node: number }, "create", `${name} is there.`);
}

/** An empty file, for open(2). */
export function createFile(host: Host, process: Process, found: Found, mode: number): Outcome<Vnode> {
  return create(host, process, found, { kind: "file", mode });
}

function createAt(host: Host, process: Process, path: string, made: NewNode): Outcome<Vnode> {
  const found = resolve(host, process, path, { follow: false });
  return found.ok ? create(host, process, found.value, made) : found;
}

/** mkdir(2). */
export function mkdir(host: Host, process: Process, path: string, mode = 0o755): Outcome<Vnode> {
  return createAt(host, process, path, { kind: "directory", mode });
}

/** symlink(2). */
export function symlink(host: Host, process: Process, target: string, path: string): Outcome<Vnode> {
  const found = resolve(host, process, path, { follow: false });
  if (!found.ok) return found;
  if (!found.value.vnode && isOfDevices(host, found.value.directory)) {
    const may = host.kernel.files.devices.mayLink(host, process);
    if (!may.ok) return may;
  }
  return create(host, process, found.value, { kind: "link", mode: 0o755, target });
}

/** mkfifo(2): no privilege is involved. */
export function mkfifo(host: Host, process: Process, path: string, mode = 0o644): Outcome<Vnode> {
  return createAt(host, process, path, { kind: "fifo", mode });
}

/** The node of a local socket, for bind(2). Unlike the other calls it takes no mode: only the umask says something. */
export function mksocket(host: Host, process: Process, path: string): Outcome<Vnode> {
  const { umask = 0o022 } = process;
  return createAt(host, process, path, { kind: "socket", mode: 0o777 & ~umask });
}

const MKNOD: Readonly<Record<"device" | "whiteout" | "bad", Power>> = {
  device: "VFS_MKNOD_DEV",
  whiteout: "VFS_MKNOD_WHT",
  bad: "VFS_MKNOD_BAD",
};

/**
 * mknod(2). In devfs it brings back a node that was deleted; elsewhere a device node belongs to no driver and cannot be
 * opened. The privilege comes before the path. Source: kern_mknodat(), devfs_mknod().
 */
export function mknod(
  host: Host,
  process: Process,
  path: string,
  kind: "device" | "whiteout" | "bad" = "device",
  mode = 0o600,
): Outcome<Vnode | null> {
  const may = host.kernel.power(host, process, MKNOD[kind]);
  if (!may.ok) return may;
  const found = resolve(host, process, path, { follow: false });
  if (!found.ok) return found;
  if (found.value.vnode) return denied("EEXIST", "create/exists", `${path} exists.`);
  const { directory, name } = found.value;
  if (isOfDevices(host, directory)) {
    const device = devicePath(host, directory, name);
    if (!host.state.files.devices.some((made) => made.name === device))
      return denied("ENOENT", "mknod/devfs", "There is no such device whose node was deleted.");
    host.kernel.files.devices.show(host, mountOf(host, directory), device, true);
    return lookup(host, process, path, { follow: false });
  }
  if (kind !== "device") return denied("EINVAL", "mknod/kind", "The file system takes no such node.");
  return create(host, process, found.value, { kind: "device", mode });
}

/** Whether a directory shows what drivers have made. */
function isOfDevices(host: Host, directory: Vnode): boolean {
  return fileSystemOf(host, directory).type === host.kernel.files.devices.type;
}

/** The name of a device below /dev. */
function devicePath(host: Host, directory: Vnode, name: string): string {
  const mount = mountOf(host, directory);
  const above = pathOf(host, directory).slice(mount.path.length + 1);
  return above === "" ? name : `${above}/${name}`;
}

/** link(2): one more name for a file. Within one mount, also where two nullfs show the same files. */
export function link(host: Host, process: Process, path: string, to: string): Outcome {
  const from = lookup(host, process, path);
  if (!from.ok) return from;
  const node = nodeOf(host, from.value);
  const policy = host.kernel.files.mayLink(host, process, node);
  if (!policy.ok) return policy;
  if (node.kind === "directory") return denied("EPERM", "link/directory", `${path} is a directory.`);
  const found = resolve(host, process, to, { follow: false });
  if (!found.ok) return found;
  const { directory, name, vnode } = found.value;
  if (vnode) return denied("EEXIST", "create/exists", `${to} exists.`);
  if (directory.mount !== from.value.mount)
    return denied("EXDEV", "link/mount", "A link cannot lead into another mount.");
  if (immutable(node) || appendOnly(node))
    return denied("EPERM", "flags/immutable", `${path} is immutable (${node.flags.join(",")}).`);
  const may = mayAccess(host, process, directory, { write: true, execute: true });
  if (!may.ok) return may;
  if (isOfDevices(host, directory))
    return denied("EOPNOTSUPP", "create/devfs", "devfs takes no links to files.");
  addEntry(fileSystemOf(host, directory), directory.node, name, from.value.node);
  editable(host, from.value).links += 1;
  return allowed(undefined, "link", `${to} is another name of ${path}.`);
}

/** Whether a name may be taken out of a directory. Source: ufs_remove(), ufs_delete_denied(). */
function mayRemove(host: Host, process: Process, directory: Vnode, vnode: Vnode, path: string): Outcome {
  const node = nodeOf(host, vnode);
  if (vnode.node === mountOf(host, vnode).root)
    return denied("EBUSY", "remove/mount", `${path} is the root of a mount.`);
  const may = mayAccess(host, process, directory, { write: true, execute: true });
  if (!may.ok) return may;
  const fixed = keepingFlag(node);
  if (fixed || appendOnly(nodeOf(host, directory)))
    return denied(
      "EPERM",
      "flags/unlink",
      `${path} cannot be removed (${fixed ?? "append-only directory"}).`,
    );
  const above = nodeOf(host, directory);
  const { uid } = process.credential;
  if (above.mode & 0o1000 && uid !== node.uid && uid !== above.uid) {
    const admin = host.kernel.power(host, process, "VFS_ADMIN");
    if (!admin.ok)
      return denied("EPERM", "remove/sticky", `${path} belongs to user ${node.uid} in a sticky directory.`, {
        causes: admin.decision.causes,
      });
  }
  return allowed(undefined, "remove", "The name may be removed.");
}

/** unlink(2). In devfs it hides the node in that mount, until somebody with the right to make nodes brings it back. */
export function unlink(host: Host, process: Process, path: string): Outcome {
  const found = existing(host, process, path);
  if (!found.ok) return found;
  const { directory, name, vnode } = found.value;
  if (nodeOf(host, vnode).kind === "directory")
    return denied("EPERM", "unlink/directory", `${path} is a directory.`);
  const may = mayRemove(host, process, directory, vnode, path);
  if (!may.ok) return may;
  if (isOfDevices(host, directory) && serialOf(vnode.node) !== undefined) {
    const device = devicePath(host, directory, name);
    host.kernel.files.devices.show(host, mountOf(host, directory), device, false);
  } else dropName(host, process, directory, name, vnode);
  return allowed(undefined, "unlink", `${path} is gone.`);
}

/** rmdir(2). */
export function rmdir(host: Host, process: Process, path: string): Outcome {
  const found = existing(host, process, path);
  if (!found.ok) return found;
  const { directory, name, vnode } = found.value;
  if (name === ".") return denied("EINVAL", "rmdir/dot", "The last part of the path is a dot.");
  if (nodeOf(host, vnode).kind !== "directory")
    return denied("ENOTDIR", "rmdir/directory", `${path} is not a directory.`);
  if (isOfDevices(host, vnode)) return denied("EOPNOTSUPP", "create/devfs", "devfs keeps its directories.");
  const may = mayRemove(host, process, directory, vnode, path);
  if (!may.ok) return may;
  if (!isEmpty(host, vnode)) return denied("ENOTEMPTY", "rmdir/empty", `${path} is not empty.`);
  dropName(host, process, directory, name, vnode);
  return allowed(undefined, "rmdir", `${path} is gone.`);
}

function isEmpty(host: Host, vnode: Vnode): boolean {
  return Object.keys(entriesOf(fileSystemOf(host, vnode), vnode.node)).length === 0;
}

function existing(host: Host, process: Process, path: string): Outcome<Found & { vnode: Vnode }> {
  const found = resolve(host, process, path, { follow: false });
  if (!found.ok) return found;
  const { vnode } = found.value;
  if (!vnode) return denied("ENOENT", "lookup/missing", `${path} does not exist.`);
  if (found.value.name === "..") return denied("EINVAL", "remove/dots", "The path ends in dots.");
  return { ...found, value: { ...found.value, vnode } };
}

function dropName(host: Host, process: Process, directory: Vnode, name: string, vnode: Vnode): void {
  removeEntry(fileSystemOf(host, directory), directory.node, name);
  const node = editable(host, vnode);
  node.links = node.kind === "directory" ? 0 : node.links - 1;
  if (node.links > 0) return;
  takeBytes(host, process, vnode, -(node.content?.length ?? 0));
  dropUnlinked(host, vnode);
}

/** Forgets a node without a name, unless something still refers to it. */
export function dropUnlinked(host: Host, vnode: Vnode): void {
  const fs = fileSystemOf(host, vnode);
  if (fs.nodes[vnode.node]?.links !== 0) return;
  const refers = (other: Vnode | null | undefined): boolean => sameNode(host, other, vnode);
  const held =
    processesAt(host, vnode.node).some(
      ({ root, directory, jailDirectory, descriptors }) =>
        [root, directory, jailDirectory].some(refers) ||
        descriptors.some((descriptor) => refers(descriptor.vnode)),
    ) ||
    host.kernel.files.isRoot(host, vnode) ||
    mountsShowing(host, fs.id, vnode.node).length > 0;
  if (!held) delete fs.nodes[vnode.node];
}

/** The same node, whatever the mount. */
export function sameNode(host: Host, a: Vnode | null | undefined, b: Vnode): boolean {
  if (!a || a.node !== b.node) return false;
  return sameVnode(a, b) || findMount(host, a.mount)?.filesystem === mountOf(host, b).filesystem;
}

/** rename(2). Source: kern_renameat(), ufs_rename(). */
export function rename(host: Host, process: Process, path: string, to: string): Outcome {
  const from = existing(host, process, path);
  if (!from.ok) return from;
  const moved = from.value;
  const target = resolve(host, process, to, { follow: false });
  if (!target.ok) return target;
  const { directory, name, vnode } = target.value;
  if ([moved.name, name].some((part) => part === "." || part === ".."))
    return denied("EINVAL", "rename/dots", "A path ends in dots.");
  if (moved.vnode.mount !== moved.directory.mount || moved.vnode.mount !== directory.mount)
    return denied("EXDEV", "rename/mount", "A name cannot move into another mount.");
  const fs = fileSystemOf(host, directory);
  if (isOfDevices(host, directory)) return denied("EOPNOTSUPP", "create/devfs", "devfs does not rename.");
  const node = nodeOf(host, moved.vnode);
  if (vnode && sameVnode(vnode, moved.vnode)) return allowed(undefined, "rename", "Both are the same file.");
  const may = mayRemove(host, process, moved.directory, moved.vnode, path);
  if (!may.ok) return may;
  if (node.kind === "directory" && isBelow(host, directory, moved.vnode))
    return denied("EINVAL", "rename/below", `${to} is below ${path}.`);
  const into = mayAccess(host, process, directory, { write: true, execute: true });
  if (!into.ok) return into;
  if (vnode) {
    const replaced = mayReplace(host, process, directory, vnode, node.kind === "directory", to);
    if (!replaced.ok) return replaced;
    dropName(host, process, directory, name, vnode);
  }
  removeEntry(fs, moved.directory.node, moved.name);
  addEntry(fs, directory.node, name, moved.vnode.node);
  editableIn(fs, moved.vnode.node).parent = directory.node;
  return allowed(undefined, "rename", `${path} is ${to} now.`);
}

function mayReplace(
  host: Host,
  process: Process,
  directory: Vnode,
  vnode: Vnode,
  byDirectory: boolean,
  path: string,
): Outcome {
  const isDirectory = nodeOf(host, vnode).kind === "directory";
  if (byDirectory && !isDirectory) return denied("ENOTDIR", "rename/kind", `${path} is not a directory.`);
  if (!byDirectory && isDirectory) return denied("EISDIR", "rename/kind", `${path} is a directory.`);
  const may = mayRemove(host, process, directory, vnode, path);
  if (!may.ok) return may;
  if (isDirectory && !isEmpty(host, vnode))
    return denied("ENOTEMPTY", "rename/empty", `${path} is not empty.`);
  return may;
}

function isBelow(host: Host, directory: Vnode, top: Vnode): boolean {
  for (let at = directory.node; ; ) {
    if (at === top.node) return true;
    const { parent } = nodeOf(host, { mount: directory.mount, node: at });
    if (parent === at) return false;
    at = parent;
  }
}

export interface DirectoryEntry {
  name: string;
  vnode: Vnode;
  node: FileNode;
}

/** What a directory holds, as getdirentries(2) and a stat of each give it, without the dots. */
export function readdirectory(host: Host, process: Process, path: string): Outcome<DirectoryEntry[]> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const directory = found.value;
  if (nodeOf(host, directory).kind !== "directory")
    return denied("ENOTDIR", "readdir/directory", `${path} is not a directory.`);
  const may = mayAccess(host, process, directory, { read: true });
  if (!may.ok) return may;
  const fs = fileSystemOf(host, directory);
  const { devices, processes } = host.kernel.files;
  if (fs.type === processes?.type) return processes.list(host, process, directory);
  const numbers =
    fs.type === devices.type
      ? devices
          .entries(host, fs, directory.node)
          .filter(({ container }) => devices.mayFind(host, process, container))
          .map(({ name, node }): [string, number] => [name, node])
      : Object.entries(entriesOf(fs, directory.node));
  const entries = numbers.map(([name, number]) => {
    const vnode = topmost(host, { mount: directory.mount, node: number });
    return { name, vnode, node: nodeOf(host, vnode) };
  });
  return { ok: true, value: entries, decision: found.decision };
}

export interface Status {
  vnode: Vnode;
  node: FileNode;
  /** In bytes. */
  size: number;
}

/** stat(2), or lstat(2) without following. */
export function stat(
  host: Host,
  process: Process,
  path: string,
  { follow = true }: { follow?: boolean } = {},
): Outcome<Status> {
  const found = lookup(host, process, path, { follow });
  if (!found.ok) return found;
  const node = nodeOf(host, found.value);
  const size = (node.content ?? node.target ?? "").length;
  return { ok: true, value: { vnode: found.value, node, size }, decision: found.decision };
}
