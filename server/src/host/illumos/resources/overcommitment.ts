import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { causeOf, property, propertyCause, resourcesOf, textOf } from "../configuration.ts";
import { illumosOf } from "../state.ts";
import type { ZoneDefinition, ZoneRctl } from "../types.ts";
import { configuredRctls } from "./apply.ts";
import type { Notice } from "./notice.ts";
import { poolNamed, setOfPool } from "./processorSets.ts";
import { swapOf } from "./swap.ts";
import { dedicatedCpu } from "./temporaryPools.ts";
import { bytesOf } from "./units.ts";

/**
 * What zones are promised together and the machine does not have. Nothing of it is refused when it is configured; the
 * zone that comes last pays. One pass over the configurations.
 */

/** Something that does not add up. `error`: a zone will not boot; `warning`: a promise cannot be kept. */
export interface Overcommitment extends Notice {
  readonly severity: "error" | "warning";
  /** The zones that it is about, by name. */
  readonly zones: readonly string[];
}

/** @param definitions all that could run at the same time; those of the index where nothing is said */
export function overcommitment(
  host: Host,
  definitions: readonly ZoneDefinition[] = illumosOf(host).index.map(({ definition }) => definition),
): Overcommitment[] {
  const promised = definitions.map((definition) => ({
    definition,
    rctls: configuredRctls(host, definition),
  }));
  return [
    ...dedicatedCpus(host, promised),
    ...caps(host, promised),
    ...memory(host, promised),
    ...shares(host, promised),
    ...promised.flatMap(({ definition }) => missingPool(host, definition)),
  ];
}

interface Promised {
  readonly definition: ZoneDefinition;
  readonly rctls: Record<string, ZoneRctl>;
}

/** CPUs that are there in all sets, whichever zones run. */
function cpusOf(host: Host): number {
  return host.state.machine.cpus;
}

/** CPUs that no zone can have for itself: one of the default set, and those of the administrator's sets. */
function keptCpus(host: Host): number {
  return Object.values(illumosOf(host).processorSets)
    .filter(({ temporary }) => !temporary)
    .reduce((sum, { min }) => sum + Math.max(1, min), 0);
}

/** CPUs that a machine would need beside those it has, so that all zones of the index and one more can boot. */
export function missingCpus(host: Host, definition: ZoneDefinition): number {
  const wanted = dedicatedCpu(definition)?.min ?? 0;
  if (wanted === 0) return 0;
  const others = illumosOf(host).index.reduce(
    (sum, entry) => sum + (entry.name === definition.name ? 0 : (dedicatedCpu(entry.definition)?.min ?? 0)),
    0,
  );
  return Math.max(0, others + wanted + keptCpus(host) - cpusOf(host));
}

/** Zones that cannot all have their CPUs: the default set keeps one, and pools of the administrator have theirs. */
function dedicatedCpus(host: Host, promised: readonly Promised[]): Overcommitment[] {
  const asking = promised.flatMap(({ definition }) => {
    const wanted = dedicatedCpu(definition);
    return wanted ? [{ name: definition.name, ...wanted }] : [];
  });
  const spare = cpusOf(host) - keptCpus(host);
  const found: Overcommitment[] = [];
  for (const { name, min, cause } of asking)
    if (min > spare)
      found.push({
        severity: "error",
        rule: "cpus/too-many",
        message: `Zone ${name} wants ${min} CPUs of its own, but only ${Math.max(0, spare)} of the ${cpusOf(host)} can be given away: it will not boot.`,
        causes: [cause],
        zones: [name],
      });
  const fitting = asking.filter(({ min }) => min <= spare);
  const all = fitting.reduce((sum, { min }) => sum + min, 0);
  if (all > spare)
    found.push({
      severity: "warning",
      rule: "cpus/dedicated",
      message: `Zones want ${all} CPUs of their own together, but only ${spare} of the ${cpusOf(host)} can be given away: those that boot last will not get ready.`,
      causes: fitting.map(({ cause }) => cause),
      zones: fitting.map(({ name }) => name),
    });
  return found;
}

/** Caps that never bind. That they sum up to more than the machine is how caps are used, and no fault. */
function caps(host: Host, promised: readonly Promised[]): Overcommitment[] {
  return promised.flatMap(({ definition: { name, properties }, rctls }) => {
    const cap = rctls["zone.cpu-cap"];
    const cpus = setOfPool(host, properties["pool"]?.value ?? "").cpus.length;
    if (!cap || cap.limit <= cpus * 100) return [];
    return [
      {
        severity: "warning" as const,
        rule: "cpus/cap",
        message: `Zone ${name} is capped at ${cap.limit} % of a CPU, but runs on ${cpus} ${cpus === 1 ? "CPU" : "CPUs"}: the cap never holds it back.`,
        causes: [cap.cause],
        zones: [name],
      },
    ];
  });
}

interface MemoryKind {
  readonly rule: string;
  readonly what: string;
  readonly limit: number;
  of(promised: Promised): { bytes: number; cause: Cause } | undefined;
}

function fromRctl(name: string): MemoryKind["of"] {
  return ({ rctls }) => rctls[name] && { bytes: rctls[name].limit, cause: rctls[name].cause };
}

function physicalOf({ definition, rctls }: Promised): { bytes: number; cause: Cause } | undefined {
  const [resource] = resourcesOf(definition, "capped-memory");
  const text = resource && textOf(resource, "physical");
  const bytes = text === undefined ? Number.NaN : bytesOf(text);
  if (resource && Number.isFinite(bytes)) return { bytes, cause: causeOf(resource, "physical") };
  return fromRctl("zone.max-physical-memory")({ definition, rctls });
}

/** Caps are no reservations: beyond the machine they only no longer keep zones apart. */
function memory(host: Host, promised: readonly Promised[]): Overcommitment[] {
  const { memory: machine } = host.state.machine;
  const kinds: readonly MemoryKind[] = [
    { rule: "memory/physical", what: "resident memory", limit: machine, of: physicalOf },
    {
      rule: "memory/locked",
      what: "locked memory",
      limit: machine,
      of: fromRctl("zone.max-locked-memory"),
    },
    { rule: "memory/swap", what: "swap", limit: swapOf(host), of: fromRctl("zone.max-swap") },
  ];
  return kinds.flatMap(({ rule, what, limit, of }) => {
    const capped = promised.flatMap((one) => {
      const value = of(one);
      return value ? [{ ...value, name: one.definition.name }] : [];
    });
    const found: Overcommitment[] = capped
      .filter(({ bytes }) => bytes > limit)
      .map(({ name, cause }) => ({
        severity: "warning",
        rule: `${rule}-single`,
        message: `The cap of zone ${name} on ${what} is above the ${inWords(limit)} of the machine: it never holds.`,
        causes: [cause],
        zones: [name],
      }));
    const fitting = capped.filter(({ bytes }) => bytes <= limit);
    const all = fitting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (all > limit && fitting.length > 1)
      found.push({
        severity: "warning",
        rule,
        message: `Zones may have ${inWords(all)} of ${what} together, and the machine has ${inWords(limit)}: when all use theirs, everybody waits for swap.`,
        causes: fitting.map(({ cause }) => cause),
        zones: fitting.map(({ name }) => name),
      });
    return found;
  });
}

/** Shares that compare with nobody's. */
function shares(host: Host, promised: readonly Promised[]): Overcommitment[] {
  const { schedulingClass } = illumosOf(host);
  if (schedulingClass === "FSS") return [];
  return promised.flatMap(({ definition, rctls }) => {
    const set = rctls["zone.cpu-shares"];
    const pool = property(definition, "pool");
    const own = property(definition, "scheduling-class");
    const scheduler = poolNamed(host, pool)?.scheduler;
    if (!set || (own || scheduler) === "FSS") return [];
    const ignored = own !== "";
    const { name } = definition;
    return [
      {
        severity: "warning" as const,
        rule: ignored ? "shares/ignored" : "shares/class",
        message: ignored
          ? `Zone ${name} has cpu-shares, but its scheduling class ${own} knows no shares.`
          : `Zone ${name} has cpu-shares, but the default class of the system is ${schedulingClass}: they count only among zones of class FSS.`,
        causes: [set.cause, ...(ignored ? [propertyCause(definition, "scheduling-class")] : [])].filter(
          (cause) => cause !== undefined,
        ),
        zones: [name],
      },
    ];
  });
}

function missingPool(host: Host, definition: ZoneDefinition): Overcommitment[] {
  const name = property(definition, "pool");
  if (name === "" || poolNamed(host, name)) return [];
  const cause = propertyCause(definition, "pool");
  return [
    {
      severity: "warning",
      rule: "pool/missing",
      message: `Zone ${definition.name} is to run in pool ${name}, which does not exist: it runs in the default pool.`,
      causes: cause ? [cause] : [],
      zones: [definition.name],
    },
  ];
}

const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

function inWords(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power]}`;
}
