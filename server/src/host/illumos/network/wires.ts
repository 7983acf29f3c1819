import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf } from "../../network/addresses.ts";
import type { Located } from "../../network/interfaceIndex.ts";
import { textOf } from "../../network/pcb.ts";
import type { Vnet } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import type { Cable, Tunnel, WirePolicy } from "../../network/wires.ts";
import type { Datalink, OverlayLink, OverlayTarget } from "../types.ts";
import { findLink, linkUnder, overlays } from "./linkIndex.ts";
import { domainOf, holderIn, holdersOfAddress } from "./switching.ts";
import { varpdRuns } from "./varpd.ts";

/**
 * Frames between machines: by the cables of links of hardware, or wrapped by an overlay. Source: overlay(7),
 * overlay_files(5), usr/src/uts/common/io/overlay, RFC 7348.
 */
export const wires: WirePolicy = {
  cables: (host, from) => {
    const domain = domainOf(host, linkUnder(host, from));
    return domain ? cablesOf(host, domain.bottom).map((link) => ({ link, tag: domain.vid })) : [];
  },
  tunnel: wrap,
  tunnelEnd: unwrap,
  holders: (host, address) => holdersOfAddress(host, address).filter(({ link }) => link.up),
};

/** Links of hardware at the bottom of a network of frames. */
function cablesOf(host: Host, { name, class: kind, over, up }: Datalink): Cable["link"][] {
  if (!up) return [];
  if (kind === "phys") return [name];
  if (kind !== "aggr" && kind !== "bridge") return [];
  return over.flatMap((port) => {
    const link = findLink(host, port);
    return link && link.name !== name ? cablesOf(host, link) : [];
  });
}

/** Bytes that VXLAN adds to a packet: the frame's own header, its own, that of UDP and that of IP. Source: RFC 7348. */
function overheadOf(target: string): number {
  return 14 + 8 + 8 + (familyOf(target) === "inet6" ? 40 : 20);
}

const setting = (link: Datalink, what: string): Cause =>
  link.causes["overlay"] ?? { what: `${what} of ${link.name}`, from: "host" };

/** Where an overlay sends a frame: a point-to-point one always to the other end, one with a table by the station. */
function wrap(host: Host, from: Located, next: string): Outcome<Tunnel> | undefined {
  const domain = domainOf(host, linkUnder(host, from));
  const overlay = domain?.bottom.overlay;
  if (!domain || !overlay) return undefined;
  const { bottom, vid } = domain;
  if (!varpdRuns(host))
    return denied("ETIMEDOUT", "overlay/varpd", `varpd does not run, so ${bottom.name} drops frames.`, {
      causes: [{ what: "svc:/network/varpd:default is not online", from: "host" }],
    });
  const to = destinationOf(bottom, overlay, next);
  if (!to.ok) return to;
  const { ip, port, mac } = to.value;
  const tunnel: Tunnel = {
    by: bottom.name,
    // Whatever the overlay carries, the packets go by the routes of the global zone.
    stack: vnet(host, 0),
    source: overlay.listenIp,
    target: { address: ip, port },
    network: overlay.vnetid,
    tag: vid,
    mtu: bottom.mtu,
    overhead: overheadOf(ip),
    causes: to.decision.causes,
    ...(mac !== undefined && { mac }),
  };
  return allowed(tunnel, "overlay/target", `${bottom.name} sends it to ${textOf(tunnel.target)}.`, {
    causes: to.decision.causes,
  });
}

function destinationOf(
  link: Datalink,
  { search, destination, targets = {} }: OverlayLink,
  next: string,
): Outcome<{ ip: string; port: number; mac?: string }> {
  if (search === "svp")
    return denied("ETIMEDOUT", "overlay/svp", `What the service behind ${link.name} knows is not modelled.`, {
      causes: [setting(link, "search=svp")],
      unsure: true,
    });
  if (search === "direct")
    return destination
      ? allowed(destination, "overlay/direct", "Everything goes to one place.", {
          causes: [setting(link, `direct/dest_ip=${destination.ip}`)],
        })
      : denied("ETIMEDOUT", "overlay/direct", `${link.name} has no direct/dest_ip.`);
  // Broadcasts are not sent on: varpd itself says who has an address.
  const found = Object.entries(targets).find(([, target]) => answersFor(target, next));
  if (!found)
    return denied(
      "EHOSTUNREACH",
      "overlay/target-missing",
      `The table of ${link.name} does not say which station has ${next}.`,
      { causes: [setting(link, "files/config")] },
    );
  const [mac, { ip, port }] = found;
  return allowed({ ip, port, mac }, "overlay/files", `${mac} is behind ${ip}.`, {
    causes: [setting(link, "files/config")],
  });
}

function answersFor({ arp, ndp }: OverlayTarget, address: string): boolean {
  return arp === address || ndp === address;
}

/** An overlay takes what comes to its address and port with its network id; the frame is then switched behind it. */
function unwrap(host: Host, stack: Vnet, tunnel: Tunnel, next: string): Outcome<Located> {
  const { target, network, tag, mac } = tunnel;
  const listening = overlays(host).filter(
    ({ overlay }) => overlay?.listenIp === target.address && overlay.listenPort === target.port,
  );
  const where = textOf(target);
  const { hostname } = host.state.machine;
  if (stack.id !== 0 || listening.length === 0)
    return denied("ETIMEDOUT", "overlay/nobody", `No overlay of ${hostname} listens on ${where}.`, {
      causes: [{ what: `no overlay on ${where} of ${hostname}`, from: "host" }],
    });
  const link = listening.find(({ overlay }) => overlay?.vnetid === network);
  if (!link) {
    const [other] = listening;
    return denied(
      "ETIMEDOUT",
      "overlay/vnetid",
      `Network ${network} is not known at ${where}: ${other?.name} there is network ${other?.overlay?.vnetid}.`,
      { causes: other ? [setting(other, `vnetid=${other.overlay?.vnetid}`)] : [] },
    );
  }
  const found = holderIn(host, { bottom: link, vid: tag }, next);
  const station = found && linkUnder(host, found);
  if (found && (mac === undefined || station?.mac === mac))
    return allowed(found, "overlay/end", `${link.name} of ${hostname} hands it to ${found.link.name}.`);
  return noStation(host, link, tunnel, next, found && station);
}

function noStation(
  host: Host,
  link: Datalink,
  { tag, mac }: Tunnel,
  next: string,
  station: Datalink | undefined,
): Outcome<Located> {
  const { hostname } = host.state.machine;
  if (station)
    return denied(
      "ETIMEDOUT",
      "overlay/mac",
      `${station.name} of ${hostname} has ${next}, but the frame is for ${mac}, and it is ${station.mac}.`,
      { causes: [{ what: `MAC ${station.mac} of ${station.name}`, from: "host" }] },
    );
  const tagged = holdersOfAddress(host, next).flatMap((place) => {
    const domain = domainOf(host, linkUnder(host, place));
    return domain?.bottom === link ? [domain.vid] : [];
  })[0];
  return tagged === undefined
    ? denied("EHOSTUNREACH", "overlay/station", `Nobody behind ${link.name} of ${hostname} has ${next}.`)
    : denied(
        "EHOSTUNREACH",
        "overlay/vlan",
        `${next} is on VLAN ${tagged} of ${link.name}, and the frame has the tag ${tag}.`,
        { causes: [{ what: `VLAN ${tagged} over ${link.name}`, from: "host" }] },
      );
}
