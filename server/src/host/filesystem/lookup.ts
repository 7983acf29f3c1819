import { type Decision, denied, type Outcome, type Refused } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { mayUse } from "./access.ts";
import {
  alive,
  childOf,
  fileSystem,
  fileSystemOf,
  findMount,
  mountCovering,
  mountOf,
  nodeOf,
  nodeOfHost,
  processPlace,
  sameVnode,
} from "./nodes.ts";
import type { FileNode, FileSystem, Mount, Vnode } from "./types.ts";

export { pathOf } from "./paths.ts";

/** Source: sys/sys/syslimits.h, sys/sys/param.h. */
const PATH_MAX = 1024;
const NAME_MAX = 255;
const MAXSYMLINKS = 32;

export interface LookupOptions {
  /** Whether a link at the end is followed; true by default. */
  follow?: boolean;
  /** Gives the directory that holds the last component, which need not exist. */
  parent?: boolean;
  /** The directory where relative names start; the current one by default. */
  at?: Vnode;
  /** The walk must stay beneath where it starts (O_RESOLVE_BENEATH). */
  beneath?: boolean;
}

/** Where a name leads. */
export interface Found {
  /** The directory of the last component, and that component; `.` for a path that ends at a root or in dots. */
  directory: Vnode;
  name: string;
  /** Null where the directory has no such entry. */
  vnode: Vnode | null;
  /** Whether a link was followed on the way. */
  linked: boolean;
}

/** The vnode of a path, as namei(9) finds it for a process. */
export function lookup(
  host: Host,
  process: Process,
  path: string,
  options: LookupOptions = {},
): Outcome<Vnode> {
  const found = resolve(host, process, path, options);
  if (!found.ok) return found;
  const { directory, vnode } = found.value;
  if (options.parent) return { ok: true, value: directory, decision: THERE };
  if (!vnode) return denied("ENOENT", "lookup/missing", `${path} does not exist.`);
  return { ok: true, value: vnode, decision: found.decision };
}

/**
 * Walks a path. The last component may be missing, so that a caller can create it. The verdict is `contained` where
 * a `..` was held at a root, or an absolute link started at one that is not the system's. Source: namei() and vfs_lookup() in sys/kern/vfs_lookup.c.
 */
export function resolve(
  host: Host,
  process: Process,
  path: string,
  { follow = true, at = process.directory, beneath = false }: LookupOptions = {},
): Outcome<Found> {
  if (path === "") return denied("ENOENT", "lookup/empty", "An empty path names nothing.");
  if (path.length >= PATH_MAX) return tooLong(path);
  if (beneath && path.startsWith("/")) return outside(path);
  const walked: Vnode[] = [];
  let held = false;
  let links = 0;
  let here = path.startsWith("/") ? process.root : at;
  let todo = path.split("/");
  let length = lengthOf(todo);
  // Where it has come to: what will be `Found`.
  let directory = here;
  let last = ".";
  let end: Vnode | null = here;
  // The node of `here` where the walk has just met it.
  let met: FileNode | undefined;
  const directoryAtEnd = path.endsWith("/");
  for (let i = 0; i < length; i++) {
    const name = todo[i] ?? "";
    if (name === "") continue;
    const atEnd = i === length - 1;
    met ??= livingNode(host, here);
    if (!met) return absent(host, here);
    if (met.kind !== "directory") return notDirectory(path);
    const search = mayUse(host, process, here, met, SEARCH);
    if (!search.ok) return search;
    if (name.length > NAME_MAX) return tooLong(name);
    directory = here;
    last = name;
    end = here;
    if (name === ".") continue;
    if (name === "..") {
      met = undefined;
      if (beneath) {
        const back = walked.pop();
        if (!back) return outside(path);
        here = back;
      } else {
        const up = above(host, rootsOf(host, process), here);
        if (up === "gone")
          return denied("ENOENT", "lookup/moved", `${path}: the directory above is not in this mount.`);
        if (up === "held") held = true;
        else here = up;
      }
      directory = here;
      end = here;
      continue;
    }
    const child = entry(host, process, here, name);
    if (!child) {
      if (!atEnd) return denied("ENOENT", "lookup/missing", `${path} does not exist: there is no ${name}.`);
      end = null;
      continue;
    }
    const node = nodeOf(host, child);
    if (node.kind === "link" && (!atEnd || follow || directoryAtEnd)) {
      links += 1;
      if (links > MAXSYMLINKS) return denied("ELOOP", "lookup/loop", `${path} goes through too many links.`);
      const there = leadsTo(host, process, child.node);
      if (there) {
        if (beneath) return outside(path);
        met = undefined;
        here = there;
        directory = there;
        last = ".";
        end = there;
        continue;
      }
      const target = node.target ?? "";
      if (target === "") return denied("ENOENT", "lookup/empty", `${name} is a link to nothing.`);
      todo = [...target.split("/"), ...todo.slice(i + 1, length)];
      length = lengthOf(todo);
      i = -1;
      if (target.startsWith("/")) {
        if (beneath) return outside(path);
        here = process.root;
        met = undefined;
        const mount = findMount(host, here.mount);
        held ||= mount !== undefined && (mount.covers !== null || here.node !== mount.root);
        directory = here;
        last = ".";
        end = here;
      }
      continue;
    }
    end = child;
    if (!atEnd) {
      if (beneath) walked.push(here);
      here = child;
      met = node;
    }
  }
  // A path of slashes alone, or what ends at a link to `/`: nothing has looked at the root yet.
  if (!met && end === here && !findMount(host, here.mount)) return absent(host, here);
  if (directoryAtEnd && end && nodeOf(host, end).kind !== "directory") return notDirectory(path);
  return {
    ok: true,
    value: { directory, name: last, vnode: end, linked: links > 0 },
    decision: held ? HELD : LEADS,
  };
}

const THERE: Decision = { verdict: "allow", rule: "lookup", reason: "The directory is there.", causes: [] };
const LEADS: Decision = { verdict: "allow", rule: "lookup", reason: "The name leads there.", causes: [] };
const HELD: Decision = {
  verdict: "contained",
  rule: "lookup/root",
  reason: "A `..` or an absolute link stayed below a root that the process cannot leave.",
  causes: [{ what: "lookup is bounded by the root of the process and of its jail", from: "kernel" }],
};

/** How many components there are up to the last one that is not empty. */
function lengthOf(components: readonly string[]): number {
  let length = components.length;
  while (length > 0 && components[length - 1] === "") length--;
  return length;
}

/** Where `..` stays: see `above`. */
function rootsOf(host: Host, process: Process): Vnode[] {
  const roots = [process.root];
  if (process.jailDirectory) roots.push(process.jailDirectory);
  roots.push(...host.kernel.files.rootsOf(host, process.credential.container));
  return roots;
}

/**
 * The directory above. It stays (`held`) at the root of the process, at the first directory that it was confined to,
 * at the system's root, and at the root of its container and of every one above: but only if the walk meets one of these.
 * At the root of a mount it goes on from the directory that is covered. A directory that was moved out of what a
 * nullfs mount shows has none (`gone`): until early 2026 a jail that mounts nullfs could leave its root in that way.
 * Source: vfs_lookup() and vfs_lookup_isroot() in sys/kern/vfs_lookup.c; CVE-2025-15547.
 */
function above(host: Host, roots: readonly Vnode[], from: Vnode): Vnode | "held" | "gone" {
  let at = from;
  for (;;) {
    if (roots.some((root) => sameVnode(root, at))) return "held";
    const mount = mountOf(host, at);
    if (at.node !== mount.root) break;
    if (!mount.covers) return "held";
    at = mount.covers;
  }
  const mount = mountOf(host, at);
  const fs = fileSystem(host, mount.filesystem);
  const parent = parentIn(host, fs, at.node);
  if (LAYERS.has(mount.type) && !shows(host, mount, fs, parent)) return "gone";
  return { mount: at.mount, node: parent };
}

function parentIn(host: Host, fs: FileSystem, number: number): number {
  return nodeOfHost(host, fs, number).parent;
}

/** Types that show a directory of another file system. */
const LAYERS: ReadonlySet<string> = new Set(["nullfs", "lofs"]);

/** Whether a node is in the tree that a mount shows. */
function shows(host: Host, mount: Mount, fs: FileSystem, number: number): boolean {
  for (let at = number; ; ) {
    if (at === mount.root) return true;
    const parent = parentIn(host, fs, at);
    if (parent === at) return false;
    at = parent;
  }
}

/** What a directory has under that name, with what is mounted there on top. */
function entry(host: Host, process: Process, directory: Vnode, name: string): Vnode | undefined {
  const fs = fileSystemOf(host, directory);
  let number: number | undefined;
  const { devices, processes } = host.kernel.files;
  if (fs.type === devices.type) {
    const found = devices.child(host, fs, directory.node, name);
    if (found && devices.mayFind(host, process, found.container)) number = found.node;
  } else if (fs.type === processes?.type) number = processes.child(host, process, directory, name);
  else number = childOf(fs, directory.node, name);
  return number === undefined ? undefined : topmost(host, { mount: directory.mount, node: number });
}

/** Where a link leads that has no text. */
function leadsTo(host: Host, process: Process, number: number): Vnode | undefined {
  return processPlace(number) && host.kernel.files.processes?.leadsTo?.(host, process, number);
}

/** The root of what is mounted on a directory, on that again, and so on. */
export function topmost(host: Host, vnode: Vnode): Vnode {
  let at = vnode;
  for (;;) {
    const covering = mountCovering(host, at);
    if (covering === undefined) return at;
    at = { mount: covering, node: mountOf(host, { mount: covering, node: 0 }).root };
  }
}

/** The refusal of a directory that is no longer there. */
export function absent(host: Host, { mount }: Vnode): Refused {
  if (findMount(host, mount)) return denied("ENOENT", "lookup/removed", "The directory is no longer there.");
  const { directory } = host.kernel.files.unmounted;
  return denied(directory, "lookup/unmounted", "The file system of the directory was unmounted by force.");
}

/** A node that something still refers to, unless it is gone. */
function livingNode(host: Host, vnode: Vnode): FileNode | undefined {
  return alive(host, vnode) ? nodeOf(host, vnode) : undefined;
}

const SEARCH = { execute: true };

function notDirectory(path: string) {
  return denied("ENOTDIR", "lookup/directory", `A part of ${path} is not a directory.`);
}

function tooLong(name: string) {
  return denied("ENAMETOOLONG", "lookup/length", `${name.slice(0, 32)}… is too long for a name.`);
}

function outside(path: string) {
  const reason = `${path} would leave the directory, whose descriptor came from a jail with another root.`;
  return denied("ENOTCAPABLE", "lookup/beneath", reason, {
    causes: [{ what: "directories from other jails are looked up beneath only", from: "kernel" }],
    unsure: true,
  });
}
