import { Derived, type Groups, put, sorted, take, valuesOf } from "../derived.ts";
import type { Host } from "../host.ts";
import { enterMount, findMount, leaveMount } from "./nodes.ts";
import type { FileSystems, Mount } from "./types.ts";

/**
 * Mounts by who made them, by the zone in whose tree they are, by what they show, by what they are mounted from, and by
 * the mount that they are on.
 */
interface Index {
  readonly byJail: Groups<number, number>;
  readonly byZone: Groups<number, number>;
  readonly byFileSystem: Groups<string, number>;
  /** By file system and node: `1:57`. */
  readonly byRoot: Groups<string, number>;
  readonly bySource: Groups<string, number>;
  readonly on: Groups<string, number>;
  /** The same without those in the trees of zones, which are many. */
  readonly outsideOn: Groups<string, number>;
}

const indexes = new Derived<FileSystems, Index>(({ mounts }) => {
  const index: Index = {
    byJail: new Map(),
    byZone: new Map(),
    byFileSystem: new Map(),
    byRoot: new Map(),
    bySource: new Map(),
    on: new Map(),
    outsideOn: new Map(),
  };
  for (const mount of mounts) enter(index, mount);
  return index;
});

function enter(index: Index, { id, container: jid, zone, filesystem, root, from, covers }: Mount): void {
  const number = Number(id);
  put(index.byJail, jid, number);
  if (zone !== undefined) put(index.byZone, zone, number);
  put(index.byFileSystem, filesystem, number);
  put(index.byRoot, `${filesystem}:${root}`, number);
  put(index.bySource, from, number);
  if (covers) put(index.on, covers.mount, number);
  if (covers && zone === undefined) put(index.outsideOn, covers.mount, number);
}

function leave(index: Index, { id, container: jid, zone, filesystem, root, from, covers }: Mount): void {
  const number = Number(id);
  take(index.byJail, jid, number);
  if (zone !== undefined) take(index.byZone, zone, number);
  take(index.byFileSystem, filesystem, number);
  take(index.byRoot, `${filesystem}:${root}`, number);
  take(index.bySource, from, number);
  if (covers) take(index.on, covers.mount, number);
  if (covers && zone === undefined) take(index.outsideOn, covers.mount, number);
}

/** Puts a mount with the highest id behind the others. */
export function addMount(host: Host, mount: Mount): void {
  const index = indexes.of(host.state.files);
  enterMount(host, mount);
  enter(index, mount);
}

export function dropMount(host: Host, mount: Mount): void {
  leave(indexes.of(host.state.files), mount);
  leaveMount(host, mount);
}

/** Gives a mount to another jail. */
export function changeOwner({ state: { files } }: Host, mount: Mount, jid: number): void {
  const index = indexes.of(files);
  leave(index, mount);
  mount.container = jid;
  enter(index, mount);
}

/** In the order of mounting, as all of the following. */
export function mountsOfContainer(host: Host, jid: number): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).byJail, jid));
}

/** Mounts in the tree of a zone; none for the global one. */
export function mountsOfZone(host: Host, zone: number): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).byZone, zone));
}

export function mountsOfFileSystem(host: Host, filesystem: string): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).byFileSystem, filesystem));
}

/** Mounts that show a node of a file system as their root. */
export function mountsShowing(host: Host, filesystem: string, node: number): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).byRoot, `${filesystem}:${node}`));
}

/** Mounts of a device, dataset or directory. */
export function mountsFrom(host: Host, source: string): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).bySource, source));
}

/** Mounts on directories that are reached through a mount. */
export function mountsOn(host: Host, mount: string): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).on, mount));
}

/** Mounts on directories that are reached through a mount, but for those in the trees of zones. */
export function outsideMountsOn(host: Host, mount: string): Mount[] {
  return resolve(host, valuesOf(indexes.of(host.state.files).outsideOn, mount));
}

function resolve(host: Host, ids: Iterable<number>): Mount[] {
  return sorted(ids)
    .map((id) => findMount(host, String(id)))
    .filter((mount) => mount !== undefined);
}
