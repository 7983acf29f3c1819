import type { Host } from "../../host/host.ts";
import {
  bridgeOf,
  findLink,
  linkFor,
  linksOfZone,
  qualified,
  shortName,
} from "../../host/illumos/network/linkIndex.ts";
import { listed } from "../../host/illumos/network/protection.ts";
import { illumosOf } from "../../host/illumos/state.ts";
import type { Datalink } from "../../host/illumos/types.ts";
import { findZone } from "../../host/illumos/zones.ts";
import { findInterface } from "../../host/network/links.ts";
import { vnet } from "../../host/network/vnets.ts";
import type { LinkView } from "../../protocol.ts";
import type { Wire } from "../guests.ts";

/** Datalinks as zones have them. */

/** Datalinks without an IP interface in the global zone, as dladm(8) shows them there: etherstubs, VNICs of zones. */
export function otherLinks(host: Host): LinkView[] {
  const global = vnet(host, 0);
  return Object.values(illumosOf(host).links)
    .filter(({ name }) => !findInterface(global, name))
    .map(({ name, class: kind, up, over: [below], zone }) => ({
      ...{ name, kind, up, addresses: [] },
      ...(below !== undefined && { over: below }),
      ...(zone !== 0 && { holder: findZone(host, zone)?.name ?? String(zone) }),
    }));
}

/** From the interfaces of a zone over VNICs, VLANs, bridges and aggregations to hardware. */
export function zoneWires(host: Host, zone: number): Wire[] {
  const stackId = host.kernel.network.stackOf(host, zone);
  const stack = vnet(host, stackId);
  const owner = stackId === 0 ? 0 : zone;
  const found: Wire[] = stack.interfaces.map((link) => {
    const datalink = linkFor(host, owner, link.name);
    return {
      ...{ id: datalink?.name ?? link.name, name: link.name, kind: datalink?.class ?? link.kind },
      ...{ up: link.up && (datalink?.up ?? true), isOwn: true, link },
      // A group for IPMP sends by its members.
      to: datalink
        ? belowOf(host, datalink)
        : (link.members ?? []).map((name) => qualifiedIn(host, owner, name)),
      leaves: datalink !== undefined && isOutward(datalink),
      ...guardOf(datalink),
    };
  });
  const bare =
    owner === 0 ? [] : linksOfZone(host, zone).filter((link) => !findInterface(stack, shortName(link)));
  found.push(...bare.map((link) => wireOf(host, link, true)));
  const queue = found.flatMap(({ to }) => to);
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const link = findLink(host, name);
    if (!link || found.some(({ id }) => id === name)) continue;
    found.push(wireOf(host, link, false));
    queue.push(...belowOf(host, link));
  }
  return found;
}

function wireOf(host: Host, link: Datalink, isOwn: boolean): Wire {
  return {
    ...{ id: link.name, name: isOwn ? shortName(link) : link.name, kind: link.class, up: link.up, isOwn },
    to: belowOf(host, link),
    leaves: isOutward(link),
    ...guardOf(link),
  };
}

function qualifiedIn(host: Host, zone: number, name: string): string {
  return linkFor(host, zone, name)?.name ?? qualified(host, zone, name);
}

/** What a link lies on; of a link without that, the other ports of its bridge. */
function belowOf(host: Host, link: Datalink): readonly string[] {
  if (link.class === "bridge") return link.over.filter((port) => findLink(host, port)?.class === "phys");
  if (link.over.length > 0) return link.over;
  const bridge = link.class === "phys" ? undefined : bridgeOf(host, link.name);
  return bridge ? [bridge.name] : [];
}

/** What an overlay wraps leaves by the routes of the global zone. */
function isOutward({ class: kind }: Datalink): boolean {
  return kind === "phys" || kind === "overlay" || kind === "iptun";
}

/** Link protection, in words. */
function guardOf(link: Datalink | undefined): { readonly guard?: string } {
  if (!link) return {};
  const kinds = listed(link, "protection");
  const allowed = [...listed(link, "allowed-ips"), ...(link.learned ?? [])];
  const only = kinds.includes("ip-nospoof") && allowed.length > 0 ? `: only from ${allowed.join(", ")}` : "";
  return kinds.length > 0 ? { guard: `Link protection ${kinds.join(", ")}${only}.` } : {};
}
