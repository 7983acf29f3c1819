import { own } from "../../../catalog/own.ts";
import { allowed, denied, type Outcome, thereIsNo } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { controls, processFor } from "../process/permissions.ts";
import { type IdType, processesOf } from "../process/priocntl.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet } from "../types.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import {
  cpuUse,
  DEFAULT_POOL,
  DEFAULT_SET,
  defaultSet,
  freeSetId,
  moveCpus,
  onlineOf,
  poolNamed,
  putIntoPool,
  setOfPool,
  setOfProcess,
  setWithId,
  visibleCpus,
} from "./processorSets.ts";

/**
 * Processor sets, CPUs and pools as calls change them. Sets belong to pools, or to psrset(8) while pools are off.
 * Source: usr/src/uts/common/syscall/{pset,processor_bind,p_online}.c, usr/src/uts/common/os/pool.c.
 */

/** pset_create(2): EPERM; ENOTSUP while pools are on, as the facility has the sets then. */
export function psetCreate(host: Host, process: Process): Outcome<number> {
  const may = changesSets(host, process);
  if (!may.ok) return may;
  const id = freeSetId(host);
  const set: ProcessorSet = { id, name: `psrset_${id}`, cpus: [], min: 0, max: 65_535, temporary: false };
  illumosOf(host).processorSets[set.name] = set;
  return allowed(id, may.decision.rule, `Processor set ${id} has no CPU yet.`);
}

/** pset_destroy(2). Processes that were bound to it run on the default set. */
export function psetDestroy(host: Host, process: Process, id: number): Outcome {
  const may = changesSets(host, process);
  if (!may.ok) return may;
  const set = setWithId(host, id);
  if (!set || set.name === DEFAULT_SET) return denied("EINVAL", "pset/none", thereIsNo("set", id));
  moveCpus(
    set.cpus.map((cpu) => ({ set, cpu })),
    defaultSet(host),
  );
  delete illumosOf(host).processorSets[set.name];
  return allowed(undefined, may.decision.rule, `Processor set ${id} is gone.`);
}

/** pset_assign(2): a CPU into a set; -1 is the default one. EINVAL, EBUSY for the last CPU of the default set. */
export function psetAssign(host: Host, process: Process, id: number, cpu: number): Outcome {
  const may = changesSets(host, process);
  if (!may.ok) return may;
  const to = setWithId(host, id);
  const from = Object.values(illumosOf(host).processorSets).find(({ cpus }) => cpus.includes(cpu));
  if (!to || !from) return denied("EINVAL", "pset/none", `There is no set ${id}, or no CPU ${cpu}.`);
  if (from !== to && from.name === DEFAULT_SET && onlineOf(host, from).length <= 1)
    return denied("EBUSY", "pset/last", "The default set keeps one CPU at least.");
  if (from !== to) moveCpus([{ set: from, cpu }], to);
  return allowed(undefined, may.decision.rule, `CPU ${cpu} is in set ${id}.`);
}

function changesSets(host: Host, process: Process): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (may.ok && illumosOf(host).poolsEnabled)
    return denied("ENOTSUP", "pset/pools", "Pools are enabled, and they have the processor sets.", {
      causes: [{ what: "svc:/system/pools", from: "host" }],
    });
  return may;
}

/**
 * pset_bind(2) and processor_bind(2): whom a set of ids means runs on a processor set from now on; `undefined` ends it.
 * @returns EPERM without sys_res_bind or for processes of others, ENOTSUP while pools are on, EINVAL, ESRCH
 */
export function psetBind(
  host: Host,
  process: Process,
  type: IdType,
  id: number | string,
  set: number | undefined,
): Outcome {
  const may = privilege(host, process, ["sys_res_bind", "sys_res_config"]);
  if (!may.ok) return may;
  if (illumosOf(host).poolsEnabled)
    return denied("ENOTSUP", "pset/pools", "Pools are enabled, and they have the processor sets.", {
      causes: [{ what: "svc:/system/pools", from: "host" }],
    });
  if (set !== undefined && !setWithId(host, set)) return denied("EINVAL", "pset/none", thereIsNo("set", set));
  const found = processesOf(host, process, type, id);
  if (!found.ok) return found;
  for (const target of found.value) {
    const reach = controls(host, process, target);
    if (!reach.ok) return reach;
  }
  for (const target of found.value) {
    const { processorSet: _, ...others } = target.illumos ?? {};
    target.illumos = set === undefined ? others : { ...others, processorSet: set };
  }
  return allowed(undefined, may.decision.rule, `${found.value.length} processes are bound.`);
}

/**
 * processor_bind(2) to one CPU, as pbind(8) has it; `undefined` ends it.
 * @returns EINVAL for a CPU that the process cannot run on, EPERM for processes of others, ESRCH
 */
export function processorBind(host: Host, process: Process, pid: number, cpu: number | undefined): Outcome {
  const target = processFor(host, process, pid);
  if (!target.ok) return target;
  const reach = controls(host, process, target.value);
  if (!reach.ok) return reach;
  if (cpu === undefined) {
    delete target.value.affinity;
    return allowed(undefined, "pbind", `Process ${pid} is bound to no CPU.`);
  }
  if (!onlineOf(host, setOfProcess(host, target.value)).includes(cpu))
    return denied("EINVAL", "pbind/cpu", `CPU ${cpu} is not in the set of process ${pid}, or is offline.`);
  target.value.affinity = [cpu];
  return allowed(undefined, "pbind", `Process ${pid} runs on CPU ${cpu}.`);
}

export type OnlineState = "on-line" | "off-line";

/** p_online(2): EPERM without sys_res_config, EINVAL, EBUSY for the last CPU of a set. */
export function pOnline(host: Host, process: Process, cpu: number, state: OnlineState): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  const { system, processorSets } = illumosOf(host);
  const set = Object.values(processorSets).find(({ cpus }) => cpus.includes(cpu));
  if (!set) return denied("EINVAL", "p_online/none", `There is no CPU ${cpu}.`);
  if (state === "off-line" && onlineOf(host, set).every((one) => one === cpu))
    return denied("EBUSY", "p_online/last", `CPU ${cpu} is the last of set ${set.name}.`);
  system.offline = system.offline.filter((one) => one !== cpu);
  if (state === "off-line") system.offline = [...system.offline, cpu].sort((a, b) => a - b);
  return allowed(undefined, may.decision.rule, `CPU ${cpu} is ${state} now.`);
}

export interface CpuRow {
  id: number;
  state: OnlineState;
}

/** psrinfo(8): the CPUs that somebody sees, and whether they work. */
export function psrinfo(host: Host, process: Process): CpuRow[] {
  const { offline } = illumosOf(host).system;
  return visibleCpus(host, zoneOf(host, process)).map((id) => ({
    id,
    state: offline.includes(id) ? "off-line" : "on-line",
  }));
}

/**
 * pool_set_binding(3POOL), as poolbind(8) calls it. A whole zone is bound by its id; single processes only where their
 * zone is not.
 * @returns EPERM, ESRCH for the pool, EINVAL for a process of a zone, as zones are bound as a whole
 */
export function poolBind(
  host: Host,
  process: Process,
  type: IdType,
  id: number | string,
  pool: string,
): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  if (!illumosOf(host).poolsEnabled) return denied("ENOTACTIVE", "pool/off", "Pools are not enabled.");
  const target = poolNamed(host, pool);
  if (!target) return denied("ESRCH", "pool/none", `There is no pool ${pool}.`);
  const found = processesOf(host, process, type, id);
  if (!found.ok) return found;
  const inZone = found.value.find(({ credential }) => credential.container !== GLOBAL);
  if (type === "zoneid") {
    const [first] = found.value;
    if (first) {
      const zone = zoneOf(host, first);
      zone.pool = pool;
      delete zone.causes["pool"];
    }
  } else if (inZone)
    return denied("EINVAL", "pool/zone", `Process ${inZone.pid} is in a zone, which is bound as a whole.`);
  for (const one of found.value) putIntoPool(one, target);
  return allowed(undefined, may.decision.rule, `${found.value.length} processes are in pool ${pool}.`);
}

/** pool_create(3POOL) on the running configuration, with the default set. EPERM, EEXIST. */
export function poolCreate(host: Host, process: Process, name: string, set = DEFAULT_SET): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  const illumos = illumosOf(host);
  if (!illumos.poolsEnabled) return denied("ENOTACTIVE", "pool/off", "Pools are not enabled.");
  if (poolNamed(host, name)) return denied("EEXIST", "pool/exists", `There is a pool ${name} already.`);
  if (!own(illumos.processorSets, set)) return denied("EINVAL", "pset/none", `There is no set ${set}.`);
  illumos.pools[name] = { name, processorSet: set, scheduler: "", importance: 1, temporary: false };
  return allowed(undefined, may.decision.rule, `Pool ${name} has the CPUs of ${set}.`);
}

/**
 * Enables or disables the facility. Source: pool_status(), pool_pset_enable(), pool_pset_disable().
 * @returns EPERM; EEXIST to enable it while psrset(8) has sets; EBUSY to disable it while there are other pools or sets
 */
export function enablePools(host: Host, process: Process, enabled: boolean): Outcome {
  const may = privilege(host, process, "sys_res_config");
  if (!may.ok) return may;
  const illumos = illumosOf(host);
  if (illumos.poolsEnabled !== enabled) {
    const set = Object.keys(illumos.processorSets).find((name) => name !== DEFAULT_SET);
    const pool = Object.keys(illumos.pools).find((name) => name !== DEFAULT_POOL);
    if (enabled && set !== undefined)
      return denied("EEXIST", "pool/sets", `There is a processor set already: ${set}.`);
    if (!enabled && (pool ?? set) !== undefined)
      return denied("EBUSY", "pool/left", `There is ${pool ?? set} beside the default.`);
  }
  illumos.poolsEnabled = enabled;
  return allowed(undefined, may.decision.rule, `Pools are ${enabled ? "enabled" : "disabled"}.`);
}

export interface PoolRow {
  pool: string;
  set: string;
  type: "default-pset" | "pool-pset" | "psrset-pset" | "dedicated-cpu";
  min: number;
  max: number;
  size: number;
  /** CPUs in use, as their processes have it. */
  used: number;
}

/** What kind of set it is, as zonestat(1) calls it. */
export function setType(host: Host, { name, temporary }: ProcessorSet): PoolRow["type"] {
  if (name === DEFAULT_SET) return "default-pset";
  if (temporary) return "dedicated-cpu";
  return Object.values(illumosOf(host).pools).some(({ processorSet }) => processorSet === name)
    ? "pool-pset"
    : "psrset-pset";
}

/** poolstat(8): pools and their sets; in a zone only its own. */
export function poolRows(host: Host, process: Process): PoolRow[] {
  const { pools } = illumosOf(host);
  const use = cpuUse(host);
  const zone = zoneOf(host, process);
  return Object.values(pools)
    .filter(({ name }) => zone.id === GLOBAL || name === zone.pool)
    .map(({ name }) => {
      const set = setOfPool(host, name);
      return {
        pool: name,
        set: set.name,
        type: setType(host, set),
        min: set.min,
        max: set.max,
        size: set.cpus.length,
        used: (use.get(set.name) ?? 0) / 100,
      };
    });
}
