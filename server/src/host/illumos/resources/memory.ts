import { allowed, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { limitOf } from "../process/limits.ts";
import { projectOf, projectRefusal } from "../process/projects.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { charge, discharge, noteReservation, refusal } from "./rctls.ts";
import { enforceResident } from "./residentMemory.ts";
import { swapRefusal } from "./swap.ts";

/**
 * Memory as processes ask for it. Swap is reserved when memory is asked for, not when it is used, so that the control of
 * the zone refuses the call. Source: usr/src/uts/common/vm/seg_vn.c, usr/src/uts/common/vm/anon.h.
 */

/** What a process asks with for memory that has swap behind it. */
export type ReservingCall = "mmap" | "brk";

/**
 * mmap(2) of private or anonymous memory, or brk(2), in bytes.
 * @returns ENOMEM at the limit of the process, EAGAIN where the zone or the machine has no swap left to reserve
 */
export function reserve(host: Host, process: Process, bytes: number, call: ReservingCall = "mmap"): Outcome {
  const { memory } = process;
  const name = call === "brk" ? "process.max-data-size" : "process.max-address-space";
  const used = call === "brk" ? (memory.reserved ?? 0) : memory.virtual;
  const { soft } = limitOf(process, name);
  if (used + bytes > soft)
    return denied("ENOMEM", `rctl/${name}`, `The process has ${used} of ${soft} bytes.`, {
      causes: [{ what: `${name}=${soft}`, from: "host" }],
    });
  const refused = refusal(host, zoneOf(host, process), "zone.max-swap", bytes, call);
  if (refused) return refused;
  const full = swapRefusal(host, bytes, "EAGAIN");
  if (full) return full;
  noteReservation(host, bytes);
  memory.reserved = (memory.reserved ?? 0) + bytes;
  memory.virtual += bytes;
  return allowed(undefined, "memory/reserve", `The process has reserved ${memory.reserved} bytes of swap.`);
}

/** munmap(2), or brk(2) backwards. */
export function unreserve({ memory }: Process, bytes: number): void {
  const freed = Math.min(bytes, memory.reserved ?? 0);
  memory.reserved = (memory.reserved ?? 0) - freed;
  memory.virtual -= freed;
  memory.resident = Math.min(memory.resident, memory.virtual);
}

/**
 * The process writes to memory that it has: pages become resident. No cap refuses that. What the kernel keeps a zone to
 * is moved out at once; where rcapd(8) does it, the zone is above its cap until the next sample.
 */
export function touch(host: Host, process: Process, bytes: number): Outcome {
  const { memory } = process;
  const grow = Math.max(0, Math.min(bytes, memory.virtual - memory.resident));
  memory.resident += grow;
  const zone = zoneOf(host, process);
  const out = enforceResident(host, zone);
  if (out === 0) return allowed(undefined, "memory/touch", `${memory.resident} bytes are resident.`);
  const cause = zone.causes["physical"] ?? zone.rctls["zone.max-physical-memory"]?.cause;
  return contained(undefined, "rctl/zone.max-physical-memory", `${out} bytes of the zone are paged out.`, {
    causes: cause ? [cause] : [],
  });
}

/**
 * mlock(3C), in bytes: the privilege, then the project, then the zone.
 * @returns EPERM; ENOMEM for memory that the process does not have; EAGAIN at a limit
 */
export function mlock(host: Host, process: Process, bytes: number): Outcome {
  const may = privilege(host, process, "proc_lock_memory");
  if (!may.ok) return may;
  const { memory } = process;
  const locked = memory.locked ?? 0;
  if (locked + bytes > memory.virtual)
    return denied("ENOMEM", "mlock/range", `The process has only ${memory.virtual} bytes of memory.`);
  const zone = zoneOf(host, process);
  const exempt = zone.id === GLOBAL && projectOf(process) === 0;
  const refused = exempt
    ? undefined
    : (projectRefusal(host, process, "project.max-locked-memory", bytes) ??
      refusal(host, zone, "zone.max-locked-memory", bytes, "mlock"));
  if (refused) return refused;
  memory.locked = locked + bytes;
  memory.resident = Math.max(memory.resident, memory.locked);
  return allowed(undefined, may.decision.rule, `${memory.locked} bytes stay in memory.`);
}

/** munlock(3C). */
export function munlock({ memory }: Process, bytes: number): void {
  const left = Math.max(0, (memory.locked ?? 0) - bytes);
  if (left > 0) memory.locked = left;
  else delete memory.locked;
}

/** Memory that a driver locks for a process of the zone, until it gives it back. ENOMEM at the limit. */
export function driverLock(host: Host, process: Process, bytes: number): Outcome {
  const zone = zoneOf(host, process);
  return (
    charge(host, zone, "zone.max-locked-memory", bytes, "driver-lock") ??
    allowed(undefined, "driver-lock", `A driver keeps ${bytes} bytes of the zone in memory.`)
  );
}

export function driverUnlock(host: Host, process: Process, bytes: number): void {
  discharge(zoneOf(host, process), "zone.max-locked-memory", bytes);
}

/** thr_create(3C): one more thread. EAGAIN at a limit of the zone. */
export function createThread(host: Host, process: Process): Outcome {
  const refused = refusal(host, zoneOf(host, process), "zone.max-lwps", 1, "lwp_create");
  if (refused) return refused;
  const lwps = (process.illumos?.lwps ?? 1) + 1;
  process.illumos = { ...process.illumos, lwps };
  return allowed(undefined, "lwp_create", `The process has ${lwps} threads.`);
}
