import { allowed, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { addDescriptor } from "./processIndex.ts";
import type { Descriptor, Process } from "./types.ts";

/** The table of open files of a process. Source: sys/kern/kern_descrip.c. */

const FIRST = 3;

/** The lowest number that is free. Those of the standard streams, which the model does not have, are always taken. */
export function lowestFree({ descriptors }: Process): number {
  if (descriptors.length === 0) return FIRST;
  const taken = new Set(descriptors.map(({ fd }) => fd));
  let fd = FIRST;
  while (taken.has(fd)) fd++;
  return fd;
}

/**
 * Opens one more descriptor.
 * @returns what the limits of the kernel say: EMFILE for those of the process, ENFILE where the system's table is full
 */
export function openDescriptor(
  host: Host,
  process: Process,
  what: Omit<Descriptor, "fd">,
): Outcome<Descriptor> {
  const fd = lowestFree(process);
  const refused = host.kernel.processes.mayOpen(host, process, fd);
  if (refused) return refused;
  const descriptor: Descriptor = { ...what, fd };
  addDescriptor(host, process, descriptor);
  return allowed(descriptor, "open/descriptor", `It is descriptor ${fd}.`);
}
