import { allowed, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { privCheck } from "../privileges.ts";
import { limitOf } from "../process/limits.ts";
import { cpusOf } from "./cpuset.ts";
import { enforce } from "./racct.ts";

/** Memory and CPU time as processes use them. Source: sys/vm/vm_mmap.c, vm_pageout.c, sys/kern/kern_racct.c. */

/** mmap(2), malloc(3): more address space, in bytes. ENOMEM at the limit of the process or of a rule. */
export function allocate(host: Host, process: Process, bytes: number): Outcome {
  const { soft } = limitOf(host, process, "vmemoryuse");
  if (process.memory.virtual + bytes > soft)
    return denied("ENOMEM", "memory/limit", "The process has as much address space as it may.", {
      causes: [{ what: `limit vmemoryuse=${soft}`, from: "host" }],
    });
  const refused = enforce(host, process, "vmemoryuse", bytes);
  if (refused)
    return denied("ENOMEM", "rctl/vmemoryuse", refused.reason, { causes: refused.causes, ...refused.more });
  process.memory.virtual += bytes;
  return allowed(
    undefined,
    "memory/allocate",
    `The process has ${process.memory.virtual} bytes of address space.`,
  );
}

/**
 * The process writes to memory that it has allocated. A rule on resident memory does not refuse that: the pager moves
 * pages of the process out instead. So does a machine that is full, and without swap a process dies there.
 */
export function touch(host: Host, process: Process, bytes: number): Outcome {
  const { memory } = process;
  const swapped = memory.swapped ?? 0;
  const grow = Math.max(0, Math.min(bytes, memory.virtual - memory.resident - swapped));
  const refused = enforce(host, process, "memoryuse", grow);
  const free = host.state.machine.memory - residentOf(host);
  const kept = refused ? 0 : Math.min(grow, free);
  const out = grow - kept;
  if (out === 0) {
    memory.resident += grow;
    return allowed(undefined, "memory/touch", `${memory.resident} bytes are resident.`);
  }
  const swap = host.state.machine.swap - swappedOf(host);
  const limited = enforce(host, process, "swapuse", out);
  if (limited)
    return denied("ENOMEM", "rctl/swapuse", limited.reason, { causes: limited.causes, ...limited.more });
  if (out > swap)
    return denied("ENOMEM", "memory/swap", "Neither memory nor swap is left for it.", {
      causes: [{ what: `swap ${host.state.machine.swap}`, from: "host" }, ...(refused?.causes ?? [])],
    });
  memory.resident += kept;
  memory.swapped = swapped + out;
  if (!refused) return contained(undefined, "memory/pageout", `Memory is full: ${out} bytes go to swap.`);
  return contained(undefined, "rctl/memoryuse", `${refused.reason} The pager moves ${out} bytes to swap.`, {
    causes: refused.causes,
    ...refused.more,
  });
}

function residentOf(host: Host): number {
  return allProcesses(host).reduce((sum, { memory }) => sum + memory.resident, 0);
}

function swappedOf(host: Host): number {
  return allProcesses(host).reduce((sum, { memory }) => sum + (memory.swapped ?? 0), 0);
}

/**
 * mlock(2), in the kernel's order: the privilege, which a sysctl gives to all but jails, then the limit of the process,
 * then the rules. ENOMEM at either limit.
 */
export function mlock(host: Host, process: Process, bytes: number): Outcome {
  const verdict = privCheck(host, process, "VM_MLOCK");
  if (!verdict.ok) return verdict;
  const locked = process.memory.locked ?? 0;
  const { soft } = limitOf(host, process, "memorylocked");
  if (locked + bytes > soft)
    return denied("ENOMEM", "mlock/limit", "The process has locked as much as it may.", {
      causes: [{ what: `limit memorylocked=${soft}`, from: "host" }],
    });
  const refused = enforce(host, process, "memorylocked", bytes);
  if (refused)
    return denied("ENOMEM", "rctl/memorylocked", refused.reason, { causes: refused.causes, ...refused.more });
  process.memory.locked = locked + bytes;
  return allowed(undefined, verdict.decision.rule, `${process.memory.locked} bytes stay in memory.`, {
    causes: verdict.decision.causes,
  });
}

/** munlock(2). */
export function munlock(host: Host, process: Process, bytes: number): Outcome {
  const verdict = privCheck(host, process, "VM_MUNLOCK");
  if (!verdict.ok) return verdict;
  process.memory.locked = Math.max(0, (process.memory.locked ?? 0) - bytes);
  return verdict;
}

/**
 * The process computes for a while, with as many threads as it likes: CPU time is counted, and a rule on %CPU or the
 * CPUs of its set bound it without an error.
 * @param percent of one CPU, so 400 on four of them
 * @returns the percentage that it got
 */
export function compute(
  host: Host,
  process: Process,
  percent: number,
  milliseconds: number,
): Outcome<number> {
  const cpus = cpusOf(host, process).length * 100;
  const before = process.cpu?.time ?? 0;
  process.cpu = { percent: 0, time: before };
  const refused = enforce(host, process, "pcpu", Math.min(percent, cpus));
  const most = refused ? Math.max(0, refused.left) : percent;
  const got = Math.min(percent, cpus, most);
  const time = Math.round((milliseconds * got) / 100);
  process.cpu = { percent: got, time: before + time };
  // Counted when it is used; a rule can only report it, or end the process.
  enforce(host, process, "cputime", 0);
  if (got === percent) return allowed(got, "cpu", `It gets ${got} % of a CPU.`);
  if (refused && got === most)
    return contained(got, "rctl/pcpu", refused.reason, { causes: refused.causes, ...refused.more });
  return contained(got, "cpuset", `It gets ${got} %: its set has ${cpus / 100} CPUs.`, {
    causes: [{ what: `CPU set ${process.cpuset}`, from: "host" }],
  });
}
