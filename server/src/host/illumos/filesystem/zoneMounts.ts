import { SPECIAL_FILES } from "../../../catalog/illumos/brandMounts.ts";
import { brandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import { expand } from "../../../catalog/illumos/devices.ts";
import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { resourcesOf, textOf, textsOf } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import type { Zone, ZoneResource } from "../types.ts";
import { tokensOf } from "./deviceFilter.ts";

/** What is mounted for a zone, and in which order. Source: mount_filesystems() in usr/src/cmd/zoneadmd/vplat.c. */

export interface ZoneMount {
  readonly type: string;
  readonly special: string;
  /** Of types with an fsck(8): the device that it looks at. */
  readonly raw?: string;
  /** Below the root of the zone. */
  readonly directory: string;
  readonly options: readonly string[];
  /** The line of the configuration; of the brand where it mounts by itself. */
  readonly cause: Cause;
  readonly by: "brand" | "fs" | "inherit-pkg-dir";
  /** The brand delivers a file there, not a directory. */
  readonly file?: true;
}

/** What zoneadmd mounts from the global zone, sorted by directory, so that parents come first. */
export function readyMounts(host: Host, zone: Zone): ZoneMount[] {
  if (zone.scratch) return scratchMounts(host, zone);
  const { definition } = zone;
  const found = [
    ...brandMounts(host, zone, "ready"),
    ...(definition ? resourcesOf(definition, "inherit-pkg-dir").map(inherited) : []),
    ...(definition ? resourcesOf(definition, "fs").map(ofResource) : []),
  ];
  return found.toSorted((a, b) => (a.directory < b.directory ? -1 : a.directory > b.directory ? 1 : 0));
}

/** What is mounted from inside as the zone boots, in the order of the brand. */
export function bootMounts(host: Host, zone: Zone): ZoneMount[] {
  return brandMounts(host, zone, "boot");
}

function brandMounts(host: Host, zone: Zone, wanted: "ready" | "boot"): ZoneMount[] {
  const tokens = tokensOf(host, zone);
  const cause = brandCause(zone);
  return brandRuntime(zone.brand, platformOf(host))
    .mounts.filter(({ phase }) => phase === wanted)
    .map(({ type, special, directory, options }) => ({
      type,
      special: expand(special, tokens),
      directory: expand(directory, tokens),
      options: words(expand(options, tokens)),
      cause,
      by: "brand" as const,
      ...(SPECIAL_FILES.has(special) && { file: true as const }),
    }));
}

function brandCause({ brand, causes }: Zone): Cause {
  return causes["brand"] ?? { what: `brand ${brand}`, from: "default" };
}

/** A directory of the global zone, read-only, and nothing that is mounted below it. */
const INHERITED_OPTIONS = ["ro", "nosub", "nodevices"];

function inherited(resource: ZoneResource): ZoneMount {
  const directory = textOf(resource, "dir") ?? "";
  return {
    type: "lofs",
    special: directory,
    directory,
    options: INHERITED_OPTIONS,
    cause: resource.cause,
    by: "inherit-pkg-dir",
  };
}

function ofResource(resource: ZoneResource): ZoneMount {
  const raw = textOf(resource, "raw");
  return {
    type: textOf(resource, "type") ?? "",
    special: textOf(resource, "special") ?? "",
    ...(raw !== undefined && raw !== "" && { raw }),
    directory: textOf(resource, "dir") ?? "",
    options: textsOf(resource, "options").flatMap(words),
    cause: resource.cause,
    by: "fs",
  };
}

function words(options: string): string[] {
  return options.split(",").filter(Boolean);
}

/** A scratch zone runs programs of the global zone; the root that is to be mended is at /a. */
function scratchMounts(host: Host, zone: Zone): ZoneMount[] {
  const cause: Cause = { what: "zoneadm mount", from: "kernel" };
  const shown = (special: string, directory: string, options: readonly string[]): ZoneMount => ({
    ...{ type: "lofs", special, directory, options, cause, by: "brand" },
  });
  const { R: zonepath } = tokensOf(host, zone);
  return [
    shown(`${zonepath}/root`, "/a", []),
    ...brandMounts(host, zone, "ready").filter(({ type }) => type === "dev"),
    ...["/etc", "/lib", "/sbin", "/usr"].map((directory) => shown(directory, directory, INHERITED_OPTIONS)),
  ];
}
