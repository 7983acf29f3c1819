import { denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { NetworkPolicy } from "../../kernel.ts";
import type { Family } from "../../network/addresses.ts";
import type { Preference } from "../../network/pcb.ts";
import { findRoute } from "../../network/routingTable.ts";
import { neighbourOf, outerStacks, segmentOf } from "../../network/segments.ts";
import type { Socket } from "../../network/types.ts";
import { stackSetting, vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { prison, prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { since } from "../release.ts";
import {
  checkFamily,
  hasAddress,
  listCause,
  listOf,
  localAddress,
  remoteAddress,
  restrictionOwner,
} from "./jailAddresses.ts";
import { selectSource } from "./sourceAddress.ts";
import { wires } from "./wires.ts";

/** What sockets are to a FreeBSD kernel: jails without a stack of their own share one, by lists of addresses. */
export const networkPolicy: NetworkPolicy = {
  stackOf: (host, jid) => prison(host, jid).vnet,
  mayOpen,
  v6only: (stack) => stackSetting(stack, "net.inet6.ip6.v6only", 1) !== 0,
  localAddress: (host, process, family, address, v6only) =>
    localAddress(host, prisonOf(host, process), family, address, v6only),
  remoteAddress: (host, process, family, address) =>
    remoteAddress(host, prisonOf(host, process), family, address),
  source: (host, stack, jid, destination, fib) =>
    selectSource(host, stack, prison(host, jid), destination, fib),
  reservedPort,
  samePorts: (host, one, other, family) =>
    restrictionOwner(host, one, family) === restrictionOwner(host, other, family),
  preference,
  addressCause: listCause,
  // Who has an address of the stack can be reached by everybody on it.
  between: () => undefined,
  outbound: () => undefined,
  portSpace: () => undefined,
  // Source: ip(4), net.inet.ip.portrange.
  freePorts: { first: 10_000, last: 65_535 },
  owner: () => undefined,
  route: (_, stack, __, destination, fib) => findRoute(stack, destination, fib),
  manyRoutes: false,
  neighbour: neighbourOf,
  // Whoever has it on another interface may have a namesake outside.
  apart: () => undefined,
  leadsOut: (host, from) => segmentOf(host, from).outward.length > 0,
  outer: outerStacks,
  wires,
  forwarding: { inet: "net.inet.ip.forwarding", inet6: "net.inet6.ip6.forwarding" },
};

function mayOpen(
  host: Host,
  process: Process,
  { family, type, protocol }: Pick<Socket, "family" | "type" | "protocol">,
): Outcome {
  const unknown = missingFamily(host, family);
  if (unknown) return unknown;
  const may = checkFamily(host, process, family);
  const raw = type === "raw" && (family === "inet" || family === "inet6");
  return may.ok && raw ? rawPrivilege(host, process, protocol) : may;
}

/** Families that this kernel was built without. Source: pffinddomain(). */
function missingFamily(host: Host, family: Socket["family"]) {
  const { options } = host.state.machine;
  const missing =
    (family === "inet" && !options.includes("INET")) ||
    (family === "inet6" && !options.includes("INET6")) ||
    // netlink(4) came with 13.2.
    (family === "netlink" && !since(host, 13, 2));
  return missing
    ? denied("EAFNOSUPPORT", "socket/domain", `This kernel has no sockets of the family ${family}.`)
    : undefined;
}

/** Raw sockets are for those with PRIV_NETINET_RAW, divert(4) for those with its own. Source: rip_attach(). */
function rawPrivilege(host: Host, process: Process, protocol: string): Outcome {
  if (protocol !== "divert") return privCheck(host, process, "NETINET_RAW");
  const outcome = privCheck(host, process, "NETINET_DIVERT");
  // From 14 on divert is a family of its own, and the family may be refused before the privilege.
  return { ...outcome, decision: { ...outcome.decision, unsure: true } };
}

function reservedPort(host: Host, process: Process, _: string, port: number): Outcome | undefined {
  const stack = vnetOf(host, process);
  const last = stackSetting(stack, "net.inet.ip.portrange.reservedhigh", 1023);
  const first = stackSetting(stack, "net.inet.ip.portrange.reservedlow", 0);
  return port >= first && port <= last ? privCheck(host, process, "NETINET_RESERVEDPORT") : undefined;
}

/** Sockets of a jail with a list go first, for its addresses; all others are equal. Source: in_pcblookup_hash_locked(). */
function preference(
  host: Host,
  socket: Socket,
  family: Family,
  address: string,
  exact: boolean,
): Preference | undefined {
  const owner = prison(host, socket.container);
  if (owner.jid === 0 || !listOf(owner, family).restricted) return exact ? "exact" : "any";
  if (!hasAddress(owner, address)) return undefined;
  return exact ? "contained, exact" : "contained, any";
}
