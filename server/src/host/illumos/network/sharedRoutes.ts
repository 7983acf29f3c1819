import { type Cause, denied, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { BITS, type Family, familyOf, inPrefix, parseNetwork } from "../../network/addresses.ts";
import { findRoute, isAround, networksAround } from "../../network/routingTable.ts";
import type { Route, Vnet } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import type { LogicalInterface, Zone } from "../types.ts";
import { GLOBAL, zone } from "../zones.ts";
import { ownerOf } from "./owners.ts";

/**
 * What the routing table of the shared stack is to one of its zones: routes to networks that it has an address in, and
 * through gateways in these. Source: ire_match_args() in usr/src/uts/common/inet/ip/ip_ftable.c, zones(7).
 */

export interface UsableRoute {
  readonly route: Route;
  /** In bits. */
  readonly prefix: number;
  /** The zone's address that belongs to it; none if it stops packets. */
  readonly own?: LogicalInterface;
}

/** Addresses of a zone on the shared stack that are no loopback. */
export function addressesOf({ logical = [] }: Zone): LogicalInterface[] {
  return logical.filter((own) => own.interface !== "lo0");
}

function around(own: LogicalInterface, address: string): boolean {
  return isAround({ ...own, alias: false, container: null }, address);
}

export function routePrefix({ destination, family }: Route): number {
  return destination === "default" ? 0 : (parseNetwork(destination)?.prefix ?? BITS[family]);
}

/** Whether a route is for an address. */
export function leadsTo(route: Route, address: string, family: Family): boolean {
  if (route.family !== family) return false;
  const prefix = routePrefix(route);
  return prefix === 0 || inPrefix(address, route.destination.split("/")[0] ?? "", prefix);
}

/** The zone's address with which a route can be used. */
export function addressFor(own: readonly LogicalInterface[], route: Route): LogicalInterface | undefined {
  const there = own.filter((one) => one.interface === route.interface && one.family === route.family);
  return route.gateway.startsWith("link#") ? there[0] : there.find((one) => around(one, route.gateway));
}

/** The best route of a zone with shared IP to an address. */
export function usableRoute(host: Host, owner: Zone, destination: string): UsableRoute | undefined {
  const family = familyOf(destination) ?? "inet";
  const own = addressesOf(owner);
  let best: UsableRoute | undefined;
  for (const route of vnet(host, 0).routes) {
    if (!leadsTo(route, destination, family)) continue;
    const prefix = routePrefix(route);
    if (best && best.prefix >= prefix) continue;
    if (route.kind !== undefined) best = { route, prefix };
    else {
      const address = addressFor(own, route);
      if (address) best = { route, prefix, own: address };
    }
  }
  for (const address of own) {
    if (address.family !== family || !around(address, destination)) continue;
    if (best && best.prefix >= address.prefix) continue;
    const route: Route = {
      ...{ family, destination: `${destination}/${address.prefix}`, gateway: "link#", fib: 0 },
      interface: address.interface,
    };
    best = { route, prefix: address.prefix, own: address };
  }
  return best;
}

/** The route of a packet: of the shared stack it depends on the zone that has the sender's address. */
export function routeFrom(
  host: Host,
  stack: Vnet,
  source: string,
  destination: string,
  fib: number,
): Route | undefined {
  const owner = stack.id === 0 && source !== "" ? ownerOf(host, stack, source, undefined) : GLOBAL;
  return owner === GLOBAL
    ? findRoute(stack, destination, fib)
    : usableRoute(host, zone(host, owner), destination)?.route;
}

/** Why what one zone sends to another one of the shared stack does not arrive; `undefined` if it does. */
export function keptFrom(host: Host, from: number, destination: string): Refused | undefined {
  const barred = from === GLOBAL ? barredForGlobal(host, destination) : undefined;
  if (from === GLOBAL) return barred && refusal(barred, destination);
  const sender = zone(host, from);
  const found = usableRoute(host, sender, destination);
  if (!found) return noRoute(sender, destination);
  return found.route.kind === undefined ? undefined : refusal(found.route, destination);
}

/** A route that stops packets and is closer than the networks of the global zone. */
function barredForGlobal(host: Host, destination: string): Route | undefined {
  const family = familyOf(destination) ?? "inet";
  const stack = vnet(host, 0);
  const barred = stack.routes.find(
    (route) => route.kind !== undefined && leadsTo(route, destination, family),
  );
  if (!barred) return undefined;
  const direct = networksAround(stack, destination).map(routePrefix);
  return direct.some((prefix) => prefix > routePrefix(barred) && prefix < BITS[family]) ? undefined : barred;
}

function refusal({ kind, destination }: Route, address: string): Refused {
  const causes: Cause[] = [{ what: `${kind} route to ${destination}`, from: "host" }];
  if (kind === "blackhole")
    return denied("ETIMEDOUT", "route/blackhole", `A route lets what goes to ${address} vanish.`, { causes });
  // EHOSTUNREACH has been seen, too.
  return denied("ENETUNREACH", "route/reject", `A route refuses what goes to ${address}.`, {
    causes,
    unsure: true,
  });
}

export function noRoute({ name, logical }: Zone, destination: string): Refused {
  const own = logical?.find(({ interface: link }) => link !== "lo0");
  return denied(
    "ENETUNREACH",
    "route/zone",
    `No route that zone ${name} can use leads to ${destination}: it takes an address in the network of the route.`,
    { causes: [own?.cause ?? { what: "no net resource", from: "default" }] },
  );
}
