import type { Host } from "../../host.ts";
import { findLink } from "../../illumos/network/linkIndex.ts";
import type { Datalink, LinkClass, OverlayLink } from "../../illumos/types.ts";
import { findInterface } from "../../network/links.ts";
import type { Interface } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import type { HostLink } from "../definition.ts";

/** What a host file calls classes of links; tunnels are left out, whose ends it cannot say. */
const KINDS: Readonly<Partial<Record<LinkClass, HostLink["kind"]>>> = {
  phys: "physical",
  vnic: "vnic",
  vlan: "vlan",
  etherstub: "etherstub",
  overlay: "overlay",
  aggr: "aggr",
  bridge: "bridge",
};

/**
 * Datalinks as a host file has them, with the addresses of the global zone; those that go with their zone are left out. A
 * host file knows no groups for IPMP: the first member has their addresses.
 */
export function describeDatalinks(host: Host): HostLink[] {
  const found: HostLink[] = [];
  for (const link of Object.values(host.state.illumos?.links ?? {})) {
    const kind = KINDS[link.class];
    if (kind !== undefined && !link.temporary) found.push(describeDatalink(host, link, kind));
  }
  for (const own of vnet(host, 0).interfaces)
    if (own.kind !== "ipmp" && !findLink(host, own.name)) found.push(describeInterface(own));
  return found;
}

function describeDatalink(
  host: Host,
  { name, class: linkClass, over, mac, mtu, up, vid, overlay }: Datalink,
  kind: HostLink["kind"],
): HostLink {
  const stack = vnet(host, 0);
  const above = findInterface(stack, name);
  const led = stack.interfaces.filter((own) => own.kind === "ipmp" && own.members?.[0] === name);
  const group = linkClass === "aggr" || linkClass === "bridge";
  const [lower] = over;
  return {
    ...{ name, kind, mac, mtu, up },
    ...(above && { addresses: [above, ...led].flatMap(addressesOf) }),
    ...(group && { members: [...over] }),
    ...(!group && lower !== undefined && { over: lower }),
    ...(vid !== 0 && { vlan: vid }),
    ...(overlay && overlay.listenIp !== "0.0.0.0" && { overlay: describeOverlay(overlay) }),
  };
}

function describeOverlay({ vnetid, listenIp, listenPort, destination, targets }: OverlayLink) {
  return {
    ...{ vnetid, listenIp, listenPort },
    ...(destination && { destination: { ...destination } }),
    ...(targets && { targets: structuredClone(targets) }),
  };
}

function describeInterface(own: Interface): HostLink {
  const { name, kind, mtu, up } = own;
  return { name, kind: kind === "loopback" ? kind : "other", mtu, up, addresses: addressesOf(own) };
}

function addressesOf({ addresses }: Interface): string[] {
  return addresses
    .filter(({ container }) => container === null)
    .map(({ address, prefix }) => `${address}/${prefix}`);
}
