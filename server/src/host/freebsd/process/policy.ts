import { denied, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { ProcessPolicy } from "../../kernel.ts";
import { allProcesses } from "../../process/processes.ts";
import { mayPass, processCount, userHas } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { closeJailDescriptor } from "../jailDescriptors.ts";
import { prison } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { relinkRules } from "../resources/links.ts";
import { enforce } from "../resources/racct.ts";
import { hostNumber } from "../sysctlValues.ts";
import { limitOf } from "./limits.ts";
import { canSee, canSignal } from "./visibility.ts";

/** What processes are to a FreeBSD kernel. Source: sys/kern/kern_fork.c, kern_descrip.c. */
export const processPolicy: ProcessPolicy = {
  meant: (_host, _subject, pid) => pid,
  canSee,
  canSignal,
  known: allProcesses,
  placed,
  mayFork,
  mayOpen,
  maySetUser: () => undefined,
  credentialChanged: relinkRules,
  closed: (host, kind, id) => {
    if (kind === "jail") closeJailDescriptor(host, id);
  },
  // Nothing here is a reaper of procctl(2).
  reaper: () => 1,
  ended: () => {},
};

/** The CPU set of its jail, and the rules of rctl(8) that bind it. */
function placed(host: Host, process: Process, parent: Process | undefined): void {
  process.cpuset = parent?.cpuset ?? prison(host, process.credential.container).cpuset;
  if (parent?.rulesSeen !== undefined) process.rulesSeen = parent.rulesSeen;
  else if (!parent) relinkRules(host, process);
}

/** EAGAIN at the limit of the system, of a rule of rctl(8), or of the user, in this order. */
function mayFork(host: Host, process: Process): Refused | undefined {
  const most = hostNumber(host, "kern.maxproc");
  const table = processCount(host);
  // The last ten places are for the superuser, and the very last ones for nobody.
  if (table + 1 >= most - 10) {
    const reserved = privCheck(host, process, "MAXPROC");
    if (!reserved.ok || table + 1 >= most)
      return denied("EAGAIN", "fork/maxproc", `The table of processes is full (kern.maxproc=${most}).`, {
        causes: [{ what: `kern.maxproc=${most}`, from: "host" }, ...reserved.decision.causes],
      });
  }
  const refused = forkCharges(host, process);
  if (refused) return refused;
  const { soft } = limitOf(host, process, "maxproc");
  const user = process.credential.ruid;
  if (!privCheck(host, process, "PROC_LIMIT").ok && userHas(host, user, soft))
    return denied("EAGAIN", "fork/limit", `User ${user} has ${soft} processes, as many as may be.`, {
      causes: [{ what: `limit maxproc=${soft}`, from: "host" }],
    });
  return undefined;
}

/** What a child adds to the accounts of its parent's subjects. Source: racct_proc_fork(). */
function forkCharges(host: Host, process: Process) {
  const charges = [
    ["maxproc", 1],
    ["nthr", 1],
    ["vmemoryuse", process.memory.virtual],
    ["openfiles", process.descriptors.length],
  ] as const;
  for (const [resource, amount] of charges) {
    const deny = enforce(host, process, resource, amount);
    if (deny) return denied("EAGAIN", `rctl/${resource}`, deny.reason, { causes: deny.causes, ...deny.more });
  }
  return undefined;
}

/**
 * EMFILE at the limit of the process or of a rule of rctl(8), ENFILE where the table of the system is full, of which the
 * last twentieth is for the superuser outside of jails.
 */
function mayOpen(host: Host, process: Process, fd: number): Refused | undefined {
  const most = hostNumber(host, "kern.maxfiles");
  const reserve = Math.floor(most / 20);
  if (mayPass(host, most - reserve)) {
    const verdict = privCheck(host, process, "MAXFILES");
    if (!verdict.ok || mayPass(host, most))
      return denied("ENFILE", "open/maxfiles", `The table of open files is full (kern.maxfiles=${most}).`, {
        causes: [{ what: `kern.maxfiles=${most}`, from: "host" }, ...verdict.decision.causes],
      });
  }
  const { soft } = limitOf(host, process, "openfiles");
  if (fd >= soft)
    return denied("EMFILE", "open/limit", `The process has ${soft} open files, as many as it may.`, {
      causes: [{ what: `limit openfiles=${soft}`, from: "host" }],
    });
  const refused = enforce(host, process, "openfiles", 1);
  if (refused)
    return denied("EMFILE", "rctl/openfiles", refused.reason, { causes: refused.causes, ...refused.more });
  return undefined;
}
