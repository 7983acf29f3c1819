import { Derived } from "../../derived.ts";
import { type Groups, put, take, valuesOf } from "../../groups.ts";
import type { Host } from "../../host.ts";
import { findInterface, type Located } from "../../network/interfaceIndex.ts";
import { illumosOf } from "../state.ts";
import type { Datalink, IllumosState } from "../types.ts";
import { findZone, GLOBAL } from "../zones.ts";

/**
 * Datalinks by what they lie on, by zone and by MAC. Whoever adds one, takes one away or lends one goes through the
 * functions here; everything else of them may be changed in place.
 */
interface Index {
  readonly over: Groups<string, Datalink>;
  /** Of zones that are not the global one. */
  readonly byZone: Groups<number, Datalink>;
  readonly byMac: Groups<string, Datalink>;
  readonly overlays: Set<Datalink>;
  /** By the link that is a port of it. */
  readonly bridges: Map<string, Datalink>;
}

const indexes = new Derived<IllumosState, Index>(({ links }) => {
  const index: Index = {
    over: new Map(),
    byZone: new Map(),
    byMac: new Map(),
    overlays: new Set(),
    bridges: new Map(),
  };
  for (const link of Object.values(links)) enter(index, link);
  return index;
});

function enter(index: Index, link: Datalink): void {
  for (const lower of link.over) {
    put(index.over, lower, link);
    if (link.class === "bridge") index.bridges.set(lower, link);
  }
  if (link.zone !== 0) put(index.byZone, link.zone, link);
  put(index.byMac, link.mac, link);
  if (link.overlay) index.overlays.add(link);
}

function leave(index: Index, link: Datalink): void {
  for (const lower of link.over) {
    take(index.over, lower, link);
    if (link.class === "bridge") index.bridges.delete(lower);
  }
  take(index.byZone, link.zone, link);
  take(index.byMac, link.mac, link);
  index.overlays.delete(link);
}

export function findLink(host: Host, name: string): Datalink | undefined {
  const { links } = illumosOf(host);
  return Object.hasOwn(links, name) ? links[name] : undefined;
}

/**
 * The name of a link that was made in or for a zone, whose names are its own: `web/net0`, as the global zone shows it.
 */
export function qualified(host: Host, zone: number, name: string): string {
  return zone === GLOBAL ? name : `${findZone(host, zone)?.name}/${name}`;
}

/** The name without that of the zone. */
export function shortName({ name }: Pick<Datalink, "name">): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** A link as a zone names it: one of its own, or one that it was lent. The global zone finds all. */
export function linkFor(host: Host, zone: number, name: string): Datalink | undefined {
  if (zone === GLOBAL) return findLink(host, name);
  const own = findLink(host, qualified(host, zone, name));
  if (own) return own;
  const lent = findLink(host, name);
  return lent?.zone === zone ? lent : undefined;
}

/** The link that an IP interface lies on; of a group for IPMP that of the first member that works. */
export function linkUnder(host: Host, { stack, link }: Located): Datalink | undefined {
  if (link.kind !== "ipmp") return linkFor(host, stack.container, link.name);
  for (const name of link.members ?? []) {
    const lower = linkFor(host, stack.container, name);
    if (lower?.up && findInterface(stack, name)?.up) return lower;
  }
  return undefined;
}

export function addLink(host: Host, link: Datalink): void {
  const illumos = illumosOf(host);
  const index = indexes.of(illumos);
  illumos.links[link.name] = link;
  enter(index, link);
}

export function dropLink(host: Host, link: Datalink): void {
  const illumos = illumosOf(host);
  leave(indexes.of(illumos), link);
  delete illumos.links[link.name];
}

/** Changes what is indexed of a link: the zone that has it, its MAC, and what it lies on. */
export function changeLink(
  host: Host,
  link: Datalink,
  change: Partial<Pick<Datalink, "zone" | "mac" | "over">>,
): void {
  const index = indexes.of(illumosOf(host));
  leave(index, link);
  Object.assign(link, change);
  enter(index, link);
}

/** Links that lie on another one, in the order in which they were made. */
export function linksOver(host: Host, name: string): Datalink[] {
  return valuesOf(indexes.of(illumosOf(host)).over, name);
}

/** The bridge that a link is a port of: of one at most. */
export function bridgeOf(host: Host, name: string): Datalink | undefined {
  return indexes.of(illumosOf(host)).bridges.get(name);
}

/** Links that a zone has; not for the global one. */
export function linksOfZone(host: Host, zone: number): Datalink[] {
  return valuesOf(indexes.of(illumosOf(host)).byZone, zone);
}

export function linksWithMac(host: Host, mac: string): Datalink[] {
  return valuesOf(indexes.of(illumosOf(host)).byMac, mac);
}

export function overlays(host: Host): Datalink[] {
  return [...indexes.of(illumosOf(host)).overlays];
}
