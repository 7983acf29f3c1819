/** A system with a zonecfg(8) of its own. `illumos` is illumos-gate and what ships it unchanged, as OpenIndiana does. */
export type Platform = "illumos" | "omnios" | "smartos" | "solaris10" | "solaris11";

export const PLATFORMS: readonly Platform[] = ["illumos", "omnios", "smartos", "solaris10", "solaris11"];

/** The platform as a reader knows it. `solaris11` stands for 11.4, the only release of it that is described. */
export function platformName(platform: Platform): string {
  const names: Readonly<Record<Platform, string>> = {
    illumos: "illumos",
    omnios: "OmniOS",
    smartos: "SmartOS",
    solaris10: "Solaris 10",
    solaris11: "Solaris 11.4",
  };
  return names[platform];
}

/** How the text of a value is read. Source: usr/src/cmd/zonecfg/zonecfg.c. */
export type PropertyType =
  | "string"
  | "boolean"
  | "enum"
  | "uint"
  | "uint64"
  | "decimal"
  | "range"
  | "memory"
  | "path"
  | "uri"
  | "address"
  | "address-list"
  | "comma-list"
  | "id-list"
  | "list"
  | "complex"
  | "complex-list";

/** Where a bad value is first noticed: at `set`, at `end`, at `verify` or `commit`, by zoneadm(8). */
export type CheckPoint = "set" | "end" | "verify" | "zoneadm";

/** Everything that is known of one property. Completion, hover, checks and the docs page derive from it. */
export interface ZoneProperty {
  readonly name: string;
  /** The resource it belongs to; undefined for a property of the zone itself. */
  readonly resource: string | undefined;
  /** The resource around a nested one. */
  readonly within?: "anet" | "ib-vhca";
  readonly type: PropertyType;
  /** How the value may be written: `x`, `[x,y]`, `(name=x,…)`. */
  readonly forms: readonly ("simple" | "list" | "complex")[];
  /** Whether the resource, or the zone, is never complete without it. */
  readonly required: boolean;
  /** What makes it required, where it is not always. */
  readonly requiredWhen?: string;
  /** What holds when nobody sets it, in words; `""` is the empty text. */
  readonly default?: string;
  /** Whether `add` may give it several values. */
  readonly multiple: boolean;
  /** The words it takes. Only for `enum` and `boolean` no others are accepted; in lists, each element is one. */
  readonly values?: readonly string[];
  /** A regular expression that good values match. */
  readonly pattern?: string;
  readonly format?: string;
  /** The bounds of the number; in bytes for `memory`. */
  readonly range?: { readonly min?: number; readonly max?: number };
  readonly platforms: readonly Platform[];
  /** The brands that have it; absent for all. */
  readonly brands?: readonly string[];
  /** The resource control that it is a shorthand for. */
  readonly rctl?: string;
  /** Where it is stored in the XML of the zone. Source: usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1. */
  readonly xml?: string;
  /** Whether `clear` takes it. */
  readonly clearable: boolean;
  readonly checkedAt: readonly CheckPoint[];
  /** What a good value must fulfil, in sentences. */
  readonly constraints: readonly string[];
  readonly notes: readonly string[];
  readonly doc: string;
  readonly confidence: "high" | "medium" | "low";
  readonly source: string;
}

/** What holds for most properties: a simple, optional value on every platform. */
const USUAL = {
  forms: ["simple"],
  required: false,
  multiple: false,
  platforms: PLATFORMS,
  clearable: false,
  checkedAt: [],
  constraints: [],
  notes: [],
  confidence: "high",
} as const satisfies Partial<ZoneProperty>;

type Shared = Pick<ZoneProperty, "resource" | "source"> & Partial<ZoneProperty>;
type Entry = Pick<ZoneProperty, "name" | "type" | "doc"> & Partial<ZoneProperty>;

/** The properties of one resource: what they share is written once, what is usual not at all. */
export function properties(shared: Shared, entries: readonly Entry[]): readonly ZoneProperty[] {
  return entries.map((entry) => ({ ...USUAL, ...shared, ...entry }));
}

/** Sources that many properties share. */
export const ZONECFG = "usr/src/cmd/zonecfg/zonecfg.c, usr/src/lib/libzonecfg/common/libzonecfg.c";
export const ORACLE = "Oracle Solaris 11.4 zonecfg(8)";

export const ILLUMOS_FAMILY: readonly Platform[] = ["illumos", "omnios", "smartos"];
export const FORKS: readonly Platform[] = ["omnios", "smartos"];
export const SOLARIS11: readonly Platform[] = ["solaris11"];
export const NOT_SOLARIS10: readonly Platform[] = ["illumos", "omnios", "smartos", "solaris11"];

/** Digits; the empty text counts as 0. */
export const UNSIGNED_PATTERN = "^[0-9]*$";
/** A number with an optional K, M, G or T, powers of 1024. Source: libzonecfg.c (zonecfg_str_to_bytes). */
export const MEMORY_PATTERN = "^\\s*(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?\\s*[kKmMgGtT]?$";
