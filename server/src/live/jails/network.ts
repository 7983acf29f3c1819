import { prison } from "../../host/freebsd/prisons.ts";
import type { Host } from "../../host/host.ts";
import {
  allInterfaces,
  carrierOf,
  createdName,
  findInterface,
  groupsWith,
  type Located,
  peerOf,
} from "../../host/network/links.ts";
import type { Interface } from "../../host/network/types.ts";
import { vnet } from "../../host/network/vnets.ts";
import type { LinkView } from "../../protocol.ts";
import type { Wire } from "../guests.ts";

/** Interfaces of the host as jails have them. */

/** Interfaces of the host that are in the stack of a jail now: `vnet.interface`. */
export function lentInterfaces(host: Host): LinkView[] {
  return allInterfaces(host)
    .filter(({ stack, link }) => stack.id !== 0 && link.home === 0)
    .map(({ stack, link: { name, kind, up, peer } }) => ({
      ...{ name, kind, up, addresses: [] },
      ...(peer !== undefined && { over: peer }),
      holder: prison(host, stack.container).name,
    }));
}

/** Kinds behind which there is a network that the model does not have. */
const OUTWARD: ReadonlySet<Interface["kind"]> = new Set(["physical", "tap", "tun", "wireguard", "other"]);

/** From the interfaces of a jail's stack over epairs, bridges, VLANs and laggs to hardware. */
export function jailWires(host: Host, jid: number): Wire[] {
  const stack = vnet(host, host.kernel.network.stackOf(host, jid));
  const found = new Map<string, Wire>();
  const queue: Located[] = stack.interfaces.map((link) => ({ stack, link }));
  for (let at = queue.shift(); at; at = queue.shift()) {
    const id = idOf(at);
    if (found.has(id)) continue;
    const { link } = at;
    const isOwn = at.stack.id === stack.id;
    const below = belowOf(host, at);
    found.set(id, {
      ...{ id, name: link.name, kind: link.kind, up: link.up, isOwn, link },
      to: below.map(idOf),
      leaves: OUTWARD.has(link.kind),
    });
    queue.push(...below);
  }
  return [...found.values()];
}

function idOf({ stack, link }: Located): string {
  return `${stack.id} ${createdName(link)}`;
}

/** Where frames go next on their way out, never back towards jails. */
function belowOf(host: Host, { stack, link }: Located): Located[] {
  switch (link.kind) {
    case "epair": {
      const peer = peerOf(host, link);
      return peer && isInner(link, stack.id) ? [peer] : groups(host, { stack, link });
    }
    case "vlan": {
      const carrier = carrierOf(host, link);
      return carrier ? [carrier] : [];
    }
    case "bridge":
    case "lagg":
      return (link.members ?? []).flatMap((name) => {
        const member = findInterface(stack, name);
        return member && (OUTWARD.has(member.kind) || member.kind === "vlan" || member.kind === "lagg")
          ? [{ stack, link: member }]
          : [];
      });
    default:
      return [];
  }
}

/** Of an epair, the half that was lent to a jail. */
function isInner({ home }: Interface, stack: number): boolean {
  return stack !== 0 && home !== stack;
}

function groups(host: Host, { stack, link }: Located): Located[] {
  return groupsWith(host, stack, link.name).map((group) => ({ stack, link: group }));
}
