import type { HostDescription, HostLink } from "../../machine/definition.ts";
import { macAt } from "../../machine/macs.ts";
import { parseAddress } from "../../network/addresses.ts";
import type { Datalink, LinkClass, OverlayLink, OverlayTarget } from "../types.ts";
import { normalMac } from "./macs.ts";

/** What the description of a machine calls its links, as dladm(8) does. */
const CLASSES: Readonly<Record<string, LinkClass>> = {
  physical: "phys",
  vnic: "vnic",
  vlan: "vlan",
  etherstub: "etherstub",
  overlay: "overlay",
  aggr: "aggr",
  bridge: "bridge",
};

/** Datalinks of the description; IP over them is in the network state. */
export function describedLinks({ links }: HostDescription): Record<string, Datalink> {
  const found: Record<string, Datalink> = {};
  for (const [position, link] of links.entries()) {
    const { name, kind = "physical", over, members, up = true, vlan = 0 } = link;
    const linkClass = CLASSES[kind];
    if (!linkClass) continue;
    found[name] = {
      name,
      class: linkClass,
      over: over === undefined ? [...(members ?? [])] : [over],
      mac: link.mac?.toLowerCase() ?? macAt(position + 1),
      mtu: link.mtu ?? (kind === "overlay" ? 1400 : kind === "etherstub" ? 9000 : 1500),
      up,
      vid: vlan,
      zone: 0,
      temporary: false,
      properties: {},
      causes: {},
      drops: {},
      ...(kind === "overlay" && { overlay: overlayOf(link) }),
    };
  }
  return found;
}

const PORT = 4789;

/** Without more than its kind an overlay hears nobody and sends nowhere. */
function overlayOf({ overlay }: HostLink): OverlayLink {
  const { vnetid = 0, listenIp = "0.0.0.0", listenPort = PORT, destination, targets } = overlay ?? {};
  const found: OverlayLink = {
    ...{ encapsulation: "vxlan", vnetid, listenIp: parseAddress(listenIp) ?? listenIp, listenPort },
    search: targets ? "files" : "direct",
  };
  if (destination && !targets) found.destination = { ip: destination.ip, port: destination.port ?? PORT };
  if (targets)
    found.targets = Object.fromEntries(
      Object.entries(targets).map(([mac, { port = PORT, ...target }]): [string, OverlayTarget] => [
        normalMac(mac) ?? mac,
        {
          ...{ ip: target.ip, port },
          ...(target.arp !== undefined && { arp: target.arp }),
          ...(target.ndp !== undefined && { ndp: parseAddress(target.ndp) ?? target.ndp }),
        },
      ]),
    );
  return found;
}
