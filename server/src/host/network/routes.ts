import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { BITS, type Family, familyOf, networkOf, parseAddress, parseNetwork } from "./addresses.ts";
import { findInterface } from "./links.ts";
import { allRoutes, connectedLink, fibCount, linkGateway } from "./routingTable.ts";
import type { Route } from "./types.ts";
import { vnetOf } from "./vnets.ts";

/** Changing the routing table. Source: sys/net/rtsock.c, route(4), route(8), setfib(1). */

export interface RouteRequest {
  /** `default`, an address, or a network with its length. */
  readonly destination: string;
  /** The next hop, or the name of an interface. */
  readonly gateway?: string;
  readonly family?: Family;
  readonly fib?: number;
  /** A route that stops packets. */
  readonly kind?: NonNullable<Route["kind"]>;
}

/** The destination as the table has it; `undefined` for what is none. */
function parseDestination({ destination, gateway = "", family }: RouteRequest) {
  if (destination === "default")
    return { destination, family: family ?? familyOf(gateway) ?? ("inet" as const) };
  const net = parseNetwork(destination);
  if (!net) return undefined;
  const { address, prefix } = net;
  const whole = prefix === BITS[net.family];
  if (prefix === 0) return { destination: "default", family: net.family };
  return { destination: whole ? address : `${networkOf(address, prefix)}/${prefix}`, family: net.family };
}

/** EINVAL for a routing table that is not there. */
export function checkFib(host: Host, fib: number) {
  if (fib >= 0 && fib < fibCount(host)) return undefined;
  return denied("EINVAL", "route/fib", `There is no routing table ${fib}: net.fibs=${fibCount(host)}.`);
}

/**
 * RTM_ADD.
 * @returns EPERM without PRIV_NET_ROUTE, EINVAL, EEXIST, ENETUNREACH if the gateway is on no network of an interface
 */
export function routeAdd(host: Host, process: Process, request: RouteRequest): Outcome<Route> {
  const may = host.kernel.power(host, process, "NET_ROUTE");
  if (!may.ok) return may;
  const { gateway = "", fib = 0 } = request;
  const target = parseDestination(request);
  if (!target) return denied("EINVAL", "route/destination", `${request.destination} is no destination.`);
  const wrong = checkFib(host, fib);
  if (wrong) return wrong;
  const stack = vnetOf(host, process);
  const { destination, family } = target;
  const next = parseAddress(gateway);
  if (next !== undefined && familyOf(next) !== family)
    return denied("EINVAL", "route/gateway", `${gateway} is of another family than ${destination}.`);
  const link = next === undefined ? findInterface(stack, gateway) : connectedLink(stack, next);
  if (!link)
    return denied("ENETUNREACH", "route/gateway", `No interface leads to the gateway ${gateway}.`, {
      causes: [{ what: `${gateway} is on no network of an interface`, from: "host" }],
    });
  const route: Route = { family, destination, gateway: next ?? linkGateway(link), interface: link.name, fib };
  const { manyRoutes } = host.kernel.network;
  const same = (other: Route) =>
    other.family === family &&
    other.destination === destination &&
    other.fib === fib &&
    (!manyRoutes || other.gateway === route.gateway);
  if ((manyRoutes ? stack.routes : allRoutes(stack)).some(same))
    return denied("EEXIST", "route/exists", `There is a route to ${destination} already.`);
  if (request.kind) route.kind = request.kind;
  stack.routes.push(route);
  return allowed(route, "route/add", `${destination} is reached through ${gateway}.`, {
    causes: may.decision.causes,
  });
}

/**
 * RTM_DELETE.
 * @returns EPERM, EINVAL, ESRCH if there is none
 */
export function routeDelete(host: Host, process: Process, request: RouteRequest): Outcome<Route> {
  const may = host.kernel.power(host, process, "NET_ROUTE");
  if (!may.ok) return may;
  const { fib = 0 } = request;
  const target = parseDestination(request);
  if (!target) return denied("EINVAL", "route/destination", `${request.destination} is no destination.`);
  const wrong = checkFib(host, fib);
  if (wrong) return wrong;
  const stack = vnetOf(host, process);
  const { destination, family } = target;
  const gateway = host.kernel.network.manyRoutes ? request.gateway : undefined;
  const route = stack.routes.find(
    (r) =>
      r.family === family &&
      r.destination === destination &&
      r.fib === fib &&
      (gateway === undefined || r.gateway === gateway || r.interface === gateway),
  );
  if (!route) return denied("ESRCH", "route/missing", `There is no route to ${destination}.`);
  stack.routes = stack.routes.filter((other) => other !== route);
  return allowed(route, "route/delete", `The route to ${destination} is gone.`, {
    causes: may.decision.causes,
  });
}
