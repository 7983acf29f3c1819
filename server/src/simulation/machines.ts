import { PLATFORMS, type Platform } from "../catalog/zonecfg/property.ts";
import type { ZonePart } from "../configuration/zonecfg/types.ts";
import { freshInstallation } from "../host/machine/default.ts";
import type { HostDescription } from "../host/machine/definition.ts";

/** Which machine a configuration is for where nobody described one. */

type System = HostDescription["system"];

/** A platform of the catalog as host files call it: its system and, where that tells platforms apart, the release. */
export function systemOf(platform: Platform): [system: System, release?: string] {
  if (platform === "solaris10") return ["solaris", "10"];
  return [platform === "solaris11" ? "solaris" : platform];
}

/** The platform of a machine with zones; nothing for FreeBSD. */
export function platformOfMachine({
  system,
  release,
}: Pick<HostDescription, "system" | "release">): Platform | undefined {
  if (system === "freebsd") return undefined;
  if (system === "solaris") return release.startsWith("10") ? "solaris10" : "solaris11";
  return system;
}

/** The first platform that has the words and the brands of these zones; illumos itself where all have them. */
export function likelyPlatform(parts: readonly ZonePart[]): Platform {
  const possible = PLATFORMS.filter((platform) =>
    parts.every(({ platforms }) => platforms.includes(platform)),
  );
  const brands = parts.flatMap(({ properties }) => properties.get("brand")?.value ?? []);
  const fitting = possible.find((platform) => {
    const installed = freshInstallation(...systemOf(platform)).brands;
    return brands.every((brand) => typeof brand !== "string" || installed.includes(brand));
  });
  return fitting ?? possible[0] ?? "illumos";
}
