import { Derived } from "../derived.ts";
import type { Host } from "../host.ts";
import { illumosOf } from "./state.ts";
import type { IllumosState, IndexEntry, Zone } from "./types.ts";

/**
 * Zones and entries of the index file by name. Whoever adds one, takes one away or gives one another name goes through
 * the functions here; everything else of them may be changed in place.
 */
interface Index {
  readonly zones: Map<string, number>;
  readonly entries: Map<string, IndexEntry>;
  readonly sets: Map<string, number>;
}

const indexes = new Derived<IllumosState, Index>(({ zones, index, privilegeSets }) => ({
  zones: new Map(Object.values(zones).map(({ name, id }) => [name, id])),
  entries: new Map(index.map((entry) => [entry.name, entry])),
  sets: new Map(privilegeSets.map((set, number) => [set.join(), number])),
}));

/** The kernel zone of a name. */
export function zoneNamed(host: Host, name: string): Zone | undefined {
  const illumos = illumosOf(host);
  const id = indexes.of(illumos).zones.get(name);
  return id === undefined ? undefined : illumos.zones[id];
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
}

export function dropZone(host: Host, zone: Zone): void {
  const illumos = illumosOf(host);
  indexes.of(illumos).zones.delete(zone.name);
  delete illumos.zones[zone.id];
}

/** Behind the others, as the file grows. */
export function addEntry(host: Host, entry: IndexEntry): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  illumos.index.push(entry);
  index.entries.set(entry.name, entry);
}

export function dropEntry(host: Host, entry: IndexEntry): void {
  const illumos = illumosOf(host);
  indexes.of(illumos).entries.delete(entry.name);
  illumos.index.splice(illumos.index.indexOf(entry), 1);
}

export function renameEntry(host: Host, entry: IndexEntry, name: string): void {
  const { entries } = indexes.of(illumosOf(host));
  entries.delete(entry.name);
  entry.name = name;
  entry.definition.name = name;
  entries.set(name, entry);
}

/** The number of a set of privileges; a new one where there is none like it. */
export function numberOfSet(host: Host, privileges: readonly string[]): number {
  const illumos = illumosOf(host);
  const { sets } = indexes.of(illumos);
  const sorted = [...new Set(privileges)].sort();
  const key = sorted.join();
  const known = sets.get(key);
  if (known !== undefined) return known;
  const number = illumos.privilegeSets.length;
  illumos.privilegeSets.push(sorted);
  sets.set(key, number);
  return number;
}
