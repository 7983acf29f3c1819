import type { Cause } from "../../decision.ts";
import { familyOf, inPrefix, isUnspecified, parseAddress, parseNetwork } from "../../network/addresses.ts";
import type { Datalink } from "../types.ts";

/**
 * Link protection: what a zone may send through a link. Frames that it may not are dropped without a word and counted.
 * Source: usr/src/uts/common/io/mac/mac_protect.c, dladm(8).
 */

/** In the order in which they are looked at. */
export const PROTECTIONS = ["mac-nospoof", "restricted", "ip-nospoof", "dhcp-nospoof"] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** The counters of kstat, by what drops. */
export const DROP_COUNTERS: Readonly<Record<Protection, string>> = {
  "mac-nospoof": "macspoofed",
  restricted: "restricted",
  "ip-nospoof": "ipspoofed",
  "dhcp-nospoof": "dhcpspoofed",
};

/** What protection looks at in a frame. What is absent is as it should be. */
export interface Frame {
  /** The source MAC. */
  readonly mac?: string;
  /** `ipv4`, `ipv6`, `arp`, or any other type. */
  readonly type: string;
  /** The tag that it carries; none if absent. */
  readonly vid?: number;
  /** The IP sender, or what ARP and neighbour discovery say of themselves. */
  readonly source?: string;
  /** The hardware address in ARP and neighbour discovery. */
  readonly senderMac?: string;
  readonly dhcp?: {
    /** The hardware address in the request. */
    readonly mac?: string;
    readonly clientId?: string;
  };
}

export interface Drop {
  readonly by: Protection;
  readonly reason: string;
  readonly cause: Cause;
}

/** A property with commas as a list. */
export function listed(link: Datalink, name: string): string[] {
  const text = link.properties[name] ?? "";
  return text === "" ? [] : text.split(",");
}

/** What keeps a frame from leaving a link; `undefined` if nothing does. */
export function checkFrame(link: Datalink, frame: Frame): Drop | undefined {
  const on = new Set(listed(link, "protection"));
  if (on.size === 0) return undefined;
  for (const by of PROTECTIONS) {
    const reason = on.has(by) ? CHECKS[by](link, frame) : undefined;
    if (reason !== undefined) return { by, reason, cause: causeOf(link, by) };
  }
  return undefined;
}

/** Counts what was dropped. */
export function countDrop(link: Datalink, { by }: Drop): void {
  const counter = DROP_COUNTERS[by];
  link.drops[counter] = (link.drops[counter] ?? 0) + 1;
}

function causeOf(link: Datalink, by: Protection): Cause {
  const list = by === "ip-nospoof" ? link.causes["allowed-ips"] : undefined;
  return list ?? link.causes["protection"] ?? { what: `protection=${by} of ${link.name}`, from: "host" };
}

const CHECKS: Readonly<Record<Protection, (link: Datalink, frame: Frame) => string | undefined>> = {
  "mac-nospoof": (link, { mac }) =>
    mac === undefined || mac === link.mac
      ? undefined
      : `The frame says that ${mac} sends it, but ${link.name} is ${link.mac}.`,
  restricted(link, { type, vid = 0 }) {
    if (!IP_TYPES.has(type)) return `Only IPv4, IPv6 and ARP may leave ${link.name}, and this is ${type}.`;
    return vid === 0 || vid === link.vid ? undefined : `The tag ${vid} is none of ${link.name}.`;
  },
  "ip-nospoof"(link, { source, senderMac }) {
    if (senderMac !== undefined && senderMac !== link.mac)
      return `It says that ${senderMac} has the address, but ${link.name} is ${link.mac}.`;
    return source === undefined || mayUse(link, source)
      ? undefined
      : `${source} is no address that ${link.name} may send from.`;
  },
  "dhcp-nospoof"(link, { dhcp }) {
    if (dhcp?.mac !== undefined && dhcp.mac !== link.mac)
      return `The request is for ${dhcp.mac}, but ${link.name} is ${link.mac}.`;
    const id = dhcp?.clientId;
    if (id === undefined || id === link.mac || listed(link, "allowed-dhcp-cids").includes(id))
      return undefined;
    return `The client identifier ${id} is not in allowed-dhcp-cids.`;
  },
};

const IP_TYPES: ReadonlySet<string> = new Set(["ipv4", "ipv6", "arp"]);

/**
 * Whether ip-nospoof lets a sender's address through: none, the link-local one of the MAC, what is in allowed-ips, and
 * only while that list is empty what DHCP gave to the link.
 */
export function mayUse(link: Datalink, address: string): boolean {
  if (isUnspecified(address) || address === linkLocalOf(link.mac)) return true;
  const list = listed(link, "allowed-ips");
  if (list.length === 0) return link.learned?.includes(address) === true;
  return isListed(list, address);
}

/** Whether an address is in a list of addresses and networks. */
export function isListed(list: readonly string[], address: string): boolean {
  return list.some((text) => {
    const net = parseNetwork(text);
    return (
      net !== undefined && net.family === familyOf(address) && inPrefix(address, net.address, net.prefix)
    );
  });
}

/** The IPv6 address that a link makes of its MAC. Source: RFC 4291, appendix A. */
export function linkLocalOf(mac: string): string {
  const bytes = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  const [first = 0, second = 0, third = 0, ...rest] = bytes;
  const all = [first ^ 2, second, third, 0xff, 0xfe, ...rest];
  const groups = [0, 2, 4, 6].map((at) => (((all[at] ?? 0) << 8) | (all[at + 1] ?? 0)).toString(16));
  const text = `fe80:0:0:0:${groups.join(":")}`;
  return parseAddress(text) ?? text;
}

/** A packet of a stack through a link of the host: dropped ones are counted, and the cause is given. */
export function passesLink(link: Datalink | undefined, source: string): Cause | undefined {
  if (!link || source === "") return undefined;
  const drop = checkFrame(link, { type: source.includes(":") ? "ipv6" : "ipv4", source });
  if (!drop) return undefined;
  countDrop(link, drop);
  return drop.cause;
}

/** What the list of a link, or its neighbours, learnt from the answer of a DHCP server. */
export function learnAddress(link: Datalink, address: string): void {
  if (listed(link, "protection").includes("ip-nospoof"))
    link.learned = [...new Set([...(link.learned ?? []), address])];
}
