import { FORKS, ILLUMOS_FAMILY, PLATFORMS, type Platform } from "./property.ts";

/** What a resource control is like, in the words and order of `rctladm -l`. */
export const RCTL_FLAGS = [
  "no-basic",
  "lowerable",
  "deny",
  "no-deny",
  "cpu-time",
  "file-size",
  "no-signal",
  "no-obs",
  "inf",
  "no-syslog",
  "seconds",
  "bytes",
  "count",
] as const;
export type RctlFlag = (typeof RCTL_FLAGS)[number];

/** What can be refused because of a resource control. */
export type LimitedCall =
  | "fork"
  | "lwp_create"
  | "msgget"
  | "semget"
  | "shmget"
  | "mlock"
  | "driver-lock"
  | "mmap"
  | "brk"
  | "page-fault"
  | "tmpfs-write"
  | "lofi-create";

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
  /** What fails beyond the limit; empty where nothing does. */
  readonly errnos: { readonly [call in LimitedCall]?: string };
  /** The privileged value of a zone without one in its configuration; absent: only the highest limit holds. */
  readonly defaultValue?: string;
  /** Whether the highest limit means none at all. */
  readonly infinite: boolean;
  readonly flags: readonly RctlFlag[];
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

const DENIED = {
  aliasAction: "deny",
  aliasLow: 0,
  deny: "always",
  defaultAction: "deny",
  infinite: false,
  flags: ["no-basic", "deny", "count"],
} as const;
const BYTES = { ...DENIED, unit: "bytes", systemMax: U64, flags: ["no-basic", "deny", "bytes"] } as const;
const WEIGHED = {
  aliasAction: "none",
  aliasLow: 0,
  deny: "never",
  defaultAction: "none",
  errnos: {},
  infinite: false,
  flags: ["no-basic", "no-deny", "no-signal", "no-syslog", "count"],
} as const;

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
    defaultValue: "1",
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
    errnos: {},
    infinite: true,
    flags: ["no-basic", "deny", "no-signal", "inf", "no-syslog", "count"],
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
    errnos: { fork: "EAGAIN", lwp_create: "EAGAIN" },
    flags: ["no-basic", "count"],
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
    errnos: { fork: "EAGAIN" },
    flags: ["no-basic", "count"],
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
    errnos: { msgget: "ENOSPC" },
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
    errnos: { semget: "ENOSPC" },
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
    errnos: { shmget: "ENOSPC" },
    platforms: PLATFORMS,
  },
  {
    ...BYTES,
    name: "zone.max-shm-memory",
    alias: "max-shm-memory",
    description: "System V shared memory.",
    onExceed: "shmget(2) fails with EINVAL.",
    errnos: { shmget: "EINVAL" },
    platforms: PLATFORMS,
  },
  {
    ...BYTES,
    name: "zone.max-locked-memory",
    resourceForm: { resource: "capped-memory", property: "locked" },
    description: "Memory that is locked in place.",
    onExceed: "mlock(3C) fails with EAGAIN, locking by drivers with ENOMEM.",
    errnos: { mlock: "EAGAIN", "driver-lock": "ENOMEM" },
    platforms: PLATFORMS,
  },
  {
    ...BYTES,
    name: "zone.max-swap",
    resourceForm: { resource: "capped-memory", property: "swap" },
    aliasLow: 50 * 1024 * 1024,
    description: "Swap that address spaces and tmpfs reserve.",
    onExceed: "mmap(2) and brk(2) fail with EAGAIN, shmget(2) with ENOMEM, writes to tmpfs with ENOSPC.",
    errnos: {
      mmap: "EAGAIN",
      brk: "EAGAIN",
      shmget: "ENOMEM",
      "page-fault": "ENOMEM",
      "tmpfs-write": "ENOSPC",
    },
    platforms: PLATFORMS,
  },
  {
    ...DENIED,
    name: "zone.max-lofi",
    unit: "devices",
    systemMax: U64,
    description: "lofi devices of the zone.",
    onExceed: "The creation of another one fails with EAGAIN.",
    errnos: { "lofi-create": "EAGAIN" },
    platforms: ILLUMOS_FAMILY,
    note: "There is no shorthand: it is always an `add rctl`.",
  },
  {
    ...BYTES,
    name: "zone.max-physical-memory",
    resourceForm: { resource: "capped-memory", property: "physical" },
    aliasLow: 1024 * 1024,
    description: "Resident memory.",
    onExceed: "Pages are written out; no call fails.",
    errnos: {},
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
    flags: ["no-basic", "no-deny", "no-signal", "no-syslog", "seconds"],
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
    defaultValue: "1",
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
