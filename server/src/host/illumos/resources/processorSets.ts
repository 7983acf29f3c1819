import { POOLS_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet, ResourcePool, Zone } from "../types.ts";
import { zoneOf } from "../zones.ts";

/** Which CPUs there are for whom. Source: usr/src/uts/common/os/{pool,pool_pset,pset}.c. */

export const DEFAULT_POOL = "pool_default";
export const DEFAULT_SET = "pset_default";

/** The facility comes on with its service where something needs it, such as a zone with CPUs of its own. */
export function needPools(host: Host): void {
  const illumos = illumosOf(host);
  illumos.poolsEnabled = true;
  illumos.services[POOLS_SERVICE] = true;
}

export function poolNamed(host: Host, name: string): ResourcePool | undefined {
  const { pools } = illumosOf(host);
  return Object.hasOwn(pools, name) ? pools[name] : undefined;
}

export function defaultSet(host: Host): ProcessorSet {
  const set = illumosOf(host).processorSets[DEFAULT_SET];
  if (!set) throw new Error("the model has no default processor set");
  return set;
}

/** The set of a pool; the default one where it names none that exists. */
export function setOfPool(host: Host, pool: string): ProcessorSet {
  const name = poolNamed(host, pool)?.processorSet ?? DEFAULT_SET;
  return illumosOf(host).processorSets[name] ?? defaultSet(host);
}

export function setWithId(host: Host, id: number): ProcessorSet | undefined {
  return Object.values(illumosOf(host).processorSets).find((set) => set.id === id);
}

/** The pool that a process is in. Source: pool_get_binding(3POOL). */
export function poolOfProcess(host: Host, process: Process): string {
  return process.illumos?.pool ?? zoneOf(host, process).pool;
}

/** Binds a process to a pool, whose class it gets if the pool names one. Source: pool_do_bind(). */
export function putIntoPool(process: Process, { name, scheduler }: ResourcePool): void {
  const { pool: _, class: old, ...others } = process.illumos ?? {};
  process.illumos = {
    ...others,
    ...(scheduler !== "" ? { class: scheduler } : old !== undefined && { class: old }),
    ...(name !== DEFAULT_POOL && { pool: name }),
  };
}

/** The set that a process runs on: its own binding, else that of its pool, else that of its zone's. */
export function setOfProcess(host: Host, process: Process): ProcessorSet {
  const { illumos } = process;
  const own = illumos?.processorSet === undefined ? undefined : setWithId(host, illumos.processorSet);
  return own ?? setOfPool(host, poolOfProcess(host, process));
}

/** CPUs of a set that work. */
export function onlineOf(host: Host, { cpus }: ProcessorSet): number[] {
  const { offline } = illumosOf(host).system;
  return cpus.filter((cpu) => !offline.includes(cpu));
}

/**
 * CPUs that somebody in a zone sees: with pools enabled those of its set alone, else all of the machine.
 * Source: zones(7), zone_pset_set() in usr/src/uts/common/os/zone.c.
 */
export function visibleCpus(host: Host, { id, pool }: Zone): number[] {
  const { poolsEnabled, processorSets } = illumosOf(host);
  if (id !== 0 && poolsEnabled) return [...setOfPool(host, pool).cpus];
  return Object.values(processorSets)
    .flatMap(({ cpus }) => cpus)
    .sort((a, b) => a - b);
}

/** CPUs that could leave their set, as no set goes below its least number. The default one gives first. */
export function sparable(host: Host): { set: ProcessorSet; cpu: number }[] {
  const { processorSets } = illumosOf(host);
  const others = Object.values(processorSets).filter(({ name }) => name !== DEFAULT_SET);
  return [defaultSet(host), ...others].flatMap((set) =>
    set.cpus
      .slice(Math.max(set.min, 1))
      .reverse()
      .map((cpu) => ({ set, cpu })),
  );
}

/** Moves CPUs into a set. */
export function moveCpus(
  from: readonly { readonly set: ProcessorSet; readonly cpu: number }[],
  to: ProcessorSet,
): void {
  for (const { set, cpu } of from) set.cpus = set.cpus.filter((one) => one !== cpu);
  to.cpus = [...to.cpus, ...from.map(({ cpu }) => cpu)].sort((a, b) => a - b);
}

/** A machine with more CPUs: they are in the default set. */
export function addCpus(host: Host, count: number): void {
  const { machine } = host.state;
  const set = defaultSet(host);
  set.cpus = [...set.cpus, ...Array.from({ length: count }, (_, i) => machine.cpus + i)];
  machine.cpus += count;
}

/** The lowest number that no set has. Source: pset_create() gives them from 1. */
export function freeSetId(host: Host): number {
  const taken = new Set(Object.values(illumosOf(host).processorSets).map(({ id }) => id));
  let id = 1;
  while (taken.has(id)) id++;
  return id;
}

/** Percent of one CPU that processes use now, by `SET` and by `SET:ZONE`. */
export function cpuUse(host: Host): Map<string, number> {
  const found = new Map<string, number>();
  for (const process of allProcesses(host)) {
    const percent = process.cpu?.percent ?? 0;
    if (percent === 0) continue;
    const { name } = setOfProcess(host, process);
    for (const key of [name, `${name}:${process.credential.container}`])
      found.set(key, (found.get(key) ?? 0) + percent);
  }
  return found;
}
