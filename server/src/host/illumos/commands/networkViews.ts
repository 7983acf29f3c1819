import type { Host } from "../../host.ts";
import type { Family } from "../../network/addresses.ts";
import { allRoutes } from "../../network/routingTable.ts";
import { socketsOfContainer } from "../../network/socketIndex.ts";
import type { Interface, InterfaceAddress, Route, Socket } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { linkFor } from "../network/linkIndex.ts";
import { allOn } from "../network/logicalAddresses.ts";
import { addressFor } from "../network/sharedRoutes.ts";
import type { Datalink, Zone } from "../types.ts";
import { GLOBAL, kernelZones, zoneOf } from "../zones.ts";

/** What ifconfig(8), ipadm(8) and netstat(8) are told. Source: usr/src/uts/common/inet/ip/ip_if.c (SIOCGLIFCONF). */

/** One address of an interface: `e1000g0`, `e1000g0:1`. */
export interface Logical {
  readonly interface: Interface;
  /** The datalink below; loopback has none. */
  readonly link: Datalink | undefined;
  readonly unit: number;
  readonly family: Family;
  /** Absent for an interface that has no address yet. */
  readonly address?: string;
  readonly prefix: number;
  /** What ipadm(8) calls the address behind the name of the interface. */
  readonly object?: string;
  /** Whether it can be used. */
  readonly up: boolean;
  /** Whose address it is; 0 for the global zone, or the zone whose stack it is. */
  readonly zone: number;
}

export function logicalName({ interface: { name }, unit }: Logical): string {
  return unit === 0 ? name : `${name}:${unit}`;
}

/** All that the caller sees, IPv4 first, by interface and then by number. */
export function logicalInterfaces(host: Host, process: Process): Logical[] {
  const own = zoneOf(host, process);
  const shared = own.stack === 0 && own.id !== GLOBAL;
  const stack = vnetOf(host, process);
  const found: Logical[] = [];
  for (const item of stack.interfaces) {
    const link = item.kind === "loopback" ? undefined : linkFor(host, own.id, item.name);
    const addresses = allOn(item).filter(({ container }) => !shared || container === own.id);
    for (const address of addresses) found.push(logicalOf(item, link, address));
    if (!shared && addresses.every(({ family }) => family !== "inet"))
      found.push({ interface: item, link, unit: 0, family: "inet", prefix: 0, up: false, zone: GLOBAL });
    if (item.kind !== "loopback" || own.stack !== 0) continue;
    for (const zone of shared ? [own] : kernelZones(host)) found.push(...loopbackOf(zone, item));
  }
  // Loopback was there before the links.
  const order = new Map(stack.interfaces.map((one, i) => [one, one.kind === "loopback" ? -1 : i]));
  return found.sort(
    (a, b) =>
      (a.family === b.family ? 0 : a.family === "inet" ? -1 : 1) ||
      (order.get(a.interface) ?? 0) - (order.get(b.interface) ?? 0) ||
      a.unit - b.unit,
  );
}

function logicalOf(item: Interface, link: Datalink | undefined, own: InterfaceAddress): Logical {
  const { family, address, prefix, container, unit = 0, object } = own;
  return {
    ...{ interface: item, link, unit, family, address, prefix, zone: container ?? GLOBAL },
    up: item.up && item.down?.includes(own) !== true,
    ...(object !== undefined && { object }),
  };
}

/** Loopback of a zone on the shared stack, which the interface itself does not hold. */
function loopbackOf({ id, logical = [] }: Zone, item: Interface): Logical[] {
  return logical
    .filter((own) => own.interface === item.name)
    .map(({ unit, family, address, prefix }) => ({
      ...{ interface: item, link: undefined, unit, family, address, prefix, up: item.up, zone: id },
    }));
}

/** Routes of the table: in a zone on the shared stack those that it has an address for. */
export function visibleRoutes(host: Host, process: Process): Route[] {
  const own = zoneOf(host, process);
  const stack = vnetOf(host, process);
  if (own.stack !== 0 || own.id === GLOBAL) return allRoutes(stack);
  const { logical = [] } = own;
  return stack.routes.filter((route) => route.kind !== undefined || addressFor(logical, route) !== undefined);
}

/** Sockets of the caller's zone alone, also in the global zone. */
export function ownSockets(host: Host, process: Process): Socket[] {
  return socketsOfContainer(host, process.credential.container)
    .filter(({ lingersUntil }) => lingersUntil === null || lingersUntil > host.now)
    .sort((a, b) => a.id - b.id);
}
