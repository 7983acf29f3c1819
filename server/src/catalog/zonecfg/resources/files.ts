import { FORKS, ORACLE, PLATFORMS, properties, SOLARIS11, ZONECFG } from "../property.ts";

/** A file system. */
export const fsProperties = properties({ resource: "fs", source: ZONECFG }, [
  {
    name: "dir",
    type: "path",
    required: true,
    pattern: "^/.*$",
    xml: "filesystem/@directory",
    checkedAt: ["end", "verify"],
    constraints: ["absolute (checked at end)", "unique"],
    notes: ["at end, not at set"],
    doc: "Mount point inside the zone; also the key of the resource.",
  },
  {
    name: "special",
    type: "string",
    required: true,
    xml: "filesystem/@special",
    checkedAt: ["end", "verify", "zoneadm"],
    doc: "What gets mounted: a device, a directory of the host for lofs, or a dataset for zfs.",
  },
  {
    name: "raw",
    type: "path",
    default: "",
    pattern: "^/.*$",
    xml: "filesystem/@raw",
    clearable: true,
    checkedAt: ["end", "zoneadm"],
    constraints: ["absolute if given", "needs an fsck program for the type"],
    doc: "Character device used for fsck of a block file system.",
  },
  {
    name: "type",
    type: "string",
    required: true,
    values: ["lofs", "zfs", "ufs", "tmpfs", "hsfs", "pcfs", "udfs", "ctfs", "objfs"],
    pattern: "^(?!\\.{1,2}$)[^/]+$",
    xml: "filesystem/@type",
    checkedAt: ["set", "end", "zoneadm"],
    constraints: ["no slash", "zoneadm refuses proc, mntfs, autofs and nfs*", "mount helper must exist"],
    notes: ["other types work if the host has a mount helper for them"],
    doc: "File system type; names the mount helper directory used on the host.",
  },
  {
    name: "options",
    type: "list",
    forms: ["simple", "list"],
    default: "[]",
    multiple: true,
    xml: "filesystem/fsoption/@name",
    notes: [
      "each element is one option; a,b outside brackets is ONE option containing a comma",
      "elements with = must be quoted",
    ],
    doc: "Mount options. add appends, set replaces, remove drops one exact string, set options=[] empties.",
  },
]);

/** A directory of the host in a sparse zone of Solaris 10. */
export const inheritPkgDirProperties = properties(
  {
    resource: "inherit-pkg-dir",
    source: "usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1, Solaris 10 zonecfg(1M) documentation",
  },
  [
    {
      name: "dir",
      type: "path",
      required: true,
      pattern: "^/.*$",
      platforms: ["solaris10"],
      xml: "inherited-pkg-dir/@directory",
      checkedAt: ["set"],
      constraints: ["cannot be changed after install", "must not overlap an fs dir (Solaris 10)"],
      notes: [
        "gone from illumos: there the word is a usage error",
        "typical values /lib /platform /sbin /usr",
      ],
      confidence: "medium",
      doc: "Directory of the host made available read-only to a sparse-root zone.",
    },
  ],
);

/** A device. */
export const deviceProperties = properties(
  { resource: "device", platforms: SOLARIS11, confidence: "medium", source: ORACLE },
  [
    {
      name: "match",
      type: "string",
      required: true,
      platforms: PLATFORMS,
      xml: "device/@match",
      checkedAt: ["end"],
      notes: ["glob characters [ ] ( ) need quotes", "on Solaris 11.4 either match or storage"],
      confidence: "high",
      source: ZONECFG,
      doc: "Host device node or glob under /dev that becomes visible in the zone; key of the resource.",
    },
    {
      name: "property",
      type: "complex",
      forms: ["complex"],
      default: "none",
      multiple: true,
      format: "name-value-pair",
      platforms: FORKS,
      xml: "device/net-attr",
      checkedAt: ["set"],
      constraints: ["(name=N,value=V)"],
      notes: [
        "use `add property`; `set property=(…)` is refused in a device",
        "SmartOS keys: model, boot, media, image-size, size, image-uuid, pci-slot, uuid, notrim, guest-block-size ...",
      ],
      confidence: "high",
      source: ZONECFG,
      doc: "Brand-specific key/value pair attached to the device.",
    },
    { name: "storage", type: "uri", doc: "Storage URI to be mapped as the device." },
    {
      name: "allow-partition",
      type: "boolean",
      default: "false",
      values: ["true", "false"],
      brands: ["solaris", "solaris10"],
      doc: "Let the zone partition the disk.",
    },
    {
      name: "allow-raw-io",
      type: "boolean",
      default: "false",
      values: ["true", "false"],
      brands: ["solaris", "solaris10"],
      doc: "Let the zone issue raw disk commands.",
    },
    {
      name: "bootpri",
      type: "uint",
      default: "unset",
      format: "unsigned-decimal",
      brands: ["solaris-kz"],
      doc: "Boot order of a kernel-zone disk; a positive integer marks it bootable.",
    },
    {
      name: "id",
      type: "uint",
      default: "assigned",
      format: "unsigned-decimal",
      brands: ["solaris-kz"],
      doc: "Index used to select one device of a kernel zone.",
    },
    {
      name: "create-size",
      type: "memory",
      default: "unset",
      format: "memory-size",
      brands: ["solaris-kz"],
      confidence: "low",
      doc: "Size of a backing volume that zoneadm creates for the device.",
    },
  ],
);

/** A delegated ZFS dataset. */
export const datasetProperties = properties({ resource: "dataset", source: ZONECFG }, [
  {
    name: "name",
    type: "string",
    required: true,
    xml: "dataset/@name",
    checkedAt: ["end", "verify", "zoneadm"],
    constraints: ["valid ZFS file system name", "must exist; mountpoint must not be inherited (zoneadm)"],
    doc: "ZFS dataset whose administration is handed to the zone; key of the resource.",
  },
  {
    name: "alias",
    type: "string",
    default: "last component of name",
    platforms: ["smartos", "solaris11"],
    xml: "dataset/@alias",
    checkedAt: ["set"],
    notes: ["on SmartOS only old builds know the word"],
    confidence: "medium",
    source:
      "usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1, docs.oracle.com zonecfg(8) for Oracle Solaris 11.4 and Zones Configuration Resources guide",
    doc: "Name of the virtual pool under which the dataset shows up inside the zone.",
  },
]);
