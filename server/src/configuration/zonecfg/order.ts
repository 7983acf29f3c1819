import { propertiesOf } from "../../catalog/zonecfg/lookup.ts";
import { resources } from "../../catalog/zonecfg/resource.ts";
import type { ComplexValue, Given, Resource, ZonePart } from "./types.ts";

/** The order in which `export` and `info` name the properties of a zone. Source: zonecfg.c (export_func). */
export const GLOBAL_ORDER = [
  "zonepath",
  "brand",
  "autoboot",
  "autoshutdown",
  "bootargs",
  "file-mac-profile",
  "pool",
  "limitpriv",
  "scheduling-class",
  "ip-type",
  "hostid",
  "fs-allowed",
  "uuid",
];

/** The order of resource types in `export`. */
const EXPORT_TYPES = [
  "fs",
  "inherit-pkg-dir",
  "net",
  "anet",
  "device",
  "capped-memory",
  "rctl",
  "attr",
  "dataset",
  "dedicated-cpu",
  "admin",
  "security-flags",
];

/** The order of properties within a resource, where it is not that of the catalog. */
const PROPERTY_ORDER: Readonly<Record<string, readonly string[]>> = {
  fs: ["dir", "special", "raw", "type", "options"],
  net: [
    "address",
    "allowed-address",
    "physical",
    "mac-addr",
    "vlan-id",
    "global-nic",
    "defrouter",
    "property",
  ],
};

/** The properties of a part in their order, others behind. */
export function orderedGlobals({ properties }: ZonePart): [string, Given][] {
  const rank = (name: string) => (GLOBAL_ORDER.indexOf(name) + 1 || GLOBAL_ORDER.length + 1) - 1;
  return [...properties]
    .filter(([name]) => name !== "zonename")
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The resources grouped by type, each group in stored order. */
export function orderedResources(part: ZonePart): Resource[] {
  const types = [...EXPORT_TYPES, ...resources.map((resource) => resource.name)];
  const rank = (type: string) => {
    const at = types.indexOf(type);
    return at < 0 ? types.length : at;
  };
  return part.resources
    .map((resource, i) => ({ resource, i }))
    .sort((a, b) => rank(a.resource.type) - rank(b.resource.type) || a.i - b.i)
    .map(({ resource }) => resource);
}

/** The properties of a resource in their order; those without a value are left out. */
export function orderedProperties(resource: Resource): [string, readonly Given[]][] {
  const names = PROPERTY_ORDER[resource.type] ?? propertiesOf(resource.type).map((property) => property.name);
  const rank = (name: string) => (names.indexOf(name) + 1 || names.length + 1) - 1;
  return [...resource.properties]
    .filter(([, values]) => values.length > 0)
    .sort(([a], [b]) => rank(a) - rank(b));
}

/** A tuple as it is written. */
export function tupleText({ complex }: ComplexValue, quote: (value: string) => string = (v) => v): string {
  return `(${complex.map(([name, value]) => `${name}=${quote(value)}`).join(",")})`;
}
