import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { projectOf } from "../process/projects.ts";
import { illumosOf } from "../state.ts";
import type { ProcessorSet, SchedulingClass } from "../types.ts";
import { zone } from "../zones.ts";
import { classOf, classOfZone } from "./classes.ts";
import { projectCap, projectShares, sharesCause, zoneCalled, zoneCap, zoneShares } from "./cpuLimits.ts";
import { onlineOf, setOfPool, setOfProcess, setWithId } from "./processorSets.ts";
import { shareOut } from "./waterFilling.ts";

/**
 * Who gets how much CPU time when many want some. In each processor set the real-time class comes first; of the rest the
 * fair share scheduler gives by the shares of zones, within a zone by those of projects; other classes give all threads
 * the same. Caps bound what a zone or project takes. All amounts are in percent of one CPU.
 * Source: FSS(7), usr/src/uts/common/disp/{fss,cpucaps}.c.
 */

export interface Demand {
  zone: number;
  /** 0 where nothing is said. */
  project?: number;
  /** What it would use alone on the machine. */
  percent: number;
  /** Threads that want to run: they count where there are no shares, and no thread runs on two CPUs. */
  threads?: number;
  /** The class, where it is not that of the zone. */
  class?: SchedulingClass;
  /** The processor set by number, where it is not that of the zone's pool. */
  set?: number;
}

/** Why it is not more. */
export type CpuBound = "demand" | "cap" | "project-cap" | "shares" | "set" | "real-time";

export interface ProjectCpu {
  project: number;
  demand: number;
  got: number;
  bound: CpuBound;
}

export interface ZoneCpu {
  zone: number;
  set: string;
  demand: number;
  got: number;
  /** What it could have if everybody who wants some wanted all; absent where shares do not count. */
  entitlement?: number;
  bound: CpuBound;
  /** A sentence for a reader. */
  reason: string;
  causes: Cause[];
  projects: ProjectCpu[];
  /** Classes are mixed in the set, for which the documentation promises nothing. */
  unsure?: true;
}

export interface SetCpu {
  set: string;
  id: number;
  /** Of its CPUs that work. */
  capacity: number;
  used: number;
  zones: ZoneCpu[];
}

/** The demand of one process, with everything that counts of it. `most`: what it can use on the CPUs of its set. */
export function demandOf(host: Host, process: Process, percent: number): Required<Demand> & { most: number } {
  const set = setOfProcess(host, process);
  const threads = process.illumos?.lwps ?? 1;
  return {
    zone: process.credential.container,
    project: projectOf(process),
    percent,
    threads,
    class: classOf(host, process),
    set: set.id,
    most: mostOf(percent, threads, onlineOf(host, set).length * 100),
  };
}

/** A thread runs on one CPU at a time. */
function mostOf(percent: number, threads: number, capacity: number): number {
  return Math.max(0, Math.min(percent, threads * 100, capacity));
}

/** Shares out all CPUs among demands: by set, each with its zones in the order of their ids. */
export function shareCpu(host: Host, demands: readonly Demand[]): SetCpu[] {
  const bySet = new Map<ProcessorSet, Demand[]>();
  for (const demand of demands) {
    const given = demand.set === undefined ? undefined : setWithId(host, demand.set);
    const set = given ?? setOfPool(host, zone(host, demand.zone).pool);
    const known = bySet.get(set);
    if (known) known.push(demand);
    else bySet.set(set, [demand]);
  }
  const caps = capsBySet(bySet);
  return [...bySet]
    .sort(([a], [b]) => a.id - b.id)
    .map(([set, own]) => shareSet(host, set, own, (id, cap) => cap * (caps(set, id) ?? 1)));
}

/** A cap is of the whole zone: the part of it that counts in a set, where a zone wants CPUs of several. */
function capsBySet(bySet: ReadonlyMap<ProcessorSet, readonly Demand[]>) {
  if (bySet.size < 2) return () => 1;
  const whole = new Map<number, number>();
  const parts = new Map<ProcessorSet, Map<number, number>>();
  for (const [set, demands] of bySet) {
    const own = new Map<number, number>();
    parts.set(set, own);
    for (const { zone: id, percent } of demands) {
      own.set(id, (own.get(id) ?? 0) + percent);
      whole.set(id, (whole.get(id) ?? 0) + percent);
    }
  }
  return (set: ProcessorSet, id: number) => {
    const all = whole.get(id) ?? 0;
    return all > 0 ? (parts.get(set)?.get(id) ?? 0) / all : 1;
  };
}

interface Wanted {
  project: number;
  demand: number;
  threads: number;
}

interface ZoneWanted {
  id: number;
  demand: number;
  threads: number;
  /** Of the real-time class: neither capped nor shared. */
  realTime: Wanted[];
  projects: Wanted[];
}

function shareSet(
  host: Host,
  set: ProcessorSet,
  demands: readonly Demand[],
  capIn: (zone: number, cap: number) => number,
): SetCpu {
  const online = onlineOf(host, set).length;
  const capacity = online * 100;
  const classes = new Set<string>();
  const zones = new Map<number, ZoneWanted>();
  for (const demand of demands) {
    const { zone: id, percent, threads = Math.max(1, Math.ceil(percent / 100)) } = demand;
    const name = demand.class ?? classOfZone(host, zone(host, id));
    const own = zones.get(id) ?? { id, demand: 0, threads: 0, realTime: [], projects: [] };
    zones.set(id, own);
    const most = mostOf(percent, threads, capacity);
    own.demand += most;
    own.threads += threads;
    if (name !== "RT") classes.add(name === "FSS" ? "FSS" : "others");
    add(name === "RT" ? own.realTime : own.projects, demand.project ?? 0, most, threads);
  }
  const ordered = [...zones.values()].sort((a, b) => a.id - b.id);
  const first = shareOut(
    capacity,
    ordered.map(({ realTime }) => ({
      weight: Math.max(1, threadsOf(realTime)),
      limit: demandsOf(realTime),
    })),
  );
  const rest = capacity - first.reduce((sum, got) => sum + got, 0);
  const scheme: Scheme = classes.has("FSS") ? (classes.size > 1 ? "mixed" : "shares") : "threads";
  const limits = ordered.map((own) => limitsOf(host, own, capIn));
  const weights = ordered.map(({ id, projects }) =>
    scheme === "shares" ? zoneShares(zone(host, id)) : threadsOf(projects),
  );
  const got = shareOut(
    rest,
    limits.map(({ limit }, i) => ({ limit, weight: weights[i] ?? 0 })),
  );
  const active = ordered.reduce(
    (sum, { projects }, i) => sum + (projects.length > 0 ? (weights[i] ?? 0) : 0),
    0,
  );
  const result = ordered.map((own, i) =>
    describe(host, {
      ...{ set, own, scheme, online },
      limits: limits[i] ?? { limit: 0, cap: undefined, projectLimits: [] },
      realTime: first[i] ?? 0,
      shared: got[i] ?? 0,
      entitlement: active > 0 ? (rest * (weights[i] ?? 0)) / active : 0,
    }),
  );
  return {
    set: set.name,
    id: set.id,
    capacity,
    used: result.reduce((sum, one) => sum + one.got, 0),
    zones: result,
  };
}

type Scheme = "shares" | "threads" | "mixed";

function add(to: Wanted[], project: number, demand: number, threads: number): void {
  const known = to.find((one) => one.project === project);
  if (known) {
    known.demand += demand;
    known.threads += threads;
  } else to.push({ project, demand, threads });
}

const demandsOf = (wanted: readonly Wanted[]) => wanted.reduce((sum, { demand }) => sum + demand, 0);
const threadsOf = (wanted: readonly Wanted[]) => wanted.reduce((sum, { threads }) => sum + threads, 0);

interface Limits {
  /** The most that the zone takes outside of the real-time class. */
  limit: number;
  /** Its cap, where that is below what it wants. */
  cap: { percent: number; cause: Cause } | undefined;
  projectLimits: { limit: number; capped: boolean }[];
}

function limitsOf(host: Host, { id, projects }: ZoneWanted, capIn: (zone: number, cap: number) => number) {
  const projectLimits = projects.map(({ project, demand }) => {
    const cap = projectCap(host, id, project);
    const most = cap ? capIn(id, cap.percent) : Number.POSITIVE_INFINITY;
    return { limit: Math.min(demand, most), capped: most < demand };
  });
  const wanted = projectLimits.reduce((sum, { limit }) => sum + limit, 0);
  const cap = zoneCap(zone(host, id));
  const most = cap ? capIn(id, cap.percent) : Number.POSITIVE_INFINITY;
  return { limit: Math.min(wanted, most), cap: most < wanted ? cap : undefined, projectLimits };
}

interface Shared {
  set: ProcessorSet;
  own: ZoneWanted;
  scheme: Scheme;
  online: number;
  limits: Limits;
  realTime: number;
  shared: number;
  entitlement: number;
}

/** Differences below it come from the arithmetic. */
const TINY = 1e-6;

function describe(host: Host, about: Shared): ZoneCpu {
  const { set, own, scheme, limits, realTime, shared, entitlement } = about;
  const { id, demand } = own;
  const got = realTime + shared;
  const bound = boundOf(about);
  const causes = causesOf(host, about, bound);
  return {
    zone: id,
    set: set.name,
    demand,
    got,
    ...(scheme === "shares" && own.projects.length > 0 && { entitlement }),
    bound,
    reason: reasonOf(host, about, bound, got),
    causes,
    projects: shareProjects(host, own, limits, scheme, shared, realTime),
    ...(scheme === "mixed" && { unsure: true as const }),
  };
}

function boundOf({ own, limits, scheme, shared, realTime }: Shared): CpuBound {
  const { limit, cap, projectLimits } = limits;
  if (realTime + shared >= own.demand - TINY) return "demand";
  if (shared >= limit - TINY && cap) return "cap";
  if (shared >= limit - TINY && projectLimits.some(({ capped }) => capped)) return "project-cap";
  if (own.projects.length === 0) return "real-time";
  return scheme === "shares" ? "shares" : "set";
}

function causesOf(host: Host, { own, set, limits }: Shared, bound: CpuBound): Cause[] {
  const size: Cause = { what: `${set.name} with ${onlineOf(host, set).length} CPUs`, from: "host" };
  if (bound === "cap") return limits.cap ? [limits.cap.cause] : [];
  if (bound === "project-cap")
    return own.projects.flatMap(({ project }) => projectCap(host, own.id, project)?.cause ?? []);
  if (bound === "shares") return [sharesCause(zone(host, own.id)), size];
  return bound === "demand" ? [] : [size];
}

function reasonOf(host: Host, about: Shared, bound: CpuBound, got: number): string {
  const { own, set, online, scheme, limits, entitlement } = about;
  const who = zoneCalled(host, own.id);
  const name = `${who[0]?.toUpperCase()}${who.slice(1)}`;
  const amount = `${Math.round(got)} % of a CPU`;
  const cpus = `${online} ${online === 1 ? "CPU" : "CPUs"} of ${set.name}`;
  switch (bound) {
    case "demand":
      return `${name} gets all that it wants.`;
    case "cap":
      return `${name} is held to its cap of ${limits.cap?.percent} % of a CPU.`;
    case "project-cap":
      return `Projects of ${who} are held to their caps.`;
    case "real-time":
      return `${name} gets ${amount}: its real-time threads want more than the ${cpus}.`;
    case "shares":
      return `${name} gets ${amount}; by its ${zoneShares(zone(host, own.id))} shares it is entitled to ${Math.round(entitlement)} % on the ${cpus}.`;
    case "set":
      return scheme === "mixed"
        ? `${name} gets ${amount} of the ${cpus}, where classes are mixed so that shares promise nothing.`
        : `${name} gets ${amount}: all threads share the ${cpus} evenly, as FSS is not in use.`;
  }
}

function shareProjects(
  host: Host,
  { id, projects, realTime: wanted }: ZoneWanted,
  { projectLimits }: Limits,
  scheme: Scheme,
  shared: number,
  realTime: number,
): ProjectCpu[] {
  const got = shareOut(
    shared,
    projects.map(({ project, threads }, i) => ({
      weight: scheme === "shares" ? projectShares(host, id, project) : threads,
      limit: projectLimits[i]?.limit ?? 0,
    })),
  );
  const first = shareOut(
    realTime,
    wanted.map(({ demand, threads }) => ({ weight: threads, limit: demand })),
  );
  const found = new Map<number, ProjectCpu>();
  projects.forEach(({ project, demand }, i) => {
    const own = got[i] ?? 0;
    const limits = projectLimits[i];
    const full = own >= demand - TINY;
    const capped = limits?.capped === true && own >= limits.limit - TINY;
    const bound: CpuBound = full ? "demand" : capped ? "project-cap" : scheme === "shares" ? "shares" : "set";
    found.set(project, { project, demand, got: own, bound });
  });
  wanted.forEach(({ project, demand }, i) => {
    const own = first[i] ?? 0;
    const known = found.get(project);
    found.set(project, {
      project,
      demand: demand + (known?.demand ?? 0),
      got: own + (known?.got ?? 0),
      bound: known && known.bound !== "demand" ? known.bound : own >= demand - TINY ? "demand" : "real-time",
    });
  });
  return [...found.values()].sort((a, b) => a.project - b.project);
}

/** "What happens when all are busy": every zone that runs wants all CPUs of its set at the same time. */
export function busy(host: Host, zones: readonly number[] = runningZones(host)): SetCpu[] {
  return shareCpu(
    host,
    zones.map((id) => {
      const online = onlineOf(host, setOfPool(host, zone(host, id).pool)).length;
      return { zone: id, percent: online * 100, threads: Math.max(1, online) };
    }),
  );
}

function runningZones(host: Host): number[] {
  return Object.values(illumosOf(host).zones)
    .filter(({ status }) => status === "running" || status === "booting")
    .map(({ id }) => id);
}
