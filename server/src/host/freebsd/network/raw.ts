import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { ANY, familyOf, isMulticast, parseAddress } from "../../network/addresses.ts";
import { composed, leaving, lost } from "../../network/delivery.ts";
import { roundTrip } from "../../network/paths.ts";
import { ownSocket } from "../../network/pcb.ts";
import { isLocalAddress } from "../../network/routingTable.ts";
import type { SocketOption } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { prison, prisonOf } from "../prisons.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";
import { hasAddress, listCause, remoteAddress } from "./jailAddresses.ts";
import { selectSource } from "./sourceAddress.ts";

/**
 * Raw sockets and the switches of sockets, among them the control paths of the stack that hang on raw ones.
 * Source: sys/netinet/raw_ip.c, sys/netinet6/raw_ip6.c, sys/netinet/ip_output.c (ip_ctloutput), ip(4), multicast(4).
 */

/** Control paths: the option of setsockopt(2), and the privilege that it takes beside the raw socket. */
const CONTROL = {
  IP_FW3: { privilege: "NETINET_IPFW", module: "ipfw", what: "rules of ipfw(8)" },
  IP_DUMMYNET3: { privilege: "NETINET_DUMMYNET", module: "dummynet", what: "pipes of dummynet(4)" },
  MRT_INIT: { privilege: "NETINET_MROUTE", module: "ip_mroute", what: "multicast routing" },
} as const satisfies Readonly<Record<string, { privilege: PrivilegeName; module: string; what: string }>>;

export type ControlOption = keyof typeof CONTROL;

/** Switches by their name in setsockopt(2). `IP_BINDANY` is the only one that takes a privilege. */
const SWITCHES: Readonly<Record<string, SocketOption>> = {
  SO_REUSEADDR: "reuseaddr",
  SO_REUSEPORT: "reuseport",
  IP_HDRINCL: "hdrincl",
  IP_BINDANY: "bindany",
  IPV6_BINDANY: "bindany",
  IP_PORTRANGE_LOW: "lowport",
};

/**
 * setsockopt(2) with a switch: `SO_REUSEADDR`, `SO_REUSEPORT`, `IP_HDRINCL`, `IP_BINDANY`,
 * `IP_PORTRANGE_LOW`, `IPV6_V6ONLY`.
 * @returns EPERM for binding to any address without the privilege, EINVAL for what it does not know or where it does
 * not apply
 */
export function setSwitch(host: Host, process: Process, id: number, option: string, on: boolean): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  if (option === "IPV6_V6ONLY") {
    // Source: ip6_ctloutput(): not once it is bound.
    if (socket.family !== "inet6" || socket.local)
      return denied("EINVAL", "option/v6only", "Only an unbound socket of IPv6 has this choice.");
    socket.v6only = on;
    return allowed(undefined, "option/v6only", on ? "It is for IPv6 only." : "It takes IPv4 as well.");
  }
  const name = SWITCHES[option];
  if (!name || (name === "hdrincl" && socket.type !== "raw"))
    return denied("EINVAL", "option", `The socket has no option ${option}.`);
  const may = name === "bindany" && on ? privCheck(host, process, "NETINET_BINDANY") : undefined;
  if (may && !may.ok) return may;
  const others = (socket.options ?? []).filter((other) => other !== name);
  socket.options = on ? [...others, name] : others;
  return allowed(undefined, "option", `${option} is ${on ? "on" : "off"}.`, {
    causes: may?.decision.causes ?? [],
  });
}

/**
 * setsockopt(2) with a control path, on a raw socket.
 * @returns EPERM without the privilege or, for the firewall, at securelevel 3; EOPNOTSUPP if the module is not loaded
 */
export function setControl(host: Host, process: Process, id: number, option: ControlOption): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const { privilege, module, what } = CONTROL[option];
  if (own.value.type !== "raw") return denied("EINVAL", "option", `${option} is for raw sockets.`);
  const may = privCheck(host, process, privilege);
  if (!may.ok) return may;
  const { securelevel } = prisonOf(host, process);
  if (option === "IP_FW3" && securelevel >= 3)
    return denied("EPERM", "option/securelevel", "The firewall is fixed from securelevel 3 on.", {
      causes: [{ what: `securelevel=${securelevel}`, from: "kernel" }],
    });
  if (!host.state.machine.modules.includes(module))
    return denied("EOPNOTSUPP", "option/module", `${module} is not loaded.`, {
      causes: [{ what: `${module} is not loaded`, from: "host" }],
    });
  return allowed(undefined, "option/control", `It may change the ${what} of its stack.`, {
    causes: may.decision.causes,
  });
}

/**
 * IP_ADD_MEMBERSHIP and IPV6_JOIN_GROUP. Needs no privilege.
 * @returns EINVAL for what is no group or is joined already
 */
export function joinGroup(host: Host, process: Process, id: number, group: string): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  const address = parseAddress(group);
  if (address === undefined || !isMulticast(address) || familyOf(address) !== socket.family)
    return denied("EINVAL", "multicast/group", `${group} is no multicast group of the socket's family.`);
  if (socket.groups?.includes(address))
    return denied("EINVAL", "multicast/again", `The socket is in ${group} already.`);
  socket.groups = [...(socket.groups ?? []), address];
  return allowed(undefined, "multicast", "Every process may join groups.");
}

/** IP_DROP_MEMBERSHIP. EADDRNOTAVAIL if it was not joined. */
export function leaveGroup(host: Host, process: Process, id: number, group: string): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  const address = parseAddress(group);
  const left = (socket.groups ?? []).filter((other) => other !== address);
  if (left.length === (socket.groups?.length ?? 0))
    return denied("EADDRNOTAVAIL", "multicast/group", `The socket is not in ${group}.`);
  socket.groups = left;
  return allowed(undefined, "multicast", "Every process may leave groups.");
}

/**
 * Sends a packet with a header of its own (IP_HDRINCL): the jail must have the sender's address.
 * @returns EINVAL without the switch, EADDRNOTAVAIL for a forged sender
 */
export function sendWithHeader(
  host: Host,
  process: Process,
  id: number,
  source: string,
  destination: string,
): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  const from = parseAddress(source);
  const family = from === undefined ? undefined : familyOf(from);
  if (!socket.options?.includes("hdrincl") || from === undefined || family !== socket.family)
    return denied("EINVAL", "raw/header", "The socket does not send headers of this kind.");
  // The credential that opened the socket counts, not the one that uses it.
  const jail = prison(host, socket.container);
  if (hasAddress(jail, from))
    return allowed(undefined, "raw/source", `${destination} gets a packet from ${source}.`);
  return denied(
    "EADDRNOTAVAIL",
    "raw/source",
    `${source} is not in the jail's list, so it cannot be the sender.`,
    {
      causes: [listCause(host, jail.jid, family)],
    },
  );
}

/** What ping(8) finds out. */
export interface Echo {
  readonly source: string;
  readonly destination: string;
  readonly via: readonly string[];
}

/**
 * An echo request on a raw socket, and the answer to it.
 * @returns the errors of connect(2); ETIMEDOUT if no answer comes
 */
export function echo(host: Host, process: Process, id: number, target: string): Outcome<Echo> {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  const wanted = parseAddress(target);
  if (socket.type !== "raw" || wanted === undefined)
    return denied("EINVAL", "raw/target", `${target} cannot be pinged with this socket.`);
  const family = familyOf(wanted) ?? "inet";
  if (family !== socket.family)
    return denied("EAFNOSUPPORT", "connect/family", `${target} is of another family.`);
  const jail = prisonOf(host, process);
  const remote = remoteAddress(host, jail, family, wanted);
  if (!remote.ok) return remote;
  const stack = vnet(host, socket.vnet);
  const bound = socket.local && socket.local.address !== ANY ? socket.local.address : undefined;
  const source =
    bound === undefined
      ? selectSource(host, stack, jail, remote.value, socket.fib ?? 0)
      : allowed(bound, "source", `The socket is bound to ${bound}.`);
  if (!source.ok) return source;
  const parts = [remote.decision, source.decision];
  const path = roundTrip(host, stack, remote.value, source.value, socket.fib);
  if (path.end === "lost") return lost(path, parts);
  const value: Echo = { source: source.value, destination: remote.value, via: path.via };
  if (path.end === "outside") return leaving(value, path.via.at(-1) ?? "", source.value, path.answers, parts);
  const whose = isLocalAddress(stack, remote.value) ? "this stack" : "another stack of this machine";
  return composed(value, "path", `${remote.value} is an address of ${whose}, and it answers.`, parts);
}
