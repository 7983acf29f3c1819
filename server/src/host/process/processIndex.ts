import type { Host } from "../host.ts";
import type { HostState } from "../state.ts";
import type { Process } from "./types.ts";

/**
 * What would otherwise be searched in the whole table at each fork, exit and open. Derived from the state and never
 * part of it: built anew for a restored snapshot, and when pids were given out that it does not know of.
 */
interface Index {
  /** The last pid when it was up to date. */
  last: number;
  count: number;
  readonly children: Map<number, Set<number>>;
  /** Pids that may have a debugger. */
  readonly traced: Set<number>;
  /** No more descriptors than that are open: counted at times, and then only added to. */
  descriptors: number;
  openings: number;
}

/** The highest pid; behind it the search begins again above the first hundred. Source: sys/sys/proc.h (PID_MAX). */
const LAST_PID = 99_999;
const FIRST_REUSED_PID = 101;

/** Descriptors that are opened before they are counted again. */
const RECOUNT = 1000;

const indexes = new WeakMap<HostState, Index>();

function indexOf(host: Host): Index {
  const { byPid, last } = host.state.processes;
  const known = indexes.get(host.state);
  if (known?.last === last) return known;
  const index: Index = {
    last,
    count: 0,
    children: new Map(),
    traced: new Set(),
    descriptors: 0,
    openings: RECOUNT,
  };
  for (const process of Object.values(byPid)) enter(index, process);
  indexes.set(host.state, index);
  return index;
}

function enter(index: Index, { pid, parent, tracer }: Process): void {
  index.count++;
  put(index, parent, pid);
  if (tracer !== undefined) index.traced.add(pid);
}

function put({ children }: Index, parent: number, pid: number): void {
  const known = children.get(parent);
  if (known) known.add(pid);
  else children.set(parent, new Set([pid]));
}

function take({ children }: Index, parent: number, pid: number): void {
  const known = children.get(parent);
  known?.delete(pid);
  if (known?.size === 0) children.delete(parent);
}

/** The next number; behind the last one the search begins again, among those that are not in use. */
export function nextPid(host: Host): number {
  const index = indexOf(host);
  const { processes } = host.state;
  let pid = processes.last + 1;
  if (pid > LAST_PID) pid = FIRST_REUSED_PID;
  while (processes.byPid[pid]) pid = pid >= LAST_PID ? FIRST_REUSED_PID : pid + 1;
  processes.last = pid;
  index.last = pid;
  return pid;
}

/** Puts a process into the table, under a number that `nextPid` gave. */
export function addProcess(host: Host, process: Process): void {
  const index = indexOf(host);
  host.state.processes.byPid[process.pid] = process;
  enter(index, process);
  index.descriptors += process.descriptors.length;
}

/** Takes a process out of the table. */
export function removeProcess(host: Host, process: Process): void {
  const index = indexOf(host);
  delete host.state.processes.byPid[process.pid];
  index.count--;
  take(index, process.parent, process.pid);
  index.traced.delete(process.pid);
}

export function reparent(host: Host, process: Process, parent: number): void {
  const index = indexOf(host);
  take(index, process.parent, process.pid);
  process.parent = parent;
  put(index, parent, process.pid);
}

export function noteTraced(host: Host, pid: number): void {
  indexOf(host).traced.add(pid);
}

/** By pid. */
export function childrenOfProcess(host: Host, pid: number): Process[] {
  return byPid(host, indexOf(host).children.get(pid)).filter((process) => process.pid !== pid);
}

/** Those that a debugger holds, by pid. */
export function tracedBy(host: Host, tracer: number): Process[] {
  return byPid(host, indexOf(host).traced).filter((process) => process.tracer === tracer);
}

function byPid(host: Host, pids: ReadonlySet<number> | undefined): Process[] {
  if (!pids || pids.size === 0) return [];
  return [...pids]
    .sort((a, b) => a - b)
    .map((pid) => host.state.processes.byPid[pid])
    .filter((process) => process !== undefined);
}

export function processCount(host: Host): number {
  return indexOf(host).count;
}

/** Whether a real user has that many processes; they are only counted if all together are as many. */
export function userHas(host: Host, ruid: number, many: number): boolean {
  if (indexOf(host).count < many) return false;
  const own = Object.values(host.state.processes.byPid).filter(({ credential }) => credential.ruid === ruid);
  return own.length >= many;
}

/** Whether one more descriptor may pass a number of open ones; exact where it matters. */
export function mayPass(host: Host, most: number): boolean {
  const index = indexOf(host);
  index.openings++;
  index.descriptors++;
  if (index.descriptors <= most && index.openings < RECOUNT) return false;
  index.openings = 0;
  index.descriptors = 1;
  for (const { descriptors } of Object.values(host.state.processes.byPid))
    index.descriptors += descriptors.length;
  return index.descriptors > most;
}
