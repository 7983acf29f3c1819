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

/** What tools show, by `zoneadm list`. */
export type ZoneState = (typeof states)[number]["name"];

/** What the index file says of a zone. */
export type StoredState = Extract<(typeof states)[number], { readonly stored: true }>["name"];

/** By number. */
export const zoneStates: readonly (ZoneStateFacts & { readonly name: ZoneState })[] = states;

/** What the kernel says of a zone. Source: usr/src/uts/common/sys/zone.h (zone_status_t). */
interface ZoneStatusFacts {
  /** That of the constant, without `ZONE_IS_` and in small letters. */
  readonly name: string;
  /** It never gets less during the life of a zone; a reboot makes a new zone. */
  readonly order: number;
  /** The name on the event channel of zone states, which does not tell all of them apart. */
  readonly event: "uninitialized" | "initialized" | "ready" | "running" | "shutting_down";
  /** What tools show, unless the zone is a scratch one. Source: libzonecfg.c (kernel_state_to_user_state). */
  readonly shown: ZoneState;
  /** Whether zone_enter() lets a process in. */
  readonly enterable: boolean;
}

const statuses = [
  { name: "uninitialized", order: 0, event: "uninitialized", shown: "ready", enterable: false },
  { name: "initialized", order: 1, event: "initialized", shown: "ready", enterable: false },
  { name: "ready", order: 2, event: "ready", shown: "ready", enterable: true },
  { name: "booting", order: 3, event: "ready", shown: "running", enterable: true },
  { name: "running", order: 4, event: "running", shown: "running", enterable: true },
  { name: "shutting_down", order: 5, event: "shutting_down", shown: "shutting_down", enterable: false },
  { name: "empty", order: 6, event: "shutting_down", shown: "shutting_down", enterable: false },
  { name: "down", order: 7, event: "shutting_down", shown: "down", enterable: false },
  { name: "dying", order: 8, event: "shutting_down", shown: "down", enterable: false },
  { name: "dead", order: 9, event: "uninitialized", shown: "down", enterable: false },
] as const satisfies readonly ZoneStatusFacts[];

export type ZoneStatus = (typeof statuses)[number]["name"];

export const zoneStatuses: Readonly<Record<ZoneStatus, ZoneStatusFacts>> = Object.fromEntries(
  statuses.map((status) => [status.name, status]),
) as Record<ZoneStatus, ZoneStatusFacts>;
