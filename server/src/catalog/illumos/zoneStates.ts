/** The states that tools show of a zone. Source: zones(7), usr/src/lib/libzonecfg/common/libzonecfg.c. */
export interface ZoneStateFacts {
  readonly name: string;
  /** Filters of lists and checks of commands compare it with `<` and `>=`. */
  readonly number: number;
  /** Whether the index file holds it; the others are computed from the kernel each time. */
  readonly stored: boolean;
  /** Whether the zone exists in the kernel: it has an id then, and mounts, devices and a network. */
  readonly kernel: boolean;
  readonly meaning: string;
}

const stored = { stored: true, kernel: false } as const;
const active = { stored: false, kernel: true } as const;

const states = [
  {
    ...stored,
    name: "configured",
    number: 0,
    meaning: "There is a configuration, but no file of the zone: never installed, uninstalled, or detached.",
  },
  {
    ...stored,
    name: "incomplete",
    number: 1,
    meaning:
      "An installation or its removal is under way or broke off, or somebody marked the zone as unusable.",
  },
  {
    ...stored,
    name: "installed",
    number: 2,
    meaning: "Its files are below zonepath; the kernel knows nothing of it.",
  },
  {
    ...active,
    name: "ready",
    number: 3,
    meaning: "The virtual platform stands: id, zsched, mounts, devices, network. No program runs in it.",
  },
  { ...active, name: "running", number: 4, meaning: "init was started, or is just being started." },
  {
    ...active,
    name: "shutting_down",
    number: 5,
    meaning: "Its processes are being killed, or threads of the kernel still work for it; it can hang here.",
  },
  {
    ...active,
    name: "down",
    number: 6,
    meaning: "Nothing runs any more, but the platform could not be taken down yet, often because of a mount.",
  },
  {
    ...active,
    name: "mounted",
    number: 7,
    meaning: "A scratch environment for maintenance: a ready zone of the kernel with its root in `lu`.",
  },
] as const satisfies readonly ZoneStateFacts[];

export type ZoneStateName = (typeof states)[number]["name"];

/** By number. */
export const zoneStates: readonly (ZoneStateFacts & { readonly name: ZoneStateName })[] = states;

/** What the kernel says of a zone. Source: usr/src/uts/common/sys/zone.h (zone_status_t). */
export interface KernelStatusFacts {
  /** Without `ZONE_IS_`. */
  readonly name: string;
  /** It never gets less during the life of a zone; a reboot makes a new zone. */
  readonly order: number;
  /** The name on the event channel of zone states, which does not tell all of them apart. */
  readonly event: "uninitialized" | "initialized" | "ready" | "running" | "shutting_down";
  /** What tools show, unless the root lies in `lu`. */
  readonly shown: ZoneStateName;
  /** Whether zone_enter() lets a process in. */
  readonly enterable: boolean;
}

const statuses = [
  { name: "UNINITIALIZED", order: 0, event: "uninitialized", shown: "ready", enterable: false },
  { name: "INITIALIZED", order: 1, event: "initialized", shown: "ready", enterable: false },
  { name: "READY", order: 2, event: "ready", shown: "ready", enterable: true },
  { name: "BOOTING", order: 3, event: "ready", shown: "running", enterable: true },
  { name: "RUNNING", order: 4, event: "running", shown: "running", enterable: true },
  { name: "SHUTTING_DOWN", order: 5, event: "shutting_down", shown: "shutting_down", enterable: false },
  { name: "EMPTY", order: 6, event: "shutting_down", shown: "shutting_down", enterable: false },
  { name: "DOWN", order: 7, event: "shutting_down", shown: "down", enterable: false },
  { name: "DYING", order: 8, event: "shutting_down", shown: "down", enterable: false },
  { name: "DEAD", order: 9, event: "uninitialized", shown: "down", enterable: false },
] as const satisfies readonly KernelStatusFacts[];

export type KernelStatus = (typeof statuses)[number]["name"];

/** In their order. */
export const kernelStatuses: readonly (KernelStatusFacts & { readonly name: KernelStatus })[] = statuses;

const byName: ReadonlyMap<string, (typeof kernelStatuses)[number]> = new Map(
  kernelStatuses.map((status) => [status.name, status]),
);

function kernelStatus(name: KernelStatus): (typeof kernelStatuses)[number] {
  return byName.get(name) ?? statuses[0];
}

/**
 * The state that tools show for a zone of the kernel, by its root as the kernel knows it (`/zones/web/root`).
 * Source: libzonecfg.c (kernel_state_to_user_state).
 */
export function shownState(name: KernelStatus, root: string): ZoneStateName {
  return name === "READY" && root.endsWith("/lu") ? "mounted" : kernelStatus(name).shown;
}
