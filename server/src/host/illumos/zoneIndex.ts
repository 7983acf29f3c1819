import { Derived } from "../derived.ts";
import { type Groups, hasAny, membersOf, numbered, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import { property } from "./configuration.ts";
import { illumosOf } from "./state.ts";
import type { IllumosState, IndexEntry, Zone, ZoneDefinition } from "./types.ts";

/**
 * Zones and entries of the index file by name. Whoever adds one, takes one away or gives one another name goes through
 * the functions here; everything else of them, but the root of a zone, may be changed in place.
 */
interface Index {
  readonly zones: Map<string, number>;
  /** By the mount that holds the root. */
  readonly rootMounts: Groups<number, number>;
  readonly entries: Map<string, IndexEntry>;
  readonly sets: Map<string, number>;
  /** The same by the list that was asked about: zones of a kind share one. */
  readonly setsOfLists: WeakMap<readonly string[], number>;
  /** Roots of zones that are not the global one, and zonepaths of entries. */
  readonly roots: Paths<number>;
  readonly zonepaths: Paths<IndexEntry>;
}

/** Who has a path, and who has one in or below a directory. */
interface Paths<T> {
  readonly at: Groups<string, T>;
  readonly below: Groups<string, T>;
}

const indexes = new Derived<IllumosState, Index>(({ zones, index, privilegeSets }) => {
  const built: Index = {
    zones: new Map(Object.values(zones).map(({ name, id }) => [name, id])),
    rootMounts: numbered(),
    entries: new Map(index.map((entry) => [entry.name, entry])),
    sets: new Map(privilegeSets.map((set, number) => [set.join(), number])),
    setsOfLists: new WeakMap(),
    roots: { at: new Map(), below: new Map() },
    zonepaths: { at: new Map(), below: new Map() },
  };
  for (const { id, path } of Object.values(zones)) if (id !== 0) enter(built.roots, path, id);
  for (const { id, root } of Object.values(zones)) put(built.rootMounts, Number(root.mount), id);
  for (const entry of index) enter(built.zonepaths, zonepathOf(entry), entry);
  return built;
});

function zonepathOf({ definition }: IndexEntry): string {
  return property(definition, "zonepath");
}

/** The directory above a path; `undefined` where that is the root. */
function above(path: string): string | undefined {
  const cut = path.lastIndexOf("/");
  return cut > 0 ? path.slice(0, cut) : undefined;
}

function enter<T>({ at, below }: Paths<T>, path: string, who: T): void {
  put(at, path, who);
  for (let up = above(path); up !== undefined; up = above(up)) put(below, up, who);
}

function leave<T>({ at, below }: Paths<T>, path: string, who: T): void {
  take(at, path, who);
  for (let up = above(path); up !== undefined; up = above(up)) take(below, up, who);
}

/** Whoever has the path itself, a directory above it, or something below it. */
function overlapping<T>({ at, below }: Paths<T>, path: string): T[] {
  const found = valuesOf(at, path);
  found.push(...valuesOf(below, path));
  for (let up = above(path); up !== undefined; up = above(up))
    if (hasAny(at, up)) found.push(...valuesOf(at, up));
  return found;
}

/** A zone of the kernel whose root is, contains or lies below a directory. */
export function zoneRootedAround(host: Host, path: string): Zone | undefined {
  const illumos = illumosOf(host);
  const [id] = overlapping(indexes.of(illumos).roots, path);
  return id === undefined ? undefined : illumos.zones[id];
}

/** Entries whose zonepath is, contains or lies below a directory. */
export function entriesAround(host: Host, path: string): IndexEntry[] {
  return overlapping(indexes.of(illumosOf(host)).zonepaths, path);
}

/** The kernel zone in whose tree a path of the global zone is. Source: zone_find_by_any_path(). */
export function zoneOfPath(host: Host, path: string): Zone | undefined {
  const illumos = illumosOf(host);
  const { at } = indexes.of(illumos).roots;
  for (let up: string | undefined = path; up !== undefined; up = above(up)) {
    const [id] = hasAny(at, up) ? valuesOf(at, up) : [];
    if (id !== undefined) return illumos.zones[id];
  }
  return illumos.zones[0];
}

/** Kernel zones with their root in a mount, by id. */
export function zonesRootedOn(host: Host, mount: string): Zone[] {
  const illumos = illumosOf(host);
  return membersOf(indexes.of(illumos).rootMounts, Number(mount), illumos.zones);
}

/** The kernel zone of a name. */
export function zoneNamed(host: Host, name: string): Zone | undefined {
  const illumos = illumosOf(host);
  const id = indexes.of(illumos).zones.get(name);
  return id === undefined ? undefined : illumos.zones[id];
}

/** Zones of the kernel, the global one among them. */
export function zoneCount(host: Host): number {
  return indexes.of(illumosOf(host)).zones.size;
}

/** What the index file says of a name; nothing for the global zone. */
export function entryNamed(host: Host, name: string): IndexEntry | undefined {
  return indexes.of(illumosOf(host)).entries.get(name);
}

export function addZone(host: Host, zone: Zone): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  illumos.zones[zone.id] = zone;
  index.zones.set(zone.name, zone.id);
  put(index.rootMounts, Number(zone.root.mount), zone.id);
  enter(index.roots, zone.path, zone.id);
}

export function dropZone(host: Host, zone: Zone): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  index.zones.delete(zone.name);
  take(index.rootMounts, Number(zone.root.mount), zone.id);
  leave(index.roots, zone.path, zone.id);
  delete illumos.zones[zone.id];
}

/** Behind the others, as the file grows. */
export function addEntry(host: Host, entry: IndexEntry): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  illumos.index.push(entry);
  index.entries.set(entry.name, entry);
  enter(index.zonepaths, zonepathOf(entry), entry);
}

export function dropEntry(host: Host, entry: IndexEntry): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  index.entries.delete(entry.name);
  leave(index.zonepaths, zonepathOf(entry), entry);
  illumos.index.splice(illumos.index.indexOf(entry), 1);
}

export function renameEntry(host: Host, entry: IndexEntry, name: string): void {
  const { entries } = indexes.of(illumosOf(host));
  entries.delete(entry.name);
  entry.name = name;
  entry.definition = { ...entry.definition, name };
  entries.set(name, entry);
}

/** Another configuration for an entry. The old one stays as it is: it may be the snapshot of a zone that runs. */
export function changeDefinition(host: Host, entry: IndexEntry, definition: ZoneDefinition): void {
  const { zonepaths } = indexes.of(illumosOf(host));
  leave(zonepaths, zonepathOf(entry), entry);
  entry.definition = definition;
  enter(zonepaths, zonepathOf(entry), entry);
}

/** The number of a set of privileges; a new one where there is none like it. */
export function numberOfSet(host: Host, privileges: readonly string[]): number {
  const illumos = illumosOf(host);
  const { sets, setsOfLists } = indexes.of(illumos);
  const asked = setsOfLists.get(privileges);
  if (asked !== undefined) return asked;
  const sorted = [...new Set(privileges)].sort();
  const key = sorted.join();
  const number = sets.get(key) ?? illumos.privilegeSets.push(sorted) - 1;
  sets.set(key, number);
  setsOfLists.set(privileges, number);
  return number;
}
