import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { privilege } from "../privileges.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet, ResourcePool } from "../types.ts";
import { kernelZones } from "../zones.ts";
import {
  DEFAULT_POOL,
  DEFAULT_SET,
  defaultSet,
  freeSetId,
  moveCpus,
  onlineOf,
  poolNamed,
  poolOfProcess,
  putIntoPool,
} from "./processorSets.ts";

/**
 * Configurations of pools as libpool(3LIB) has them: the one in force, and those of files. poolcfg(8) edits one,
 * pooladm(8) puts one into force. Source: libpool(3LIB), usr/src/lib/libpool/common/{pool,pool_kernel,pool_xml}.c.
 */
export interface PoolConfiguration {
  pools: ResourcePool[];
  sets: ProcessorSet[];
}

/** Where pooladm and poolcfg look where no file is given. */
export const STATIC_CONFIGURATION = "/etc/pooladm.conf";

/** A copy of what is in force. */
export function liveConfiguration(host: Host): PoolConfiguration {
  const { pools, processorSets } = illumosOf(host);
  return structuredClone({ pools: Object.values(pools), sets: Object.values(processorSets) });
}

/** One pool and one set, as a machine has them where nobody has made others. */
export function plainConfiguration(host: Host): PoolConfiguration {
  const live = liveConfiguration(host);
  return {
    pools: live.pools.filter(({ name, temporary }) => name === DEFAULT_POOL || temporary),
    sets: live.sets.filter(({ name, temporary }) => name === DEFAULT_SET || temporary),
  };
}

/**
 * pool_conf_commit(3POOL): pools and sets become what a configuration says. Sets keep the CPUs that it lists for them;
 * those that have fewer than their least number take from the default set. Pools of zones with dedicated CPUs stay. Who
 * is in a pool that goes is in the default one then.
 * @returns EPERM, ENOTACTIVE while pools are off, EINVAL for too many CPUs
 */
export function commitPools(host: Host, process: Process, wanted: PoolConfiguration): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  const illumos = illumosOf(host);
  if (!illumos.poolsEnabled) return denied("ENOTACTIVE", "pool/off", "Pools are not enabled.");
  const temporary = plainConfiguration(host);
  const pools = merged(wanted.pools, temporary.pools);
  const sets = merged(wanted.sets, temporary.sets);
  const least = sets.reduce((sum, { min }) => sum + min, 0);
  if (least > host.state.machine.cpus)
    return denied(
      "EINVAL",
      "pset/minimum",
      `The sets want ${least} CPUs at least, and the machine has ${host.state.machine.cpus}.`,
    );
  leavePools(
    host,
    Object.keys(illumos.pools).filter((known) => pools.every(({ name }) => name !== known)),
  );
  applySets(host, sets);
  illumos.pools = Object.fromEntries(pools.map((pool) => [pool.name, structuredClone(pool)]));
  return allowed(undefined, may.decision.rule, "The configuration of pools is in force.", { unsure: true });
}

/**
 * pool_conf_remove(3POOL), as `pooladm -x` calls it: all pools and sets but the default ones go, those that were made for
 * zones with dedicated CPUs as well, whatever the sets want at least. Solaris 11 leaves those. Source: pool_knl_remove(),
 * pooladm(8) of Solaris 11.4.
 * @returns EPERM, ENOTACTIVE while pools are off
 */
export function removePools(host: Host, process: Process): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  const illumos = illumosOf(host);
  if (!illumos.poolsEnabled) return denied("ENOTACTIVE", "pool/off", "Pools are not enabled.");
  const stays = ({ temporary }: { temporary: boolean }): boolean =>
    temporary && platformOf(host) === "solaris11";
  const gone = Object.values(illumos.pools).flatMap((pool) =>
    pool.name === DEFAULT_POOL || stays(pool) ? [] : [pool.name],
  );
  leavePools(host, gone);
  for (const name of gone) delete illumos.pools[name];
  const sets = Object.values(illumos.processorSets).filter(stays);
  applySets(host, [defaultSet(host), ...sets]);
  const left = sets.length > 0 ? `, beside ${sets.map(({ name }) => name).join(", ")}` : "";
  return allowed(undefined, may.decision.rule, `There is the default pool with all other CPUs${left}.`);
}

/** Zones and processes of pools that are destroyed go into the default one. Source: pool_pool_destroy(). */
function leavePools(host: Host, gone: readonly string[]): void {
  const target = poolNamed(host, DEFAULT_POOL);
  if (!target || gone.length === 0) return;
  for (const process of allProcesses(host))
    if (gone.includes(poolOfProcess(host, process))) putIntoPool(process, target);
  for (const zone of kernelZones(host)) {
    if (!gone.includes(zone.pool)) continue;
    const message = `Pool ${zone.pool} is destroyed: zone ${zone.name} is in ${DEFAULT_POOL} now.`;
    const causes = zone.causes["pool"] ? [zone.causes["pool"]] : [];
    zone.pool = DEFAULT_POOL;
    delete zone.causes["pool"];
    host.emit({ container: zone.name, kind: "zone.pool", message, outcome: "ok", causes });
  }
}

/** What a file says does not touch what was made for zones. */
function merged<T extends { name: string; temporary: boolean }>(
  wanted: readonly T[],
  live: readonly T[],
): T[] {
  const own = live.filter(({ temporary }) => temporary);
  const names = new Set(own.map(({ name }) => name));
  const others = wanted.filter(({ name, temporary }) => !temporary && !names.has(name));
  const fixed = live.filter(({ name, temporary }) => !temporary && others.every((one) => one.name !== name));
  return [...fixed, ...others, ...own];
}

function applySets(host: Host, wanted: readonly ProcessorSet[]): void {
  const illumos = illumosOf(host);
  const rest = defaultSet(host);
  for (const set of Object.values(illumos.processorSets))
    if (set !== rest && wanted.every(({ name }) => name !== set.name)) {
      giveBack(host, set, set.cpus);
      delete illumos.processorSets[set.name];
    }
  for (const { name, min, max, cpus } of wanted) {
    if (name === DEFAULT_SET) {
      Object.assign(rest, { min, max });
      continue;
    }
    const known = Object.hasOwn(illumos.processorSets, name) ? illumos.processorSets[name] : undefined;
    const set = known ?? { id: freeSetId(host), name, cpus: [], min, max, temporary: false };
    illumos.processorSets[name] = set;
    if (set.temporary) continue;
    Object.assign(set, { min, max });
    giveBack(
      host,
      set,
      set.cpus.filter((cpu) => !cpus.includes(cpu)),
    );
    for (const cpu of cpus) take(host, set, cpu);
  }
  // The default set gives, but not below its own least number.
  for (const set of Object.values(illumos.processorSets))
    while (set !== rest && set.cpus.length < set.min) {
      const cpu = rest.cpus.length > Math.max(1, rest.min) ? rest.cpus.at(-1) : undefined;
      if (cpu === undefined) break;
      take(host, set, cpu);
    }
}

function giveBack(host: Host, set: ProcessorSet, cpus: readonly number[]): void {
  moveCpus(
    cpus.map((cpu) => ({ set, cpu })),
    defaultSet(host),
  );
}

function take(host: Host, to: ProcessorSet, cpu: number): void {
  const from = Object.values(illumosOf(host).processorSets).find(({ cpus }) => cpus.includes(cpu));
  if (!from || from === to || from.temporary) return;
  // The last CPU that works stays where everything else runs.
  if (from.name === DEFAULT_SET && onlineOf(host, from).every((one) => one === cpu)) return;
  moveCpus([{ set: from, cpu }], to);
}

const HEAD = `<?xml version="1.0"?>
<!DOCTYPE system PUBLIC "-//Sun Microsystems Inc//DTD Resource Management All//EN" "file:///usr/share/lib/xml/dtd/rm_pool.dtd.1">
`;

/** A configuration as a file. */
export function poolFile({ pools, sets }: PoolConfiguration): string {
  const setId = (name: string): number => sets.find((set) => set.name === name)?.id ?? -1;
  const lines = pools.flatMap((pool, i) =>
    pool.temporary
      ? []
      : [
          `  <pool name="${pool.name}" active="true" default="${pool.name === DEFAULT_POOL}" importance="${pool.importance}" comment="" res="pset_${setId(pool.processorSet)}" ref_id="pool_${i}">`,
          ...(pool.scheduler === ""
            ? []
            : [`    <property name="pool.scheduler" type="string">${pool.scheduler}</property>`]),
          "  </pool>",
        ],
  );
  for (const set of sets)
    if (!set.temporary)
      lines.push(
        `  <res_comp type="pset" sys_id="${set.id}" name="${set.name}" default="${set.name === DEFAULT_SET}" min="${set.min}" max="${set.max}" units="population" comment="" ref_id="pset_${set.id}">`,
        ...set.cpus.map((cpu) => `    <comp type="cpu" sys_id="${cpu}" comment="" ref_id="cpu_${cpu}"/>`),
        "  </res_comp>",
      );
  return `${HEAD}<system ref_id="dummy" name="default" comment="" version="1" bind-default="true">\n${lines.join("\n")}\n</system>\n`;
}

/** What a file says; undefined for one that is none of poolcfg(8). */
export function parsePoolFile(text: string): PoolConfiguration | undefined {
  if (!text.includes("<system ")) return undefined;
  const found: PoolConfiguration = { pools: [], sets: [] };
  const names = new Map<string, string>();
  for (const [, attributes = "", inner = ""] of text.matchAll(/<res_comp ([^>]*)>(.*?)<\/res_comp>/gs)) {
    const of = attributesOf(attributes);
    names.set(of("ref_id"), of("name"));
    const cpus = [...inner.matchAll(/<comp ([^>]*)>/g)].map(([, one = ""]) =>
      Number(attributesOf(one)("sys_id")),
    );
    const [min, max] = [Number(of("min")), Number(of("max"))];
    found.sets.push({ id: Number(of("sys_id")), name: of("name"), cpus, min, max, temporary: false });
  }
  for (const [, attributes = "", inner = ""] of text.matchAll(/<pool ([^>]*)>(.*?)<\/pool>/gs)) {
    const of = attributesOf(attributes);
    const scheduler = /name="pool\.scheduler"[^>]*>([^<]*)</.exec(inner)?.[1] ?? "";
    found.pools.push({
      name: of("name"),
      processorSet: names.get(of("res")) ?? DEFAULT_SET,
      scheduler: scheduler as ResourcePool["scheduler"],
      importance: Number(of("importance")),
      temporary: false,
    });
  }
  return found;
}

function attributesOf(text: string): (name: string) => string {
  const found = new Map(
    [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return (name) => found.get(name) ?? "";
}
