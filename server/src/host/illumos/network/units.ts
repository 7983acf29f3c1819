import { Derived } from "../../derived.ts";
import type { Host } from "../../host.ts";
import type { Family } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { vnet } from "../../network/vnets.ts";
import { illumosOf } from "../state.ts";
import type { IllumosState } from "../types.ts";
import { kernelZones } from "../zones.ts";

/** Numbers of logical interfaces on the shared stack, each family for itself. Source: ipif_insert() in ip_if.c. */
interface Units {
  readonly used: Set<number>;
  /** No number below it is free. */
  low: number;
}

const units = new Derived<IllumosState, Map<string, Units>>(() => new Map());

function unitsOf(host: Host, name: string, family: Family): Units {
  const known = units.of(illumosOf(host));
  const key = `${name}/${family}`;
  const found = known.get(key);
  if (found) return found;
  const used = new Set([0]);
  const link = findInterface(vnet(host, 0), name);
  for (const own of [...(link?.addresses ?? []), ...(link?.down ?? [])])
    if (own.family === family) used.add(own.unit ?? 0);
  for (const { logical = [] } of kernelZones(host))
    for (const own of logical) if (own.interface === name && own.family === family) used.add(own.unit);
  const made: Units = { used, low: 0 };
  known.set(key, made);
  return made;
}

/** The lowest free number, taken. */
export function takeUnit(host: Host, name: string, family: Family): number {
  const own = unitsOf(host, name, family);
  while (own.used.has(own.low)) own.low++;
  own.used.add(own.low);
  return own.low;
}

export function freeUnit(host: Host, name: string, family: Family, unit: number): void {
  if (unit === 0) return;
  const own = unitsOf(host, name, family);
  own.used.delete(unit);
  own.low = Math.min(own.low, unit);
}
