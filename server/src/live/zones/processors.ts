import type { Host } from "../../host/host.ts";
import { onlineOf, setOfPool } from "../../host/illumos/resources/processorSets.ts";
import { illumosOf } from "../../host/illumos/state.ts";
import { kernelZones } from "../../host/illumos/zones.ts";
import type { ProcessorsView } from "../../protocol.ts";

/** Resource pools with the zones that are bound to them, and the processor sets below. Nothing while pools are off. */
export function processors(host: Host): ProcessorsView {
  const { pools, processorSets, poolsEnabled } = illumosOf(host);
  if (!poolsEnabled) return { sets: [], pools: [] };
  const zones = kernelZones(host).filter(({ id }) => id !== 0);
  return {
    sets: Object.values(processorSets).map((set) => ({ name: set.name, cpus: onlineOf(host, set) })),
    pools: Object.values(pools).map(({ name, scheduler, temporary }) => ({
      ...{ name, scheduler, temporary },
      set: setOfPool(host, name).name,
      containers: zones.filter(({ pool }) => pool === name).map((zone) => zone.name),
    })),
  };
}
