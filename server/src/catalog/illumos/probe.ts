/** In the order of pages and tables. */
export const ZONE_PROBE_AREAS = [
  "filesystem",
  "zfs",
  "device",
  "kernel",
  "system",
  "process",
  "observe",
  "resource",
  "ipc",
  "network",
  "zone",
  "audit",
] as const;
export type ZoneProbeArea = (typeof ZONE_PROBE_AREAS)[number];

/** Who attempts it, and the words for a reader. */
export const ZONE_ACTORS = {
  "zone-root": "root in the zone",
  "global-user": "a user without privileges in the global zone",
  "global-root": "root in the global zone",
} as const;
export type ZoneActor = keyof typeof ZONE_ACTORS;

/** Something that the kernel, or the program, looks at. A probe is refused by the first gate that is closed. */
export type ZoneGate =
  /** The caller must have it; `privileges` of the probe name those that would do as well. */
  | { readonly type: "privilege"; readonly name: string }
  /** Every privilege of the machine: never in a zone. */
  | { readonly type: "allPrivileges" }
  /** Every privilege of the zone. */
  | { readonly type: "allZonePrivileges" }
  /** The name must exist in /dev of the zone, or elsewhere. */
  | { readonly type: "device"; readonly path: string }
  /** The driver asks for privileges when it is opened. */
  | { readonly type: "devicePolicy" }
  /** The type must be safe for zones or in `fs-allowed`. */
  | { readonly type: "fsType"; readonly name: string }
  /** The mount must have been made in the zone. */
  | { readonly type: "mountOwner" }
  /** An option of the mount below forbids it. */
  | { readonly type: "mountOption"; readonly name: "ro" | "nodevices" }
  | { readonly type: "globalOnly" }
  /** The object must exist for the zone. */
  | { readonly type: "visibility"; readonly of: string }
  | { readonly type: "rctl"; readonly name: string }
  /** The forwarding table decides. */
  | { readonly type: "route" }
  /** Protection of the link drops the frame, without an error. */
  | { readonly type: "linkProtection"; readonly name: "ip-nospoof" | "mac-nospoof" }
  /** The dataset that is delegated itself. */
  | { readonly type: "delegationRoot" }
  /** The kernel must be new enough. */
  | { readonly type: "feature"; readonly name: string }
  | { readonly type: "auditPolicy"; readonly name: string }
  /** Ordinary permissions. */
  | { readonly type: "fileMode"; readonly path: string; readonly mode: string };

/** What a configuration or the machine is made to have. Structured, so that tests can make it so. */
export type ZoneSetting =
  /** `set property=value`. */
  | { readonly property: string; readonly value: string }
  /** `add resource`, `set` of each, `end`. */
  | { readonly resource: string; readonly properties: Readonly<Record<string, string>> }
  /** What the administrator of the global zone runs. */
  | { readonly global: string }
  /** A fact that no setting makes so. */
  | { readonly given: string };

/** Settings that together change the verdict. */
export interface ZoneAlternative {
  readonly all: readonly ZoneSetting[];
  /** Of a refusal; absent where frames are dropped without one, or a program refuses. */
  readonly errno?: string;
  readonly note?: string;
}

/** The same attempt under other circumstances. */
export interface ZoneVariant {
  readonly when: string;
  readonly verdict: "allow" | "deny";
  readonly errno?: string;
  readonly note?: string;
}

/** A named action that a process in a zone, or one of the global zone, may attempt. */
export interface ZoneProbe {
  readonly id: string;
  readonly title: string;
  readonly area: ZoneProbeArea;
  readonly actor: ZoneActor;
  readonly command: string;
  /** The system call or other way into the kernel. */
  readonly interface: string;
  /** By ip-type, in a zone of the brand ipkg that has `setup` and otherwise defaults. */
  readonly verdict: { readonly shared: "allow" | "deny"; readonly exclusive: "allow" | "deny" };
  /** Of the refusal; absent also where a program refuses by itself and asks no system call. */
  readonly errno?: string;
  /** Privileges that have to do with it. */
  readonly privileges: readonly string[];
  /** In the order in which they are looked at. */
  readonly gates: readonly ZoneGate[];
  /** What the attempt presupposes: without it there is nothing to try it on. */
  readonly setup: readonly ZoneSetting[];
  /** Properties that change the outcome, and how. */
  readonly config: readonly { readonly property: string; readonly effect: string }[];
  /** Each of these lets it succeed. */
  readonly enabledBy: readonly ZoneAlternative[];
  /** Each of these refuses it. */
  readonly restrictedBy: readonly ZoneAlternative[];
  readonly variants: readonly ZoneVariant[];
  /** The command looks by itself before the kernel does (`first`) and exits with that status. */
  readonly toolCheck?: { readonly first: boolean; readonly exit: number; readonly note?: string };
  /** Whoever succeeds is out of the zone, or rules the machine. */
  readonly breach?: true;
  readonly confidence: "high" | "medium";
  readonly explanation: string;
}

/** A setting for a reader, in Markdown. */
export function settingText(setting: ZoneSetting): string {
  if ("property" in setting) return `\`set ${setting.property}=${setting.value}\``;
  if ("global" in setting) return `\`${setting.global}\` in the global zone`;
  if ("given" in setting) return setting.given;
  const properties = Object.entries(setting.properties).map(([name, value]) => `${name}=${value}`);
  const all = properties.length > 0 ? ` with \`${properties.join(" ")}\`` : "";
  return `\`add ${setting.resource}\`${all}`;
}

/** An alternative for a reader: its settings, then what else there is to say. */
export function zoneAlternativeText({ all, note }: ZoneAlternative): string {
  return all.map(settingText).join(", ") + (note === undefined ? "" : ` (${note})`);
}
