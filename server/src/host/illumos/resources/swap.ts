import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import { processCount } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { illumosOf } from "../state.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import { limitOf, PROGRAM_RESERVES, reservedBy, usageOf } from "./rctls.ts";

/** Swap: devices, what is reserved of it. Source: swap(8), usr/src/uts/common/vm/{vm_swap,anon}.c. */

/** Bytes of memory that the kernel keeps for itself, taken as an eighth of all. */
export function kernelMemory({ state }: Host): number {
  return Math.floor(state.machine.memory / 8);
}

/** Bytes that could be reserved if nobody had anything: the devices, and memory as far as it is not the kernel's. */
export function swapOf(host: Host): number {
  const { swap, memory } = host.state.machine;
  return swap + memory - kernelMemory(host);
}

/** Bytes that are reserved by processes, shared memory, and whatever zones were charged for. */
export function reservedSwap(host: Host): number {
  return allProcesses(host).reduce((sum, process) => sum + reservedBy(process), 0) + besidesProcesses(host);
}

function besidesProcesses(host: Host): number {
  const segments = host.state.ipc.sysv.reduce((sum, { kind, size }) => sum + (kind === "shm" ? size : 0), 0);
  const charged = Object.values(illumosOf(host).zones).reduce(
    (sum, { charges }) => sum + (charges?.["zone.max-swap"] ?? 0),
    0,
  );
  return segments + charged;
}

export function freeSwap(host: Host): number {
  return Math.max(0, swapOf(host) - reservedSwap(host));
}

/**
 * Whether the machine has swap left to reserve. Everything is added up only where what could be reserved at most does
 * not fit: so that a call costs the same however many processes there are. A machine that nobody described has enough.
 * @param errno what the call gives
 */
export function swapRefusal(host: Host, bytes: number, errno: Errno): Refused | undefined {
  if (!host.state.machine.described) return undefined;
  const { system } = illumosOf(host);
  const programs = processCount(host) * PROGRAM_RESERVES;
  if (programs + (system.reservedAtMost ?? 0) + bytes <= swapOf(host)) return undefined;
  system.reservedAtMost =
    allProcesses(host).reduce((sum, { memory }) => sum + (memory.reserved ?? 0), 0) + besidesProcesses(host);
  const free = freeSwap(host);
  if (bytes <= free) return undefined;
  return denied(errno, "swap/machine", `The machine has ${free} bytes of swap left to reserve.`, {
    causes: [{ what: "memory and swap of the machine", from: "host" }],
  });
}

export interface SwapSummary {
  /** Bytes: with pages behind it, reserved without, both, and what is left. */
  allocated: number;
  reserved: number;
  used: number;
  available: number;
}

/** swap -s. In a zone with a limit the limit stands for the machine. Source: swapctl(2) with SC_AINFO. */
export function swapSummary(host: Host, process: Process): SwapSummary {
  const zone = zoneOf(host, process);
  const limit = limitOf(zone, "zone.max-swap");
  const own = zone.id !== GLOBAL && limit !== undefined;
  const used = own ? usageOf(host, zone, "zone.max-swap") : reservedSwap(host);
  const all = own ? limit.limit : swapOf(host);
  // Most of what is reserved has been touched at least once.
  const allocated = Math.floor(used * 0.75);
  return { allocated, reserved: used - allocated, used, available: Math.max(0, all - used) };
}

export interface SwapDevice {
  device: string;
  bytes: number;
}

/** The device of a fresh installation. */
function firstDevice({ state }: Host): string {
  const [pool = "rpool"] = Object.keys(state.files.datasets).filter((name) => !name.includes("/"));
  return `/dev/zvol/dsk/${pool}/swap`;
}

/** swap -l. Source: SC_LIST of swapctl(2). */
export function swapDevices(host: Host): SwapDevice[] {
  const { swap } = illumosOf(host).system;
  const added = swap.reduce((sum, { bytes }) => sum + bytes, 0);
  const first = host.state.machine.swap - added;
  return [
    ...(first > 0 ? [{ device: firstDevice(host), bytes: first }] : []),
    ...swap.map((one) => ({ ...one })),
  ];
}

/** SC_ADD of swapctl(2). EPERM without sys_config, which no zone has; EEXIST. */
export function swapAdd(host: Host, process: Process, device: string, bytes: number): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  if (bytes <= 0) return denied("EINVAL", "swap/size", "It has no size.");
  if (swapDevices(host).some((one) => one.device === device))
    return denied("EEXIST", "swap/exists", `${device} is swap already.`);
  illumosOf(host).system.swap.push({ device, bytes });
  host.state.machine.swap += bytes;
  return allowed(undefined, may.decision.rule, `${device} is swap now.`);
}

/** SC_REMOVE of swapctl(2). ENOMEM where what is reserved does not fit into what is left. */
export function swapRemove(host: Host, process: Process, device: string): Outcome {
  const may = privilege(host, process, "sys_config");
  if (!may.ok) return may;
  const found = swapDevices(host).find((one) => one.device === device);
  if (!found) return denied("EINVAL", "swap/none", `${device} is no swap.`);
  if (found.bytes > freeSwap(host))
    return denied("ENOMEM", "swap/in-use", "What is left would not hold what is reserved.");
  const { system } = illumosOf(host);
  system.swap = system.swap.filter((one) => one.device !== device);
  host.state.machine.swap -= found.bytes;
  return allowed(undefined, may.decision.rule, `${device} is swap no more.`);
}
