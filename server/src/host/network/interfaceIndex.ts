import { Derived } from "../derived.ts";
import { type Groups, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import type { Interface, NetworkState, Vnet } from "./types.ts";

/** Interfaces by name, by where they come from, and those that refer to others by name. */
interface Index {
  /** Where each is. */
  readonly stackOf: Map<Interface, Vnet>;
  /** By home and the name that it was created with: `0/epair1a`. */
  readonly byOrigin: Groups<string, Interface>;
  readonly byHome: Groups<number, Interface>;
  readonly vlans: Set<Interface>;
  /** Bridges and laggs by stack. */
  readonly groups: Groups<number, Interface>;
}

export interface Located {
  readonly stack: Vnet;
  readonly link: Interface;
}

const indexes = new Derived<NetworkState, Index>(({ vnets }) => {
  const index: Index = {
    stackOf: new Map(),
    byOrigin: new Map(),
    byHome: new Map(),
    vlans: new Set(),
    groups: new Map(),
  };
  for (const stack of Object.values(vnets)) for (const link of stack.interfaces) enter(index, stack, link);
  return index;
});

/** Names within one stack; a name that leads to another interface, or to none, means that the index is old. */
const names = new Derived<Vnet, Map<string, Interface>>(
  // The first one counts where two have the same name, which happens when an interface comes home.
  ({ interfaces }) => new Map(interfaces.toReversed().map((link) => [link.name, link])),
);

function enter(index: Index, stack: Vnet, link: Interface): void {
  index.stackOf.set(link, stack);
  put(index.byOrigin, originOf(link), link);
  put(index.byHome, link.home, link);
  if (link.kind === "vlan") index.vlans.add(link);
  if (link.members) put(index.groups, stack.id, link);
}

function originOf({ home, created, name }: Interface): string {
  return `${home}/${created ?? name}`;
}

/** Puts an interface behind the others of a stack. */
export function addInterface({ state: { network } }: Host, stack: Vnet, link: Interface): void {
  const index = indexes.of(network);
  const known = names.of(stack);
  stack.interfaces.push(link);
  enter(index, stack, link);
  if (!known.has(link.name)) known.set(link.name, link);
}

/** Takes an interface out of its stack. */
export function dropInterface({ state: { network } }: Host, stack: Vnet, link: Interface): void {
  const index = indexes.of(network);
  stack.interfaces.splice(stack.interfaces.indexOf(link), 1);
  index.stackOf.delete(link);
  take(index.byOrigin, originOf(link), link);
  take(index.byHome, link.home, link);
  index.vlans.delete(link);
  take(index.groups, stack.id, link);
  names.of(stack).delete(link.name);
}

/** Gives an interface another name; the one that it was created with is kept. */
export function setName(stack: Vnet, link: Interface, name: string): void {
  const known = names.of(stack);
  known.delete(link.name);
  link.created ??= link.name;
  link.name = name;
  known.set(name, link);
}

export function findInterface(stack: Vnet, name: string): Interface | undefined {
  if (names.of(stack).size !== stack.interfaces.length) names.forget(stack);
  return names.of(stack).get(name);
}

/** An interface by home and the name that it was created with, wherever it is now and however it is called. */
export function findCreated(host: Host, home: number, name: string): Located | undefined {
  const index = indexes.of(host.state.network);
  return locate(index, valuesOf(index.byOrigin, `${home}/${name}`))[0];
}

/** What was created in a stack, wherever it is now. */
export function createdIn(host: Host, home: number): Located[] {
  const index = indexes.of(host.state.network);
  return locate(index, valuesOf(index.byHome, home));
}

export function allVlans(host: Host): Located[] {
  const index = indexes.of(host.state.network);
  return locate(index, index.vlans);
}

/** Bridges and laggs of the stack that have the interface as member. */
export function groupsWith(host: Host, stack: Vnet, name: string): Interface[] {
  const index = indexes.of(host.state.network);
  return locate(index, valuesOf(index.groups, stack.id))
    .map(({ link }) => link)
    .filter(({ members }) => members?.includes(name));
}

/** By stack and then in the order of arrival. */
function locate({ stackOf }: Index, links: Iterable<Interface>): Located[] {
  return [...links]
    .flatMap((link) => {
      const stack = stackOf.get(link);
      return stack ? [{ stack, link }] : [];
    })
    .sort((a, b) => a.stack.id - b.stack.id || a.link.index - b.link.index);
}
