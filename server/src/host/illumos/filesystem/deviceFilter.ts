import { type DeviceEntry, deviceFilter, deviceLinks, expand } from "../../../catalog/illumos/devices.ts";
import type { Platform } from "../../../catalog/zonecfg/property.ts";
import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { matchesPath } from "../../shell/pattern.ts";
import { property, resourcesOf, textOf } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import type { Zone, ZoneResource } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";

/**
 * Which names exist in /dev of a zone: those that a device entry, a rename or a link of the brand covers, or a `device`
 * resource. Source: usr/src/cmd/zoneadmd/vplat.c (mount_one_dev), usr/src/uts/common/fs/dev/sdev_profile.c (`*` and `?` stay
 * within one level).
 */

/** What a brand gives, the same to all zones with it. */
interface BrandFilter {
  readonly exact: ReadonlySet<string>;
  /** With wildcards, or with `%z` and the like. */
  readonly patterns: readonly string[];
  /** The device by the name in the zone. */
  readonly renames: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  /** Directories of all these names. */
  readonly directories: ReadonlySet<string>;
}

const filters = new Map<string, BrandFilter>();

function brandFilter(brand: string, ipType: "shared" | "exclusive", platform: Platform): BrandFilter {
  const key = `${platform} ${brand} ${ipType}`;
  const known = filters.get(key);
  if (known) return known;
  const entries: readonly DeviceEntry[] = deviceFilter(brand, ipType, platform).filter(
    ({ arch }) => arch === undefined,
  );
  const plain = entries.filter(({ name }) => name === undefined).map(({ match }) => match);
  const isPattern = (match: string): boolean => /[*?[%]/.test(match);
  const renames = new Map(entries.flatMap(({ name, match }) => (name === undefined ? [] : [[name, match]])));
  const links = new Map(deviceLinks(brand, platform).map(({ name, target }) => [name, target]));
  const made: BrandFilter = {
    exact: new Set(plain.filter((match) => !isPattern(match))),
    patterns: plain.filter(isPattern),
    renames,
    links,
    directories: new Set([...plain, ...renames.keys(), ...links.keys()].flatMap(directoriesAbove)),
  };
  filters.set(key, made);
  return made;
}

/** `a`, `a/b` of `a/b/c`. */
export function directoriesAbove(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

export function filterOf(host: Host, { brand, ipType }: Zone): BrandFilter {
  return brandFilter(brand, ipType, platformOf(host));
}

/** The patterns of `device` resources, below /dev, as the kernel got them when the zone was readied. */
function patternsOf({ devices }: Zone): string[] {
  return devices.map(belowDev);
}

function belowDev(path: string): string {
  return path.replace(/^\/dev\//, "");
}

/** What `%z`, `%R` and `%P` stand for. */
export function tokensOf(host: Host, { name, definition }: Zone): { z: string; R: string; P: string } {
  const dataset = entryNamed(host, name)?.installation?.dataset ?? "";
  return {
    z: name,
    R: definition ? property(definition, "zonepath") : "/",
    P: dataset.slice(0, Math.max(0, dataset.lastIndexOf("/"))),
  };
}

/** The `device` resource that brings a name. */
export function deviceResource({ definition }: Zone, name: string): ZoneResource | undefined {
  return (definition ? resourcesOf(definition, "device") : []).find((resource) => {
    const match = textOf(resource, "match");
    return match !== undefined && matchesPath(belowDev(match), name);
  });
}

/** Whether a device of the global zone exists under its own name in a zone. */
export function passes(host: Host, zone: Zone, name: string): boolean {
  const { exact, patterns } = filterOf(host, zone);
  if (exact.has(name) || patternsOf(zone).some((pattern) => matchesPath(pattern, name))) return true;
  return patterns.some((pattern) =>
    matchesPath(pattern.includes("%") ? expand(pattern, tokensOf(host, zone)) : pattern, name),
  );
}

/** Whether a directory exists in a zone because something may be below it. */
export function passesDirectory(host: Host, zone: Zone, name: string): boolean {
  const { exact, directories, patterns } = filterOf(host, zone);
  if (exact.has(name) || directories.has(name)) return true;
  const deep = [
    ...patternsOf(zone),
    ...patterns
      .filter((pattern) => pattern.includes("%"))
      .map((pattern) => expand(pattern, tokensOf(host, zone))),
  ];
  return deep.some((pattern) => directoriesAbove(pattern).some((above) => matchesPath(above, name)));
}

/** Why a device is there in a zone, or is not. */
export function deviceCause(zone: Zone, name: string): Cause {
  return (
    deviceResource(zone, name)?.cause ?? {
      what: `devices of the brand ${zone.brand} with ${zone.ipType} IP`,
      from: "default",
    }
  );
}
