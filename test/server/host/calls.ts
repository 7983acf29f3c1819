import { pass } from "@zonewarden/server/host/clock";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import {
  chmod,
  close,
  link,
  mkdir,
  open,
  rename,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from "@zonewarden/server/host/filesystem/files";
import { chroot, passDescriptor } from "@zonewarden/server/host/freebsd/filesystem/chroot";
import { mountFs, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { zfsJail, zfsUnjail } from "@zonewarden/server/host/freebsd/filesystem/zfsJail";
import { posixUnlink, semOpen, shmOpen } from "@zonewarden/server/host/freebsd/ipc/posix";
import { msgget, msgsnd, semget, shmget, sysvRemove } from "@zonewarden/server/host/freebsd/ipc/sysv";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { ifCreate, ifDestroy } from "@zonewarden/server/host/freebsd/network/cloning";
import {
  ifAddAddress,
  ifMoveVnet,
  ifRemoveAddress,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { ptrace } from "@zonewarden/server/host/freebsd/process/debug";
import { cpuset, setAffinity } from "@zonewarden/server/host/freebsd/resources/cpuset";
import { rctlAddRule, rctlRemoveRules } from "@zonewarden/server/host/freebsd/resources/rctl";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { bind, close as closeOne, connect, listen, socket } from "@zonewarden/server/host/network/sockets";
import { setuid } from "@zonewarden/server/host/process/credentials";
import { exec, exit, fork, wait } from "@zonewarden/server/host/process/processes";
import { kill } from "@zonewarden/server/host/process/signals";
import type { Process } from "@zonewarden/server/host/process/types";
import { params } from "./freebsd/jails.ts";
import { shells } from "./freebsd/operations.ts";

/** One call of one process. The numbers choose among a few values each, so that calls meet each other. */
type Call = (host: Host, process: Process, a: number, b: number) => unknown;

const DIRECTORIES = ["/tmp/d0", "/tmp/d1", "/tmp/d0/e", "/jails/x/tmp"] as const;
const FILES = ["/tmp/f0", "/tmp/d0/f", "f", "/tmp/s0"] as const;
const ADDRESSES = ["10.0.0.1", "127.0.0.1", "0.0.0.0"] as const;
const PORTS = [80, 8080] as const;
const SIGNALS = ["KILL", "TERM", "STOP", "CONT", "0"] as const;
const RULES = [
  "jail:j0:maxproc:deny=2",
  "user:0:openfiles:log=3",
  "jail:j1:nshm:deny=1",
  "process:700:maxproc:sigterm=1",
] as const;

function pick<T>(from: readonly T[], n: number): T {
  return from[n % from.length] as T;
}

const directory = (n: number) => pick(DIRECTORIES, n);
const file = (n: number) => pick(FILES, n);
const jid = (host: Host, n: number) => pick(Object.keys(freebsdOf(host).prisons), n);
const pid = (host: Host, n: number) => Number(pick(Object.keys(host.state.processes.byPid), n));

/** The first shell stays one, so that there is always somebody to act. */
function isFirst(host: Host, process: Process): boolean {
  return shells(host)[0] === process;
}

/** A socket that the process has open. */
function own({ descriptors }: Process, n: number): number {
  const sockets = descriptors.filter(({ kind }) => kind === "socket");
  return sockets[n % Math.max(sockets.length, 1)]?.id ?? -1;
}

/** A socket of the process that listens: three calls, for without them few connections would come about. */
function serve(host: Host, process: Process, a: number, b: number): void {
  const made = socket(host, process, { family: "inet", type: "stream" });
  if (!made.ok) return;
  bind(host, process, made.value.id, { address: pick(ADDRESSES, a), port: pick(PORTS, b) });
  listen(host, process, made.value.id);
}

function reach(host: Host, process: Process, a: number, b: number): void {
  const made = socket(host, process, { family: "inet", type: "stream" });
  if (!made.ok) return;
  connect(host, process, made.value.id, { address: pick(ADDRESSES, a), port: pick(PORTS, b) });
  // Whoever closes first lingers.
  if (b % 2 === 0) closeOne(host, process, made.value.id);
}

function serveLocally(host: Host, process: Process): void {
  const made = socket(host, process, { family: "local", type: "stream" });
  if (!made.ok) return;
  bind(host, process, made.value.id, { address: "/tmp/s0", port: 0 });
  listen(host, process, made.value.id);
}

function reachLocally(host: Host, process: Process): void {
  const made = socket(host, process, { family: "local", type: "stream" });
  if (made.ok) connect(host, process, made.value.id, { address: "/tmp/s0", port: 0 });
}

/** Calls of all areas but those about jails, which are in `freebsd/operations.ts`. */
export const CALLS = {
  mkdir: (host, process, a) => mkdir(host, process, directory(a)),
  rmdir: (host, process, a) => rmdir(host, process, directory(a)),
  write: (host, process, a, b) => writeFile(host, process, file(a), "text".repeat(b % 3)),
  open: (host, process, a, b) => open(host, process, file(a), { create: true, write: b % 2 === 0 }),
  openDirectory: (host, process, a) => open(host, process, directory(a), { directory: true }),
  close: (host, process, a) => close(host, process, a % 8),
  unlink: (host, process, a) => unlink(host, process, file(a)),
  link: (host, process, a, b) => link(host, process, file(a), file(b)),
  symlink: (host, process, a, b) => symlink(host, process, directory(a), file(b)),
  rename: (host, process, a, b) =>
    a % 2 === 0 ? rename(host, process, file(a), file(b)) : rename(host, process, directory(a), directory(b)),
  chmod: (host, process, a, b) => chmod(host, process, file(a), pick([0o600, 0o644, 0o4755], b)),
  chdir: (host, process, a) => chdir(host, process, pick(["/", "..", ...DIRECTORIES], a)),
  chroot: (host, process, a) => chroot(host, process, directory(a)),
  mountTmpfs: (host, process, a) =>
    mountFs(host, process, { type: "tmpfs", from: "tmpfs", on: directory(a) }),
  mountNullfs: (host, process, a, b) =>
    mountFs(host, process, { type: "nullfs", from: directory(a), on: directory(b) }),
  mountDevfs: (host, process, a) =>
    mountFs(host, process, { type: "devfs", from: "devfs", on: directory(a) }),
  unmount: (host, process, a, b) => unmountFs(host, process, directory(a), { force: b % 3 === 0 }),
  zfsJail: (host, process, a, b) =>
    zfsJail(host, process, Number(jid(host, a)), pick(Object.keys(host.state.files.datasets), b)),
  zfsUnjail: (host, process, a, b) =>
    zfsUnjail(host, process, Number(jid(host, a)), pick(Object.keys(host.state.files.datasets), b)),
  passDescriptor: (host, process, a, b) => {
    const receiver = host.state.processes.byPid[pid(host, b)];
    if (receiver && receiver.state !== "zombie") passDescriptor(host, process, a % 4, receiver);
  },
  serve,
  reach,
  serveLocally,
  reachLocally,
  closeSocket: (host, process, a) => closeOne(host, process, own(process, a)),
  addAddress: (host, process, a, b) =>
    ifAddAddress(host, process, pick(["em0", "lo0", "epair0a"], b), { address: pick(ADDRESSES, a) }),
  removeAddress: (host, process, a, b) =>
    ifRemoveAddress(host, process, pick(["em0", "lo0", "epair0a"], b), pick(ADDRESSES, a)),
  makeInterface: (host, process, a) => ifCreate(host, process, pick(["epair", "bridge", "lo1"], a)),
  destroyInterface: (host, process, a) => ifDestroy(host, process, pick(["epair0a", "bridge0", "lo1"], a)),
  moveInterface: (host, process, a, b) =>
    ifMoveVnet(host, process, pick(["epair0a", "epair0b", "em0"], a), Number(jid(host, b))),
  exec: (host, process, a) => {
    if (!isFirst(host, process)) exec(host, process, pick(["sh", "/bin/sh", "/tmp/f0"], a), []);
  },
  end: (host, process, a) => {
    if (!isFirst(host, process)) exit(host, process, a % 3);
  },
  fork: (host, process) => {
    if (Object.keys(host.state.processes.byPid).length < 30) fork(host, process);
  },
  wait: (host, process) => wait(host, process),
  kill: (host, process, a, b) => {
    const target = pid(host, a);
    if (target !== 1 && host.state.processes.byPid[target]?.command !== "sh")
      kill(host, process, target, pick(SIGNALS, b));
  },
  trace: (host, process, a, b) => ptrace(host, process, pick(["attach", "detach"], b), pid(host, a)),
  setuid: (host, process, a, b) => {
    if (b % 4 === 0 && process.credential.container !== 0) setuid(host, process, pick([0, 1001], a));
  },
  shmget: (host, process, a) => shmget(host, process, a % 3, 4096, { create: true, mode: 0o666 }),
  semget: (host, process, a) => semget(host, process, a % 3, 1, { create: true, mode: 0o666 }),
  msgget: (host, process, a) => msgget(host, process, a % 3, { create: true, mode: 0o666 }),
  msgsnd: (host, process, a, b) => msgsnd(host, process, a % 4, b),
  sysvRemove: (host, process, a, b) => {
    const object = host.state.ipc.sysv[a % Math.max(host.state.ipc.sysv.length, 1)];
    if (object && b % 2 === 0) sysvRemove(host, process, object.kind, object.id);
  },
  shmOpen: (host, process, a) => shmOpen(host, process, `/m${a % 2}`, { create: true, write: true }),
  semOpen: (host, process, a) => semOpen(host, process, `/m${a % 2}`, { create: true }),
  posixUnlink: (host, process, a, b) => posixUnlink(host, process, pick(["shm", "sem"], b), `/m${a % 2}`),
  addRule: (host, process, a) => rctlAddRule(host, process, pick(RULES, a)),
  removeRules: (host, process, a) =>
    rctlRemoveRules(host, process, pick(["jail:j0", "user:0", "jail:", "process:"], a)),
  cpuset: (host, process) => cpuset(host, process),
  affinity: (host, process, a, b) =>
    setAffinity(host, process, { which: pick(["pid", "set", "jail"], a), id: pick([-1, 1, 2], b) }, [b % 4]),
  ownJail: (host, process, a) => {
    if (process.descriptors.length < 6)
      jailSet(
        host,
        process,
        params({ name: `o${a % 2}`, persist: true, path: directory(a), "children.max": 0 }),
        { create: true, ownDescriptor: true },
      );
  },
  sleep: (host, _process, a, b) => pass(host, pick([1, 1_000, 30_000, 60_000], a) + b),
} as const satisfies Readonly<Record<string, Call>>;

export type CallName = keyof typeof CALLS;
