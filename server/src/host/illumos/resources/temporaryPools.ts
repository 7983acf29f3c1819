import { DYNAMIC_POOLS_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { causeOf, resourcesOf, textOf } from "../configuration.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet, ZoneDefinition } from "../types.ts";
import type { Notice } from "./notice.ts";
import { DEFAULT_SET, defaultSet, freeSetId, moveCpus, needPools, sparable } from "./processorSets.ts";
import { cpuRange } from "./units.ts";

/**
 * dedicated-cpu: a pool and a processor set that live as long as the zone.
 * Source: usr/src/lib/libzonecfg/common/libzonecfg.c (zonecfg_bind_tmp_pool), usr/src/cmd/zoneadmd/vplat.c.
 */

const PREFIX = "SUNWtmp_";

const temporaryPool = (zone: string): string => PREFIX + zone;

export interface DedicatedCpu {
  min: number;
  max: number;
  importance: number;
  cause: Cause;
}

/** What a configuration asks for; `undefined` where it asks for no CPUs of its own. */
export function dedicatedCpu(definition: ZoneDefinition): DedicatedCpu | undefined {
  const [resource] = resourcesOf(definition, "dedicated-cpu");
  if (!resource) return undefined;
  const range = cpuRange(textOf(resource, "ncpus") ?? "1");
  const cause = causeOf(resource, "ncpus");
  return range && { ...range, importance: Number(textOf(resource, "importance") ?? "1"), cause };
}

/**
 * Makes the temporary pool of a zone and its set, and enables pools if they are not yet. One that is there already, as
 * after a reboot, is kept if it fits.
 * @returns its name and what there is to warn of; ENOENT where the machine has too few CPUs to spare
 */
export function makeTemporaryPool(
  host: Host,
  zone: string,
  { min, max, importance, cause }: DedicatedCpu,
): Outcome<{ pool: string; notices: Notice[] }> {
  const illumos = illumosOf(host);
  const name = temporaryPool(zone);
  const old = illumos.processorSets[name];
  if (!old || old.min !== min || old.max !== max) {
    if (old) destroyTemporaryPool(host, zone);
    const spare = sparable(host);
    if (spare.length < min)
      return denied(
        "EINVAL",
        "pool/cpus",
        `Zone ${zone} is to have ${min} CPUs of its own, but only ${spare.length} of ${host.state.machine.cpus} can be taken from others.`,
        { causes: [cause, { what: `${host.state.machine.cpus} CPUs`, from: "host" }] },
      );
    const set: ProcessorSet = { id: freeSetId(host), name, cpus: [], min, max, temporary: true };
    illumos.processorSets[name] = set;
    // What is left over is shared out by importance, of which the default set has 1.
    const left = Math.floor(((spare.length - min) * importance) / (importance + 1));
    moveCpus(spare.slice(0, min + Math.min(max - min, left)), set);
  }
  needPools(host);
  illumos.pools[name] = { name, processorSet: name, scheduler: "", importance, temporary: true };
  const dynamic = illumos.services[DYNAMIC_POOLS_SERVICE] === true;
  const notices: Notice[] = [];
  if (importance !== 1 && !dynamic)
    notices.push({
      rule: "pool/poold",
      message: `The importance of the CPUs of zone ${zone} has no effect: poold is not running (svc:/system/pools/dynamic).`,
      causes: [cause],
    });
  const { cpus = [] } = illumos.processorSets[name] ?? {};
  host.emit({
    container: zone,
    kind: "zone.pool",
    message: `Temporary pool ${name} has CPUs ${cpus.join(", ")}.`,
    outcome: "ok",
    causes: [cause],
  });
  return allowed({ pool: name, notices }, "pool/temporary", `The zone has pool ${name} for itself.`, {
    causes: [cause],
  });
}

/** Takes the pool of a zone away; its CPUs are those of the default set again. */
export function destroyTemporaryPool(host: Host, zone: string): void {
  const illumos = illumosOf(host);
  const name = temporaryPool(zone);
  const set = illumos.processorSets[name];
  if (set && name !== DEFAULT_SET) {
    moveCpus(
      set.cpus.map((cpu) => ({ set, cpu })),
      defaultSet(host),
    );
    delete illumos.processorSets[name];
  }
  delete illumos.pools[name];
}
