import { allowed, type Decision, denied, type Outcome, type Refused } from "../decision.ts";
import type { Host } from "../host.ts";
import { lowestFree } from "../process/descriptors.ts";
import { addDescriptor } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { ANY, type Family, familyOf, isBroadcast, isMulticast, socketAddress } from "./addresses.ts";
import { composed, delivered, leaving, lost } from "./delivery.ts";
import { connectPath } from "./localSockets.ts";
import { arrival, type Path, pathTo, roundTrip } from "./paths.ts";
import {
  assignLocal,
  type Endpoint,
  type Flow,
  freePort,
  ownSocket,
  type Receiver,
  receiverOf,
  textOf,
} from "./pcb.ts";
import { addSocket } from "./socketIndex.ts";
import type { Socket, Vnet } from "./types.ts";
import { vnet } from "./vnets.ts";

/**
 * Sending: the addresses that a container's sockets really use, and who at the other end gets what is sent.
 * Source: tcp_usr_connect(), udp_output(), in_pcbconnect_setup() in sys/netinet.
 */

/** What came of connect(2) or sendto(2). */
export interface Sent {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The socket that gets it: of a connection the listening one. Null if it leaves the machine or nobody listens. */
  readonly receiver: number | null;
  /** Interfaces on the way. */
  readonly via: readonly string[];
}

/**
 * connect(2). Of streams the other side has to be reached and to listen; the connection then exists at both ends.
 * @returns EAFNOSUPPORT, EADDRNOTAVAIL, EISCONN, EACCES for a broadcast, ENETUNREACH, EHOSTUNREACH, ETIMEDOUT if no
 * answer comes, ECONNREFUSED if nobody listens
 */
export function connect(host: Host, process: Process, id: number, target: Endpoint): Outcome<Sent> {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  if (socket.family === "local") {
    const found = connectPath(host, process, socket, target.address);
    if (!found.ok) return found;
    const { decision, value: receiver } = found;
    const local = { address: "", port: 0 };
    return { ok: true, value: { local, remote: target, receiver: receiver.id, via: [] }, decision };
  }
  if (socket.listening) return denied("EOPNOTSUPP", "connect/listening", "The socket listens.");
  if (socket.remote && socket.type === "stream")
    return denied("EISCONN", "connect/again", "The socket is connected already.");
  const ready = prepare(host, process, socket, target);
  if (!ready.ok) return ready;
  const { local, remote, parts } = ready.value;
  if (socket.type !== "stream") {
    settle(host, socket, local);
    socket.remote = remote;
    return composed(
      { local, remote, receiver: null, via: [] },
      "connect",
      "The socket has a destination.",
      parts,
    );
  }

  const stack = vnet(host, socket.vnet);
  const path = roundTrip(host, stack, remote.address, local.address, socket.fib);
  if (path.end === "lost") return lost(path, parts);
  if (path.end === "outside") {
    settle(host, socket, local);
    socket.remote = remote;
    return gone(local, remote, path, parts);
  }
  const kept = keptApart(host, socket, path.stack, remote.address);
  if (kept) return kept;
  const flow: Flow = {
    ...{ family: ready.value.family, protocol: socket.protocol, local: remote, remote: local },
    ...senderOf(socket, path.stack),
  };
  const found = receiverOf(host, path.stack.id, flow);
  if (!found)
    return denied("ECONNREFUSED", "connect/refused", `Nobody listens on ${textOf(remote)}.`, {
      causes: parts.flatMap(({ causes }) => causes),
    });
  settle(host, socket, local);
  socket.remote = remote;
  accept(host, found.socket, socket, local, remote);
  const value = { local, remote, receiver: found.socket.id, via: path.via };
  return delivered(host, value, found, flow, parts);
}

/**
 * sendto(2) on a datagram or raw socket; without a target where it is connected. Nothing tells the sender whether
 * somebody got it.
 * @returns the errors of connect(2) but those of the other side; EDESTADDRREQ is not modelled, ENOTCONN stands for it
 */
export function sendTo(host: Host, process: Process, id: number, target?: Endpoint): Outcome<Sent> {
  const own = ownSocket(host, process, id);
  if (!own.ok) return own;
  const socket = own.value;
  const wanted = target ?? socket.remote;
  if (!wanted || (socket.type === "stream" && !socket.remote))
    return denied("ENOTCONN", "send/target", "The socket has no destination.");
  if (target && socket.remote)
    return denied("EISCONN", "send/connected", "The socket has a destination already.");
  const ready = prepare(host, process, socket, wanted);
  if (!ready.ok) return ready;
  const { local, remote, family, parts } = ready.value;
  if (socket.type === "datagram" && !socket.local)
    assignLocal(host, socket, { address: ANY, port: local.port });
  if (isMulticast(remote.address))
    return composed(
      { local, remote, receiver: null, via: [] },
      "send/multicast",
      "The group gets it.",
      parts,
    );
  const path = pathTo(host, vnet(host, socket.vnet), remote.address, local.address, socket.fib);
  // Beyond the first stack a datagram is lost without a word.
  if (path.end === "lost") {
    if (path.errno !== "ETIMEDOUT") return lost(path, parts);
    return composed({ local, remote, receiver: null, via: [] }, "send/lost", path.reason, parts);
  }
  if (path.end === "outside") return gone(local, remote, path, parts);
  const kept = keptApart(host, socket, path.stack, remote.address);
  if (kept && kept.errno !== "ETIMEDOUT") return kept;
  if (kept)
    return composed({ local, remote, receiver: null, via: [] }, "send/lost", kept.decision.reason, [
      ...parts,
      kept.decision,
    ]);
  const flow: Flow = {
    ...{ family, protocol: socket.protocol, local: remote, remote: local },
    ...senderOf(socket, path.stack),
  };
  const found = socket.type === "datagram" ? receiverOf(host, path.stack.id, flow) : undefined;
  const value = { local, remote, receiver: found?.socket.id ?? null, via: path.via };
  return found
    ? delivered(host, value, found, flow, parts)
    : composed(value, "send", `It arrives at ${remote.address}.`, parts);
}

/** The container that sends, as the same stack knows it. */
function senderOf({ vnet: id, container }: Socket, stack: Vnet): Pick<Flow, "sender"> {
  return stack.id === id ? { sender: container } : {};
}

/** Why what stays in one stack does not get from one container of it to another. */
function keptApart(host: Host, socket: Socket, stack: Vnet, destination: string): Refused | undefined {
  if (stack.id !== socket.vnet) return undefined;
  const { network } = host.kernel;
  const to = network.owner(host, stack, destination, socket.container);
  if (to === undefined || to === socket.container) return undefined;
  return network.between(host, socket.container, to, destination);
}

function gone(
  local: Endpoint,
  remote: Endpoint,
  { via, answers }: Extract<Path, { end: "outside" }>,
  parts: readonly Decision[],
): Outcome<Sent> {
  return leaving({ local, remote, receiver: null, via }, via.at(-1) ?? "", local.address, answers, parts);
}

/** A destination that the container may mean and the sender's address that it gets. Nothing is changed yet. */
interface Prepared {
  readonly family: Family;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly parts: readonly Decision[];
}

function prepare(host: Host, process: Process, socket: Socket, target: Endpoint): Outcome<Prepared> {
  if (socket.family !== "inet" && socket.family !== "inet6")
    return denied("EOPNOTSUPP", "connect/family", "Sockets of this family have no address and port.");
  const { family } = socket;
  const wanted = socketAddress(target.address);
  if (wanted === undefined || (wanted !== ANY && familyOf(wanted) !== family))
    return denied("EAFNOSUPPORT", "connect/family", `${target.address} is no address of this family.`);
  if (socket.type !== "raw" && target.port === 0)
    return denied("EADDRNOTAVAIL", "connect/port", "Port 0 cannot be reached.");
  if (socket.type === "stream" && wanted !== ANY && isMulticast(wanted))
    return denied("EAFNOSUPPORT", "connect/multicast", "A stream has no group at its other end.");
  if (isBroadcast(wanted))
    return denied("EACCES", "connect/broadcast", "Broadcasts need a switch of the socket.");
  const { network } = host.kernel;
  const rewritten = network.remoteAddress(host, process, family, wanted);
  if (!rewritten.ok) return rewritten;
  const remote = { address: rewritten.value, port: target.port };
  const parts = [rewritten.decision];
  const stack = vnet(host, socket.vnet);
  let address = socket.local?.address ?? ANY;
  if (address === ANY) {
    const source = network.source(host, stack, process.credential.container, remote.address, socket.fib ?? 0);
    if (!source.ok) return source;
    address = source.value;
    parts.push(source.decision);
  }
  let port = socket.local?.port ?? 0;
  if (port === 0 && socket.type !== "raw") {
    const free = freePort(host, process, socket, address);
    if (!free.ok) return free;
    port = free.value;
  }
  const { decision } = rewritten;
  return { ok: true, value: { family, local: { address, port }, remote, parts }, decision };
}

/** The local end of a connected socket is a single address from now on. */
function settle(host: Host, socket: Socket, local: Endpoint): void {
  if (socket.local?.address !== local.address || socket.local.port !== local.port)
    assignLocal(host, socket, local);
}

/** The other end of a connection: a socket with the credential of the listening one, in the hands of its process. */
function accept(host: Host, listener: Socket, client: Socket, from: Endpoint, to: Endpoint): void {
  const { network, processes } = host.state;
  const { path: _, ...shape } = listener;
  const made: Socket = { ...shape, id: network.nextSocket++, listening: false, remote: from, local: null };
  made.peer = client.id;
  client.peer = made.id;
  addSocket(host, made);
  assignLocal(host, made, to);
  const server = processes.byPid[listener.pid];
  if (server)
    addDescriptor(host, server, { fd: lowestFree(server), kind: "socket", id: made.id, write: true });
}

/**
 * Who gets a packet for an address and port that comes from outside, or from a stack. Null where nobody listens.
 * @returns the errors of the way there
 */
export function answering(
  host: Host,
  protocol: "tcp" | "udp",
  to: Endpoint,
  from: "outside" | Vnet = "outside",
): Outcome<Receiver | null> {
  const family = familyOf(to.address) ?? "inet";
  const stack = from === "outside" ? arrival(host, to.address) : endOf(pathTo(host, from, to.address, ""));
  if (!stack) return denied("EHOSTUNREACH", "answer/path", `No packet reaches ${to.address}.`);
  const flow: Flow = { family, protocol, local: to };
  const found = receiverOf(host, stack.id, flow);
  return found
    ? delivered(host, found, found, flow, [])
    : allowed(null, "answer/nobody", `Nobody listens on ${textOf(to)}.`);
}

function endOf(path: Path): Vnet | undefined {
  return path.end === "stack" ? path.stack : undefined;
}
