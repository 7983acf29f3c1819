import { Derived } from "../../derived.ts";
import { type Groups, put, sorted, take, valuesOf } from "../../groups.ts";
import type { Host } from "../../host.ts";
import { illumosOf } from "../state.ts";
import type { Door, EventChannel, IpcObjects, Transport } from "./types.ts";

/**
 * Doors by server and by file, event channels and loopback addresses by zone and name, and who has bound one. Whoever
 * changes one of these goes through the functions here.
 */
interface Index {
  readonly doorsOf: Groups<number, number>;
  readonly doorAt: Map<string, number>;
  readonly channels: Map<string, EventChannel>;
  readonly bindingsOf: Groups<number, EventChannel>;
  readonly transports: Map<string, Transport>;
  readonly transportsOf: Groups<number, Transport>;
}

const channelKey = ({ zone, name }: Pick<EventChannel, "zone" | "name">) => `${zone}:${name}`;

const addressKey = ({ zone, address }: Pick<Transport, "zone" | "address">) => `${zone}:${address}`;

const indexes = new Derived<IpcObjects, Index>(({ doors, channels, transports = [] }) => {
  const index: Index = {
    doorsOf: new Map(),
    doorAt: new Map(),
    channels: new Map(),
    bindingsOf: new Map(),
    transports: new Map(),
    transportsOf: new Map(),
  };
  for (const { id, server, files } of Object.values(doors)) {
    put(index.doorsOf, server, id);
    for (const file of files) index.doorAt.set(file, id);
  }
  for (const channel of channels) {
    index.channels.set(channelKey(channel), channel);
    for (const pid of channel.bound) put(index.bindingsOf, pid, channel);
  }
  for (const transport of transports) {
    index.transports.set(addressKey(transport), transport);
    put(index.transportsOf, transport.pid, transport);
  }
  return index;
});

const indexOf = (host: Host) => indexes.of(illumosOf(host).objects);

export function findDoor(host: Host, id: number): Door | undefined {
  return illumosOf(host).objects.doors[id];
}

/** The door that covers a file, by `FILESYSTEM:NODE`. */
export function doorAt(host: Host, file: string): Door | undefined {
  const id = indexOf(host).doorAt.get(file);
  return id === undefined ? undefined : findDoor(host, id);
}

export function doorsOfServer(host: Host, pid: number): Door[] {
  return sorted(valuesOf(indexOf(host).doorsOf, pid))
    .map((id) => findDoor(host, id))
    .filter((door) => door !== undefined);
}

export function addDoor(host: Host, made: Omit<Door, "id" | "files">): Door {
  const { objects } = illumosOf(host);
  const door: Door = { ...made, id: objects.nextDoor++, files: [] };
  put(indexOf(host).doorsOf, door.server, door.id);
  objects.doors[door.id] = door;
  return door;
}

export function dropDoor(host: Host, door: Door): void {
  const index = indexOf(host);
  take(index.doorsOf, door.server, door.id);
  for (const file of door.files) index.doorAt.delete(file);
  delete illumosOf(host).objects.doors[door.id];
}

export function coverFile(host: Host, door: Door, file: string): void {
  door.files.push(file);
  indexOf(host).doorAt.set(file, door.id);
}

export function uncoverFile(host: Host, door: Door, file: string): void {
  door.files = door.files.filter((one) => one !== file);
  indexOf(host).doorAt.delete(file);
}

export function findChannel(host: Host, zone: number, name: string): EventChannel | undefined {
  return indexOf(host).channels.get(channelKey({ zone, name }));
}

/** Binds a process to a channel, which is made where it is not there yet. */
export function bindChannel(host: Host, zone: number, name: string, pid: number): EventChannel {
  const index = indexOf(host);
  let channel = findChannel(host, zone, name);
  if (!channel) {
    channel = { zone, name, bound: [], subscribers: [] };
    illumosOf(host).objects.channels.push(channel);
    index.channels.set(channelKey(channel), channel);
  }
  if (!channel.bound.includes(pid)) channel.bound.push(pid);
  put(index.bindingsOf, pid, channel);
  return channel;
}

/** A channel goes with the last process that has bound it. */
export function unbindChannel(host: Host, channel: EventChannel, pid: number): void {
  const index = indexOf(host);
  take(index.bindingsOf, pid, channel);
  channel.bound = channel.bound.filter((one) => one !== pid);
  channel.subscribers = channel.subscribers.filter((one) => one.pid !== pid);
  if (channel.bound.length > 0) return;
  index.channels.delete(channelKey(channel));
  const { objects } = illumosOf(host);
  objects.channels = objects.channels.filter((one) => one !== channel);
}

export function channelsBoundBy(host: Host, pid: number): EventChannel[] {
  return valuesOf(indexOf(host).bindingsOf, pid);
}

export function transportAt(host: Host, zone: number, address: string): Transport | undefined {
  return indexOf(host).transports.get(addressKey({ zone, address }));
}

export function addTransport(host: Host, transport: Transport): void {
  const { objects } = illumosOf(host);
  const index = indexOf(host);
  objects.transports = [...(objects.transports ?? []), transport];
  index.transports.set(addressKey(transport), transport);
  put(index.transportsOf, transport.pid, transport);
}

/** Those of a process that has ended. */
export function dropTransports(host: Host, pid: number): void {
  const index = indexOf(host);
  const own = valuesOf(index.transportsOf, pid);
  if (own.length === 0) return;
  const { objects } = illumosOf(host);
  objects.transports = (objects.transports ?? []).filter((transport) => transport.pid !== pid);
  for (const transport of own) index.transports.delete(addressKey(transport));
  index.transportsOf.delete(pid);
}
