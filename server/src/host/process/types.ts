import type { Vnode } from "../filesystem/types.ts";

export interface ProcessTable {
  /** By pid in decimal. */
  byPid: Record<string, Process>;
  /** The last pid that was given out: the next one is higher, as on a quiet machine. */
  last: number;
}

/** Source: sys/sys/proc.h, sys/sys/ucred.h, sys/sys/filedesc.h. */
export interface Process {
  pid: number;
  /** 0 for the first process. */
  parent: number;
  session: number;
  group: number;
  /** The name of the program, as ps shows it, and its arguments. */
  command: string;
  args: readonly string[];
  /** Shared by all that have it, as the kernel does: a change is another one. */
  credential: Credential;
  /** The root of name lookup. */
  root: Vnode;
  directory: Vnode;
  /** The first directory that the process was confined to with chroot(2). */
  jailDirectory: Vnode | null;
  descriptors: Descriptor[];
  /** Whether the credential changed since exec: then others may not debug it. */
  changedCredential: boolean;
  noNewPrivileges: boolean;
  noTrace: boolean;
  nice: number;
  /** Bits that new files do not get; 022 if absent. Shells have their own, for the files that they make. */
  umask?: number;
  /** CPUs it may run on: the set by number. */
  cpuset: number;
  /** Resident and virtual bytes, for rctl and the views of ps. */
  memory: Memory;
  started: number;
  state: "running" | "sleeping" | "stopped" | "zombie";
  exitStatus: number | null;
  environment: Readonly<Record<string, string>>;
  /** Signals that it handles itself, so that their default action does not happen: `HUP`, `TERM` … */
  handles?: string[];
  /** The pid of the debugger that is attached. */
  tracer?: number;
  /** The pid of whoever writes down its system calls with ktrace(2), and whether root asked for it. */
  traced?: { by: number; root: boolean };
  /** Limits of setrlimit(2) that differ from those of the system. */
  limits?: Record<string, { soft: number; hard: number }>;
  /** The class of rtprio(2), where it is not the usual one. */
  scheduling?: { class: "realtime" | "idle"; priority: number };
  /** CPUs narrower than its set, as cpuset(1) -p gives them. */
  affinity?: number[];
  /** Percent of one CPU that it uses at the moment, and milliseconds of CPU time so far. */
  cpu?: { percent: number; time: number };
  /** Of illumos: what differs from the usual of its zone and user. */
  illumos?: IllumosProcess;
  /** The serial of the last rctl rule when its credential changed: rules of containing jails up to it do not bind. */
  rulesSeen?: number;
}

/** Bytes of a process. */
export interface Memory {
  resident: number;
  virtual: number;
  locked?: number;
  swapped?: number;
  /** Of illumos: swap that it has reserved, beside what every program takes. */
  reserved?: number;
}

/** Source: usr/src/uts/common/sys/{proc,cred,project,task}.h. */
export interface IllumosProcess {
  /** Sets by number; the usual ones are all of the zone for root, and the basic ones for others. */
  privileges?: { effective: number; permitted: number; inheritable: number; limit: number };
  project?: number;
  task?: number;
  pool?: string;
  class?: "TS" | "IA" | "FSS" | "FX" | "RT" | "SDC";
  /** A process of the kernel, without memory or program. */
  kernel?: true;
  /** Threads, where it has more than one. */
  lwps?: number;
  /** Percent of one CPU that it would use all the time, were it alone. */
  computes?: number;
  /** The processor set that it was bound to by itself, by number. */
  processorSet?: number;
  /** Flags of psecflags(1) that differ from those of its zone. */
  securityFlags?: string[];
  /** It hangs in a call of the kernel that no signal interrupts. */
  stuck?: true;
}

export interface Credential {
  readonly uid: number;
  /** Real and saved user. */
  readonly ruid: number;
  readonly svuid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** The prison or zone; 0 for the host. */
  readonly container: number;
  readonly loginClass: string;
}

export interface Descriptor {
  fd: number;
  kind: "file" | "directory" | "device" | "socket" | "pipe" | "kqueue" | "jail" | "shm" | "sem" | "mq";
  /** Of files, directories and devices. */
  vnode?: Vnode;
  /** Of sockets: the id. Of jail descriptors: the id of the entry in the state. */
  id?: number;
  write: boolean;
  /**
   * Of directories that came over a local socket from another jail: names are looked up beneath it only, and it cannot
   * become the current or root directory (UF_RESOLVE_BENEATH).
   */
  beneath?: true;
}
