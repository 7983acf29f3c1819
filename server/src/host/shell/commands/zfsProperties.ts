/** Properties of datasets as zfs(8) knows them. Source: zfsprops(7), usr/src/common/zfs/zfs_prop.c. */

/** Properties that a dataset may have and that nobody has set. Source: zfsprops(7). */
const KNOWN: ReadonlySet<string> = new Set(
  "atime canmount checksum compression copies dedup devices exec logbias origin primarycache readonly recordsize reservation refquota refreservation setuid sharenfs sharesmb snapdir sync xattr filesystem_limit snapshot_limit".split(
    " ",
  ),
);

/** Values where nobody has set another one. Source: zfs_prop_init() in usr/src/common/zfs/zfs_prop.c. */
export const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ...([
    ["reservation", "none"],
    ["recordsize", "128K"],
    ["sharenfs", "off"],
    ["checksum", "on"],
    ["atime", "on"],
    ["devices", "on"],
    ["exec", "on"],
    ["setuid", "on"],
    ["readonly", "off"],
    ["snapdir", "hidden"],
    ["canmount", "on"],
    ["xattr", "on"],
    ["copies", "1"],
    ["sharesmb", "off"],
    ["refquota", "none"],
    ["refreservation", "none"],
    ["primarycache", "all"],
    ["logbias", "latency"],
    ["dedup", "off"],
    ["sync", "standard"],
    ["filesystem_limit", "none"],
    ["snapshot_limit", "none"],
  ] as const),
]);

/** Those that each dataset has for itself. */
export const NOT_INHERITED: ReadonlySet<string> = new Set([
  ...[
    "reservation",
    "refquota",
    "refreservation",
    "canmount",
    "origin",
    "filesystem_limit",
    "snapshot_limit",
  ],
]);

export const ZFS_TITLES: Readonly<Record<string, string>> = {
  ...{ available: "AVAIL", avail: "AVAIL", referenced: "REFER", refer: "REFER" },
  ...{ usedbydataset: "USEDDS", usedbychildren: "USEDCHILD", usedbysnapshots: "USEDSNAP" },
  ...{ usedbyrefreservation: "USEDREFRESERV", compressratio: "RATIO", reservation: "RESERV" },
};

/** Properties of which zfs list -o has a word for several. */
export const SPACE = "name,avail,used,usedsnap,usedds,usedrefreserv,usedchild";

/** What stands to the right; at least five wide on illumos. Source: zprop_width() in usr/src/common/zfs/zprop_common.c. */
export const NUMBERS: ReadonlySet<string> = new Set([
  ...["used", "avail", "available", "refer", "referenced", "quota", "reservation", "refquota"],
  ...["usedsnap", "usedds", "usedrefreserv", "usedchild", "compressratio", "recordsize", "refreservation"],
  ...["usedbysnapshots", "usedbydataset", "usedbyrefreservation", "usedbychildren"],
]);

/** Those that every dataset has a value of, which the model does not always know. */
const READ_ONLY: ReadonlySet<string> = new Set([
  ...["name", "type", "used", "avail", "available", "refer", "referenced", "mountpoint", "mounted", "quota"],
  ...["creation", "guid", "createtxg", "version", "written", "logicalused", "logicalreferenced", "userrefs"],
  ...["compressratio", "refcompressratio", "usedsnap", "usedds", "usedrefreserv", "usedchild"],
  ...["usedbysnapshots", "usedbydataset", "usedbyrefreservation", "usedbychildren"],
  ...["zoned", "jailed", "volsize", "volblocksize", "casesensitivity", "normalization", "utf8only"],
]);

/** Whether ZFS has such a property at all. */
export function isProperty(name: string): boolean {
  return READ_ONLY.has(name) || KNOWN.has(name) || name.includes(":");
}
