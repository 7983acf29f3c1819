import type { Platform } from "../zonecfg/property.ts";

/** Kinds of file systems, and what zones may do with them. */
export interface ZoneFileSystemType {
  readonly name: string;
  /** Flagged VSW_ZMOUNT: root in a zone may mount it whatever `fs-allowed` says. */
  readonly zoneSafe: boolean;
  /** What is mounted: a device, a directory, a dataset, the share of a server, or nothing that is stored. */
  readonly special: "device" | "directory" | "dataset" | "server" | "none";
  /** Whether an `fs` resource may have it: zoneadm(8) refuses some by name, others because their special is no path. */
  readonly resource: "allowed" | "refused" | "fails";
  /** There is an fsck(8) for it: an `fs` resource needs `raw` where special is a device, and must not have it otherwise. */
  readonly fsck?: true;
  /** A process with open files or mappings on it cannot enter a zone. */
  readonly notEnterable?: true;
  /** Where it exists, if not everywhere. */
  readonly platforms?: readonly Platform[];
  /** The flag was not read, but follows from its siblings. */
  readonly unsure?: true;
}

const kernel = (name: string): ZoneFileSystemType => ({
  name,
  zoneSafe: true,
  special: "none",
  resource: "allowed",
});
const linux = (name: string): ZoneFileSystemType => ({
  ...kernel(name),
  platforms: ["omnios", "smartos"],
  ...(name !== "lx_proc" && { unsure: true }),
});
const disk = (name: string): ZoneFileSystemType => ({
  name,
  zoneSafe: false,
  special: "device",
  resource: "allowed",
  fsck: true,
});
const remote = (name: string): ZoneFileSystemType => ({
  name,
  zoneSafe: false,
  special: "server",
  resource: "refused",
  notEnterable: true,
});

/**
 * Sources: the vfsdef of each type below usr/src/uts/common/fs, usr/src/cmd/zoneadm/zoneadm.c (verify_filesystems),
 * usr/src/uts/common/os/zone.c.
 */
export const zoneFileSystemTypes: readonly ZoneFileSystemType[] = [
  { ...kernel("autofs"), resource: "refused" },
  kernel("ctfs"),
  kernel("dcfs"),
  kernel("fd"),
  kernel("fifofs"),
  { ...kernel("lofs"), special: "directory" },
  { ...kernel("mntfs"), resource: "refused" },
  kernel("namefs"),
  kernel("objfs"),
  { ...kernel("proc"), resource: "refused" },
  kernel("sharefs"),
  kernel("sockfs"),
  kernel("specfs"),
  kernel("tmpfs"),
  { ...kernel("zfs"), special: "dataset" },
  { name: "dev", zoneSafe: false, special: "directory", resource: "allowed" },
  disk("ufs"),
  disk("pcfs"),
  disk("udfs"),
  // Of Veritas, with an fsck of its own. No description tells whether it is installed.
  { ...disk("vxfs"), platforms: ["solaris10", "solaris11"], unsure: true },
  { name: "hsfs", zoneSafe: false, special: "device", resource: "allowed" },
  { ...remote("smbfs"), resource: "fails" },
  remote("nfs"),
  remote("nfs3"),
  remote("nfs4"),
  { name: "nfsdyn", zoneSafe: false, special: "server", resource: "refused" },
  { name: "cachefs", zoneSafe: false, special: "server", resource: "refused", platforms: ["solaris10"] },
  linux("lx_proc"),
  linux("lx_sysfs"),
  linux("lx_cgroup"),
  linux("lx_devfs"),
  { ...linux("lxproc"), platforms: ["smartos"] },
];

const byName: ReadonlyMap<string, ZoneFileSystemType> = new Map(
  zoneFileSystemTypes.map((type) => [type.name, type]),
);

export function findZoneFileSystemType(name: string): ZoneFileSystemType | undefined {
  return byName.get(name);
}

/** What every zone may mount beside the safe types, unless its `fs-allowed` says otherwise. Source: zone.c. */
export const FS_ALLOWED_BY_DEFAULT: readonly string[] = ["hsfs", "smbfs", "nfs", "nfs3", "nfs4", "nfsdyn"];

/**
 * The types that `fs-allowed` admits beside the safe ones: a list adds to what is allowed by default; one that
 * begins with `-` replaces it. Source: zone.c (zone_set_fs_allowed, zone_fs_allowed), zonecfg(8).
 */
export function fsAllowedList(property: string | undefined): readonly string[] {
  const words = (property ?? "").split(",").filter((word) => word !== "");
  return words[0] === "-" ? words.slice(1) : [...words, ...FS_ALLOWED_BY_DEFAULT];
}

/** Whether root in a zone may mount a type: it is safe for zones, or `fs-allowed` admits it. */
export function fsAllowed(property: string | undefined): (type: string) => boolean {
  const allowed = new Set(fsAllowedList(property));
  return (type) => findZoneFileSystemType(type)?.zoneSafe === true || allowed.has(type);
}
