import type { Host } from "../host.ts";
import { BITS, type Family, familyOf, inPrefix, networkOf, parseNetwork } from "./addresses.ts";
import { findInterface } from "./links.ts";
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
  return stack.interfaces.find(({ addresses }) => addresses.some((own) => own.address === address));
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

function measured(route: Route): FoundRoute {
  if (route.destination === "default") return { ...route, prefix: 0, host: false };
  const net = parseNetwork(route.destination);
  const prefix = net?.prefix ?? 0;
  return { ...route, prefix, host: prefix === BITS[route.family] };
}

/** The route with the longest match. */
export function findRoute(stack: Vnet, address: string, fib: number): FoundRoute | undefined {
  const family = familyOf(address);
  let best: FoundRoute | undefined;
  for (const route of allRoutes(stack)) {
    if (route.family !== family || route.fib !== fib) continue;
    const found = measured(route);
    if (best && best.prefix >= found.prefix) continue;
    if (found.prefix > 0 && !inPrefix(address, found.destination.split("/")[0] ?? "", found.prefix)) continue;
    best = found;
  }
  return best;
}

/** The interface whose network has an address: where a gateway is looked for. */
export function connectedLink(stack: Vnet, address: string): Interface | undefined {
  let best: { link: Interface; prefix: number } | undefined;
  for (const link of stack.interfaces) {
    if (!link.up) continue;
    for (const { address: own, prefix } of link.addresses)
      if (inPrefix(address, own, prefix) && prefix > (best?.prefix ?? -1)) best = { link, prefix };
  }
  return best?.link;
}

/** Whether the stack passes on packets that are not for itself. */
export function forwards(stack: Vnet, family: Family): boolean {
  const name = family === "inet" ? "net.inet.ip.forwarding" : "net.inet6.ip6.forwarding";
  return stackSetting(stack, name, 0) !== 0;
}

/** The interface that a route leads out of. */
export function linkOf(stack: Vnet, route: Route): Interface | undefined {
  return findInterface(stack, route.interface);
}
