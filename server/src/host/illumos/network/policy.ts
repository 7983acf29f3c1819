import { allowed, denied } from "../../decision.ts";
import type { NetworkPolicy } from "../../kernel.ts";
import { ANY } from "../../network/addresses.ts";
import { connectedLink, findRoute, isLocalAddress, linkOf } from "../../network/routingTable.ts";
import { privilege } from "../privileges.ts";
import { zone } from "../zones.ts";

/** What sockets are to a kernel with zones. */
export const networkPolicy: NetworkPolicy = {
  stackOf: (host, id) => zone(host, id).stack,
  mayOpen: (host, process, { type }) =>
    type === "raw"
      ? privilege(host, process, "net_rawaccess", "EACCES")
      : privilege(host, process, "net_access", "EACCES"),
  v6only: () => false,
  localAddress: (_, __, ___, address) => allowed(address, "bind/address", "It is asked for."),
  remoteAddress: (_, __, ___, address) => allowed(address, "connect/address", "It is asked for."),
  source(_, stack, __, destination, fib) {
    if (isLocalAddress(stack, destination)) return allowed(destination, "source", "It is on this machine.");
    const route = findRoute(stack, destination, fib);
    const link = (route && linkOf(stack, route)) ?? connectedLink(stack, destination);
    const family = destination.includes(":") ? "inet6" : "inet";
    const own = link?.addresses.find((entry) => entry.family === family);
    return own
      ? allowed(own.address, "source", `${own.address} is the address of ${link?.name}.`)
      : denied("ENETUNREACH", "source", `No route leads to ${destination}.`);
  },
  reservedPort: (host, process, _, port) =>
    port < 1024 ? privilege(host, process, "net_privaddr", "EACCES") : undefined,
  samePorts: (_, one, other) => one === other,
  preference: (_, socket, __, ___, exact) => (socket.local?.address === ANY || !exact ? "any" : "exact"),
  addressCause: (host, id) => zone(host, id).causes["net"] ?? { what: "no net resource", from: "default" },
  between: () => undefined,
  outbound: () => undefined,
};
