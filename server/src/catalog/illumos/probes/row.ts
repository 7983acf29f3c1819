import type {
  ZoneActor,
  ZoneAlternative,
  ZoneGate,
  ZoneProbe,
  ZoneProbeArea,
  ZoneSetting,
  ZoneVariant,
} from "../probe.ts";

/** A probe as the tables write it: what is absent is empty, or as in most others. */
export interface Row {
  readonly title: string;
  readonly command: string;
  readonly interface: string;
  /** `exclusive`: only with a network stack of its own. */
  readonly verdict: "allow" | "deny" | "exclusive";
  readonly errno?: string;
  readonly gates?: readonly ZoneGate[];
  /** Where they are not those of the gates. */
  readonly privileges?: readonly string[];
  readonly setup?: readonly ZoneSetting[];
  readonly config?: Readonly<Record<string, string>>;
  readonly enabledBy?: readonly ZoneAlternative[];
  readonly restrictedBy?: readonly ZoneAlternative[];
  readonly variants?: readonly ZoneVariant[];
  readonly toolCheck?: NonNullable<ZoneProbe["toolCheck"]>;
  readonly breach?: true;
  readonly actor?: ZoneActor;
  readonly confidence?: "medium";
  readonly explanation: string;
}

/** Makes probes of an area. */
export function probesOf(area: ZoneProbeArea) {
  return <const Id extends string>(id: Id, row: Row): ZoneProbe & { readonly id: Id } => {
    const { verdict, gates = [], config = {}, actor = "zone-root", confidence = "high", ...more } = row;
    return {
      setup: [],
      enabledBy: [],
      restrictedBy: [],
      variants: [],
      privileges: gates.flatMap((gate) => (gate.type === "privilege" ? [gate.name] : [])),
      ...more,
      id,
      area,
      actor,
      verdict: {
        shared: verdict === "allow" ? "allow" : "deny",
        exclusive: verdict === "deny" ? "deny" : "allow",
      },
      gates,
      config: Object.entries(config).map(([property, effect]) => ({ property, effect })),
      confidence,
    };
  };
}

export const privilege = (name: string): ZoneGate => ({ type: "privilege", name });
export const device = (path: string): ZoneGate => ({ type: "device", path });
export const visible = (of: string): ZoneGate => ({ type: "visibility", of });
export const fsType = (name: string): ZoneGate => ({ type: "fsType", name });
export const rctl = (name: string): ZoneGate => ({ type: "rctl", name });
export const GLOBAL_ONLY: ZoneGate = { type: "globalOnly" };
export const ALL_PRIVILEGES: ZoneGate = { type: "allPrivileges" };

export const set = (property: string, value: string): ZoneSetting => ({ property, value });
export const add = (resource: string, properties: Readonly<Record<string, string>>): ZoneSetting => ({
  resource,
  properties,
});
/** `limitpriv` with one privilege more, or one less. */
export const withPrivilege = (name: string): ZoneAlternative => ({
  all: [set("limitpriv", `default,${name}`)],
});
export const withoutPrivilege = (name: string, errno = "EPERM"): ZoneAlternative => ({
  all: [set("limitpriv", `default,!${name}`)],
  errno,
});
export const OWN_STACK: ZoneAlternative = { all: [set("ip-type", "exclusive")] };
export const OWN_LINK: ZoneAlternative = {
  all: [set("ip-type", "exclusive"), add("net", { physical: "net0" })],
};
/** `fs-allowed` with nothing on its list. */
export const NOTHING_ALLOWED: ZoneAlternative = { all: [set("fs-allowed", "-")], errno: "EPERM" };
export const DELEGATED: ZoneSetting = add("dataset", { name: "tank/z1" });
/** A directory that this zone and another one both mount. */
export const SHARED_DIRECTORY: ZoneSetting = add("fs", {
  type: "lofs",
  dir: "/meeting",
  special: "/export/meeting",
});
