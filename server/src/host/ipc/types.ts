import type { Vnode } from "../filesystem/types.ts";

/** System V and POSIX objects. Source: sys/kern/sysv_{shm,sem,msg}.c, uipc_{shm,sem,mqueue}.c. */
export interface IpcState {
  sysv: SysvObject[];
  posix: PosixObject[];
  nextId: number;
}

export interface SysvObject {
  kind: "shm" | "sem" | "msg";
  id: number;
  /** 0 for IPC_PRIVATE. */
  key: number;
  /** The jail of the creator. */
  container: number;
  /** The jail whose key space it was created in. */
  space: number;
  uid: number;
  gid: number;
  mode: number;
  /** Bytes of shared memory or most bytes of a queue, number of semaphores. */
  size: number;
  /** Of queues: the bytes of each message that waits. */
  messages?: number[];
  created: number;
  /** Of illumos: the project that it is counted for; 0 if absent. */
  project?: number;
}

/** How a POSIX object is opened; without `create` it has to be there. */
export interface PosixFlags {
  create?: boolean;
  exclusive?: boolean;
  mode?: number;
  write?: boolean;
}

export interface PosixObject {
  kind: "shm" | "sem" | "mq";
  /** The name with the jail's path in front; of queues as it was given. */
  name: string;
  /** Of queues: the root directory of the jail that created it, which they are matched by. */
  root?: Vnode;
  container: number;
  uid: number;
  gid: number;
  mode: number;
}
