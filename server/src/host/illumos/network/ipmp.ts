import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { isLinkLocal } from "../../network/addresses.ts";
import { addInterface } from "../../network/interfaceIndex.ts";
import { findInterface, groupsWith } from "../../network/links.ts";
import type { Interface, InterfaceAddress, Vnet } from "../../network/types.ts";
import type { Process } from "../../process/types.ts";
import { zone as zoneById } from "../zones.ts";
import { configurable, interfaceFor } from "./ipInterfaces.ts";
import { nextUnit, takeBack, withhold } from "./logicalAddresses.ts";
import { giveAddress, loseAddress } from "./switching.ts";
import { freeUnit } from "./units.ts";

/**
 * Several interfaces on one network below one that has the addresses: packets go by the first member that works. Probes and
 * spreading of load are not modelled. Source: ipadm(8), in.mpathd(8), usr/src/uts/common/inet/ip/ipmp.c.
 */

/** The group that an interface is a member of. */
export function groupOf(host: Host, stack: Vnet, { name }: Interface): Interface | undefined {
  return groupsWith(host, stack, name).find(({ kind }) => kind === "ipmp");
}

/**
 * `ipadm create-ipmp`. Addresses of the members become those of the group, and so do their routes.
 * @returns EPERM without sys_ip_config; EINVAL for the name; EEXIST; the errors of `addToGroup`
 */
export function createIpmpGroup(
  host: Host,
  process: Process,
  name: string,
  members: readonly string[],
): Outcome<Interface> {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  if (!/^[A-Za-z]\w{0,14}\d$/.test(name))
    return denied("EINVAL", "ipmp/name", `${name} is no name of an interface.`);
  if (findInterface(stack.value, name)) return denied("EEXIST", "ipmp/exists", `There is ${name} already.`);
  const wrong = members.map((member) => mayJoin(host, stack.value, member)).find((one) => !one.ok);
  if (wrong && !wrong.ok) return wrong;
  const group: Interface = {
    ...{ name, index: stack.value.nextIndex++, kind: "ipmp", up: true, mtu: 1500, mac: "" },
    ...{ addresses: [], description: "", groups: [], home: stack.value.id, fib: 0, members: [] },
  };
  addInterface(host, stack.value, group);
  for (const member of members) join(host, stack.value, group, member);
  return allowed(group, "ipmp/create", `${name} has ${members.join(", ") || "no members yet"}.`);
}

function mayJoin(host: Host, stack: Vnet, name: string): Outcome<Interface> {
  const found = interfaceFor(stack, name);
  if (!found.ok) return found;
  if (found.value.kind === "loopback" || found.value.kind === "ipmp")
    return denied("EINVAL", "ipmp/member", `${name} cannot be in a group.`);
  const group = groupOf(host, stack, found.value);
  return group ? denied("EBUSY", "ipmp/grouped", `${name} is in ${group.name} already.`) : found;
}

/**
 * `ipadm add-ipmp`.
 * @returns EPERM; ENXIO for what is no group or no interface; EINVAL for loopback; EBUSY for a member of another group
 */
export function addToGroup(host: Host, process: Process, name: string, member: string): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const group = ownGroup(stack.value, name);
  if (!group.ok) return group;
  const found = mayJoin(host, stack.value, member);
  if (!found.ok) return found;
  join(host, stack.value, group.value, member);
  return allowed(undefined, "ipmp/add", `${member} is in ${name}.`);
}

/** `ipadm remove-ipmp`: the addresses stay with the group. */
export function removeFromGroup(host: Host, process: Process, name: string, member: string): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const group = ownGroup(stack.value, name);
  if (!group.ok) return group;
  const { members = [] } = group.value;
  if (!members.includes(member)) return denied("ENXIO", "ipmp/member", `${member} is not in ${name}.`);
  group.value.members = members.filter((one) => one !== member);
  return allowed(undefined, "ipmp/remove", `${member} is not in ${name} any more.`);
}

function ownGroup(stack: Vnet, name: string): Outcome<Interface> {
  const found = interfaceFor(stack, name);
  return found.ok && found.value.kind !== "ipmp"
    ? denied("ENXIO", "ipmp/group", `${name} is no group.`)
    : found;
}

function join(host: Host, stack: Vnet, group: Interface, name: string): void {
  const member = findInterface(stack, name);
  if (!member) return;
  const first = group.members?.length === 0;
  group.members = [...(group.members ?? []), name];
  group.mtu = first ? member.mtu : Math.min(group.mtu, member.mtu);
  // Link-local addresses stay: they test the member.
  for (const own of member.addresses.filter(({ address }) => !isLinkLocal(address)))
    adopt(host, stack, member, group, own);
  for (const own of member.down?.filter(({ address }) => !isLinkLocal(address)) ?? [])
    adoptDown(host, stack, member, group, own);
  for (const route of stack.routes) if (route.interface === name) route.interface = group.name;
}

/** Moves an address to the group; a zone that has it finds it there. */
function adopt(host: Host, stack: Vnet, from: Interface, to: Interface, own: InterfaceAddress): void {
  loseAddress(host, from, own);
  if (stack.id === 0) freeUnit(host, from.name, own.family, own.unit ?? 0);
  const unit = nextUnit(host, stack, to, own.family);
  giveAddress(host, stack, to, { ...own, unit });
  if (own.container === null) return;
  for (const held of zoneById(host, own.container).logical ?? [])
    if (held.interface === from.name && held.address === own.address)
      Object.assign(held, { interface: to.name, unit });
}

/** The same for one that is down. */
function adoptDown(host: Host, stack: Vnet, from: Interface, to: Interface, own: InterfaceAddress): void {
  takeBack(from, own);
  if (stack.id === 0) freeUnit(host, from.name, own.family, own.unit ?? 0);
  const unit = nextUnit(host, stack, to, own.family);
  withhold(to, { ...own, unit });
  if (own.container === null) return;
  for (const held of zoneById(host, own.container).down ?? [])
    if (held.interface === from.name && held.address === own.address)
      Object.assign(held, { interface: to.name, unit });
}
