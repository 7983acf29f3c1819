import { allowed, type Cause, denied, type Outcome, thereIsNo } from "../../decision.ts";
import { Derived } from "../../derived.ts";
import { type Groups, put, sorted, valuesOf } from "../../groups.ts";
import type { Host } from "../../host.ts";
import { allProcesses, findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { childrenOf, isDescendant, prison } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { canSchedule } from "../process/visibility.ts";
import { outOfScope } from "../scope.ts";
import { freebsdOf } from "../state.ts";
import type { CpuSet, ResourceState } from "./types.ts";

/**
 * CPU sets. Each jail has a root set within that of its parent; below a root set there are numbered ones, and a process
 * can be bound closer still. Source: sys/kern/kern_cpuset.c, cpuset(2).
 */

function set(host: Host, id: number): CpuSet {
  const found = freebsdOf(host).resources.cpusets[id];
  if (!found) throw new Error(`the model has no CPU set ${id}`);
  return found;
}

/** Numbers of sets by their root set. */
const byRoot = new Derived<ResourceState["cpusets"], Groups<number, number>>((cpusets) => {
  const index: Groups<number, number> = new Map();
  for (const { id, root } of Object.values(cpusets)) put(index, root, id);
  return index;
});

function addSet(host: Host, added: CpuSet): void {
  const { resources } = freebsdOf(host);
  put(byRoot.of(resources.cpusets), added.root, added.id);
  resources.cpusets[added.id] = added;
}

/** The CPUs that a process can run on. */
export function cpusOf(host: Host, process: Process): number[] {
  return process.affinity ?? set(host, process.cpuset).cpus;
}

/** The root set of a new jail: equal to that of its parent at first. jail_set(2) calls it as it creates a prison. */
export function createRootSet(host: Host, parent: number, jid: number): number {
  const { resources } = freebsdOf(host);
  const id = resources.nextCpuset++;
  addSet(host, { id, root: id, cpus: [...set(host, prison(host, parent).cpuset).cpus], container: jid });
  return id;
}

/** When a prison is freed, its root set and those below go with it. */
export function releaseRootSet(host: Host, jid: number): void {
  if (jid === 0) return;
  const { cpusets } = freebsdOf(host).resources;
  const { cpuset: root } = prison(host, jid);
  for (const id of sorted(valuesOf(byRoot.of(cpusets), root))) delete cpusets[id];
  byRoot.of(cpusets).delete(root);
}

/**
 * Moves a process below the root set of a jail that it attaches to, and keeps what it was bound to as far as possible.
 * @returns EDEADLK if no CPU would be left
 */
export function moveIntoJail(host: Host, process: Process, jid: number): Outcome {
  const target = set(host, prison(host, jid).cpuset);
  if (process.affinity) {
    const left = process.affinity.filter((cpu) => target.cpus.includes(cpu));
    if (left.length === 0)
      return denied(
        "EDEADLK",
        "cpuset/attach",
        "None of the CPUs that the process is bound to is one of the jail.",
        {
          causes: [{ what: `cpuset of jail ${prison(host, jid).name}: ${list(target.cpus)}`, from: "host" }],
        },
      );
    process.affinity = left;
  }
  process.cpuset = target.id;
  return allowed(undefined, "cpuset/attach", `It runs on CPUs ${list(cpusOf(host, process))}.`);
}

/** cpuset(2): a new set below the caller's root set, with the caller in it. */
export function cpuset(host: Host, process: Process): Outcome<CpuSet> {
  const { resources } = freebsdOf(host);
  const root = set(host, set(host, process.cpuset).root);
  const id = resources.nextCpuset++;
  const created: CpuSet = { id, root: root.id, cpus: [...root.cpus], container: null };
  addSet(host, created);
  process.cpuset = id;
  delete process.affinity;
  return allowed(created, "cpuset/create", `Set ${id} has CPUs ${list(created.cpus)}.`);
}

/** What a call is about: a process, a set by its number, or the root set of a jail. -1 is the caller's own. */
export type CpusetTarget = { which: "pid" | "set" | "jail"; id: number };

/** cpuset_getaffinity(2). */
export function getAffinity(host: Host, process: Process, target: CpusetTarget): Outcome<number[]> {
  if (target.which === "pid") {
    const found = processFor(host, process, target.id);
    return found.ok
      ? allowed(cpusOf(host, found.value), "cpuset/get", "The CPUs that it can run on.")
      : found;
  }
  const found = setFor(host, process, target);
  return found.ok ? allowed([...found.value.cpus], "cpuset/get", `Set ${found.value.id}.`) : found;
}

/**
 * cpuset_setaffinity(2): shapes a set, or binds one process.
 * @returns ESRCH for what is outside, EPERM for the jail's own root set, EINVAL for CPUs that the set above does not
 * have, EDEADLK if somebody would be left without any
 */
export function setAffinity(
  host: Host,
  process: Process,
  target: CpusetTarget,
  cpus: readonly number[],
): Outcome<number[]> {
  const wanted = [...new Set(cpus)].sort((a, b) => a - b);
  if (wanted.length === 0) return denied("EINVAL", "cpuset/empty", "A set without CPUs is not possible.");
  if (target.which === "pid") return bind(host, process, target.id, wanted);
  const found = setFor(host, process, target);
  return found.ok ? modify(host, process, found.value, wanted) : found;
}

function bind(host: Host, process: Process, pid: number, wanted: number[]): Outcome<number[]> {
  const found = processFor(host, process, pid);
  if (!found.ok) return found;
  const base = set(host, found.value.cpuset);
  const outside = outsideOf(base, wanted);
  if (outside) return outside;
  found.value.affinity = wanted;
  return allowed(wanted, "cpuset/bind", `Process ${found.value.pid} runs on CPUs ${list(wanted)}.`);
}

function modify(host: Host, process: Process, target: CpuSet, wanted: number[]): Outcome<number[]> {
  const verdict = privCheck(host, process, "SCHED_CPUSET");
  if (!verdict.ok) return verdict;
  const own = prison(host, process.credential.container);
  if (own.jid !== 0 && target.id === own.cpuset)
    return denied(
      "EPERM",
      "cpuset/root",
      `The root set of jail ${own.name} is for those around it to shape.`,
      {
        causes: [{ what: "the root set of the caller's jail is read-only", from: "kernel" }],
      },
    );
  const above = setAbove(host, target);
  const outside = above ? outsideOf(above, wanted) : outsideOf(everyCpu(host), wanted);
  if (outside) return outside;
  const starved = starvedBy(host, target, wanted);
  if (starved) return denied("EDEADLK", "cpuset/starved", starved);
  shrink(host, target, wanted);
  target.cpus = wanted;
  return allowed(wanted, "cpuset/set", `Set ${target.id} has CPUs ${list(wanted)}.`);
}

/** CPUs that a machine nobody described is asked for are taken to be there, in each set that had all of them so far. */
export function assumeCpus(host: Host, cpus: readonly number[]): void {
  const { machine } = host.state;
  const count = Math.max(...cpus) + 1;
  if (machine.described || count <= machine.cpus) return;
  const more = Array.from({ length: count - machine.cpus }, (_, i) => machine.cpus + i);
  for (const one of Object.values(freebsdOf(host).resources.cpusets))
    if (one.cpus.length === machine.cpus) one.cpus = [...one.cpus, ...more];
  machine.cpus = count;
  const message = `The machine is taken to have ${count} CPUs.`;
  host.emit({ container: "host", kind: "assume.cpus", message, outcome: "assumed" });
}

function everyCpu(host: Host): CpuSet {
  return {
    id: 0,
    root: 0,
    cpus: Array.from({ length: host.state.machine.cpus }, (_, cpu) => cpu),
    container: null,
  };
}

function outsideOf(bound: CpuSet, wanted: readonly number[]) {
  const foreign = wanted.filter((cpu) => !bound.cpus.includes(cpu));
  if (foreign.length === 0) return undefined;
  const cause: Cause = { what: `CPUs of set ${bound.id}: ${list(bound.cpus)}`, from: "host" };
  return denied("EINVAL", "cpuset/outside", `CPU ${list(foreign)} is not in the set above.`, {
    causes: [cause],
  });
}

/** The root set for a numbered one; for that of a jail the root set of the jail around it. */
function setAbove(host: Host, { id, root, container: jid }: CpuSet): CpuSet | undefined {
  if (id !== root) return set(host, root);
  return jid === null || jid === 0 ? undefined : set(host, prison(host, prison(host, jid).parent).cpuset);
}

/** Sets directly below one. */
function below(host: Host, { id, root, container: jid }: CpuSet): CpuSet[] {
  const numbered = sorted(valuesOf(byRoot.of(freebsdOf(host).resources.cpusets), id))
    .filter((one) => one !== id)
    .map((one) => set(host, one));
  if (id !== root || jid === null) return numbered;
  return [...numbered, ...childrenOf(host, jid).map(({ cpuset }) => set(host, cpuset))];
}

function starvedBy(host: Host, target: CpuSet, left: readonly number[]): string | undefined {
  const empty = (cpus: readonly number[]) => !cpus.some((cpu) => left.includes(cpu));
  for (const process of allProcesses(host))
    if (process.cpuset === target.id && process.affinity && empty(process.affinity))
      return `Process ${process.pid} would have no CPU left.`;
  for (const one of below(host, target)) {
    if (empty(one.cpus)) return `Set ${one.id} would have no CPU left.`;
    const deeper = starvedBy(
      host,
      one,
      one.cpus.filter((cpu) => left.includes(cpu)),
    );
    if (deeper) return deeper;
  }
  return undefined;
}

function shrink(host: Host, target: CpuSet, left: readonly number[]): void {
  for (const process of allProcesses(host))
    if (process.cpuset === target.id && process.affinity)
      process.affinity = process.affinity.filter((cpu) => left.includes(cpu));
  for (const one of below(host, target)) {
    one.cpus = one.cpus.filter((cpu) => left.includes(cpu));
    shrink(host, one, one.cpus);
  }
}

function processFor(host: Host, process: Process, pid: number): Outcome<Process> {
  const target = pid === -1 ? process : findProcess(host, pid);
  if (!target) return denied("ESRCH", "cpuset/none", thereIsNo("process", pid));
  const verdict = canSchedule(host, process, target);
  return verdict.ok ? allowed(target, "cpuset/process", verdict.decision.reason) : verdict;
}

function setFor(host: Host, process: Process, { which, id }: CpusetTarget): Outcome<CpuSet> {
  const own = process.credential.container;
  if (which === "jail") {
    // Only descendants are searched; -1 stands for the own jail.
    const jid = id === -1 ? own : id;
    if (jid !== own && !isDescendant(host, own, jid)) return outOfScope(host, process, "ESRCH");
    if (jid === own && id !== -1) return outOfScope(host, process, "ESRCH");
    return allowed(set(host, prison(host, jid).cpuset), "cpuset/jail", "The root set of the jail.");
  }
  const found = freebsdOf(host).resources.cpusets[id === -1 ? process.cpuset : id];
  if (!found) return denied("ESRCH", "cpuset/none", thereIsNo("CPU set", id));
  const root = set(host, found.root);
  const visible =
    own === 0 ||
    root.container === own ||
    (root.container !== null && isDescendant(host, own, root.container));
  return visible ? allowed(found, "cpuset/set", `Set ${found.id}.`) : outOfScope(host, process, "ESRCH");
}

function list(cpus: readonly number[]): string {
  return cpus.join(", ");
}
