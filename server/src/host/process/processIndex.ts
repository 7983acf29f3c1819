import { Derived } from "../derived.ts";
import { sameVnode } from "../filesystem/nodes.ts";
import type { Vnode } from "../filesystem/types.ts";
import {
  entriesOf,
  findOf,
  type Groups,
  membersOf,
  numbered,
  put,
  sizeOf,
  sorted,
  sumOf,
  take,
} from "../groups.ts";
import type { Host } from "../host.ts";
import type { Descriptor, Process, ProcessTable } from "./types.ts";

/**
 * Who is whose child, in which container, of which user, and who has what open. Whoever changes one of these of a process
 * that is in the table goes through the functions here.
 */
interface Index {
  /** The last pid when it was up to date. */
  readonly last: { pid: number };
  count: number;
  readonly children: Groups<number, number>;
  readonly byJail: Groups<number, number>;
  /** How many processes a real user has. */
  readonly byUser: Map<number, number>;
  /** By mount and by number of the node, roots of file systems left out: what processes have as directory or open. */
  readonly onMount: Groups<number, number>;
  readonly atNode: Groups<number, number>;
  /** By kind and id of what has one in the state. */
  readonly holders: Readonly<Record<Shared, Groups<number, number>>>;
  /** Pids that may have a debugger. */
  readonly traced: Set<number>;
  /** No more descriptors than that are open: counted at times, and then only added to. */
  descriptors: number;
  openings: number;
}

/** The root of a file system, which most processes have as a directory, and which is never removed. */
const TOP = 1;

/** Kinds of descriptors that stand for an entry of the state, which goes with the last of them. */
type Shared = "socket" | "jail";

function isShared(kind: Descriptor["kind"]): kind is Shared {
  return kind === "socket" || kind === "jail";
}

/** The highest pid; behind it the search begins again above the first hundred. Source: sys/sys/proc.h (PID_MAX). */
const LAST_PID = 99_999;
const FIRST_REUSED_PID = 101;

/** Descriptors that are opened before they are counted again. */
const RECOUNT = 1000;

const indexes = new Derived<ProcessTable, Index>(({ byPid, last }) => {
  const index: Index = {
    last: { pid: last },
    count: 0,
    children: numbered(),
    byJail: numbered(),
    byUser: new Map(),
    onMount: numbered(),
    atNode: new Map(),
    holders: { socket: numbered(), jail: numbered() },
    traced: new Set(),
    descriptors: 0,
    openings: RECOUNT,
  };
  for (const process of Object.values(byPid)) enter(index, process);
  return index;
});

/** Built anew when pids were given out that it does not know of. */
function indexOf(host: Host): Index {
  const { processes } = host.state;
  const known = indexes.of(processes);
  if (known.last.pid === processes.last) return known;
  indexes.forget(processes);
  return indexes.of(processes);
}

function enter(index: Index, process: Process): void {
  const { pid, parent, tracer, credential } = process;
  index.count++;
  put(index.children, parent, pid);
  put(index.byJail, credential.container, pid);
  index.byUser.set(credential.ruid, (index.byUser.get(credential.ruid) ?? 0) + 1);
  eachDirectory(process, enterVnode, index, pid);
  for (const descriptor of process.descriptors) enterDescriptor(index, pid, descriptor);
  if (tracer !== undefined) index.traced.add(pid);
}

function leave(index: Index, process: Process): void {
  const { pid, parent, credential } = process;
  index.count--;
  take(index.children, parent, pid);
  take(index.byJail, credential.container, pid);
  index.byUser.set(credential.ruid, (index.byUser.get(credential.ruid) ?? 0) - 1);
  eachDirectory(process, leaveVnode, index, pid);
  for (const descriptor of process.descriptors) leaveDescriptor(index, pid, descriptor);
  index.traced.delete(pid);
}

/** Its directories; most processes have one and the same for all. */
function eachDirectory(
  { root, directory, jailDirectory }: Process,
  visit: (index: Index, pid: number, vnode: Vnode) => void,
  index: Index,
  pid: number,
): void {
  visit(index, pid, root);
  if (!sameVnode(directory, root)) visit(index, pid, directory);
  if (jailDirectory && !sameVnode(jailDirectory, root)) visit(index, pid, jailDirectory);
}

function enterVnode(index: Index, pid: number, { mount, node }: Vnode): void {
  put(index.onMount, Number(mount), pid);
  if (node !== TOP) put(index.atNode, node, pid);
}

function leaveVnode(index: Index, pid: number, { mount, node }: Vnode): void {
  take(index.onMount, Number(mount), pid);
  if (node !== TOP) take(index.atNode, node, pid);
}

function enterDescriptor(index: Index, pid: number, { kind, id, vnode }: Descriptor): void {
  if (vnode) enterVnode(index, pid, vnode);
  if (id !== undefined && isShared(kind)) put(index.holders[kind], id, pid);
}

function leaveDescriptor(index: Index, pid: number, { kind, id, vnode }: Descriptor): void {
  if (vnode) leaveVnode(index, pid, vnode);
  if (id !== undefined && isShared(kind)) take(index.holders[kind], id, pid);
}

/** The next number; behind the last one the search begins again, among those that are not in use. */
export function nextPid(host: Host): number {
  const index = indexOf(host);
  const { processes } = host.state;
  let pid = processes.last + 1;
  if (pid > LAST_PID) pid = FIRST_REUSED_PID;
  while (processes.byPid[pid]) pid = pid >= LAST_PID ? FIRST_REUSED_PID : pid + 1;
  processes.last = pid;
  index.last.pid = pid;
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
  leave(indexOf(host), process);
  delete host.state.processes.byPid[process.pid];
}

/** Changes what is indexed of a process: parent, credential, directories, descriptors. */
export function changeProcess(host: Host, process: Process, change: () => void): void {
  if (host.state.processes.byPid[process.pid] !== process) {
    change();
    return;
  }
  const index = indexOf(host);
  leave(index, process);
  change();
  enter(index, process);
}

export function reparent(host: Host, process: Process, parent: number): void {
  const { children } = indexOf(host);
  take(children, process.parent, process.pid);
  process.parent = parent;
  put(children, parent, process.pid);
}

/** Puts a descriptor into the table of a process. */
export function addDescriptor(host: Host, process: Process, descriptor: Descriptor): void {
  process.descriptors.push(descriptor);
  enterDescriptor(indexOf(host), process.pid, descriptor);
}

/** Takes the descriptors that are meant out of the table of a process, and gives them. */
export function takeDescriptors(
  host: Host,
  process: Process,
  meant: (descriptor: Descriptor) => boolean,
): Descriptor[] {
  const taken = process.descriptors.filter(meant);
  if (taken.length === 0) return taken;
  process.descriptors = process.descriptors.filter((descriptor) => !taken.includes(descriptor));
  if (host.state.processes.byPid[process.pid] !== process) return taken;
  const index = indexOf(host);
  for (const descriptor of taken) leaveDescriptor(index, process.pid, descriptor);
  // What it has left may be at the same places, or the same sockets.
  if (taken.some(({ vnode }) => vnode)) eachDirectory(process, enterVnode, index, process.pid);
  for (const descriptor of process.descriptors) enterDescriptor(index, process.pid, descriptor);
  return taken;
}

export function noteTraced(host: Host, pid: number): void {
  indexOf(host).traced.add(pid);
}

/** By pid. */
export function childrenOfProcess(host: Host, pid: number): Process[] {
  return members(host, indexOf(host).children, pid).filter((process) => process.pid !== pid);
}

/** Those that a debugger holds, by pid. */
export function tracedBy(host: Host, tracer: number): Process[] {
  const { traced } = indexOf(host);
  if (traced.size === 0) return [];
  return entriesOf(host.state.processes.byPid, sorted(traced)).filter((process) => process.tracer === tracer);
}

/** Processes of one container, by pid, zombies included. */
export function processesOfContainer(host: Host, jid: number): Process[] {
  return members(host, indexOf(host).byJail, jid);
}

/** A sum over the processes of one container, zombies included. */
export function sumOverContainer(host: Host, jid: number, of: (process: Process) => number): number {
  return sumOf(indexOf(host).byJail, jid, host.state.processes.byPid, of);
}

/** Whether a program of this name runs in a container. */
export function runsInContainer(host: Host, jid: number, command: string): boolean {
  const meant = (process: Process) => process.command === command && isAlive(process);
  return findOf(indexOf(host).byJail, jid, host.state.processes.byPid, meant) !== undefined;
}

/** How many processes a container has, zombies included. */
export function countOfContainer(host: Host, jid: number): number {
  return sizeOf(indexOf(host).byJail, jid);
}

/** Processes that have a directory or something open on a mount, by pid. Zombies have let go of everything. */
export function processesOn(host: Host, mount: string): Process[] {
  return members(host, indexOf(host).onMount, Number(mount)).filter(isAlive);
}

/** Processes that have a node of this number, of whichever file system, as directory or open; not for roots. */
export function processesAt(host: Host, node: number): Process[] {
  return members(host, indexOf(host).atNode, node).filter(isAlive);
}

function isAlive({ state }: Process): boolean {
  return state !== "zombie";
}

/** Processes with a descriptor for a socket or a jail, by pid. */
export function holdersOf(host: Host, kind: Shared, id: number): Process[] {
  return members(host, indexOf(host).holders[kind], id);
}

function members<K>(host: Host, groups: Groups<K, number>, key: K): Process[] {
  return membersOf(groups, key, host.state.processes.byPid);
}

export function processCount(host: Host): number {
  return indexOf(host).count;
}

/** Whether a real user has that many processes. */
export function userHas(host: Host, ruid: number, many: number): boolean {
  return (indexOf(host).byUser.get(ruid) ?? 0) >= many;
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
