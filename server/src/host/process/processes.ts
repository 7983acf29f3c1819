import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { closeSocket } from "../network/sockets.ts";
import { copyOf } from "../plain.ts";
import { loadImage } from "./image.ts";
import {
  addProcess,
  childrenOfProcess,
  holdersOf,
  nextPid,
  removeProcess,
  reparent,
  takeDescriptors,
  tracedBy,
} from "./processIndex.ts";
import type { Credential, Descriptor, Process } from "./types.ts";

/** Processes come and go. Source: sys/kern/kern_fork.c, kern_exec.c, kern_exit.c. */

/** What a small program takes, in bytes. */
const SMALL_PROGRAM = { resident: 3 << 20, virtual: 14 << 20 };

const ROOT: Credential = {
  uid: 0,
  ruid: 0,
  svuid: 0,
  gid: 0,
  groups: [0, 5],
  loginClass: "daemon",
  container: 0,
};

export interface Spawn {
  /** Whom it is a child of; init where nothing is said. */
  parent?: Process | undefined;
  command: string;
  args?: readonly string[];
  /** What differs from the parent's credential, or else from root's. */
  credential?: Partial<Credential>;
  root?: Process["root"];
  directory?: Process["directory"];
  environment?: Record<string, string>;
  handles?: string[];
  memory?: Process["memory"];
}

export function findProcess(host: Host, pid: number): Process | undefined {
  return host.state.processes.byPid[pid];
}

/** By pid, zombies included: JavaScript keeps keys that are numbers in their order. */
export function allProcesses(host: Host): Process[] {
  return Object.values(host.state.processes.byPid);
}

const NO_ARGUMENTS: readonly string[] = [];
const NO_ENVIRONMENT: Readonly<Record<string, string>> = {};

/** Written out, as there are many processes. */
function credentialOf(from: Credential, change: Partial<Credential>): Credential {
  const { uid = from.uid } = change;
  const changed = change.uid !== undefined;
  return {
    uid,
    ruid: change.ruid ?? (changed ? uid : from.ruid),
    svuid: change.svuid ?? (changed ? uid : from.svuid),
    gid: change.gid ?? from.gid,
    groups: change.groups ?? from.groups,
    loginClass: change.loginClass ?? from.loginClass,
    container: change.container ?? from.container,
  };
}

/**
 * Puts a process into the table as the machine boots or a container starts: no test of privileges or limits. It starts in
 * its container's root, unless it has a parent there or something else is said.
 */
export function spawn(host: Host, what: Spawn): Process {
  const { parent } = what;
  const inherited = parent?.credential ?? ROOT;
  const credential = what.credential ? credentialOf(inherited, what.credential) : inherited;
  const home = parent && parent.credential.container === credential.container ? parent : undefined;
  const root = what.root ?? home?.root ?? host.kernel.containers.rootOf(host, credential.container);
  const pid = nextPid(host);
  const process: Process = {
    pid,
    parent: parent?.pid ?? (pid === 1 ? 0 : 1),
    session: pid,
    group: pid,
    command: what.command,
    args: what.args ?? NO_ARGUMENTS,
    credential,
    root,
    directory: what.directory ?? what.root ?? home?.directory ?? root,
    jailDirectory: home?.jailDirectory ?? (credential.container === 0 ? null : root),
    descriptors: [],
    changedCredential: false,
    noNewPrivileges: false,
    noTrace: false,
    nice: 0,
    cpuset: home?.cpuset ?? 0,
    memory: { ...(what.memory ?? SMALL_PROGRAM) },
    started: host.now,
    state: "sleeping",
    exitStatus: null,
    environment: what.environment ?? parent?.environment ?? NO_ENVIRONMENT,
  };
  if (what.handles) process.handles = [...what.handles];
  host.kernel.processes.placed(host, process, home);
  addProcess(host, process);
  return process;
}

/**
 * fork(2). The child has its parent's container and everything else of it.
 * @returns EAGAIN at a limit
 */
export function fork(host: Host, process: Process): Outcome<Process> {
  const refused = host.kernel.processes.mayFork(host, process);
  if (refused) return refused;
  const pid = nextPid(host);
  const child: Process = { ...copyOf(process), pid, parent: process.pid, started: host.now };
  // Neither a debugger nor locked memory is inherited.
  delete child.tracer;
  delete child.memory.locked;
  delete child.cpu;
  delete child.traced;
  // Only the thread that called it is copied.
  delete child.illumos?.lwps;
  child.state = "running";
  addProcess(host, child);
  return allowed(child, "fork", `The child ${pid} is in the same container as its parent.`);
}

/**
 * execve(2). A command with a slash is looked up, and a set-user-id bit changes the credential; a bare name stands for
 * a program that is modelled without its file. The container stays.
 * @returns ENOENT, EACCES and so on from the lookup, ENOEXEC never
 */
export function exec(host: Host, process: Process, command: string, args: readonly string[]): Outcome {
  return loadImage(host, process, command, args, SMALL_PROGRAM);
}

/**
 * _exit(2). The process leaves its container at once; its record stays until the parent asks for the status, which init and
 * a parent that is no more do at once. Whoever it was debugging dies with it.
 */
export function exit(host: Host, process: Process, status: number): void {
  if (process.state === "zombie" || !findProcess(host, process.pid)) return;
  closeDescriptors(host, process, () => true);
  process.state = "zombie";
  process.exitStatus = status;
  process.memory = { resident: 0, virtual: 0 };
  delete process.tracer;
  delete process.cpu;
  const traced = tracedBy(host, process.pid);
  const reaper = host.kernel.processes.reaper(host, process);
  for (const child of childrenOfProcess(host, process.pid)) {
    reparent(host, child, reaper);
    if (child.state === "zombie") reap(host, child);
  }
  const { parent } = process;
  const waiting = findProcess(host, parent);
  if (parent <= 1 || parent === reaper || !waiting || waiting.state === "zombie") reap(host, process);
  else host.kernel.containers.released(host, process.credential.container);
  host.kernel.processes.ended(host, process);
  // PT_TRACE_ME and the like end with the debugger: kern.kill_on_debugger_exit is 1.
  for (const target of traced) exit(host, target, 128 + 9);
}

/** Closes descriptors of a process. Sockets, and descriptors that stand for a container, go with the last one of whichever process. */
export function closeDescriptors(
  host: Host,
  process: Process,
  meant: (descriptor: Descriptor) => boolean,
): void {
  for (const { kind, id } of takeDescriptors(host, process, meant)) {
    if (id === undefined || (kind !== "socket" && kind !== "jail")) continue;
    if (holdersOf(host, kind, id).length > 0) continue;
    if (kind === "socket") closeSocket(host, id);
    else host.kernel.processes.closed(host, kind, id);
  }
}

/** Takes a process out of the table, and with it the last that it holds of its container. */
export function reap(host: Host, process: Process): void {
  removeProcess(host, process);
  host.kernel.containers.released(host, process.credential.container);
}

export interface Waited {
  pid: number;
  status: number;
}

/**
 * wait4(2) that does not block.
 * @returns null while children live and none has ended; ECHILD where there are none, or only such that are outside of
 * the container that the caller has moved into since
 */
export function wait(host: Host, process: Process, pid = -1): Outcome<Waited | null> {
  const all = childrenOfProcess(host, process.pid).filter((child) => pid === -1 || child.pid === pid);
  const own = all.filter((child) =>
    host.kernel.containers.inScope(host, process, child.credential.container),
  );
  if (own.length === 0)
    return all.length === 0
      ? denied("ECHILD", "wait/none", "It has no such child.")
      : host.kernel.containers.outOfScope(host, process, "ECHILD");
  const ended = own.find(({ state }) => state === "zombie");
  if (!ended) return allowed(null, "wait", "None of its children has ended.");
  reap(host, ended);
  return allowed(
    { pid: ended.pid, status: ended.exitStatus ?? 0 },
    "wait",
    `Process ${ended.pid} has ended.`,
  );
}
