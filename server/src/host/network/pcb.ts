import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { ANY, type Family, isMulticast } from "./addresses.ts";
import { changeLocal, socketsOnPort } from "./socketIndex.ts";
import type { Socket } from "./types.ts";
import { vnet } from "./vnets.ts";

/**
 * The table of sockets with a port: who clashes with whom, and who gets a packet.
 * Source: sys/netinet/in_pcb.c (in_pcblookup_local, in_pcblookup_hash_locked), sys/netinet6/in6_pcb.c.
 */

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export function textOf({ address, port }: Endpoint): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** A packet from `remote` to `local`, or what a socket wants to be bound to. */
export interface Flow {
  readonly family: Family;
  readonly protocol: string;
  readonly local: Endpoint;
  readonly remote?: Endpoint;
  /** The container that sends, if it is on the stack that receives. */
  readonly sender?: number;
}

/** A socket by id, whoever holds it. */
export function findSocket(host: Host, id: number): Socket | undefined {
  return host.state.network.sockets[id];
}

/** The socket behind a descriptor of the process, by id. */
export function ownSocket(host: Host, process: Process, id: number): Outcome<Socket> {
  const found = findSocket(host, id);
  const held = process.descriptors.some((descriptor) => descriptor.kind === "socket" && descriptor.id === id);
  if (!found || !held) return denied("EBADF", "descriptor", `The process has no socket ${id}.`);
  return allowed(found, "descriptor", "The process holds the socket.");
}

/** Gives a socket its local end. */
export function assignLocal(host: Host, socket: Socket, { address, port }: Endpoint): void {
  changeLocal(host, socket, { address, port });
}

/** Whether a socket takes packets of a family: one of IPv6 on any address those of IPv4 too, unless it is v6-only. */
export function takesFamily({ family, v6only, local }: Socket, wanted: Family): boolean {
  return family === wanted || (family === "inet6" && wanted === "inet" && !v6only && local?.address === ANY);
}

/**
 * The socket that already has the address and port, among those of containers that share its ports. A wildcard
 * clashes with every address, unless the new one allows reuse; then, and where both share the port, only what is
 * really the same counts. `container` is that of the caller.
 */
export function portClash(
  host: Host,
  socket: Socket,
  container: number,
  wanted: Endpoint,
): Socket | undefined {
  if (socket.family !== "inet" && socket.family !== "inet6") return undefined;
  const { family } = socket;
  const reuse = socket.options?.some((option) => option === "reuseaddr" || option === "reuseport") ?? false;
  const space = host.kernel.network.portSpace(container);
  return socketsOnPort(host, socket.protocol, wanted, space).find((other) => {
    if (other.id === socket.id || other.vnet !== socket.vnet || !other.local) return false;
    const same = other.local.address === wanted.address;
    const wild = other.local.address === ANY || wanted.address === ANY;
    if (!same && (reuse || !wild)) return false;
    // With reuse, a connection on the port is no obstacle; only another unconnected socket is.
    if (reuse && other.remote) return false;
    if (!takesFamily(other, family) && !takesFamily({ ...socket, local: wanted }, other.family as Family))
      return false;
    return (
      host.kernel.network.samePorts(host, container, other.container, family) &&
      !mayShare(socket, other, wanted.address)
    );
  });
}

function mayShare(one: Socket, other: Socket, address: string): boolean {
  const both = (option: "reuseaddr" | "reuseport") =>
    one.options?.includes(option) === true && other.options?.includes(option) === true;
  // Groups may be shared with either switch.
  return both("reuseport") || (address !== ANY && isMulticast(address) && both("reuseaddr"));
}

/** Reserved ports that the kernel gives out. Source: ip(4), net.inet.ip.portrange. */
const LOW = { first: 1023, last: 600 };

/**
 * A free port, the first one of its range: the kernel takes one at random.
 * @returns EPERM for a reserved one (IP_PORTRANGE_LOW) without the privilege, EADDRNOTAVAIL if none is left
 */
export function freePort(host: Host, process: Process, socket: Socket, address: string): Outcome<number> {
  const low = socket.options?.includes("lowport") ?? false;
  if (low) {
    const may = host.kernel.network.reservedPort(host, process, socket.protocol, LOW.first);
    if (may && !may.ok) return may;
  }
  const { first, last } = low ? LOW : host.kernel.network.freePorts;
  const step = low ? -1 : 1;
  for (let port = first; port !== last + step; port += step)
    if (!portClash(host, socket, process.credential.container, { address, port }))
      return allowed(port, "bind/ports", `The kernel chose port ${port}.`);
  return denied("EADDRNOTAVAIL", "bind/ports", "No port is left.");
}

/** Why a socket was preferred to others. */
export type Preference = "connected" | "contained, exact" | "contained, any" | "exact" | "any";
const ORDER: readonly Preference[] = ["connected", "contained, exact", "contained, any", "exact", "any"];

export interface Receiver {
  readonly socket: Socket;
  readonly preference: Preference;
  /** Others of the same preference: which one gets the packet is not defined. */
  readonly rivals: readonly Socket[];
  /** Others that would get it if the first were not there. */
  readonly shadowed: readonly Socket[];
}

/**
 * The socket of a stack that gets a packet: the connected one, else a container's before the host's, and on this address
 * before on any. Contained means here that the container has a list of addresses for the family.
 */
export function receiverOf(host: Host, stack: number, flow: Flow): Receiver | undefined {
  const found = new Map<Preference, Socket[]>();
  const owner = host.kernel.network.owner(host, vnet(host, stack), flow.local.address, flow.sender);
  for (const socket of socketsOnPort(host, flow.protocol, flow.local, owner)) {
    const preference = socket.vnet === stack ? preferenceOf(host, socket, flow) : undefined;
    if (preference) found.set(preference, [...(found.get(preference) ?? []), socket]);
  }
  const ranked = ORDER.flatMap((preference) => {
    const sockets = found.get(preference);
    return sockets ? [{ preference, sockets }] : [];
  });
  const [best, ...rest] = ranked;
  const [socket, ...rivals] = best?.sockets ?? [];
  if (!best || !socket) return undefined;
  return { socket, preference: best.preference, rivals, shadowed: rest.flatMap(({ sockets }) => sockets) };
}

function preferenceOf(host: Host, socket: Socket, { family, local, remote }: Flow): Preference | undefined {
  if (!socket.local || !takesFamily(socket, family)) return undefined;
  const exact = socket.local.address === local.address;
  if (socket.remote) {
    const connected =
      exact && socket.remote.address === remote?.address && socket.remote.port === remote.port;
    return connected ? "connected" : undefined;
  }
  if (socket.type === "stream" && !socket.listening) return undefined;
  if (!exact && socket.local.address !== ANY) return undefined;
  return host.kernel.network.preference(host, socket, family, local.address, exact);
}
