import { type StoredState, type ZoneState, zoneStatuses } from "../../catalog/illumos/zoneStates.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { illumosOf } from "./state.ts";
import type { IndexEntry, Zone } from "./types.ts";
import { entryNamed, zoneNamed } from "./zoneIndex.ts";

/** Zones and their states. Source: usr/src/uts/common/os/zone.c, usr/src/lib/libzonecfg/common/libzonecfg.c. */

export const GLOBAL = 0;

export function zone(host: Host, id: number): Zone {
  const found = illumosOf(host).zones[id];
  if (!found) throw new Error(`the model has no zone ${id}`);
  return found;
}

export function findZone(host: Host, id: number): Zone | undefined {
  return illumosOf(host).zones[id];
}

export function zoneOf(host: Host, process: Process): Zone {
  return zone(host, process.credential.container);
}

/** All zones that the kernel knows, in the order in which they were created; the global one first. */
export function kernelZones(host: Host): Zone[] {
  return Object.values(illumosOf(host).zones).sort((a, b) => a.generation - b.generation);
}

/** What tools show of a zone of the kernel. */
export function shownState({ status, scratch }: Zone): ZoneState {
  return status === "ready" && scratch ? "mounted" : zoneStatuses[status].shown;
}

/** The state of a zone by name, from the kernel if it knows the zone; `undefined` for a name that nobody has. */
export function stateOf(host: Host, name: string): ZoneState | undefined {
  const active = zoneNamed(host, name);
  return active ? shownState(active) : entryNamed(host, name)?.state;
}

/** Writes another state into the index file and tells it. */
export function storeState(host: Host, entry: IndexEntry, to: StoredState, message: string): void {
  const from = entry.state;
  if (from === to) return;
  entry.state = to;
  host.emit({ container: entry.name, kind: "zone.state", from, to, message, outcome: "ok" });
}
