import type { Host } from "../host.ts";
import { BITS, type Family, familyOf, inPrefix, networkOf, parseNetwork } from "./addresses.ts";
import { findInterface, networksOf, ownAddress } from "./links.ts";
import type { Interface, InterfaceAddress, Route, Vnet } from "./types.ts";
import { stackSetting } from "./vnets.ts";

/**
 * The routes of a stack: those that were added, which the state holds, and those to the networks and addresses of its
 * interfaces, which follow from these. Source: sys/net/route, sys/netinet/in.c (in_addprefix), route(4).
 */

/** A route with its length in bits; 0 for the default one. */
export interface FoundRoute extends Route {
  readonly prefix: number;
  /** Whether it is for a single address. */
  readonly host: boolean;
}

/** `link#2`, the gateway of what is reached directly. */
export function linkGateway({ index }: Interface): string {
  return `link#${index}`;
}

/** Whether an address is on an interface of the stack, whichever one and even if it is down. */
export function isLocalAddress(stack: Vnet, address: string): boolean {
  return interfaceWith(stack, address) !== undefined;
}

/** The interface that has an address. */
export function interfaceWith(stack: Vnet, address: string): Interface | undefined {
  return stack.interfaces.find((link) => ownAddress(link, address));
}

/** The routes that follow from one address of an interface. */
export function connectedRoutes(link: Interface, own: InterfaceAddress): Route[] {
  const { family, address, prefix } = own;
  const gateway = linkGateway(link);
  const self: Route = { family, destination: address, gateway, interface: "lo0", fib: link.fib };
  // The network of a loopback interface is not routed to it: only its addresses are.
  if (link.kind === "loopback" || prefix === BITS[family]) return [self];
  const destination = `${networkOf(address, prefix)}/${prefix}`;
  return [{ family, destination, gateway, interface: link.name, fib: link.fib }, self];
}

/** All routes of a stack: added ones first, then those of interfaces that are up. Each destination once. */
export function allRoutes(stack: Vnet): Route[] {
  const known = new Set<string>();
  const implied = stack.interfaces.flatMap((link) =>
    link.up ? link.addresses.flatMap((own) => connectedRoutes(link, own)) : [],
  );
  return [...stack.routes, ...implied].filter(({ destination, family, fib }) => {
    const key = `${family} ${destination} ${fib}`;
    return !known.has(key) && known.add(key);
  });
}

/** The number of routing tables. Source: net.fibs. */
export function fibCount(host: Host): number {
  return Number(host.state.machine.sysctls["net.fibs"] ?? 1);
}

function prefixOf({ family, destination }: Route): number {
  if (destination === "default") return 0;
  return parseNetwork(destination)?.prefix ?? BITS[family];
}

/** The route with the longest match; an added one before one that follows from an interface. */
export function findRoute(stack: Vnet, address: string, fib: number): FoundRoute | undefined {
  const family = familyOf(address);
  if (!family) return undefined;
  const holder = interfaceWith(stack, address);
  const own = holder?.up ? ownAddress(holder, address) : undefined;
  const implied = holder && own ? connectedRoutes(holder, own) : networksAround(stack, address);
  let best: FoundRoute | undefined;
  for (const route of [...stack.routes, ...implied]) {
    if (route.family !== family || route.fib !== fib) continue;
    const prefix = prefixOf(route);
    if (best && best.prefix >= prefix) continue;
    if (prefix > 0 && !inPrefix(address, route.destination.split("/")[0] ?? "", prefix)) continue;
    best = { ...route, prefix, host: prefix === BITS[family] };
  }
  return best;
}

/** Routes to networks of interfaces that an address is in. */
export function networksAround(stack: Vnet, address: string): Route[] {
  return stack.interfaces.flatMap((link) =>
    link.up
      ? networksOf(link)
          .filter((own) => isAround(own, address))
          .flatMap((own) => connectedRoutes(link, own))
      : [],
  );
}

/** Whether an address is in the network of one of an interface. */
export function isAround({ family, address: own, prefix }: InterfaceAddress, address: string): boolean {
  // Most addresses on a host with many jails are single ones, which need no arithmetic.
  return prefix === BITS[family] ? own === address : inPrefix(address, own, prefix);
}

/** The interface whose network has an address: where a gateway is looked for. */
export function connectedLink(stack: Vnet, address: string): Interface | undefined {
  let best: { link: Interface; prefix: number } | undefined;
  for (const link of stack.interfaces) {
    if (!link.up) continue;
    for (const own of networksOf(link))
      if (isAround(own, address) && own.prefix > (best?.prefix ?? -1)) best = { link, prefix: own.prefix };
  }
  return best?.link;
}

/** Whether the stack passes on packets that are not for itself. */
export function forwards({ kernel }: Host, stack: Vnet, family: Family): boolean {
  return stackSetting(stack, kernel.network.forwarding[family], 0) !== 0;
}

/** The interface that a route leads out of. */
export function linkOf(stack: Vnet, route: Route): Interface | undefined {
  return findInterface(stack, route.interface);
}
