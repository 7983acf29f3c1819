import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf, isLoopback } from "../../network/addresses.ts";
import { connectedLink, findRoute, interfaceWith, isAround, linkOf } from "../../network/routingTable.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import { GLOBAL, zone } from "../zones.ts";
import { ownerOf } from "./owners.ts";
import { noRoute, usableRoute } from "./sharedRoutes.ts";

const RULE = "source";

/**
 * The sender's address of a socket that is bound to none: always one of the zone. Source: ip_select_source_v4() and
 * ip_select_source_v6() in usr/src/uts/common/inet/ip.
 */
export function selectSource(
  host: Host,
  stack: Vnet,
  container: number,
  destination: string,
): Outcome<string> {
  if (ownerOf(host, stack, destination, container) === container && interfaceWith(stack, destination))
    return allowed(destination, RULE, "It is an address of the zone itself.");
  if (isLoopback(destination))
    return denied("ENETUNREACH", RULE, `The stack has no ${destination}: its loopback interface is down.`);
  return stack.id === 0 && container !== GLOBAL
    ? ofZone(host, container, destination)
    : ofStack(stack, destination);
}

function ofZone(host: Host, container: number, destination: string): Outcome<string> {
  const owner = zone(host, container);
  const found = usableRoute(host, owner, destination);
  // What goes to a route that stops packets has any address of the zone.
  const own = found?.own ?? (found && owner.logical?.find((one) => one.family === found.route.family));
  if (!own) return noRoute(owner, destination);
  return allowed(own.address, RULE, `${own.address} is the zone's address on ${own.interface}.`, {
    causes: [own.cause],
  });
}

function ofStack(stack: Vnet, destination: string): Outcome<string> {
  const route = findRoute(stack, destination, 0);
  const out = route && linkOf(stack, route);
  const link =
    out?.kind === "loopback"
      ? (interfaceWith(stack, destination) ?? out)
      : (out ?? connectedLink(stack, destination));
  const next = route && !route.gateway.startsWith("link#") ? route.gateway : destination;
  // Where a gateway is reached through addresses alone that are down, its routes stop packets. Source: ifconfig(8), down.
  const off = out?.down?.find((own) => isAround(own, next));
  if (off && next !== destination && !connectedLink(stack, next))
    return denied(
      "ENETUNREACH",
      RULE,
      `${next}, the gateway to ${destination}, is reached through ${off.address}, which is down.`,
      {
        causes: [{ what: `${off.address} on ${out?.name} is down`, from: "host" }],
      },
    );
  const address = link && addressOn(link, next);
  return address === undefined
    ? denied("ENETUNREACH", RULE, `No route leads to ${destination}.`, {
        causes: [{ what: "no route", from: "host" }],
      })
    : allowed(address, RULE, `${address} is the address of ${link?.name}.`);
}

/** Of what belongs to the stack itself the address in the network of the next hop, else the first one. */
function addressOn({ addresses }: Interface, next: string): string | undefined {
  const family = familyOf(next);
  let first: string | undefined;
  for (const own of addresses) {
    if (own.family !== family || own.container !== null) continue;
    if (isAround(own, next)) return own.address;
    first ??= own.address;
  }
  return first;
}
