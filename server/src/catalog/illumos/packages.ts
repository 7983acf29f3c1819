import { PLATFORMS, type Platform } from "../zonecfg/property.ts";

/**
 * What an installation of a zone is made of: packages and the megabytes that they put where. The sizes are parameters of
 * the model; they are chosen so that a sparse zone needs about 100 MB of its own where the host has the full set, which
 * is what the Solaris zones guide says, and a whole root some gigabytes.
 */
export interface ZonePackage {
  readonly name: string;
  /** In megabytes by directory of the root; `own` is what lies in none of these. */
  readonly megabytes: Partial<Record<PackageDirectory, number>>;
  /** The smallest set that a zone runs with, or the full one. */
  readonly set: "core" | "full";
}

export const PACKAGE_DIRECTORIES = ["/lib", "/platform", "/sbin", "/usr"] as const;
export type PackageDirectory = (typeof PACKAGE_DIRECTORIES)[number] | "own";

const row = (
  name: string,
  set: ZonePackage["set"],
  [usr = 0, lib = 0, sbin = 0, own = 0, platform = 0]: readonly number[],
): ZonePackage => ({
  name,
  set,
  megabytes: {
    ...(lib > 0 && { "/lib": lib }),
    ...(platform > 0 && { "/platform": platform }),
    ...(sbin > 0 && { "/sbin": sbin }),
    ...(usr > 0 && { "/usr": usr }),
    ...(own > 0 && { own }),
  },
});

/** The image packaging system. Packages with drivers and kernel modules leave those out in a zone. */
const IPS: readonly ZonePackage[] = [
  row("SUNWcs", "core", [28, 14, 6, 22]),
  row("SUNWcsd", "core", [0, 0, 0, 2]),
  row("system/library", "core", [96, 38, 0, 1]),
  row("system/network", "core", [12, 4, 3, 3]),
  row("system/file-system/zfs", "core", [9, 8, 2, 0]),
  row("system/zones/internal", "core", [3, 1, 0, 1]),
  row("network/openssh", "core", [8, 0, 0, 1]),
  row("network/openssh-server", "core", [6, 1, 0, 1]),
  row("package/pkg", "core", [18, 1, 0, 24]),
  row("runtime/python-312", "core", [148, 0, 0, 0]),
  row("runtime/perl", "core", [62, 0, 0, 0]),
  row("shell/bash", "core", [7, 0, 0, 1]),
  row("editor/vim", "core", [38, 0, 0, 0]),
  row("service/security/kerberos-5", "core", [11, 1, 0, 1]),
  row("system/management/snmp/net-snmp", "full", [22, 0, 0, 2]),
  row("developer/gcc14", "full", [720, 0, 0, 0]),
  row("ooce/server/apache-24", "full", [0, 0, 0, 40]),
];

/** Packages of System V, as Solaris 10 has them; SUNWCXall is what is left of the largest cluster. */
const SVR4: readonly ZonePackage[] = [
  row("SUNWcsr", "core", [0, 12, 10, 34]),
  row("SUNWcsu", "core", [62, 0, 0, 0]),
  row("SUNWcsl", "core", [24, 31, 0, 0]),
  row("SUNWcakr", "core", [0, 0, 0, 0, 48]),
  row("SUNWzoner", "core", [0, 0, 0, 2]),
  row("SUNWzoneu", "core", [4, 0, 0, 0]),
  row("SUNWsshdr", "core", [0, 0, 0, 1]),
  row("SUNWsshdu", "core", [3, 0, 0, 0]),
  row("SUNWbash", "core", [2, 0, 0, 0]),
  row("SUNWman", "full", [78, 0, 0, 0]),
  row("SUNWj5rt", "full", [134, 0, 0, 0]),
  row("SUNWapchr", "full", [0, 0, 0, 3]),
  row("SUNWapchu", "full", [18, 0, 0, 0]),
  row("SUNWCXall", "full", [2710, 46, 0, 58]),
];

const sets: { readonly [platform in Platform]: readonly ZonePackage[] } = Object.fromEntries(
  PLATFORMS.map((platform) => [platform, platform === "solaris10" ? SVR4 : IPS]),
) as { [platform in Platform]: readonly ZonePackage[] };

/** Packages that a zone gets where the host has this set. */
export function packagesOf(platform: Platform, set: ZonePackage["set"]): readonly ZonePackage[] {
  return set === "full" ? sets[platform] : sets[platform].filter((known) => known.set === "core");
}

export const MEGABYTE = 1 << 20;

/** Bytes that packages take outside of directories that belong to the host. */
export function ownBytes(packages: readonly ZonePackage[], inherited: readonly string[]): number {
  let sum = 0;
  for (const { megabytes } of packages)
    for (const directory of [...PACKAGE_DIRECTORIES, "own"] as const)
      if (!inherited.includes(directory)) sum += megabytes[directory] ?? 0;
  return sum * MEGABYTE;
}

/** Whether a zone has something of a package that is its own. */
export function hasOwnPart({ megabytes }: ZonePackage, inherited: readonly string[]): boolean {
  return Object.keys(megabytes).some((directory) => !inherited.includes(directory));
}
