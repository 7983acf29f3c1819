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
    constraints: ["Must be absolute; checked at `end`.", "No two file systems may have the same."],
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
    constraints: ["Must be absolute.", "Only for types that have an fsck program."],
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
    constraints: [
      "No slash in it.",
      "zoneadm(8) refuses proc, mntfs, autofs and nfs.",
      "The host must have a mount helper for it.",
    ],
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
      "Each element is one option; `a,b` outside of brackets is one option with a comma in it.",
      "Elements with `=` need quotes.",
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
      constraints: ["Cannot be changed after install.", "Must not overlap an fs dir (Solaris 10)."],
      notes: [
        "Gone from illumos: there the word is a usage error.",
        "Typical values /lib /platform /sbin /usr.",
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
      notes: ["The characters `[ ] ( )` need quotes.", "On Solaris 11.4 either match or storage."],
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
      constraints: ["`(name=N,value=V)`, both of them."],
      notes: [
        "Use `add property`; `set property=(…)` is refused in a device.",
        "SmartOS: model, boot, media, image-size, size, image-uuid, pci-slot, uuid, notrim, guest-block-size and more.",
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
    constraints: ["Valid ZFS file system name.", "Must exist; mountpoint must not be inherited (zoneadm)."],
    doc: "ZFS dataset whose administration is handed to the zone; key of the resource.",
  },
  {
    name: "alias",
    type: "string",
    default: "last component of name",
    platforms: ["smartos", "solaris11"],
    xml: "dataset/@alias",
    checkedAt: ["set"],
    notes: ["On SmartOS only old builds know the word."],
    confidence: "medium",
    source: "usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1, Oracle Solaris 11.4 zonecfg(8)",
    doc: "Name of the virtual pool under which the dataset shows up inside the zone.",
  },
]);
