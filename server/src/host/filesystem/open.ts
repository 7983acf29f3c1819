import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { lowestFree, openDescriptor } from "../process/descriptors.ts";
import { closeDescriptors } from "../process/processes.ts";
import type { Descriptor, Process } from "../process/types.ts";
import { mayAccess } from "./access.ts";
import { createFile, dropUnlinked } from "./entries.ts";
import { type LookupOptions, lookup, resolve } from "./lookup.ts";
import { editable, findMount, nodeOf, processPlace } from "./nodes.ts";
import { pathOf } from "./paths.ts";
import type { FileNode, Vnode } from "./types.ts";
import { takeBytes } from "./usage.ts";

export interface OpenFlags {
  /** For writing alone; for reading where nothing is said. */
  write?: boolean;
  create?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
  directory?: boolean;
  nofollow?: boolean;
  mode?: number;
  /** The descriptor of a directory where a relative path starts. */
  at?: number;
}

/** open(2), openat(2). Source: vn_open() in sys/kern/vfs_vnops.c. */
export function open(host: Host, process: Process, path: string, flags: OpenFlags = {}): Outcome<number> {
  const start = startOf(host, process, flags.at);
  if (!start.ok) return start;
  const found = opened(host, process, path, flags, start.value);
  if (!found.ok) return found;
  const vnode = found.value;
  const { kind } = nodeOf(host, vnode);
  const descriptor = openDescriptor(host, process, {
    kind: kind === "directory" || kind === "device" ? kind : "file",
    vnode,
    write: flags.write === true,
    ...(start.value.beneath && kind === "directory" && { beneath: true as const }),
  });
  if (!descriptor.ok) return descriptor;
  return { ok: true, value: descriptor.value.fd, decision: found.decision };
}

/** What is opened: looked up, made or emptied, before it gets a descriptor. */
function opened(
  host: Host,
  process: Process,
  path: string,
  flags: OpenFlags,
  start: LookupOptions = {},
): Outcome<Vnode> {
  const found = resolve(host, process, path, { ...start, follow: !flags.nofollow });
  if (!found.ok) return found;
  let { vnode } = found.value;
  if (!vnode) {
    if (!flags.create) return denied("ENOENT", "lookup/missing", `${path} does not exist.`);
    const created = createFile(host, process, found.value, flags.mode ?? 0o644);
    if (!created.ok) return created;
    vnode = created.value;
  } else {
    if (flags.create && flags.exclusive) return denied("EEXIST", "open/exists", `${path} exists.`);
    const may = mayOpen(host, process, vnode, path, flags);
    if (!may.ok) return may;
    const emptied = flags.truncate && flags.write ? setContent(host, process, vnode, "") : may;
    if (!emptied.ok) return emptied;
  }
  return { ok: true, value: vnode, decision: found.decision };
}

/** Where relative names of an `*at` call start. */
function startOf(host: Host, process: Process, at: number | undefined): Outcome<LookupOptions> {
  if (at === undefined) return allowed({}, "open/at", "The current directory.");
  const { vnode, beneath } = process.descriptors.find(({ fd }) => fd === at) ?? {};
  if (!vnode || !findMount(host, vnode.mount))
    return denied("EBADF", "open/at", `Descriptor ${at} is not open, or no file.`);
  if (nodeOf(host, vnode).kind !== "directory")
    return denied("ENOTDIR", "open/at", `Descriptor ${at} is not a directory.`);
  return allowed({ at: vnode, ...(beneath && { beneath }) }, "open/at", "The directory is open.");
}

function mayOpen(host: Host, process: Process, vnode: Vnode, path: string, flags: OpenFlags): Outcome {
  const node = nodeOf(host, vnode);
  const write = flags.write === true;
  if (node.kind === "link") return denied("ELOOP", "open/link", `${path} is a link.`);
  if (node.kind === "socket") return denied("EOPNOTSUPP", "open/socket", `${path} is a socket.`);
  if (node.kind !== "directory" && flags.directory)
    return denied("ENOTDIR", "open/directory", `${path} is not a directory.`);
  if (node.kind === "directory" && write)
    return denied("EISDIR", "open/directory", `${path} is a directory.`);
  const may = mayAccess(host, process, vnode, write ? { write } : { read: true });
  if (!may.ok || node.kind !== "device") return may;
  if (node.device === undefined)
    return denied("ENXIO", "open/device", "A device node outside of devfs belongs to no driver.");
  return host.kernel.files.devices.open(host, process, node.device, write);
}

function descriptorOf(host: Host, process: Process, fd: number): Outcome<Descriptor & { vnode: Vnode }> {
  const found = process.descriptors.find((descriptor) => descriptor.fd === fd);
  if (!found?.vnode) return denied("EBADF", "descriptor", `Descriptor ${fd} is not open, or no file.`);
  if (!findMount(host, found.vnode.mount))
    return denied(
      host.kernel.files.unmounted.file,
      "descriptor/unmounted",
      "The file system of the file was unmounted by force.",
    );
  return allowed({ ...found, vnode: found.vnode }, "descriptor", "It is open.");
}

/**
 * read(2): the text of a file. Whether a directory can be read as one is up to the kernel.
 * Source: vn_read() and VOP_READ of the file systems.
 */
export function read(host: Host, process: Process, fd: number): Outcome<string> {
  const found = descriptorOf(host, process, fd);
  if (!found.ok) return found;
  const node = nodeOf(host, found.value.vnode);
  if (node.kind === "directory")
    return host.kernel.files.readDirectory(host, process, pathOf(host, found.value.vnode));
  if (node.kind === "device") return readDevice(node);
  if (node.kind === "door") return DOOR;
  const ofProcess =
    processPlace(found.value.vnode.node) &&
    host.kernel.files.processes?.read(host, process, found.value.vnode.node);
  if (ofProcess) return ofProcess;
  const shown = host.kernel.files.rules.shown(host, process, found.value.vnode);
  return allowed(shown ?? node.content ?? "", "read", "The text of the file.");
}

/** A door is called, not read. Source: the operations of usr/src/uts/common/fs/doorfs. */
const DOOR = denied("ENOSYS", "read/door", "A door has no text: it is called.");

/** What comes out of a device is known of a few. */
function readDevice({ device }: FileNode): Outcome<string> {
  if (device === "null") return allowed("", "read/device", "It is always at its end.");
  if (device === "zero") return allowed("\0", "read/device", "Zeros without end.");
  return {
    ok: true,
    value: "",
    decision: {
      verdict: "assumed",
      rule: "read/device",
      reason: "What the device gives is not modelled.",
      causes: [],
    },
  };
}

/** write(2) at the end of a file. A file that was open before attaching to a jail can still be written. */
export function write(host: Host, process: Process, fd: number, text: string): Outcome {
  const found = descriptorOf(host, process, fd);
  if (!found.ok) return found;
  const { vnode, write: mayWrite } = found.value;
  if (!mayWrite) return denied("EBADF", "write/mode", `Descriptor ${fd} was not opened for writing.`);
  const node = nodeOf(host, vnode);
  if (node.kind !== "file") return allowed(undefined, "write/device", "It is taken.");
  return setContent(host, process, vnode, (node.content ?? "") + text);
}

function setContent(host: Host, process: Process, vnode: Vnode, content: string): Outcome {
  const node = nodeOf(host, vnode);
  if (node.kind !== "file") return allowed(undefined, "write/device", "There is nothing to change.");
  const room = takeBytes(host, process, vnode, content.length - (node.content?.length ?? 0));
  if (!room.ok) return room;
  const changed = editable(host, vnode);
  changed.content = content;
  if (changed.mode & 0o6000 && !host.kernel.files.rules.power(host, process, changed, "VFS_RETAINSUGID").ok)
    changed.mode &= ~0o6000;
  return allowed(undefined, "write", "The text is in the file.");
}

/** close(2). The last descriptor of a socket or of a jail takes that along. */
export function close(host: Host, process: Process, fd: number): Outcome {
  const closed = process.descriptors.find((descriptor) => descriptor.fd === fd);
  if (!closed) return denied("EBADF", "descriptor", `Descriptor ${fd} is not open.`);
  closeDescriptors(host, process, (descriptor) => descriptor === closed);
  if (closed.vnode && findMount(host, closed.vnode.mount)) dropUnlinked(host, closed.vnode);
  return allowed(undefined, "close", `Descriptor ${fd} is closed.`);
}

/** The text of a file by path, as `cat` prints it: opens, reads and closes. */
export function readFile(host: Host, process: Process, path: string): Outcome<string> {
  const found = lookup(host, process, path);
  if (!found.ok) return found;
  const may = mayOpen(host, process, found.value, path, {});
  if (!may.ok) return may;
  const node = nodeOf(host, found.value);
  if (node.kind === "directory")
    return host.kernel.files.readDirectory(host, process, pathOf(host, found.value));
  if (node.kind === "device") return readDevice(node);
  if (node.kind === "door") return DOOR;
  const ofProcess =
    processPlace(found.value.node) && host.kernel.files.processes?.read(host, process, found.value.node);
  if (ofProcess) return ofProcess;
  const shown = host.kernel.files.rules.shown(host, process, found.value);
  return { ok: true, value: shown ?? node.content ?? "", decision: found.decision };
}

/** Replaces the text of a file or adds to it, and creates it where it is missing: `>` and `>>` of a shell. */
export function writeFile(
  host: Host,
  process: Process,
  path: string,
  text: string,
  { append = false }: { append?: boolean } = {},
): Outcome {
  const found = opened(host, process, path, { write: true, create: true, truncate: !append });
  if (!found.ok) return found;
  // The descriptor is closed again at once: all that is left of it is whether it can be had.
  const refused = host.kernel.processes.mayOpen(host, process, lowestFree(process));
  if (refused) return refused;
  const node = nodeOf(host, found.value);
  if (node.kind !== "file") return allowed(undefined, "write/device", "It is taken.");
  return setContent(host, process, found.value, (node.content ?? "") + text);
}
