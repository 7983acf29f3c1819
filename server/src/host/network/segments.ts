import type { Host } from "../host.ts";
import {
  allInterfaces,
  allVlans,
  carrierOf,
  createdName,
  findInterface,
  groupsWith,
  type Located,
  peerOf,
} from "./links.ts";
import { isLocalAddress } from "./routingTable.ts";
import type { Interface, Vnet } from "./types.ts";

/**
 * Which interfaces hear each other's frames. Source: sys/net/if_bridge.c, if_epair.c, if_vlan.c, if_lagg.c; what is
 * behind a physical interface or a tunnel is outside of the model.
 */

/** Kinds that lead out of the machine. */
const OUTWARD: ReadonlySet<Interface["kind"]> = new Set(["physical", "tap", "tun", "wireguard", "other"]);

export interface Segment {
  /** Interfaces that get the frames as their own, the first one included. All are up. */
  readonly members: readonly Located[];
  /** Interfaces through which the frames leave the machine, and the tag that they carry there. */
  readonly outward: readonly Step[];
}

/** The interface on a segment that answers for an address. The whole stack does, whichever interface has it. */
export function neighbourOf(host: Host, from: Located, address: string): Located | undefined {
  const others = segmentOf(host, from).members.filter(({ stack }) => stack !== from.stack);
  return (
    others.find(({ link }) => link.addresses.some((own) => own.address === address)) ??
    others.find(({ stack }) => isLocalAddress(stack, address))
  );
}

/** The stacks that hear frames which come in through a physical interface. */
export function outerStacks(host: Host): Vnet[] {
  return allInterfaces(host)
    .filter(({ link }) => link.kind === "physical" && link.up)
    .flatMap((entrance) => segmentOf(host, entrance).members.map(({ stack }) => stack));
}

/** A place on the way of a frame: an interface, and the tag that the frame has there. */
export interface Step extends Located {
  readonly tag: number | null;
}

/** Everything that is reached from an interface without a router in between. */
export function segmentOf(host: Host, start: Located): Segment {
  const members: Located[] = [];
  const outward: Step[] = [];
  const seen = new Set<string>();
  const queue: Step[] = [{ ...start, tag: null }];
  for (let step = queue.shift(); step; step = queue.shift()) {
    const key = `${step.stack.id} ${step.link.home} ${createdName(step.link)} ${step.tag}`;
    if (seen.has(key) || !step.link.up) continue;
    seen.add(key);
    const place = { stack: step.stack, link: step.link };
    if (step.tag === null) members.push(place);
    if (OUTWARD.has(step.link.kind)) outward.push({ ...place, tag: step.tag });
    queue.push(...neighbours(host, step));
  }
  return { members, outward };
}

function neighbours(host: Host, { stack, link, tag }: Step): Step[] {
  const found: Step[] = [];
  const peer = link.kind === "epair" ? peerOf(host, link) : undefined;
  if (peer) found.push({ ...peer, tag });
  // A bridge or lagg and its members pass frames on with the tag that they have.
  for (const group of groupsWith(host, stack, link.name)) found.push({ stack, link: group, tag });
  for (const name of link.members ?? []) {
    const member = findInterface(stack, name);
    if (member) found.push({ stack, link: member, tag });
  }
  if (tag === null && link.vlan) {
    const carrier = carrierOf(host, link);
    if (carrier) found.push({ ...carrier, tag: link.vlan.tag });
  }
  if (tag !== null)
    for (const other of allVlans(host)) {
      const { vlan, home } = other.link;
      if (vlan?.tag === tag && vlan.parent === link.name && home === stack.id)
        found.push({ ...other, tag: null });
    }
  return found;
}
