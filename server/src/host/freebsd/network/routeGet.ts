import { allowed, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { parseAddress } from "../../network/addresses.ts";
import { checkFib } from "../../network/routes.ts";
import { findRoute } from "../../network/routingTable.ts";
import type { Route } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { causeOf } from "../scope.ts";
import { hasAddress, jailedWithoutVnet } from "./jailAddresses.ts";
import { selectSource } from "./sourceAddress.ts";

/** What `route get` prints. */
export interface RouteAnswer extends Route {
  /** The sender's address that would be used. */
  readonly source: string | null;
}

/**
 * RTM_GET. Without a stack of its own a jail is told of no network route, of host routes only if they are for its own
 * addresses, and with one of its addresses as source.
 * @returns ESRCH, also for what is hidden
 */
export function routeGet(host: Host, process: Process, destination: string, fib = 0): Outcome<RouteAnswer> {
  const address = parseAddress(destination);
  if (address === undefined) return denied("EINVAL", "route/destination", `${destination} is no address.`);
  const wrong = checkFib(host, fib);
  if (wrong) return wrong;
  const stack = vnetOf(host, process);
  const found = findRoute(stack, address, fib);
  if (!found) return denied("ESRCH", "route/missing", `No route leads to ${destination}.`);
  const jail = prisonOf(host, process);
  const { prefix: _, host: single, ...route } = found;
  const hidden = jailedWithoutVnet(host, process);
  if (hidden && !(single && hasAddress(jail, route.destination)))
    return denied("ESRCH", "route/hidden", "Routes of a stack that it shares are hidden from a jail.", {
      causes: [causeOf(jail, "vnet", "inherit")],
    });
  const source = selectSource(host, stack, jail, address, fib);
  const answer: RouteAnswer = { ...route, source: source.ok ? source.value : null };
  return hidden
    ? contained(answer, "route/own", "The route is for an address of the jail.", {
        causes: source.decision.causes,
      })
    : allowed(answer, "route/get", `${destination} is reached through ${route.interface}.`);
}
