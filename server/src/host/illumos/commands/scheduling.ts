import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { SchedulingClass } from "../types.ts";
import { zone } from "../zones.ts";

/** The scheduling of a process as ps(1), prstat(8) and priocntl(1) show it. */

/** That of the process itself, else of its zone, its zone's pool, the system. Kernel processes are of class SYS. */
export function classOf(host: Host, process: Process): SchedulingClass | "SYS" {
  const { illumos } = process;
  if (illumos?.kernel) return "SYS";
  if (illumos?.class) return illumos.class;
  const state = illumosOf(host);
  const own = zone(host, process.credential.container);
  return own.schedulingClass || state.pools[own.pool]?.scheduler || state.schedulingClass;
}

/** The priority in the dispatcher, of a process that mostly sleeps. Source: ts_dptbl(5), priocntl(1). */
export function priorityOf(host: Host, process: Process): number {
  const base = { SYS: 60, SDC: 99, RT: 100, TS: 59, IA: 59, FSS: 59, FX: 0 }[classOf(host, process)];
  return Math.max(0, base - Math.max(0, process.nice));
}
