import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { NetworkPolicy } from "../../kernel.ts";
import { ANY, type Family, isBroadcast, isMulticast, LOOPBACK } from "../../network/addresses.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { Socket } from "../../network/types.ts";
import { stackSetting, vnet, vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { resourcesOf } from "../configuration.ts";
import { privilege } from "../privileges.ts";
import type { Zone } from "../types.ts";
import { findZone, GLOBAL, zone, zoneOf } from "../zones.ts";
import { linkUnder } from "./linkIndex.ts";
import { ownerOf } from "./owners.ts";
import { passesLink } from "./protection.ts";
import { addressesOf, keptFrom, noRoute, routeFrom, usableRoute } from "./sharedRoutes.ts";
import { selectSource } from "./sourceAddress.ts";
import { apart, leadsOut, neighbour, outer } from "./switching.ts";
import { wires } from "./wires.ts";

/** What sockets are to a kernel with zones: those of the zones on the shared stack do not meet. */
export const networkPolicy: NetworkPolicy = {
  stackOf: (host, id) => zone(host, id).stack,
  mayOpen,
  v6only: () => false,
  localAddress,
  remoteAddress,
  source: (host, stack, container, destination) => selectSource(host, stack, container, destination),
  reservedPort,
  samePorts: (_, one, other) => one === other,
  portSpace: (container) => container,
  // Source: tcp_smallest_anon_port in usr/src/uts/common/inet/tcp/tcp_tunables.c.
  freePorts: { first: 32_768, last: 65_535 },
  owner: ownerOf,
  preference: (_, __, ___, ____, exact) => (exact ? "exact" : "any"),
  addressCause: (host, id, family) => addressCause(zone(host, id), family),
  between: (host, from, _, destination) => keptFrom(host, from, destination),
  outbound: (host, stack, link, source) => passesLink(linkUnder(host, { stack, link }), source),
  route: routeFrom,
  manyRoutes: true,
  neighbour,
  apart,
  leadsOut,
  outer,
  wires,
  forwarding: { inet: "ipv4-forwarding", inet6: "ipv6-forwarding" },
};

/** Source: secpolicy_net_rawaccess(), secpolicy_net_icmpaccess(), secpolicy_basic_net_access() in policy.c. */
function mayOpen(
  host: Host,
  process: Process,
  { family, type, protocol }: Pick<Socket, "family" | "type" | "protocol">,
): Outcome {
  if (family === "netlink")
    return denied("EAFNOSUPPORT", "socket/domain", "This kernel has no sockets of the family netlink.");
  if (family === "local") return allowed(undefined, "socket/local", "Everybody may have local sockets.");
  const internet = family === "inet" || family === "inet6";
  if (type !== "raw" || family === "route") return privilege(host, process, "net_access", "EACCES");
  const echo = internet && (protocol === "icmp" || protocol === "icmp6");
  return privilege(host, process, echo ? ["net_icmpaccess", "net_rawaccess"] : "net_rawaccess", "EACCES");
}

/** Source: ip_laddr_verify_v4(): another zone's address is none of this machine. */
function localAddress(host: Host, process: Process, family: Family, address: string): Outcome<string> {
  const own = zoneOf(host, process);
  if (address === ANY) return allowed(address, "bind/any", "It is bound to all addresses of its zone.");
  if (own.stack !== 0 || isMulticast(address)) return allowed(address, "bind/address", "It is asked for.");
  const stack = vnet(host, 0);
  const held = interfaceWith(stack, address);
  const owner = ownerOf(host, stack, address, own.id);
  if (owner === own.id && held) return allowed(address, "bind/address", `${address} is the zone's.`);
  const holder = held && findZone(host, owner);
  const reason = holder
    ? `${address} belongs to ${host.kernel.containers.called(host, holder.id)}, not to ${host.kernel.containers.called(host, own.id)}.`
    : `No interface has the address ${address}.`;
  return denied("EADDRNOTAVAIL", "bind/zone", reason, { causes: [addressCause(own, family)] });
}

/** A zone on the shared stack sends only where a route leads that it can use, whatever its socket is bound to. */
function remoteAddress(host: Host, process: Process, family: Family, address: string): Outcome<string> {
  if (address === ANY) return allowed(LOOPBACK[family], "connect/any", "No address means this zone itself.");
  const own = zoneOf(host, process);
  const free = own.stack !== 0 || own.id === GLOBAL || isMulticast(address) || isBroadcast(address);
  const held = free || interfaceWith(vnet(host, 0), address);
  if (held && (free || ownerOf(host, vnet(host, 0), address, own.id) === own.id))
    return allowed(address, "connect/address", "It is asked for.");
  return usableRoute(host, own, address)
    ? allowed(address, "connect/route", `A route of zone ${own.name} leads there.`)
    : noRoute(own, address);
}

function addressCause(own: Zone, family: Family) {
  const address = addressesOf(own).find((one) => one.family === family);
  const net = own.definition && resourcesOf(own.definition, "net")[0];
  return (
    address?.cause ??
    net?.cause ?? { what: own.id === GLOBAL ? "the global zone" : "no net resource", from: "default" }
  );
}

/** Ports beside those below 1024 that have a privilege of their own. Source: secpolicy_net_privaddr() in policy.c. */
const PORT_PRIVILEGES: Readonly<Record<number, readonly string[]>> = {
  137: ["net_privaddr", "sys_smb"],
  138: ["net_privaddr", "sys_smb"],
  139: ["net_privaddr", "sys_smb"],
  445: ["net_privaddr", "sys_smb"],
  2049: ["sys_nfs"],
  4045: ["sys_nfs"],
};

function reservedPort(host: Host, process: Process, protocol: string, port: number): Outcome | undefined {
  const free = stackSetting(vnetOf(host, process), `${protocol}-smallest_nonpriv_port`, 1024);
  const names = PORT_PRIVILEGES[port] ?? (port < free ? ["net_privaddr"] : undefined);
  return names && privilege(host, process, names, "EACCES");
}
