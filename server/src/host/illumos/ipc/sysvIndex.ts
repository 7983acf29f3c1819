import { Derived } from "../../derived.ts";
import { type Groups, put, take, valuesOf } from "../../groups.ts";
import type { Host } from "../../host.ts";
import type { IpcState, SysvObject } from "../../ipc/types.ts";

/**
 * System V objects by number, key and zone. Whoever makes or removes one goes through the functions here; its owner,
 * mode and size may be changed in place.
 */
interface Index {
  readonly byId: Map<string, SysvObject>;
  readonly byKey: Map<string, SysvObject>;
  readonly byZone: Groups<number, SysvObject>;
}

type Kind = SysvObject["kind"];

const IPC_PRIVATE = 0;

const indexes = new Derived<IpcState, Index>(({ sysv }) => {
  const index: Index = { byId: new Map(), byKey: new Map(), byZone: new Map() };
  for (const object of sysv) enter(index, object);
  return index;
});

const idOf = (kind: Kind, id: number) => `${kind}:${id}`;
const keyOf = (kind: Kind, zone: number, key: number) => `${kind}:${zone}:${key}`;

function enter(index: Index, object: SysvObject): void {
  const { kind, id, key, space } = object;
  index.byId.set(idOf(kind, id), object);
  if (key !== IPC_PRIVATE) index.byKey.set(keyOf(kind, space, key), object);
  put(index.byZone, space, object);
}

export function objectWithId(host: Host, kind: Kind, id: number): SysvObject | undefined {
  return indexes.of(host.state.ipc).byId.get(idOf(kind, id));
}

export function objectWithKey(host: Host, kind: Kind, zone: number, key: number): SysvObject | undefined {
  return indexes.of(host.state.ipc).byKey.get(keyOf(kind, zone, key));
}

/** In the order in which they were made. */
export function objectsOfZone(host: Host, zone: number, kind?: Kind): SysvObject[] {
  const found = valuesOf(indexes.of(host.state.ipc).byZone, zone);
  return (kind === undefined ? found : found.filter((object) => object.kind === kind)).sort(
    (a, b) => a.id - b.id,
  );
}

export function addObject(host: Host, object: SysvObject): void {
  const index = indexes.of(host.state.ipc);
  host.state.ipc.sysv.push(object);
  enter(index, object);
}

export function dropObjects(host: Host, objects: readonly SysvObject[]): void {
  if (objects.length === 0) return;
  const { ipc } = host.state;
  const index = indexes.of(ipc);
  const gone = new Set(objects);
  ipc.sysv = ipc.sysv.filter((object) => !gone.has(object));
  for (const object of objects) {
    const { kind, id, key, space } = object;
    index.byId.delete(idOf(kind, id));
    index.byKey.delete(keyOf(kind, space, key));
    take(index.byZone, space, object);
  }
}
