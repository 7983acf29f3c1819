import { Derived } from "../derived.ts";
import { Numbered } from "../groups.ts";
import type { Host } from "../host.ts";
import { copyOf } from "../plain.ts";
import type { StockNode } from "./stock/tree.ts";
import { stockTree } from "./stock/trees.ts";
import type { FileNode, FileSystem, FileSystems, Mount, StockName, Vnode } from "./types.ts";

/**
 * Nodes of file systems. A stock tree below directory R gives its i-th node the number STOCK + R * STRIDE + i: nothing is
 * stored until a node is changed, and then under the same number. Devices have numbers of their own, DEVICES and their
 * serial.
 */
const STOCK = 2 ** 30;
const STRIDE = 4096;
const DEVICES = 2 ** 29;
/** In a file system of processes each has a stretch of numbers: for its directory, and for what is in that. */
const PROCESSES = 2 ** 28;
const OF_PROCESS = 64;

/** What most nodes have: one list for all of them. */
export const NO_FLAGS: readonly string[] = [];

/** The number of the node of a device, by the serial of that. */
export function deviceNumber(serial: number): number {
  return DEVICES + serial;
}

/** The serial of a device by its number; `undefined` for nodes that are none. */
export function serialOf(number: number): number | undefined {
  return number > DEVICES && number < STOCK ? number - DEVICES : undefined;
}

/** The number of the directory of a process, or of the i-th file in it, counted from 1. */
export function processNumber(pid: number, file = 0): number {
  return PROCESSES + pid * OF_PROCESS + file;
}

/** What such a number stands for, `file` 0 for the directory itself; `undefined` for all other nodes. */
export function processPlace(number: number): { pid: number; file: number } | undefined {
  if (number < PROCESSES || number >= DEVICES) return undefined;
  const place = number - PROCESSES;
  return { pid: Math.floor(place / OF_PROCESS), file: place % OF_PROCESS };
}

export function mountOf(host: Host, { mount }: Vnode): Mount {
  const found = findMount(host, mount);
  if (!found) throw new Error(`the model has no mount ${mount}`);
  return found;
}

/** All mounts in the order of mounting, the root first. */
export function allMounts({ state: { files } }: Host): Mount[] {
  return Object.values(files.mounts);
}

export function findMount({ state: { files } }: Host, id: string): Mount | undefined {
  return files.mounts[id];
}

/** What is mounted on a directory itself. */
export function mountCovering(host: Host, { mount, node }: Vnode): string | undefined {
  return covered.of(host.state.files).get(Number(mount))?.get(node);
}

/** Mounts on directories that are reached through a mount, in the order of mounting. */
export function mountsOn({ state: { files } }: Host, mount: string): Mount[] {
  const ids = covered.of(files).get(Number(mount))?.values();
  if (!ids) return [];
  return [...ids]
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => files.mounts[id])
    .filter((mount) => mount !== undefined);
}

/** The ids of mounts by the mount and the node of what they cover. */
type Covered = Numbered<Map<number, string>>;

const covered = new Derived<FileSystems, Covered>(({ mounts }) => {
  const table: Covered = new Numbered();
  for (const mount of Object.values(mounts)) cover(table, mount);
  return table;
});

function cover(table: Covered, { id, covers }: Mount): void {
  if (!covers) return;
  const above = Number(covers.mount);
  const nodes = table.get(above);
  if (nodes) nodes.set(covers.node, id);
  else table.set(above, new Map([[covers.node, id]]));
}

/** Puts a mount with the highest id behind the others. For mountIndex.ts, which has to know of it as well. */
export function enterMount({ state: { files } }: Host, mount: Mount): void {
  const table = covered.of(files);
  files.mounts[mount.id] = mount;
  cover(table, mount);
}

export function leaveMount({ state: { files } }: Host, { id, covers }: Mount): void {
  const table = covered.of(files);
  const nodes = covers ? table.get(Number(covers.mount)) : undefined;
  if (covers && nodes?.get(covers.node) === id) {
    nodes.delete(covers.node);
    if (nodes.size === 0) table.delete(Number(covers.mount));
  }
  delete files.mounts[id];
}

export function fileSystemOf(host: Host, vnode: Vnode): FileSystem {
  return fileSystem(host, mountOf(host, vnode).filesystem);
}

export function fileSystem(host: Host, id: string): FileSystem {
  const found = host.state.files.byId[id];
  if (!found) throw new Error(`the model has no file system ${id}`);
  return found;
}

/** Whether two are the same: reached through the same mount, and the same node. */
export function sameVnode(a: Vnode | null, b: Vnode | null): boolean {
  return a !== null && b !== null && a.node === b.node && a.mount === b.mount;
}

/** The node as it is now. Not to be changed: see `editable`. */
export function nodeOf(host: Host, vnode: Vnode): FileNode {
  return nodeOfHost(host, fileSystemOf(host, vnode), vnode.node);
}

/** The same by its number. */
export function nodeOfHost(host: Host, fs: FileSystem, number: number): FileNode {
  const { devices, processes } = host.kernel.files;
  if (fs.type === devices.type) return devices.node(host, fs, number);
  if (number >= PROCESSES && number < DEVICES && processes) return processes.node(host, number);
  return nodeIn(fs, number);
}

export function nodeIn(fs: FileSystem, number: number): FileNode {
  const stored = fs.nodes[number];
  if (stored) return stored;
  const name = number > STOCK ? fs.nodes[rootOfStock(number)]?.stock : undefined;
  const node = name && unstored(name, number);
  if (!node) throw new Error(`file system ${fs.id} has no node ${number}`);
  return node;
}

/** Where a node of a stock tree is in it, however it is reached: `/bin/sh`. */
export function stockPath(host: Host, vnode: Vnode): string | undefined {
  const place = stockPlace(vnode.node);
  if (!place) return undefined;
  const tree = treeUnder(fileSystemOf(host, vnode), place.root);
  let path = "";
  for (let at: number | undefined = place.index; at; at = tree[at]?.parent)
    path = `/${tree[at]?.name}${path}`;
  return path || undefined;
}

/** The stock tree that a node is of. */
export function stockOf(host: Host, vnode: Vnode): StockName | undefined {
  const place = stockPlace(vnode.node);
  return place && fileSystemOf(host, vnode).nodes[place.root]?.stock;
}

/** The node to be changed, stored from now on if it was one of a stock tree. */
export function editable(host: Host, vnode: Vnode): FileNode {
  const fs = fileSystemOf(host, vnode);
  const { devices } = host.kernel.files;
  // What shows a process has no state of its own: what is done to it is lost.
  if (processPlace(vnode.node)) return { ...nodeOf(host, vnode) };
  if (fs.type !== devices.type) return editableIn(fs, vnode.node);
  const node = devices.node(host, fs, vnode.node);
  fs.nodes[vnode.node] = node;
  return node;
}

export function editableIn(fs: FileSystem, number: number): FileNode {
  // Not deleted: that would make the many file systems slow ones for good.
  if (fs.frozen !== undefined) fs.frozen = undefined;
  const stored = fs.nodes[number];
  if (stored && (stored.kind !== "directory" || stored.entries)) return stored;
  const node = stored ?? copyOf(nodeIn(fs, number));
  if (node.kind === "directory") node.entries = entriesOf(fs, number);
  fs.nodes[number] = node;
  return node;
}

/**
 * Whether a vnode that something still refers to is there: its mount may have been forced away, its directory removed,
 * its driver gone.
 */
export function alive(host: Host, vnode: Vnode): boolean {
  const mount = findMount(host, vnode.mount);
  if (!mount) return false;
  const fs = fileSystem(host, mount.filesystem);
  const { devices } = host.kernel.files;
  if (fs.type === devices.type) return devices.has(host, fs, vnode.node);
  const place = processPlace(vnode.node);
  if (place) return host.state.processes.byPid[place.pid] !== undefined;
  const stored = fs.nodes[vnode.node];
  return stored ? stored.links > 0 : vnode.node > STOCK;
}

/** The number of an entry of a directory. `.` and `..` are the business of name lookup. */
export function childOf(fs: FileSystem, directory: number, name: string): number | undefined {
  const stored = fs.nodes[directory];
  if (stored?.entries) {
    // What every object has, `constructor` for one, is no number.
    const number: unknown = stored.entries[name];
    return typeof number === "number" ? number : undefined;
  }
  const inStock = directory > STOCK;
  const root = inStock ? rootOfStock(directory) : directory;
  const index = treeUnder(fs, root)[inStock ? directory % STRIDE : 0]?.entries?.get(name);
  return index === undefined ? undefined : stockNumber(root, index);
}

/** All entries of a directory, in the order of creation, those of a stock tree in its order. A copy. */
export function entriesOf(fs: FileSystem, directory: number): Record<string, number> {
  const stored = fs.nodes[directory];
  if (stored?.entries) return { ...stored.entries };
  const place = stockUnder(fs, directory);
  if (!place) return {};
  const entries: Record<string, number> = {};
  for (const [name, index] of treeUnder(fs, place.root)[place.index]?.entries ?? [])
    entries[name] = stockNumber(place.root, index);
  return entries;
}

/** Adds a node, which is the file system's from then on, and its entry. */
export function addNode(
  fs: FileSystem,
  parent: number,
  name: string,
  node: Omit<FileNode, "parent">,
): number {
  const number = fs.nextNode++;
  // Nobody else has it: the caller has made it for this.
  const stored: Omit<FileNode, "parent"> & { parent?: number } = node;
  stored.parent = parent;
  fs.nodes[number] = stored as FileNode;
  addEntry(fs, parent, name, number);
  return number;
}

export function addEntry(fs: FileSystem, directory: number, name: string, number: number): void {
  const node = editableIn(fs, directory);
  node.entries ??= {};
  node.entries[name] = number;
  editableIn(fs, number).name = name;
}

export function removeEntry(fs: FileSystem, directory: number, name: string): void {
  const { entries } = editableIn(fs, directory);
  if (entries) delete entries[name];
}

/** The name of a node in its directory; undefined for a root or a node that has been removed. */
export function nameIn(fs: FileSystem, directory: number, number: number): string | undefined {
  const place = stockPlace(number);
  if (place && !fs.nodes[number] && !fs.nodes[directory]?.entries)
    return treeUnder(fs, place.root)[place.index]?.name;
  const entries = fs.nodes[directory]?.entries ?? entriesOf(fs, directory);
  const known = fs.nodes[number]?.name;
  if (known !== undefined && entries[known] === number) return known;
  for (const name in entries) if (entries[name] === number) return name;
  return undefined;
}

/** The stock tree whose root is a directory. */
function treeUnder(fs: FileSystem, root: number): readonly StockNode[] {
  const stock = fs.nodes[root]?.stock;
  return stock ? stockTree(stock) : [];
}

function stockPlace(number: number): { root: number; index: number } | undefined {
  return number > STOCK ? { root: rootOfStock(number), index: number % STRIDE } : undefined;
}

function rootOfStock(number: number): number {
  return Math.floor((number - STOCK) / STRIDE);
}

/** Where in a stock tree a directory without stored entries is. */
function stockUnder(fs: FileSystem, directory: number): { root: number; index: number } | undefined {
  return stockPlace(directory) ?? (fs.nodes[directory]?.stock ? { root: directory, index: 0 } : undefined);
}

function stockNumber(root: number, index: number): number {
  return index === 0 ? root : STOCK + root * STRIDE + index;
}

/** Nodes of stock trees by number, as file systems have them that did not change them: most have the same root. */
const unchanged: Partial<Record<StockName, Map<number, FileNode>>> = {};
/** Where each container has its tree below a directory of one file system, roots are many. */
const MOST_UNCHANGED = 20_000;

/** A node of a stock tree; one object for all that ask, and never to be changed. */
function unstored(name: StockName, number: number): FileNode | undefined {
  unchanged[name] ??= new Map();
  const nodes = unchanged[name];
  const known = nodes.get(number);
  if (known) return known;
  const root = rootOfStock(number);
  const stock = stockTree(name)[number % STRIDE];
  if (!stock) return undefined;
  if (nodes.size >= MOST_UNCHANGED) nodes.clear();
  const node = Object.freeze(stockNode(root, stock));
  nodes.set(number, node);
  return node;
}

function stockNode(root: number, stock: StockNode): FileNode {
  const node: FileNode = {
    kind: stock.kind,
    mode: stock.mode,
    uid: 0,
    gid: stock.gid,
    flags: [...stock.flags],
    parent: stockNumber(root, stock.parent),
    links: stock.kind === "directory" ? 2 : 1,
  };
  if (stock.content !== undefined) node.content = stock.content;
  if (stock.target !== undefined) node.target = stock.target;
  return node;
}
