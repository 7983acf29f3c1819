import type { Host } from "../../host/host.ts";
import { onlineOf, setOfPool } from "../../host/illumos/resources/processorSets.ts";
import { illumosOf } from "../../host/illumos/state.ts";
import { kernelZones } from "../../host/illumos/zones.ts";
import type { ProcessorsView } from "../../protocol.ts";

/** Resource pools with the zones that are bound to them, and the processor sets below. Nothing while pools are off. */
export function processors(host: Host): ProcessorsView {
  const { pools, processorSets, poolsEnabled } = illumosOf(host);
  if (!poolsEnabled) return { sets: [], pools: [] };
  const bound = new Map<string, string[]>(Object.keys(pools).map((name) => [name, []]));
  for (const { id, name, pool } of kernelZones(host)) if (id !== 0) bound.get(pool)?.push(name);
  return {
    sets: Object.values(processorSets).map((set) => ({ name: set.name, cpus: onlineOf(host, set) })),
    pools: Object.values(pools).map(({ name, scheduler, temporary }) => ({
      ...{ name, scheduler, temporary },
      set: setOfPool(host, name).name,
      containers: bound.get(name) ?? [],
    })),
  };
}
