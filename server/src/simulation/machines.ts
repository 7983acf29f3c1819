import { brandRuntime } from "../catalog/illumos/brandRuntime.ts";
import { PLATFORMS, type Platform } from "../catalog/zonecfg/property.ts";
import { textIn } from "../configuration/zonecfg/state.ts";
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
  const understood = PLATFORMS.filter((platform) =>
    parts.every(({ platforms }) => platforms.includes(platform)),
  );
  const tagged = understood.includes("smartos") && parts.some(namesNicTag);
  const possible = tagged ? (["smartos"] as const) : understood;
  const brands = parts.flatMap(({ properties }) => properties.get("brand")?.value ?? []);
  const fitting = possible.filter((platform) => {
    const installed = freshInstallation(...systemOf(platform)).brands;
    return brands.every((brand) => typeof brand !== "string" || installed.includes(brand));
  });
  // Linux of 2008 had the stack of the global zone, that of today never does.
  const booting = fitting.find((platform) => parts.every((part) => mayHaveIpType(part, platform)));
  return booting ?? fitting[0] ?? possible[0] ?? "illumos";
}

function mayHaveIpType({ properties }: ZonePart, platform: Platform): boolean {
  const brand = properties.get("brand")?.value;
  const ipType = properties.get("ip-type")?.value ?? "shared";
  return typeof brand !== "string" || brandRuntime(brand, platform).ipTypes.some((one) => one === ipType);
}

/** Links end in a digit: what does not is a tag of links, as SmartOS has them. Source: dladm(8), nictagadm(8). */
function namesNicTag({ resources }: ZonePart): boolean {
  return resources.some((resource) => {
    const below = resource.type === "net" ? textIn(resource, "global-nic") : undefined;
    return below !== undefined && below !== "auto" && !/\d$/.test(below);
  });
}
