import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Family } from "../../network/addresses.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { Interface, InterfaceAddress, Vnet } from "../../network/types.ts";
import type { Process } from "../../process/types.ts";
import type { LogicalInterface, Zone } from "../types.ts";
import { GLOBAL, zone as zoneById } from "../zones.ts";
import { configurable, interfaceFor } from "./ipInterfaces.ts";
import { duplicate, inUse, takeBack, withhold } from "./logicalAddresses.ts";
import { giveAddress, loseAddress, neighbour } from "./switching.ts";

/**
 * Logical interfaces that are marked up and down, and given to zones. What is down is no address of the stack: nothing can be
 * bound to it, nothing is sent from it or arrives for it, and no route follows from it. Sources: ifconfig(8), ip_sioctl_flags()
 * and ip_sioctl_slifzone() in usr/src/uts/common/inet/ip/ip_if.c.
 */

/** `e1000g0:1` of IPv4: numbers are counted for each family. */
export interface LogicalName {
  readonly interface: string;
  readonly unit: number;
  readonly family: Family;
}

interface Found {
  readonly stack: Vnet;
  readonly link: Interface;
  readonly own: InterfaceAddress;
  readonly up: boolean;
}

/** The address that a name means, up or down; loopback of zones is none, as it is not on the interface. */
function find(host: Host, process: Process, { interface: name, unit, family }: LogicalName): Outcome<Found> {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, name);
  if (!found.ok) return found;
  const link = found.value;
  const named = (own: InterfaceAddress): boolean => own.family === family && (own.unit ?? 0) === unit;
  const up = link.addresses.find(named);
  const own = up ?? link.down?.find(named);
  return own
    ? { ...found, value: { stack: stack.value, link, own, up: up !== undefined } }
    : denied("ENXIO", "ip/interface", `There is no interface ${name}:${unit}.`);
}

/**
 * SIOCSLIFFLAGS with or without IFF_UP: `ifconfig IF:N up` and `down`, `ipadm up-addr` and `down-addr`. With its last address
 * the interface itself is down. An address that another machine or zone answers for stays down.
 * @returns EPERM without sys_ip_config; ENXIO; EADDRNOTAVAIL for one that is up elsewhere on the stack
 */
export function setAddressUp(host: Host, process: Process, name: LogicalName, up: boolean): Outcome {
  const found = find(host, process, name);
  if (!found.ok) return found;
  const { stack, link, own } = found.value;
  const { causes } = found.decision;
  const called = `${own.address} on ${link.name}`;
  if (found.value.up === up)
    return allowed(undefined, "ip/flags", `${called} is ${up ? "up" : "down"} already.`, { causes });
  if (!up) {
    withhold(link, own);
    loseAddress(host, link, own);
    if (own.container !== null) retire(zoneById(host, own.container), own);
    if (link.addresses.length === 0) link.up = false;
    return allowed(undefined, "ip/flags", `${called} is down: nobody has it.`, { causes });
  }
  const holder = interfaceWith(stack, own.address);
  if (holder) return inUse(host, holder, own.address);
  const other = neighbour(host, { stack, link }, own.address);
  if (other) {
    const warned = duplicate(host, { stack, link }, own, other.stack);
    return warned.ok ? { ...warned, value: undefined } : warned;
  }
  link.up = true;
  takeBack(link, own);
  giveAddress(host, stack, link, own);
  if (own.container !== null) restore(zoneById(host, own.container), own);
  return allowed(undefined, "ip/flags", `${called} is up.`, { causes });
}

const isOf = (own: InterfaceAddress) => (one: LogicalInterface) => one.address === own.address;

/** A zone cannot use its address any more. */
function retire(owner: Zone, own: InterfaceAddress): void {
  const held = owner.logical?.find(isOf(own));
  if (!held) return;
  owner.logical = owner.logical?.filter((one) => one !== held) ?? [];
  owner.down = [...(owner.down ?? []), held];
}

function restore(owner: Zone, own: InterfaceAddress): void {
  const held = owner.down?.find(isOf(own));
  if (!held) return;
  owner.logical = [...(owner.logical ?? []), held];
  const left = owner.down?.filter((one) => one !== held) ?? [];
  if (left.length > 0) owner.down = left;
  else delete owner.down;
}

/**
 * SIOCSLIFZONE: `ifconfig IF:N zone NAME`, and `-zone` for the global zone. It is up or down as it was.
 * @param id the zone that is to have it
 * @returns EPERM without sys_ip_config; ENXIO; EINVAL for a zone that is neither ready nor running, or has a stack of its own
 */
export function giveToZone(host: Host, process: Process, name: LogicalName, id: number): Outcome {
  const found = find(host, process, name);
  if (!found.ok) return found;
  const { stack, link, own, up } = found.value;
  const target = zoneById(host, id);
  const called = `${own.address} on ${link.name}`;
  if (target.status !== "ready" && target.status !== "running")
    return denied("EINVAL", "ip/zone", `Zone ${target.name} is ${target.status}, neither ready nor running.`);
  if (target.stack !== stack.id) {
    const cause: Cause = target.causes["ip-type"] ?? { what: "ip-type=exclusive", from: "host" };
    const reason = `Zone ${target.name} is not on the stack of ${link.name}.`;
    return denied("EINVAL", "ip/zone-stack", reason, { causes: [cause] });
  }
  const container = id === GLOBAL || stack.id !== 0 ? null : id;
  if (own.container === container)
    return allowed(undefined, "ip/zone", `${called} is in zone ${target.name} already.`);
  const moved: InterfaceAddress = { ...own, container };
  if (up) {
    loseAddress(host, link, own);
    giveAddress(host, stack, link, moved);
  } else {
    takeBack(link, own);
    withhold(link, moved);
  }
  if (own.container !== null) {
    const before = zoneById(host, own.container);
    // What is in neither list is nothing that the zone could use.
    restore(before, own);
    before.logical = before.logical?.filter((one) => !isOf(own)(one)) ?? [];
  }
  if (container !== null) {
    const { family, address, prefix, unit = 0 } = own;
    const cause: Cause = { what: `${link.name}:${unit} was placed in zone ${target.name}`, from: "host" };
    target.logical = [
      ...(target.logical ?? []),
      { interface: link.name, unit, family, address, prefix, cause },
    ];
    if (!up) retire(target, own);
  }
  return allowed(undefined, "ip/zone", `${called} is in zone ${target.name}.`, {
    causes: found.decision.causes,
  });
}
