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
  args: string[];
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
  /** CPUs it may run on: the set by number. */
  cpuset: number;
  /** Resident and virtual bytes, for rctl and the views of ps. */
  memory: { resident: number; virtual: number };
  started: number;
  state: "running" | "sleeping" | "stopped" | "zombie";
  exitStatus: number | null;
  environment: Record<string, string>;
}

export interface Credential {
  uid: number;
  /** Real and saved user. */
  ruid: number;
  svuid: number;
  gid: number;
  groups: number[];
  /** The prison; 0 for the host. */
  jid: number;
  loginClass: string;
}

export interface Descriptor {
  fd: number;
  kind: "file" | "directory" | "device" | "socket" | "pipe" | "kqueue" | "jail";
  /** Of files, directories and devices. */
  vnode?: Vnode;
  /** Of sockets: the id. Of jail descriptors: the jid. */
  id?: number;
  write: boolean;
}
