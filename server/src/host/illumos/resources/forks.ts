import { denied, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { processCount } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { projectOf, projectRefusal } from "../process/projects.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { noteReservation, refusal, reservedBy } from "./rctls.ts";

/**
 * What can refuse a fork(2): controls of project and zone on processes and threads, then swap for the copy. The table of
 * processes bounds it only where the machine says how long it is.
 * @returns EAGAIN; ENOMEM where the swap of the zone is used up. Source: usr/src/uts/common/os/fork.c
 */
export function forkRefusal(host: Host, process: Process): Refused | undefined {
  const zone = zoneOf(host, process);
  // The system's own project is bound by nothing.
  if (zone.id !== GLOBAL || projectOf(process) !== 0) {
    const refused =
      projectRefusal(host, process, "project.max-processes", 1) ??
      refusal(host, zone, "zone.max-processes", 1, "fork") ??
      projectRefusal(host, process, "project.max-lwps", 1) ??
      refusal(host, zone, "zone.max-lwps", 1, "fork");
    if (refused) return refused;
  }
  const most = Number(host.state.machine.sysctls["max_nprocs"] ?? Number.POSITIVE_INFINITY);
  if (processCount(host) >= most)
    return denied("EAGAIN", "fork/max_nprocs", `The table of processes is full (max_nprocs=${most}).`, {
      causes: [{ what: `max_nprocs=${most}`, from: "host" }],
    });
  const swap = refusal(host, zone, "zone.max-swap", reservedBy(process), "page-fault");
  if (swap)
    return denied("ENOMEM", swap.decision.rule, swap.decision.reason, { causes: swap.decision.causes });
  noteReservation(host, process.memory.reserved ?? 0);
  return undefined;
}
