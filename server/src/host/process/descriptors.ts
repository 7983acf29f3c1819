import { allowed, denied, type Outcome } from "../decision.ts";
import { privCheck } from "../freebsd/privileges.ts";
import { hostNumber } from "../freebsd/sysctlValues.ts";
import type { Host } from "../host.ts";
import { enforce } from "../freebsd/resources/racct.ts";
import { limitOf } from "./limits.ts";
import { addDescriptor, mayPass } from "./processIndex.ts";
import type { Descriptor, Process } from "./types.ts";

/** The table of open files of a process. Source: sys/kern/kern_descrip.c. */

/** The lowest number that is free. Those of the standard streams, which the model does not have, are always taken. */
export function lowestFree({ descriptors }: Process): number {
  const taken = new Set(descriptors.map(({ fd }) => fd));
  let fd = 3;
  while (taken.has(fd)) fd++;
  return fd;
}

/**
 * Opens one more descriptor.
 * @returns EMFILE at the limit of the process or of a rule of rctl(8), ENFILE where the table of the system is full, of
 * which the last twentieth is for the superuser outside of jails
 */
export function openDescriptor(
  host: Host,
  process: Process,
  what: Omit<Descriptor, "fd">,
): Outcome<Descriptor> {
  const most = hostNumber(host, "kern.maxfiles");
  const reserve = Math.floor(most / 20);
  if (mayPass(host, most - reserve)) {
    const verdict = privCheck(host, process, "MAXFILES");
    if (!verdict.ok || mayPass(host, most))
      return denied("ENFILE", "open/maxfiles", `The table of open files is full (kern.maxfiles=${most}).`, {
        causes: [{ what: `kern.maxfiles=${most}`, from: "host" }, ...verdict.decision.causes],
      });
  }
  const fd = lowestFree(process);
  const { soft } = limitOf(host, process, "openfiles");
  if (fd >= soft)
    return denied("EMFILE", "open/limit", `The process has ${soft} open files, as many as it may.`, {
      causes: [{ what: `limit openfiles=${soft}`, from: "host" }],
    });
  const refused = enforce(host, process, "openfiles", 1);
  if (refused)
    return denied("EMFILE", "rctl/openfiles", refused.reason, { causes: refused.causes, ...refused.more });
  const descriptor: Descriptor = { ...what, fd };
  addDescriptor(host, process, descriptor);
  return allowed(descriptor, "open/descriptor", `It is descriptor ${fd}.`);
}
