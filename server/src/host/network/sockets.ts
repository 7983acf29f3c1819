import { allowed, contained, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { openDescriptor } from "../process/descriptors.ts";
import { holdersOf, takeDescriptors } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { ANY, type Family, familyOf, isMulticast, socketAddress } from "./addresses.ts";
import { bindPath } from "./localSockets.ts";
import { assignLocal, type Endpoint, freePort, ownSocket, portClash, textOf } from "./pcb.ts";
import { fibCount, isLocalAddress } from "./routingTable.ts";
import { addSocket, changeSocket, forgetSocket } from "./socketIndex.ts";
import type { Socket } from "./types.ts";
import { stackSetting, vnet } from "./vnets.ts";

export { connect, sendTo } from "./connections.ts";

/** Making, binding and closing sockets. Source: sys/kern/uipc_socket.c, sys/netinet/in_pcb.c, socket(2), bind(2). */

export interface SocketRequest {
  readonly family: Socket["family"];
  readonly type: Socket["type"];
  /** `tcp`, `udp`, `icmp`, `divert` …; by default what goes with the type. */
  readonly protocol?: string;
  /** The routing table, as set with setfib(1); 0 by default. */
  readonly fib?: number;
}

/** What a type of socket is by default, and the protocols that it may have. Raw sockets may have any. */
const PROTOCOLS: Readonly<Record<Socket["type"], readonly string[]>> = {
  stream: ["tcp", "sctp"],
  datagram: ["udp", "udplite"],
  raw: [],
};

/**
 * socket(2). The new descriptor is the lowest free one; its `id` is that of the socket.
 * @returns EMFILE and ENFILE, EAFNOSUPPORT and EPROTONOSUPPORT for what the kernel has not, EPROTONOSUPPORT too for a
 * family that the container has not, EPERM without the right to raw sockets
 */
export function socket(host: Host, process: Process, request: SocketRequest): Outcome<Socket> {
  const { network } = host.state;
  const opened = openDescriptor(host, process, { kind: "socket", id: network.nextSocket, write: true });
  if (!opened.ok) return opened;
  const made = create(host, process, request);
  if (!made.ok) takeDescriptors(host, process, ({ fd }) => fd === opened.value.fd);
  return made;
}

/** Source: socreate(), and the attach of each protocol. */
function create(host: Host, process: Process, request: SocketRequest): Outcome<Socket> {
  const { family, type, fib = 0 } = request;
  const internet = family === "inet" || family === "inet6";
  const fallback = type === "raw" ? (family === "inet6" ? "icmp6" : "icmp") : PROTOCOLS[type][0];
  const protocol = request.protocol ?? (internet ? (fallback ?? "") : "");
  if (internet && type !== "raw" && !PROTOCOLS[type].includes(protocol))
    return denied("EPROTONOSUPPORT", "socket/protocol", `A socket of this type has no protocol ${protocol}.`);
  const may = host.kernel.network.mayOpen(host, process, { family, type, protocol });
  if (!may.ok) return may;
  if (fib < 0 || fib >= fibCount(host))
    return denied("EINVAL", "socket/fib", `There is no routing table ${fib}: net.fibs=${fibCount(host)}.`);

  const { network } = host.state;
  const { uid, container } = process.credential;
  const stack = host.kernel.network.stackOf(host, container);
  const made: Socket = {
    id: network.nextSocket++,
    family,
    type,
    protocol,
    container,
    uid,
    pid: process.pid,
    vnet: stack,
    local: null,
    remote: null,
    listening: false,
    v6only: family === "inet6" && host.kernel.network.v6only(vnet(host, stack)),
    lingersUntil: null,
  };
  if (fib > 0) made.fib = fib;
  addSocket(host, made);
  return { ok: true, value: made, decision: may.decision };
}

/**
 * bind(2). `*` and the unspecified address stand for any; port 0 lets the kernel choose. Of local sockets the address
 * is the path.
 * @returns EINVAL if it is bound already, EAFNOSUPPORT for the other family, EADDRNOTAVAIL for what is not the container's
 * or not on any interface, EACCES for a reserved port, EADDRINUSE
 */
export function bind(host: Host, process: Process, id: number, wanted: Endpoint): Outcome<Endpoint> {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  if (socket.family === "local") {
    const { address } = wanted;
    const bound = bindPath(host, process, socket, address);
    return bound.ok ? { ...bound, value: { address, port: 0 } } : bound;
  }
  if (socket.family !== "inet" && socket.family !== "inet6")
    return denied("EOPNOTSUPP", "bind/family", "Sockets of this family have no address and port.");
  const family: Family = socket.family;
  if (socket.local || socket.remote)
    return denied("EINVAL", "bind/again", "The socket has an address already.");
  const address = socketAddress(wanted.address);
  if (address === undefined || (address !== ANY && familyOf(address) !== family))
    return denied("EAFNOSUPPORT", "bind/family", `${wanted.address} is no address of this family.`);

  const rewritten = host.kernel.network.localAddress(host, process, family, address, socket.v6only);
  if (!rewritten.ok) return rewritten;
  const local = rewritten.value;
  const { decision } = rewritten;
  const anywhere = socket.options?.includes("bindany") === true;
  if (local !== ANY && !isMulticast(local) && !anywhere && !isLocalAddress(vnet(host, socket.vnet), local))
    return denied("EADDRNOTAVAIL", "bind/interface", `No interface has the address ${local}.`, {
      causes: [...decision.causes, { what: `${local} is on no interface`, from: "host" }],
    });

  let port = 0;
  if (socket.type !== "raw") {
    const chosen = choosePort(host, process, socket, local, wanted.port);
    if (!chosen.ok) return chosen;
    port = chosen.value;
  }
  const result = { address: local, port };
  assignLocal(host, socket, result);
  return decision.verdict === "contained"
    ? contained(result, decision.rule, decision.reason, { causes: decision.causes })
    : allowed(result, "bind", `The socket has ${textOf(result)}.`, { causes: decision.causes });
}

/** The port, free and permitted. */
function choosePort(
  host: Host,
  process: Process,
  socket: Socket,
  address: string,
  port: number,
): Outcome<number> {
  if (port === 0) return freePort(host, process, socket, address);
  if (port < 0 || port > 65_535) return denied("EINVAL", "bind/port", `${port} is no port.`);
  const reserved = host.kernel.network.reservedPort(host, process, socket.protocol, port);
  if (reserved && !reserved.ok)
    return denied("EACCES", "bind/reserved", `Port ${port} is reserved. ${reserved.decision.reason}`, {
      causes: reserved.decision.causes,
    });
  const other = portClash(host, socket, process.credential.container, { address, port });
  if (!other) return allowed(port, "bind/ports", `Port ${port} is free.`);
  return denied(
    "EADDRINUSE",
    "bind/clash",
    `Process ${other.pid} has ${textOf(other.local ?? { address, port })}.`,
    {
      causes: [{ what: `socket ${other.id} on ${other.protocol} port ${port}`, from: "host" }],
    },
  );
}

/**
 * listen(2).
 * @returns EOPNOTSUPP for other sockets than streams, EINVAL if it is connected, EDESTADDRREQ is not modelled: a local
 * socket without a path is refused with EINVAL
 */
export function listen(host: Host, process: Process, id: number): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  if (socket.type !== "stream")
    return denied("EOPNOTSUPP", "listen/type", "Only streams can be listened on.");
  if (socket.remote) return denied("EINVAL", "listen/connected", "The socket is connected.");
  const internet = socket.family === "inet" || socket.family === "inet6";
  if (!internet && socket.path === undefined)
    return denied("EINVAL", "listen/path", "The socket has no path.");
  if (internet && !socket.local) {
    const address = host.kernel.network.localAddress(
      host,
      process,
      socket.family as Family,
      ANY,
      socket.v6only,
    );
    if (!address.ok) return address;
    const port = freePort(host, process, socket, address.value);
    if (!port.ok) return port;
    assignLocal(host, socket, { address: address.value, port: port.value });
  }
  socket.listening = true;
  return allowed(undefined, "listen", "The socket accepts connections.");
}

/** close(2) of one descriptor: the socket goes with the last one, of whichever process. */
export function close(host: Host, process: Process, id: number): Outcome {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const first = process.descriptors.find((open) => open.kind === "socket" && open.id === id);
  takeDescriptors(host, process, (open) => open === first);
  const held = holdersOf(host, "socket", id).length > 0;
  if (!held) closeSocket(host, id);
  return allowed(undefined, "close", held ? "Another descriptor holds the socket." : "The socket is closed.");
}

/** How long the side that closes first remembers a connection. Source: tcp(4), net.inet.tcp.msl. */
const MSL = 30_000;

/**
 * The end of a socket that no descriptor holds any more. The side of a TCP connection that closes first stays in
 * TIME_WAIT for twice the segment lifetime, and until then its credential keeps its container in memory; the other side
 * is modelled to close at once. Source: sys/netinet/tcp_timewait.c.
 */
export function closeSocket(host: Host, id: number): void {
  const { network } = host.state;
  const socket = network.sockets[id];
  if (!socket || socket.lingersUntil !== null) return;
  if (socket.protocol !== "tcp" || !socket.remote) {
    forgetSocket(host, id);
    host.kernel.containers.released(host, socket.container);
    return;
  }
  const stack = network.vnets[socket.vnet];
  const lifetime = stack ? stackSetting(stack, "net.inet.tcp.msl", MSL) : MSL;
  changeSocket(host, socket, { lingersUntil: host.now + 2 * lifetime });
  const peer = socket.peer === undefined ? undefined : network.sockets[socket.peer];
  delete socket.peer;
  if (!peer) return;
  for (const process of holdersOf(host, "socket", peer.id))
    takeDescriptors(host, process, (open) => open.kind === "socket" && open.id === peer.id);
  forgetSocket(host, peer.id);
  host.kernel.containers.released(host, peer.container);
}
