import { allowed, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import {
  addressNumber,
  BITS,
  type Family,
  familyOf,
  isLinkLocal,
  isLoopback,
} from "../../network/addresses.ts";
import { connectedLink, findRoute, interfaceWith, isAround, linkOf } from "../../network/routingTable.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import { causeOf } from "../scope.ts";
import type { Prison } from "../types.ts";
import { hasAddress, listCause, listOf, PARAMETER, primaryAddress } from "./jailAddresses.ts";

/**
 * The sender's address of a socket that is bound to none. Source: in_pcbladdr() in sys/netinet/in_pcb.c,
 * in6_selectsrc() in sys/netinet6/in6_src.c.
 */

const RULE = "source";

export function selectSource(
  host: Host,
  stack: Vnet,
  jail: Prison,
  destination: string,
  fib: number,
): Outcome<string> {
  const family = familyOf(destination) ?? "inet";
  const list = listOf(jail, family);
  const restricted = jail.jid !== 0 && list.restricted;
  const causes = restricted ? [listCause(host, jail.jid, family)] : [];
  if (restricted && list.addresses.length === 0)
    return denied("EAFNOSUPPORT", RULE, "The jail has no address of this family.", { causes });
  if (restricted && !list.sourceSelection) {
    const primary = list.addresses[0] ?? "";
    return contained(primary, RULE, `Without source selection it is always the first address, ${primary}.`, {
      causes: [causeOf(jail, `${PARAMETER[family]}.saddrsel`), ...causes],
    });
  }
  return family === "inet"
    ? selectIpv4(stack, jail, restricted, destination, fib, causes)
    : selectIpv6(stack, jail, destination, fib, causes);
}

type Causes = ReturnType<typeof listCause>[];

function selectIpv4(
  stack: Vnet,
  jail: Prison,
  restricted: boolean,
  destination: string,
  fib: number,
  causes: Causes,
): Outcome<string> {
  const route = findRoute(stack, destination, fib);
  const out = route && linkOf(stack, route);
  // What is on this machine is reached through loopback: then the interface that has the destination counts.
  const link =
    out?.kind === "loopback"
      ? (interfaceWith(stack, destination) ?? out)
      : (out ?? connectedLink(stack, destination));
  const candidates = link
    ? ordered(link, "inet", route?.gateway.startsWith("link#") === false ? route.gateway : destination)
    : [];
  if (!restricted) {
    const address = candidates[0];
    if (address !== undefined) return allowed(address, RULE, `${address} is the address of ${link?.name}.`);
    return denied("ENETUNREACH", RULE, `No route leads to ${destination}.`);
  }
  if (!link) return denied("ENETUNREACH", RULE, `No route leads to ${destination}.`, { causes });
  const own = candidates.find((address) => hasAddress(jail, address));
  // What the host would use as well is no rewriting.
  if (own !== undefined && own === candidates[0])
    return allowed(own, RULE, `${own} is the address of ${link.name}.`, { causes });
  if (own !== undefined)
    return contained(own, RULE, `${own} is the jail's address on ${link.name}.`, { causes });
  const primary = primaryAddress(jail, "inet", "") ?? "";
  const reason = `The jail has no address on ${link.name}, so it is its first one, ${primary}.`;
  return contained(primary, RULE, reason, { causes });
}

/** Addresses of an interface, first the one that belongs to the route: exact, or in the network of the next hop. */
function ordered({ addresses }: Interface, family: Family, next: string): string[] {
  const own = addresses.filter((entry) => entry.family === family);
  const first = own.find(({ address }) => address === next) ?? own.find((entry) => isAround(entry, next));
  return (first ? [first, ...own.filter((entry) => entry !== first)] : own).map(({ address }) => address);
}

function selectIpv6(
  stack: Vnet,
  jail: Prison,
  destination: string,
  fib: number,
  causes: Causes,
): Outcome<string> {
  const route = findRoute(stack, destination, fib);
  const out = (route && linkOf(stack, route)) ?? connectedLink(stack, destination);
  if (!out) return denied("ENETUNREACH", RULE, `No route leads to ${destination}.`, { causes });
  const via = out.kind === "loopback" ? (interfaceWith(stack, destination) ?? out) : out;
  const best = bestOf(stack, destination, via, (address) => hasAddress(jail, address));
  if (best === undefined) {
    const whose = causes.length > 0 ? "the jail" : "this stack";
    return denied("EADDRNOTAVAIL", RULE, `No IPv6 address of ${whose} fits.`, { causes });
  }
  const reason = `${best} fits ${destination} best.`;
  return best === bestOf(stack, destination, via, () => true)
    ? allowed(best, RULE, reason, { causes })
    : contained(best, RULE, reason, { causes });
}

/** The address with the highest score; of equal ones the first. */
function bestOf(
  stack: Vnet,
  destination: string,
  via: Interface,
  mayUse: (address: string) => boolean,
): string | undefined {
  let best: { address: string; score: number } | undefined;
  for (const link of stack.interfaces)
    for (const { family, address } of link.addresses) {
      if (family !== "inet6" || !mayUse(address)) continue;
      const score = scoreOf(address, destination, link === via);
      if (score >= 0 && score > (best?.score ?? -1)) best = { address, score };
    }
  return best?.address;
}

/**
 * The rules of RFC 6724 that matter here, in one number: the destination itself, the same scope, the outgoing
 * interface, the longest common prefix. Negative for what cannot be used.
 */
function scoreOf(address: string, destination: string, outgoing: boolean): number {
  if (address === destination) return 10_000;
  if (isLinkLocal(address) && !outgoing) return -1;
  const scope = (text: string) => (isLoopback(text) ? 0 : isLinkLocal(text) ? 1 : 2);
  const sameScope = scope(address) === scope(destination);
  return (sameScope ? 1000 : 0) + (outgoing ? 300 : 0) + commonBits(address, destination);
}

function commonBits(a: string, b: string): number {
  const difference = (addressNumber(a) ?? 0n) ^ (addressNumber(b) ?? 0n);
  return difference === 0n ? BITS.inet6 : BITS.inet6 - difference.toString(2).length;
}
