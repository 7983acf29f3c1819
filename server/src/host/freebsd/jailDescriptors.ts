import { allowed, denied, type Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import { lowestFree } from "../process/descriptors.ts";
import { addDescriptor } from "../process/processIndex.ts";
import type { Process } from "../process/types.ts";
import { prisonReleased } from "./lifecycle.ts";
import { findPrison } from "./prisons.ts";
import { removePrison } from "./remove.ts";
import { freebsdOf } from "./state.ts";
import type { Prison } from "./types.ts";

/**
 * File descriptors that stand for a jail, from 15 on. The descriptor of the process has the id of an entry in the
 * state, which tells the jail, and whether closing it removes the jail. Source: sys/kern/kern_jaildesc.c.
 */

/** Opens a descriptor for a jail. Gives its number in the process. */
export function openJailDescriptor(host: Host, process: Process, jid: number, owning: boolean): number {
  const { jailDescriptors } = freebsdOf(host);
  const id = Math.max(0, ...Object.keys(jailDescriptors).map(Number)) + 1;
  jailDescriptors[id] = { jid, owning };
  const fd = lowestFree(process);
  addDescriptor(host, process, { fd, kind: "jail", id, write: false });
  return fd;
}

/**
 * The living jail of a descriptor.
 * @returns EBADF, EINVAL for a descriptor of another kind, ENOENT for a jail that is dying or gone
 */
export function describedBy(host: Host, process: Process, fd: number): Outcome<Prison> {
  const descriptor = process.descriptors.find((open) => open.fd === fd);
  if (!descriptor) return denied("EBADF", "jaildesc", `The process has no descriptor ${fd}.`);
  const entry = descriptor.kind === "jail" ? freebsdOf(host).jailDescriptors[descriptor.id ?? 0] : undefined;
  if (!entry) return denied("EINVAL", "jaildesc", `Descriptor ${fd} is not one of a jail.`);
  const jail = findPrison(host, entry.jid);
  return jail?.state === "alive"
    ? allowed(jail, "jaildesc", `Descriptor ${fd} stands for jail ${jail.name}.`)
    : denied("ENOENT", "jaildesc", `The jail of descriptor ${fd} is dying.`);
}

/** Closes an entry that no process has open any more; one that owns its jail removes it. */
export function closeJailDescriptor(host: Host, id: number): void {
  const { jailDescriptors } = freebsdOf(host);
  const entry = jailDescriptors[id];
  if (!entry) return;
  delete jailDescriptors[id];
  const jail = findPrison(host, entry.jid);
  if (entry.owning && jail?.state === "alive") removePrison(host, jail);
  else prisonReleased(host, entry.jid);
}
