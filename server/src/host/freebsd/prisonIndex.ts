import type { Host } from "../host.ts";
import type { HostState } from "../state.ts";
import { findPrison } from "./prisons.ts";
import type { Prison } from "./types.ts";

/**
 * What would otherwise be searched in every prison: full names, listed addresses, and who is dying. Derived from the
 * state and never part of it; a restored snapshot has another state, so that its index is built anew.
 */
interface Index {
  readonly names: Map<string, Set<number>>;
  readonly addresses: Map<string, Set<number>>;
  readonly dying: Set<number>;
}

const indexes = new WeakMap<HostState, Index>();

function indexOf(host: Host): Index {
  const known = indexes.get(host.state);
  if (known) return known;
  const index: Index = { names: new Map(), addresses: new Map(), dying: new Set() };
  for (const jail of Object.values(host.state.freebsd.prisons)) enter(index, jail);
  indexes.set(host.state, index);
  return index;
}

/** The addresses that a prison set itself: only these are compared with those of others. */
function ownAddresses({ ip4, ip6 }: Prison): string[] {
  return [...(ip4.own ? ip4.addresses : []), ...(ip6.own ? ip6.addresses : [])];
}

function enter(index: Index, jail: Prison): void {
  if (jail.jid === 0) return;
  put(index.names, jail.name, jail.jid);
  for (const address of ownAddresses(jail)) put(index.addresses, address, jail.jid);
  if (jail.state === "dying") index.dying.add(jail.jid);
}

function leave(index: Index, jail: Prison): void {
  take(index.names, jail.name, jail.jid);
  for (const address of ownAddresses(jail)) take(index.addresses, address, jail.jid);
  index.dying.delete(jail.jid);
}

function put(map: Map<string, Set<number>>, key: string, jid: number): void {
  const jids = map.get(key);
  if (jids) jids.add(jid);
  else map.set(key, new Set([jid]));
}

function take(map: Map<string, Set<number>>, key: string, jid: number): void {
  const jids = map.get(key);
  jids?.delete(jid);
  if (jids?.size === 0) map.delete(key);
}

/** Puts a new prison into the state. */
export function addPrison(host: Host, jail: Prison): void {
  const index = indexOf(host);
  host.state.freebsd.prisons[jail.jid] = jail;
  enter(index, jail);
}

/** Takes a prison out of the state. */
export function dropPrison(host: Host, jail: Prison): void {
  leave(indexOf(host), jail);
  delete host.state.freebsd.prisons[jail.jid];
}

/** Changes what is indexed of a prison: jid, name, address lists, state. */
export function changePrison(host: Host, jail: Prison, change: () => void): void {
  const index = indexOf(host);
  leave(index, jail);
  change();
  enter(index, jail);
}

/** Prisons of this full name by jid, dying ones included. */
export function prisonsNamed(host: Host, name: string): Prison[] {
  return resolve(host, indexOf(host).names.get(name));
}

/** Prisons whose own list has this address, by jid. */
export function prisonsWithAddress(host: Host, address: string): Prison[] {
  return resolve(host, indexOf(host).addresses.get(address));
}

/** All that are dying, by jid. */
export function dyingPrisons(host: Host): Prison[] {
  return resolve(host, indexOf(host).dying);
}

function resolve(host: Host, jids: ReadonlySet<number> | undefined): Prison[] {
  if (!jids || jids.size === 0) return [];
  return [...jids]
    .sort((a, b) => a - b)
    .map((jid) => findPrison(host, jid))
    .filter((jail) => jail !== undefined);
}
