import type { HostDescription } from "../../machine/definition.ts";
import { macAt } from "../../machine/macs.ts";
import type { Datalink, LinkClass } from "../types.ts";

/** What the description of a machine calls its links, as dladm(8) does. */
const CLASSES: Readonly<Record<string, LinkClass>> = {
  physical: "phys",
  vnic: "vnic",
  vlan: "vlan",
  etherstub: "etherstub",
  overlay: "overlay",
  bridge: "bridge",
};

/** Network id, port and search plugin of an overlay of which the description says no more. */
const OVERLAY = { encapsulation: "vxlan", vnetid: 0, listenPort: 4789, search: "direct" } as const;

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
      ...(kind === "overlay" && { overlay: { ...OVERLAY, listenIp: "0.0.0.0" } }),
    };
  }
  return found;
}
