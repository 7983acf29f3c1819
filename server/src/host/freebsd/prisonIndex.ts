import { Derived } from "../derived.ts";
import { type Groups, membersOf, put, take } from "../groups.ts";
import type { Host } from "../host.ts";
import { findPrison } from "./prisons.ts";
import { freebsdOf } from "./state.ts";
import type { FreeBsdState, Prison } from "./types.ts";

/**
 * What would otherwise be searched in every prison: full names, listed addresses, root directories, and the
 * next jid.
 */
interface Index {
  readonly names: Groups<string, number>;
  readonly addresses: Groups<string, number>;
  /** By number of the node and by mount of the root directory. */
  readonly rootedAt: Groups<number, number>;
  readonly rootedOn: Groups<string, number>;
  /** All but the host, in their order. */
  readonly jids: number[];
}

const indexes = new Derived<FreeBsdState, Index>(({ prisons }) => {
  const index: Index = {
    names: new Map(),
    addresses: new Map(),
    rootedAt: new Map(),
    rootedOn: new Map(),
    jids: [],
  };
  for (const jail of Object.values(prisons)) enter(index, jail);
  return index;
});

function indexOf(host: Host): Index {
  return indexes.of(freebsdOf(host));
}

/** The addresses that a prison set itself: only these are compared with those of others. */
function ownAddresses({ ip4, ip6 }: Prison): string[] {
  return [...(ip4.own ? ip4.addresses : []), ...(ip6.own ? ip6.addresses : [])];
}

function enter(index: Index, jail: Prison): void {
  if (jail.jid === 0) return;
  put(index.names, jail.name, jail.jid);
  for (const address of ownAddresses(jail)) put(index.addresses, address, jail.jid);
  put(index.rootedAt, jail.root.node, jail.jid);
  put(index.rootedOn, jail.root.mount, jail.jid);
  index.jids.splice(placeOf(index.jids, jail.jid), 0, jail.jid);
}

/** Where a number is among sorted ones, or would be. */
function placeOf(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function leave(index: Index, jail: Prison): void {
  take(index.names, jail.name, jail.jid);
  for (const address of ownAddresses(jail)) take(index.addresses, address, jail.jid);
  take(index.rootedAt, jail.root.node, jail.jid);
  take(index.rootedOn, jail.root.mount, jail.jid);
  index.jids.splice(placeOf(index.jids, jail.jid), 1);
}

/** Puts a new prison into the state. */
export function addPrison(host: Host, jail: Prison): void {
  const index = indexOf(host);
  freebsdOf(host).prisons[jail.jid] = jail;
  enter(index, jail);
}

/** Takes a prison out of the state. */
export function dropPrison(host: Host, jail: Prison): void {
  leave(indexOf(host), jail);
  delete freebsdOf(host).prisons[jail.jid];
}

/** Changes what is indexed of a prison: jid, name, address lists. */
export function changePrison(host: Host, jail: Prison, change: () => void): void {
  const index = indexOf(host);
  leave(index, jail);
  change();
  enter(index, jail);
}

/** Prisons of this full name by jid, dying ones included. */
export function prisonsNamed(host: Host, name: string): Prison[] {
  return members(host, indexOf(host).names, name);
}

/** Prisons whose own list has this address, by jid. */
export function prisonsWithAddress(host: Host, address: string): Prison[] {
  return members(host, indexOf(host).addresses, address);
}

/** Prisons whose root is a node of this number, of whichever file system, by jid. */
export function prisonsRootedAt(host: Host, node: number): Prison[] {
  return members(host, indexOf(host).rootedAt, node);
}

/** Prisons whose root is reached through a mount, by jid. */
export function prisonsRootedOn(host: Host, mount: string): Prison[] {
  return members(host, indexOf(host).rootedOn, mount);
}

/** Prisons with a higher jid, by jid. */
export function* prisonsAfter(host: Host, jid: number): Generator<Prison> {
  const { jids } = indexOf(host);
  for (let at = placeOf(jids, jid + 1); at < jids.length; at++) {
    const jail = findPrison(host, jids[at] as number);
    if (jail) yield jail;
  }
}

function members<K>(host: Host, groups: Groups<K, number>, key: K): Prison[] {
  return membersOf(groups, key, freebsdOf(host).prisons);
}
