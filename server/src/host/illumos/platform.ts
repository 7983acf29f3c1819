import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { Host } from "../host.ts";

/** The platform of the catalog that a machine belongs to. */
export function platformOf({ state: { machine } }: Host): Platform {
  const { system, release } = machine;
  if (system === "solaris") return release.startsWith("10") ? "solaris10" : "solaris11";
  return system === "freebsd" ? "illumos" : system;
}
