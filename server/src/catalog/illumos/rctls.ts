import type { RctlFlag } from "../zonecfg/rctls.ts";

/** A resource control on a project, a task or a process; those of zones are in `zonecfg/rctls.ts`. */
export interface Rctl {
  readonly name: string;
  readonly unit: string;
  /** In the order of `rctladm -l`. */
  readonly flags: readonly RctlFlag[];
}

const rctl = (name: string, unit: string, flags: readonly RctlFlag[]): Rctl => ({ name, unit, flags });

const COUNT = ["no-basic", "deny", "count"] as const;
const BYTES = ["no-basic", "deny", "bytes"] as const;
const TASK = ["count"] as const;
const PROJECT = ["no-basic", "count"] as const;
const LOWERABLE_COUNT = ["lowerable", "deny", "count"] as const;
const LOWERABLE_BYTES = ["lowerable", "deny", "no-signal", "bytes"] as const;

/** Source: usr/src/uts/common/os/{project,task,rctl_proc,shm,sem,msg,ipc,port}.c, resource_controls(7). */
export const projectRctls: readonly Rctl[] = [
  rctl("project.cpu-cap", "percent of one CPU", [
    "no-basic",
    "deny",
    "no-signal",
    "inf",
    "no-syslog",
    "count",
  ]),
  rctl("project.cpu-shares", "shares", ["no-basic", "no-deny", "no-signal", "no-syslog", "count"]),
  rctl("project.max-contracts", "contracts", COUNT),
  rctl("project.max-crypto-memory", "bytes", BYTES),
  rctl("project.max-locked-memory", "bytes", BYTES),
  rctl("project.max-lwps", "lwps", PROJECT),
  rctl("project.max-msg-ids", "ids", COUNT),
  rctl("project.max-processes", "processes", PROJECT),
  rctl("project.max-port-ids", "ports", COUNT),
  rctl("project.max-sem-ids", "ids", COUNT),
  rctl("project.max-shm-ids", "ids", COUNT),
  rctl("project.max-shm-memory", "bytes", BYTES),
  rctl("project.max-tasks", "tasks", PROJECT),
];

export const taskRctls: readonly Rctl[] = [
  rctl("task.max-cpu-time", "seconds", ["no-deny", "cpu-time", "no-obs", "inf", "seconds"]),
  rctl("task.max-lwps", "lwps", TASK),
  rctl("task.max-processes", "processes", TASK),
];

export const processRctls: readonly Rctl[] = [
  rctl("process.max-address-space", "bytes", LOWERABLE_BYTES),
  rctl("process.max-core-size", "bytes", LOWERABLE_BYTES),
  rctl("process.max-cpu-time", "seconds", ["lowerable", "no-deny", "cpu-time", "inf", "seconds"]),
  rctl("process.max-data-size", "bytes", LOWERABLE_BYTES),
  rctl("process.max-file-descriptor", "index", LOWERABLE_COUNT),
  rctl("process.max-file-size", "bytes", ["lowerable", "deny", "file-size", "bytes"]),
  rctl("process.max-locked-memory", "bytes", LOWERABLE_BYTES),
  rctl("process.max-msg-messages", "messages", ["deny", "count"]),
  rctl("process.max-msg-qbytes", "bytes", ["deny", "bytes"]),
  rctl("process.max-port-events", "events", ["deny", "count"]),
  rctl("process.max-sem-nsems", "semaphores", ["deny", "count"]),
  rctl("process.max-sem-ops", "operations", ["deny", "count"]),
  rctl("process.max-sigqueue-size", "signals", LOWERABLE_COUNT),
  rctl("process.max-stack-size", "bytes", LOWERABLE_BYTES),
];

/** What project(5) has beside controls: the pool of the project, and the memory that rcapd(8) leaves it. */
export const projectAttributes: readonly { readonly name: string; readonly unit: string }[] = [
  { name: "project.pool", unit: "pool name" },
  { name: "rcap.max-rss", unit: "bytes" },
];
