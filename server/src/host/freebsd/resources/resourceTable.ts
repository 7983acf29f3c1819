import type { Errno } from "../../errno.ts";

/** What rctl(8) can count. */
export interface Resource {
  readonly unit: "seconds" | "bytes" | "count" | "percent" | "per second";
  /** A rule may refuse more of it. */
  readonly deny?: true;
  /** A rule may slow it down. */
  readonly throttle?: true;
  /** It can be counted for each process alone. */
  readonly perProcess?: true;
  /** What the caller sees when a rule refuses. */
  readonly errno?: Errno;
  readonly doc: string;
}

const process = { perProcess: true } as const;
const deny = { deny: true } as const;
const io = { unit: "per second", throttle: true, perProcess: true } as const;

/** In the kernel's order, in which usage is printed too. Source: rctl(8), sys/kern/kern_racct.c (racct_types). */
export const RESOURCES = {
  cputime: { unit: "seconds", ...process, doc: "CPU time" },
  datasize: { unit: "bytes", ...deny, ...process, errno: "ENOMEM", doc: "data size" },
  stacksize: { unit: "bytes", ...deny, ...process, errno: "ENOMEM", doc: "stack size" },
  coredumpsize: { unit: "bytes", ...deny, ...process, errno: "EFBIG", doc: "core dump size" },
  memoryuse: { unit: "bytes", ...deny, ...process, doc: "resident set size" },
  memorylocked: { unit: "bytes", ...deny, ...process, errno: "ENOMEM", doc: "locked memory" },
  maxproc: { unit: "count", ...deny, ...process, errno: "EAGAIN", doc: "number of processes" },
  openfiles: { unit: "count", ...deny, ...process, errno: "EMFILE", doc: "file descriptor table size" },
  vmemoryuse: { unit: "bytes", ...deny, ...process, errno: "ENOMEM", doc: "address space limit" },
  pseudoterminals: { unit: "count", ...deny, errno: "EAGAIN", doc: "number of pseudo-terminals" },
  swapuse: { unit: "bytes", ...deny, errno: "ENOMEM", doc: "swap space that may be reserved or used" },
  nthr: { unit: "count", ...deny, ...process, errno: "EAGAIN", doc: "number of threads" },
  msgqqueued: { unit: "count", ...deny, errno: "EAGAIN", doc: "number of queued SysV messages" },
  msgqsize: { unit: "bytes", ...deny, errno: "EAGAIN", doc: "SysV message queue size" },
  nmsgq: { unit: "count", ...deny, errno: "ENOSPC", doc: "number of SysV message queues" },
  nsem: { unit: "count", ...deny, errno: "ENOSPC", doc: "number of SysV semaphores" },
  nsemop: {
    unit: "count",
    ...deny,
    ...process,
    errno: "E2BIG",
    doc: "number of SysV semaphores in a single semop(2)",
  },
  nshm: { unit: "count", ...deny, errno: "ENOSPC", doc: "number of SysV shared memory segments" },
  shmsize: { unit: "bytes", ...deny, errno: "ENOMEM", doc: "SysV shared memory size" },
  wallclock: { unit: "seconds", ...process, doc: "wallclock time" },
  pcpu: { unit: "percent", ...deny, ...process, doc: "%CPU, in percents of a single CPU core" },
  readbps: { ...io, doc: "filesystem reads, in bytes per second" },
  writebps: { ...io, doc: "filesystem writes, in bytes per second" },
  readiops: { ...io, doc: "filesystem reads, in operations per second" },
  writeiops: { ...io, doc: "filesystem writes, in operations per second" },
} as const satisfies Readonly<Record<string, Resource>>;

export type ResourceName = keyof typeof RESOURCES;

export const RESOURCE_NAMES = Object.keys(RESOURCES) as ResourceName[];

export function resourceOf(name: string): Resource | undefined {
  return Object.hasOwn(RESOURCES, name) ? RESOURCES[name as ResourceName] : undefined;
}
