import { FORKS, ILLUMOS_FAMILY, PLATFORMS, type Platform } from "./property.ts";

/** A resource control on a zone as a whole. */
export interface ZoneRctl {
  readonly name: string;
  /** The property of the zone that is a shorthand for it. */
  readonly alias?: string;
  /** The property of a resource that is a shorthand for it. */
  readonly resourceForm?: { readonly resource: string; readonly property: string };
  readonly unit: string;
  /** The highest limit that the kernel accepts, in decimal digits: it may not fit a number. */
  readonly systemMax: string;
  readonly description: string;
  readonly onExceed: string;
  /** The action that the shorthand stores. Another one makes the shorthand unusable. */
  readonly aliasAction: "none" | "deny";
  /** The lowest value that the shorthand takes; in bytes for memory, in percent for the CPU cap. */
  readonly aliasLow: number;
  /** Whether the kernel denies what exceeds it: always, never, or as the value says. */
  readonly deny: "always" | "never" | "optional";
  /** The action that a value should have. */
  readonly defaultAction: "none" | "deny";
  readonly platforms: readonly Platform[];
  readonly note?: string;
}

/** The highest unsigned 64-bit number. */
const U64 = "18446744073709551615";
const U32 = "4294967295";
const INT = "2147483647";
const IDS = "16777216";

const DENIED = { aliasAction: "deny", aliasLow: 0, deny: "always", defaultAction: "deny" } as const;
const WEIGHED = { aliasAction: "none", aliasLow: 0, deny: "never", defaultAction: "none" } as const;

/**
 * All zone.* resource controls. Source: usr/src/uts/common/os/zone.c, usr/src/man/man7/resource_controls.7; bounds
 * of the shorthands: usr/src/lib/libzonecfg/common/libzonecfg.c (aliases).
 */
export const rctls: readonly ZoneRctl[] = [
  {
    ...WEIGHED,
    name: "zone.cpu-shares",
    alias: "cpu-shares",
    unit: "shares",
    systemMax: "65535",
    description: "Weight of the zone in the fair share scheduler, divided further by `project.cpu-shares`.",
    onExceed: "Nothing is refused; it only decides who waits when CPUs are scarce.",
    platforms: PLATFORMS,
    note: "Zero shares mean the lowest priority of all. A zone without the control has one share.",
  },
  {
    ...DENIED,
    name: "zone.cpu-cap",
    resourceForm: { resource: "capped-cpu", property: "ncpus" },
    aliasLow: 1,
    unit: "percent of one CPU",
    systemMax: U32,
    description: "Ceiling on the CPU time of the zone.",
    onExceed: "Threads wait; no call fails. The real-time class is exempt.",
    platforms: PLATFORMS,
    note: "150 stands for one and a half CPUs. The lower one of the caps of zone and project wins.",
  },
  {
    ...DENIED,
    name: "zone.max-lwps",
    alias: "max-lwps",
    aliasLow: 100,
    deny: "optional",
    unit: "threads",
    systemMax: INT,
    description: "Threads in the zone.",
    onExceed: "fork(2) and the creation of threads fail with EAGAIN.",
    platforms: PLATFORMS,
    note: "Where only `max-processes` is set, ten times its value holds.",
  },
  {
    ...DENIED,
    name: "zone.max-processes",
    alias: "max-processes",
    aliasLow: 100,
    deny: "optional",
    unit: "processes",
    systemMax: INT,
    description: "Processes in the zone, zombies included.",
    onExceed: "fork(2) fails with EAGAIN.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-msg-ids",
    alias: "max-msg-ids",
    unit: "ids",
    systemMax: IDS,
    description: "System V message queues.",
    onExceed: "msgget(2) fails with ENOSPC.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-sem-ids",
    alias: "max-sem-ids",
    unit: "ids",
    systemMax: IDS,
    description: "System V semaphore sets.",
    onExceed: "semget(2) fails with ENOSPC.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-shm-ids",
    alias: "max-shm-ids",
    unit: "ids",
    systemMax: IDS,
    description: "System V shared memory segments.",
    onExceed: "shmget(2) fails with ENOSPC.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-shm-memory",
    alias: "max-shm-memory",
    unit: "bytes",
    systemMax: U64,
    description: "System V shared memory.",
    onExceed: "shmget(2) fails with EINVAL.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-locked-memory",
    resourceForm: { resource: "capped-memory", property: "locked" },
    unit: "bytes",
    systemMax: U64,
    description: "Memory that is locked in place.",
    onExceed: "mlock(3C) fails with EAGAIN, locking by drivers with ENOMEM.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-swap",
    resourceForm: { resource: "capped-memory", property: "swap" },
    aliasLow: 50 * 1024 * 1024,
    unit: "bytes",
    systemMax: U64,
    description: "Swap that address spaces and tmpfs reserve.",
    onExceed: "mmap(2) and brk(2) fail with EAGAIN, shmget(2) with ENOMEM, writes to tmpfs with ENOSPC.",
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-lofi",
    unit: "devices",
    systemMax: U64,
    description: "lofi devices of the zone.",
    onExceed: "The creation of another one fails with EAGAIN.",
    platforms: ILLUMOS_FAMILY,
    note: "There is no shorthand: it is always an `add rctl`.",
  },
  {
    ...DENIED,
    name: "zone.max-physical-memory",
    resourceForm: { resource: "capped-memory", property: "physical" },
    aliasLow: 1024 * 1024,
    unit: "bytes",
    systemMax: U64,
    description: "Resident memory.",
    onExceed: "Pages are written out; no call fails.",
    platforms: FORKS,
    note: "Elsewhere rcapd(8) enforces `physical`, and there is no such control.",
  },
  {
    ...WEIGHED,
    name: "zone.cpu-baseline",
    unit: "percent of one CPU",
    systemMax: U32,
    description: "CPU time that the zone has before it counts as bursting.",
    onExceed: "Use above it counts as a burst.",
    platforms: FORKS,
  },
  {
    ...WEIGHED,
    name: "zone.cpu-burst-time",
    unit: "seconds",
    systemMax: U32,
    description: "How long the zone may exceed its baseline.",
    onExceed: "The cap drops to the baseline once the burst is used up.",
    platforms: FORKS,
    note: "0 allows bursts without end.",
  },
  {
    ...WEIGHED,
    name: "zone.zfs-io-priority",
    alias: "zfs-io-priority",
    unit: "weight",
    systemMax: "1024",
    description: "Weight of the zone in ZFS input and output.",
    onExceed: "Reads and writes wait up to 100 microseconds while the zone is above its share.",
    platforms: FORKS,
    note: "A zone without the control has weight 1.",
  },
];

/** The parts of a value, each of which must be there once. Source: usr/src/cmd/zonecfg/zonecfg.c. */
export const rctlValueParts: readonly {
  readonly name: "priv" | "limit" | "action";
  /** The words it takes; absent for a number. */
  readonly values?: readonly string[];
  readonly doc: string;
}[] = [
  {
    name: "priv",
    values: ["privileged"],
    doc: "Who may change the value. Zones have `privileged` values only; `basic` is refused.",
  },
  {
    name: "limit",
    doc: "The limit, in the unit of the resource control: decimal, hexadecimal with `0x`, octal with `0`. No suffixes.",
  },
  {
    name: "action",
    values: ["none", "deny"],
    doc: "What happens to a request beyond the limit: `deny` refuses it, `none` lets it pass. Signals are refused.",
  },
];

/** A value as `add value` takes it, with a limit to be filled in. */
export function rctlValue(rctl: ZoneRctl, limit: string): string {
  return `(priv=privileged,limit=${limit},action=${rctl.defaultAction})`;
}
