import { type GroupMap, put, take, valuesOf } from "../groups.ts";
import type { Host } from "../host.ts";
import { BITS, networkOf } from "./addresses.ts";
import {
  addInterface,
  allVlans,
  dropInterface,
  findCreated,
  findInterface,
  groupsWith,
  type Located,
  setName,
} from "./interfaceIndex.ts";
import type { Interface, InterfaceAddress, Vnet } from "./types.ts";

export { allVlans, findCreated, findInterface, groupsWith, type Located } from "./interfaceIndex.ts";

/**
 * Interfaces as objects, beneath the calls with their checks: finding, renaming, moving, removing, and who hangs
 * together. Source: sys/net/if.c, sys/net/if_epair.c, sys/net/if_bridge.c, sys/net/if_vlan.c.
 */

/** Every interface of every stack, by stack and then in the order of arrival. */
export function allInterfaces(host: Host): Located[] {
  return Object.values(host.state.network.vnets).flatMap((stack) =>
    stack.interfaces.map((link) => ({ stack, link })),
  );
}

/**
 * Addresses of an interface by their text and network, for interfaces that have thousands. Derived from the list, and built anew
 * where that was changed by others than the functions here.
 */
const indexes = new WeakMap<InterfaceAddress[], AddressIndex>();

interface AddressIndex {
  readonly byText: Map<string, InterfaceAddress>;
  /** By network; single addresses are none. */
  readonly networks: GroupMap<string, InterfaceAddress>;
}

function indexOf({ addresses }: Interface): AddressIndex {
  const known = indexes.get(addresses);
  if (known?.byText.size === addresses.length) return known;
  const index: AddressIndex = { byText: new Map(), networks: new Map() };
  for (const own of addresses) enter(index, own);
  indexes.set(addresses, index);
  return index;
}

function enter({ byText, networks }: AddressIndex, own: InterfaceAddress): void {
  byText.set(own.address, own);
  put(networks, networkKey(own), own);
}

function networkKey({ family, address, prefix }: InterfaceAddress): string {
  return prefix === BITS[family] ? address : `${networkOf(address, prefix)}/${prefix}`;
}

/** What an interface has of an address. */
export function ownAddress(link: Interface, address: string): InterfaceAddress | undefined {
  return indexOf(link).byText.get(address);
}

/** One address of each network that an interface is in. */
export function networksOf(link: Interface): InterfaceAddress[] {
  return [...indexOf(link).networks.keys()].flatMap((network) =>
    valuesOf(indexOf(link).networks, network).slice(0, 1),
  );
}

/** Puts an address behind the others; one that is there already must be taken away before. */
export function addAddress(link: Interface, added: InterfaceAddress): void {
  const { addresses } = link;
  const index = indexes.get(addresses);
  addresses.push(added);
  if (index) enter(index, added);
}

export function takeAddress({ addresses }: Interface, taken: InterfaceAddress): void {
  const at = addresses.indexOf(taken);
  if (at < 0) return;
  addresses.splice(at, 1);
  const index = indexes.get(addresses);
  index?.byText.delete(taken.address);
  if (index) take(index.networks, networkKey(taken), taken);
}

/** The name that an interface was created with; renaming does not change it. */
export function createdName({ created, name }: Interface): string {
  return created ?? name;
}

/** The other half of an epair. */
export function peerOf(host: Host, link: Interface): Located | undefined {
  return link.peer === undefined ? undefined : findCreated(host, link.home, link.peer);
}

/** The interface that carries a vlan: it stays in the stack where the vlan was configured. */
export function carrierOf(host: Host, { vlan, home }: Interface): Located | undefined {
  const stack = host.state.network.vnets[home];
  const link = vlan && stack && findInterface(stack, vlan.parent);
  return stack && link ? { stack, link } : undefined;
}

/**
 * Takes an interface out of its stack: its addresses, the routes through it and its places in bridges are lost, vlans
 * on it lose their parent.
 */
function detach(host: Host, stack: Vnet, link: Interface): void {
  dropInterface(host, stack, link);
  stack.routes = stack.routes.filter((route) => route.interface !== link.name);
  for (const group of groupsWith(host, stack, link.name))
    group.members = (group.members ?? []).filter((member) => member !== link.name);
  for (const { link: other } of allVlans(host))
    if (other.vlan?.parent === link.name && other.home === stack.id) delete other.vlan;
  link.addresses = [];
  link.up = false;
  if (link.members) link.members = [];
}

/** Puts a detached interface into a stack: down, without addresses. Source: if_vmove(). */
export function moveInterface(host: Host, from: Vnet, to: Vnet, link: Interface): void {
  detach(host, from, link);
  link.index = to.nextIndex++;
  addInterface(host, to, link);
}

/** Back to the stack that it came from. Source: vnet_if_return(). */
export function returnInterface(host: Host, from: Vnet, link: Interface): void {
  const home = host.state.network.vnets[link.home];
  if (home) moveInterface(host, from, home, link);
  else removeInterface(host, from, link);
}

/** Destroys an interface, and with half an epair the other half. */
export function removeInterface(host: Host, stack: Vnet, link: Interface): void {
  const peer = peerOf(host, link);
  detach(host, stack, link);
  if (peer) detach(host, peer.stack, peer.link);
}

/** Gives an interface another name; bridges, vlans and routes follow. Source: if_rename(). */
export function renameInterface(host: Host, stack: Vnet, link: Interface, name: string): void {
  const before = link.name;
  setName(stack, link, name);
  for (const group of groupsWith(host, stack, before))
    group.members = (group.members ?? []).map((member) => (member === before ? name : member));
  for (const { link: other } of allVlans(host))
    if (other.vlan?.parent === before && other.home === stack.id) other.vlan.parent = name;
  for (const route of stack.routes) if (route.interface === before) route.interface = name;
}
