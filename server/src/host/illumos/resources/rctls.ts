import { findRctl } from "../../../catalog/zonecfg/lookup.ts";
import type { LimitedCall } from "../../../catalog/zonecfg/rctls.ts";
import { type Cause, denied, type Refused } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { countOfContainer, sumOverContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { objectsOfZone } from "../ipc/sysvIndex.ts";
import { illumosOf } from "../state.ts";
import type { Zone, ZoneRctl } from "../types.ts";

/**
 * Resource controls of zones: what is used, and what is refused beyond a limit. Limits hold in the kernel; nothing of the
 * zone, not even its root, may pass one whose action is deny. Source: usr/src/uts/common/os/rctl.c, zone.c.
 */

/** Swap that any program reserves for its stack, heap and writable data, in bytes. */
export const PROGRAM_RESERVES = 1 << 20;

/** The value of a control that somebody set; `undefined` where only the highest value of the system holds. */
export function limitOf({ rctls }: Zone, name: string): ZoneRctl | undefined {
  return rctls[name];
}

/** What a process counts for in `zone.max-lwps`. */
export function lwpsOf({ state, illumos }: Process): number {
  return state === "zombie" ? 0 : (illumos?.lwps ?? 1);
}

/** Swap that a process has reserved, in bytes. */
export function reservedBy({ state, illumos, memory }: Process): number {
  return state === "zombie" || illumos?.kernel ? 0 : PROGRAM_RESERVES + (memory.reserved ?? 0);
}

/** What a zone uses of a control, in its unit. Controls that only weigh or throttle have no usage. */
export function usageOf(host: Host, zone: Zone, name: string): number {
  const charged = zone.charges?.[name] ?? 0;
  const sum = (of: (process: Process) => number) => charged + sumOverContainer(host, zone.id, of);
  const bytes = () => objectsOfZone(host, zone.id, "shm").reduce((total, { size }) => total + size, 0);
  switch (name) {
    // The dead have their slot until somebody asks for their status.
    case "zone.max-processes":
      return countOfContainer(host, zone.id);
    case "zone.max-lwps":
      return sum(lwpsOf);
    case "zone.max-shm-ids":
      return objectsOfZone(host, zone.id, "shm").length;
    case "zone.max-sem-ids":
      return objectsOfZone(host, zone.id, "sem").length;
    case "zone.max-msg-ids":
      return objectsOfZone(host, zone.id, "msg").length;
    case "zone.max-shm-memory":
      return bytes();
    case "zone.max-locked-memory":
      return sum(({ memory }) => memory.locked ?? 0);
    case "zone.max-swap":
      return sum(reservedBy) + bytes();
    case "zone.max-physical-memory":
      return sum(({ memory }) => memory.resident);
    case "zone.cpu-cap":
      return Math.round(sum(({ cpu }) => cpu?.percent ?? 0));
    default:
      return charged;
  }
}

/**
 * Whether a zone may have more of something.
 * @param call what asks for it: the same control refuses calls with different errors
 * @returns the refusal; nothing where no limit is set, where it is not reached, or where its action is none
 */
export function refusal(
  host: Host,
  zone: Zone,
  name: string,
  amount: number,
  call: LimitedCall,
): Refused | undefined {
  const limit = limitOf(zone, name);
  if (limit?.action !== "deny") return undefined;
  const used = usageOf(host, zone, name);
  if (used + amount <= limit.limit) return undefined;
  const errno = (findRctl(name)?.errnos[call] ?? "EAGAIN") as Errno;
  logged(host, zone, name, limit);
  return denied(
    errno,
    `rctl/${name}`,
    `Zone ${zone.name} has ${used} of ${limit.limit} in ${name}, and ${amount} more are asked for.`,
    { causes: [rctlCause(name, limit)] },
  );
}

/** Where rctladm(8) has enabled it, the kernel writes into the log of the host. Source: rctl_log() in os/rctl.c. */
function logged(host: Host, zone: Zone, name: string, { limit, cause }: ZoneRctl): void {
  const level = illumosOf(host).system.syslog?.[name];
  if (level === undefined) return;
  host.emit({
    container: "",
    kind: "host.console",
    message: `genunix: ${level.toUpperCase()}: privileged rctl ${name} (value ${limit}) exceeded by zone ${zone.id}`,
    outcome: "ok",
    causes: [cause],
  });
}

/** Takes something for a zone that no process shows, as drivers and file systems do. */
export function charge(
  host: Host,
  zone: Zone,
  name: string,
  amount: number,
  call: LimitedCall,
): Refused | undefined {
  const refused = amount > 0 ? refusal(host, zone, name, amount, call) : undefined;
  if (refused) return refused;
  addCharge(zone, name, amount);
  if (name === "zone.max-swap") noteReservation(host, amount);
  return undefined;
}

/** More swap is reserved: from then on nothing tells how much of it is given back, see `swapRefusal`. */
export function noteReservation(host: Host, bytes: number): void {
  const { system } = illumosOf(host);
  if (bytes > 0) system.reservedAtMost = (system.reservedAtMost ?? 0) + bytes;
}

/** Gives back what `charge` took. */
export function discharge(zone: Zone, name: string, amount: number): void {
  addCharge(zone, name, -amount);
}

function addCharge(zone: Zone, name: string, amount: number): void {
  const total = Math.max(0, (zone.charges?.[name] ?? 0) + amount);
  const { [name]: _, ...others } = zone.charges ?? {};
  if (total > 0) zone.charges = { ...others, [name]: total };
  else if (Object.keys(others).length > 0) zone.charges = others;
  else delete zone.charges;
}

export function rctlCause(name: string, { limit, cause }: ZoneRctl): Cause {
  return { ...cause, what: `${name}=${limit}` };
}
