import { allowed, type Cause, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf, parseAddress } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { linkOf } from "../../network/routingTable.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import type { Datalink, Zone } from "../types.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { linkFor } from "./linkIndex.ts";
import { checkFrame, countDrop, type Drop, type Frame } from "./protection.ts";
import { routeFrom } from "./sharedRoutes.ts";

/**
 * Reading and writing below IP: dlpi(4P), ipnet(4D), bpf(4D), and raw sockets that write their own headers. Sources:
 * usr/src/uts/common/io/dls, usr/src/uts/common/io/bpf/bpf.c, usr/src/uts/common/inet/ipnet/ipnet.c.
 */

function noLink(own: Zone, name: string) {
  const cause: Cause = own.causes["ip-type"] ?? { what: `no net resource with ${name}`, from: "default" };
  return denied("ENOENT", "link/missing", `There is no link ${name} in zone ${own.name}.`, {
    causes: [cause],
  });
}

/**
 * Opens a link, as snoop(8) does: /dev/net/LINK. The global zone sees the links that it has lent, too.
 * @returns ENOENT for what is no link of the zone; EACCES without net_rawaccess
 */
export function openLink(host: Host, process: Process, name: string): Outcome<Datalink> {
  const own = zoneOf(host, process);
  const link = linkFor(host, own.id, name);
  if (!link) return noLink(own, name);
  const may = privilege(host, process, "net_rawaccess", "EACCES");
  return may.ok
    ? allowed(link, "link/open", `${name} can be read and written.`, { causes: may.decision.causes })
    : may;
}

/**
 * Writes a frame to a link. What link protection drops is gone without an error: the call succeeds, `contained`.
 * @returns the errors of `openLink`; what dropped it, or null
 */
export function sendFrame(host: Host, process: Process, name: string, frame: Frame): Outcome<Drop | null> {
  const opened = openLink(host, process, name);
  if (!opened.ok) return opened;
  return sent(opened.value, frame, opened.decision.causes);
}

function sent(link: Datalink, frame: Frame, causes: readonly Cause[]): Outcome<Drop | null> {
  const drop = checkFrame(link, frame);
  if (!drop) return allowed(null, "link/send", `${link.name} sends it.`, { causes });
  countDrop(link, drop);
  return contained(drop, `link/${drop.by}`, `The call succeeds, and the frame vanishes: ${drop.reason}`, {
    causes: [drop.cause],
  });
}

/**
 * Sends a packet with a header of one's own through a raw socket, under whichever address.
 * @returns EACCES without net_rawaccess; EINVAL; EADDRNOTAVAIL for a foreign one on the shared stack; ENETUNREACH
 */
export function sendForged(
  host: Host,
  process: Process,
  { source, destination }: { readonly source: string; readonly destination: string },
): Outcome<Drop | null> {
  const may = privilege(host, process, "net_rawaccess", "EACCES");
  if (!may.ok) return may;
  const [from, to] = [parseAddress(source), parseAddress(destination)];
  if (from === undefined || to === undefined || familyOf(from) !== familyOf(to))
    return denied("EINVAL", "raw/address", "Both must be addresses of one family.");
  const own = zoneOf(host, process);
  const stack = vnet(host, own.stack);
  // On the shared stack IP holds every packet against the addresses of its zone.
  if (own.stack === 0 && own.id !== GLOBAL && !own.logical?.some(({ address }) => address === from))
    return denied("EADDRNOTAVAIL", "raw/source", `${from} is no address of zone ${own.name}.`, {
      unsure: true,
    });
  const route = routeFrom(host, stack, from, to, 0);
  const out = route && linkOf(stack, route);
  if (!out?.up) return denied("ENETUNREACH", "raw/route", `No route leads to ${to}.`);
  const link = linkFor(host, own.id, out.name);
  const frame: Frame = { type: from.includes(":") ? "ipv6" : "ipv4", source: from };
  return link
    ? sent(link, frame, may.decision.causes)
    : allowed(null, "raw/loopback", "It stays in the stack.", { causes: may.decision.causes });
}

/**
 * Watches packets as IP sees them, as `snoop -I` does: those of the zone alone, of everybody in the global one.
 * @returns ENOENT for what is no interface of the zone; EACCES without net_observability
 */
export function openIpnet(host: Host, process: Process, name: string): Outcome {
  const own = zoneOf(host, process);
  if (!ownsInterface(host, own, name)) return noLink(own, name);
  const may = privilege(host, process, "net_observability", "EACCES");
  return may.ok ? { ...may, value: undefined } : may;
}

/** Whether a zone has an address on an interface, or the stack with it. */
function ownsInterface(host: Host, { id, stack, logical = [] }: Zone, name: string): boolean {
  if (stack === 0 && id !== 0) return logical.some((own) => own.interface === name);
  return findInterface(vnet(host, stack), name) !== undefined;
}

/**
 * Attaches bpf(4D) to a link (BIOCSETIF).
 * @param write whether packets are to be written, too
 * @returns ENOENT for what is no link of the zone: one on the shared stack has only loopback, to read; EACCES without
 * net_rawaccess, or for reading net_observability
 */
export function attachFilter(host: Host, process: Process, name: string, write = false): Outcome {
  const own = zoneOf(host, process);
  const link = linkFor(host, own.id, name);
  const asIp = !link && !write && name === "lo0" && ownsInterface(host, own, name);
  if (!link && !asIp) return noLink(own, name);
  const needed = write ? "net_rawaccess" : ["net_rawaccess", "net_observability"];
  return privilege(host, process, needed, "EACCES");
}
