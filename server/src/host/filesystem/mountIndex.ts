import { Derived } from "../derived.ts";
import { type Groups, membersOf, numbered, put, take } from "../groups.ts";
import type { Host } from "../host.ts";

export { mountsOn } from "./nodes.ts";

import { enterMount, leaveMount } from "./nodes.ts";
import type { FileSystems, Mount } from "./types.ts";

/**
 * Mounts by who made them, by the zone in whose tree they are, by what they show, by what they are mounted from, and by
 * the mount that they are on. Only what is not the usual is noted of some: with thousands of zones the usual is many.
 */
interface Index {
  /** Without those of the host itself. */
  readonly byContainer: Groups<number, number>;
  readonly byZone: Groups<number, number>;
  readonly byFileSystem: Groups<number, number>;
  /** By file system and node, `1:57`, those that show another directory than its root. */
  readonly byDirectory: Groups<string, number>;
  /** Of datasets and devices alone. */
  readonly bySource: Groups<string, number>;
  /** By the mount that they are on, without those in the trees of zones. */
  readonly outsideOn: Groups<number, number>;
}

const indexes = new Derived<FileSystems, Index>(({ mounts }) => {
  const index: Index = {
    byContainer: numbered(),
    byZone: numbered(),
    byFileSystem: numbered(),
    byDirectory: new Map(),
    bySource: new Map(),
    outsideOn: numbered(),
  };
  for (const mount of Object.values(mounts)) enter(index, mount);
  return index;
});

/** The node of a file system that stands for all of it. */
const TOP = 1;

function enter(index: Index, mount: Mount): void {
  const { id, container, zone, filesystem, root, covers } = mount;
  const number = Number(id);
  if (container !== 0) put(index.byContainer, container, number);
  if (zone !== undefined) put(index.byZone, zone, number);
  put(index.byFileSystem, Number(filesystem), number);
  if (root !== TOP) put(index.byDirectory, `${filesystem}:${root}`, number);
  if (hasSource(mount)) put(index.bySource, mount.from, number);
  if (covers && zone === undefined) put(index.outsideOn, Number(covers.mount), number);
}

function leave(index: Index, mount: Mount): void {
  const { id, container, zone, filesystem, root, covers } = mount;
  const number = Number(id);
  if (container !== 0) take(index.byContainer, container, number);
  if (zone !== undefined) take(index.byZone, zone, number);
  take(index.byFileSystem, Number(filesystem), number);
  if (root !== TOP) take(index.byDirectory, `${filesystem}:${root}`, number);
  if (hasSource(mount)) take(index.bySource, mount.from, number);
  if (covers && zone === undefined) take(index.outsideOn, Number(covers.mount), number);
}

/** Whether it is mounted from something that belongs to it alone. */
function hasSource({ type, from }: Mount): boolean {
  return type === "zfs" || from.startsWith("/dev/");
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

/** What a container that is not the host has mounted, in the order of mounting, as all of the following. */
export function mountsOfContainer(host: Host, id: number): Mount[] {
  return members(host, indexes.of(host.state.files).byContainer, id);
}

/** Mounts in the tree of a zone; none for the global one. */
export function mountsOfZone(host: Host, zone: number): Mount[] {
  return members(host, indexes.of(host.state.files).byZone, zone);
}

export function mountsOfFileSystem(host: Host, filesystem: string): Mount[] {
  return members(host, indexes.of(host.state.files).byFileSystem, Number(filesystem));
}

/** Mounts that show a node of a file system as their root. */
export function mountsShowing(host: Host, filesystem: string, node: number): Mount[] {
  if (node === TOP) return mountsOfFileSystem(host, filesystem).filter(({ root }) => root === TOP);
  return members(host, indexes.of(host.state.files).byDirectory, `${filesystem}:${node}`);
}

/** Mounts of a dataset, or of a device by its path. */
export function mountsFrom(host: Host, source: string): Mount[] {
  return members(host, indexes.of(host.state.files).bySource, source);
}

/** Mounts on directories that are reached through a mount, but for those in the trees of zones. */
export function outsideMountsOn(host: Host, mount: string): Mount[] {
  return members(host, indexes.of(host.state.files).outsideOn, Number(mount));
}

function members<K>(host: Host, groups: Groups<K, number>, key: K): Mount[] {
  return membersOf(groups, key, host.state.files.mounts);
}
