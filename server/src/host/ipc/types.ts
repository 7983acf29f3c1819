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
  jid: number;
  uid: number;
  gid: number;
  mode: number;
  /** Bytes of shared memory or of a queue, number of semaphores. */
  size: number;
  created: number;
}

export interface PosixObject {
  kind: "shm" | "sem" | "mq";
  /** The name with the jail's path in front, or for queues the jail's root. */
  name: string;
  jid: number;
  uid: number;
  mode: number;
}
