import type { Cause } from "../../decision.ts";
import { Derived } from "../../derived.ts";
import { type Groups, put, take, valuesOf } from "../../groups.ts";
import type { Host } from "../../host.ts";
import type { Located } from "../../network/interfaceIndex.ts";
import { addAddress, takeAddress } from "../../network/links.ts";
import type { Interface, InterfaceAddress, NetworkState, Vnet } from "../../network/types.ts";
import type { Datalink } from "../types.ts";
import { bridgeOf, findLink, linkUnder } from "./linkIndex.ts";

/**
 * The MAC layer: which links hear each other. All clients of one lower link are on a virtual switch, those with the same
 * VLAN tag together. Source: usr/src/uts/common/io/mac, usr/src/uts/common/io/bridge.c, dladm(8).
 */

/** A network of frames: the link at the bottom that switches them, and the tag that they have there. */
export interface Domain {
  readonly bottom: Datalink;
  readonly vid: number;
}

/** Where the frames of a link are; `undefined` while it, or what it lies on, is down or gone. */
export function domainOf(host: Host, from: Datalink | undefined): Domain | undefined {
  let link = from;
  let vid = 0;
  while (link) {
    if (!link.up) return undefined;
    if (link.vid !== 0) vid = link.vid;
    const bridge = bridgeOf(host, link.name);
    if (bridge) return bridge.up ? { bottom: bridge, vid } : undefined;
    const [lower] = link.over;
    if (lower === undefined || link.class === "aggr" || link.class === "bridge" || link.class === "overlay")
      return { bottom: link, vid };
    link = findLink(host, lower);
  }
  return undefined;
}

function sameDomain(a: Domain, b: Domain): boolean {
  return a.bottom === b.bottom && a.vid === b.vid;
}

/** Whether frames at the bottom go to a cable. Those of an overlay go to other hosts in packets of the underlay. */
export function hasCable(host: Host, { name, class: kind, over, up }: Datalink): boolean {
  if (!up) return false;
  if (kind === "phys" || kind === "iptun") return true;
  if (kind === "aggr") return over.some((port) => findLink(host, port)?.up);
  if (kind !== "bridge") return false;
  return over.some((port) => {
    const link = findLink(host, port);
    return link !== undefined && link.name !== name && hasCable(host, link);
  });
}

/** Interfaces by address, in all stacks but for loopback. Derived from their lists. */
const holders = new Derived<NetworkState, Groups<string, Located>>(({ vnets }) => {
  const found: Groups<string, Located> = new Map();
  for (const stack of Object.values(vnets))
    for (const link of stack.interfaces)
      if (link.kind !== "loopback")
        for (const { address } of link.addresses) put(found, address, { stack, link });
  return found;
});

/** Puts an address on an interface. */
export function giveAddress(host: Host, stack: Vnet, link: Interface, own: InterfaceAddress): void {
  const index = holders.of(host.state.network);
  addAddress(link, own);
  if (link.kind !== "loopback") put(index, own.address, { stack, link });
}

/** Takes one away. */
export function loseAddress(host: Host, link: Interface, own: InterfaceAddress): void {
  const index = holders.of(host.state.network);
  takeAddress(link, own);
  for (const place of valuesOf(index, own.address)) if (place.link === link) take(index, own.address, place);
}

/** Interfaces that have an address, of whichever stack. */
export function holdersOfAddress(host: Host, address: string): Located[] {
  return valuesOf(holders.of(host.state.network), address);
}

/** The interface in a domain that answers for an address; of no stack that is left out. */
export function holderIn(host: Host, domain: Domain, address: string, except?: Vnet): Located | undefined {
  return holdersOfAddress(host, address).find((place) => {
    if (place.stack === except || !place.link.up) return false;
    const there = domainOf(host, linkUnder(host, place));
    return there !== undefined && sameDomain(there, domain);
  });
}

/** Who answers for an address on the network of an interface. An interface answers for its own addresses alone. */
export function neighbour(host: Host, from: Located, address: string): Located | undefined {
  const domain = domainOf(host, linkUnder(host, from));
  return domain && holderIn(host, domain, address, from.stack);
}

/** The VLANs that keep the holder of an address from an interface over the same link. */
export function apart(host: Host, from: Located, address: string): Cause | undefined {
  const own = domainOf(host, linkUnder(host, from));
  for (const place of own ? holdersOfAddress(host, address) : []) {
    const there = place.link.up ? domainOf(host, linkUnder(host, place)) : undefined;
    if (own && there && own.bottom === there.bottom && own.vid !== there.vid)
      return {
        what: `VLAN ${there.vid} of ${place.link.name}, VLAN ${own.vid} of ${from.link.name}`,
        from: "host",
      };
  }
  return undefined;
}

export function leadsOut(host: Host, from: Located): boolean {
  const bottom = domainOf(host, linkUnder(host, from))?.bottom;
  return bottom !== undefined && (bottom.class === "overlay" || hasCable(host, bottom));
}

/** The stack on a cable that has an address; else all that are on one. */
export function outer(host: Host, address: string): readonly Vnet[] {
  const direct = holdersOfAddress(host, address).find((place) => isOuter(host, place));
  if (direct) return [direct.stack];
  return Object.values(host.state.network.vnets).filter((stack) =>
    stack.interfaces.some((link) => isOuter(host, { stack, link })),
  );
}

function isOuter(host: Host, place: Located): boolean {
  if (!place.link.up || place.link.kind === "loopback") return false;
  const domain = domainOf(host, linkUnder(host, place));
  return domain !== undefined && domain.vid === 0 && hasCable(host, domain.bottom);
}
