import { Derived } from "../derived.ts";
import type { Vnode } from "../filesystem/types.ts";
import {
  entriesOf,
  type GroupMap,
  type Groups,
  hasAny,
  membersOf,
  numbered,
  put,
  sorted,
  take,
  valuesOf,
} from "../groups.ts";
import type { Host } from "../host.ts";
import { ANY } from "./addresses.ts";
import type { NetworkState, Socket } from "./types.ts";

/** The table of sockets: by port and address, by jail, by stack, by the node of a local one, and by when they expire. */
interface Index {
  /** By protocol and port (`tcp/22`), then by local address. */
  readonly byPort: Map<string, GroupMap<string, number>>;
  /** By container, protocol and port: `3/tcp/22`. */
  readonly byOwnPort: Groups<string, number>;
  readonly byJail: Groups<number, number>;
  readonly byStack: Groups<number, number>;
  readonly atNode: Groups<number, number>;
  /** Lingering ones by the time when they expire, and these times in their order; some may have nobody any more. */
  readonly expiring: Groups<number, number>;
  readonly times: number[];
}

const indexes = new Derived<NetworkState, Index>(({ sockets }) => {
  const index: Index = {
    byPort: new Map(),
    byOwnPort: new Map(),
    byJail: numbered(),
    byStack: numbered(),
    atNode: new Map(),
    expiring: new Map(),
    times: [],
  };
  for (const socket of Object.values(sockets)) enter(index, socket);
  return index;
});

function enter(index: Index, socket: Socket): void {
  const { id, container, vnet, vnode, lingersUntil } = socket;
  put(index.byJail, container, id);
  put(index.byStack, vnet, id);
  if (vnode) put(index.atNode, vnode.node, id);
  if (lingersUntil !== null) {
    if (!hasAny(index.expiring, lingersUntil)) insert(index.times, lingersUntil);
    put(index.expiring, lingersUntil, id);
  }
  enterPort(index, socket);
}

function enterPort(index: Index, { id, protocol, local, container }: Socket): void {
  if (!local || local.port === 0) return;
  const key = `${protocol}/${local.port}`;
  const addresses: GroupMap<string, number> = index.byPort.get(key) ?? new Map();
  index.byPort.set(key, addresses);
  put(addresses, local.address, id);
  put(index.byOwnPort, `${container}/${key}`, id);
}

/** Into numbers in their order; mostly it is the highest one. */
function insert(times: number[], time: number): void {
  let at = times.length;
  while (at > 0 && (times[at - 1] as number) > time) at--;
  if (times[at - 1] !== time) times.splice(at, 0, time);
}

function leave(index: Index, socket: Socket): void {
  const { id, container, vnet, vnode, lingersUntil } = socket;
  take(index.byJail, container, id);
  take(index.byStack, vnet, id);
  if (vnode) take(index.atNode, vnode.node, id);
  if (lingersUntil !== null) take(index.expiring, lingersUntil, id);
  leavePort(index, socket);
}

function leavePort(index: Index, { id, protocol, local, container }: Socket): void {
  if (!local || local.port === 0) return;
  const key = `${protocol}/${local.port}`;
  take(index.byOwnPort, `${container}/${key}`, id);
  const addresses = index.byPort.get(key);
  if (!addresses) return;
  take(addresses, local.address, id);
  if (addresses.size === 0) index.byPort.delete(key);
}

/** Puts a new socket into the table. */
export function addSocket({ state: { network } }: Host, socket: Socket): void {
  const index = indexes.of(network);
  network.sockets[socket.id] = socket;
  enter(index, socket);
}

/** Gives a socket a local end. */
export function changeLocal({ state: { network } }: Host, socket: Socket, local: Socket["local"]): void {
  const index = indexes.of(network);
  leavePort(index, socket);
  socket.local = local;
  enterPort(index, socket);
}

/** Changes what else is indexed of a socket: jail, stack, node, and how long it lingers. */
export function changeSocket({ state: { network } }: Host, socket: Socket, change: Partial<Socket>): void {
  const index = indexes.of(network);
  leave(index, socket);
  Object.assign(socket, change);
  enter(index, socket);
}

/** Removes a socket from every table. Its descriptors and its prison are up to the caller. */
export function forgetSocket({ state: { network } }: Host, id: number): void {
  const socket = network.sockets[id];
  if (!socket) return;
  leave(indexes.of(network), socket);
  const peer = socket.peer === undefined ? undefined : network.sockets[socket.peer];
  if (peer) delete peer.peer;
  delete network.sockets[id];
}

/**
 * The sockets of a protocol on a port that have an address or any; with any, all of them. By id. `container`: only those
 * of this one.
 */
export function socketsOnPort(
  host: Host,
  protocol: string,
  { address, port }: { readonly address: string; readonly port: number },
  container?: number,
): Socket[] {
  if (container !== undefined)
    return members(host, indexes.of(host.state.network).byOwnPort, `${container}/${protocol}/${port}`).filter(
      ({ local }) => address === ANY || local?.address === ANY || local?.address === address,
    );
  const there = indexes.of(host.state.network).byPort.get(`${protocol}/${port}`);
  if (!there) return [];
  const addresses = address === ANY ? [...there.keys()] : [address, ANY];
  const ids = new Set(addresses.flatMap((one) => valuesOf(there, one)));
  return entriesOf(host.state.network.sockets, sorted(ids));
}

/** By id, as all of the following. */
export function socketsOfContainer(host: Host, jid: number): Socket[] {
  return members(host, indexes.of(host.state.network).byJail, jid);
}

export function socketsOfStack(host: Host, vnet: number): Socket[] {
  return members(host, indexes.of(host.state.network).byStack, vnet);
}

/** Local sockets that were bound to a node of this number, of whichever file system. */
export function socketsAt(host: Host, { node }: Vnode): Socket[] {
  return members(host, indexes.of(host.state.network).atNode, node);
}

/** Sockets that expire next, if that is not after a time, with the time. */
export function nextToExpire(host: Host, until: number): { at: number; sockets: Socket[] } | undefined {
  const { times, expiring } = indexes.of(host.state.network);
  for (let at = times[0]; at !== undefined && at <= until; at = times[0]) {
    if (hasAny(expiring, at)) return { at, sockets: members(host, expiring, at) };
    times.shift();
  }
  return undefined;
}

function members<K>(host: Host, groups: Groups<K, number>, key: K): Socket[] {
  return membersOf(groups, key, host.state.network.sockets);
}
