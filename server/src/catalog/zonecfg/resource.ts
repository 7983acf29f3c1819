import { NOT_SOLARIS10, PLATFORMS, type Platform, SOLARIS11, type ZoneProperty } from "./property.ts";

/** A type of resource: what `add` opens and `end` closes. */
export interface ZoneResource {
  readonly name: string;
  readonly title: string;
  /** What it is for. */
  readonly doc: string;
  /** The property that tells two of them apart: no two may have the same. */
  readonly key?: string;
  /** Whether a zone has at most one. */
  readonly single: boolean;
  readonly platforms: readonly Platform[];
  /** The brands that have it; absent for all. */
  readonly brands?: readonly string[];
  /** The resource around a nested one. */
  readonly within?: NonNullable<ZoneProperty["within"]>;
}

const KERNEL_ZONE = ["solaris-kz"];

/** All types of resources. Source: usr/src/cmd/zonecfg/zonecfg.c; Oracle Solaris 11.4 zonecfg(8). */
export const resources: readonly ZoneResource[] = [
  {
    name: "fs",
    title: "file system",
    doc: "A file system that is mounted into the zone when it becomes ready: a directory of the host (`lofs`), a ZFS dataset, or a device.",
    key: "dir",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "net",
    title: "network interface",
    doc: "A network interface. In a shared-IP zone an address on an interface of the host, in an exclusive-IP zone a data link of its own.",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "device",
    title: "device",
    doc: "Devices of the host that show up under `/dev` of the zone.",
    key: "match",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "rctl",
    title: "resource control",
    doc: "A resource control of the kernel on the zone as a whole. Most have a shorthand, such as `set max-lwps=`.",
    key: "name",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "attr",
    title: "attribute",
    doc: "A name with a typed value. zonecfg gives it no meaning; brands and tools do: virtual machine brands take their whole setup from attributes.",
    key: "name",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "dataset",
    title: "delegated dataset",
    doc: "A ZFS dataset that is handed to the zone: its administrator may create, snapshot and destroy below it.",
    key: "name",
    single: false,
    platforms: PLATFORMS,
  },
  {
    name: "dedicated-cpu",
    title: "CPUs of its own",
    doc: "CPUs that no other zone uses while this one runs, in a temporary pool. Not together with `capped-cpu`, `cpu-shares` or `pool`.",
    single: true,
    platforms: PLATFORMS,
  },
  {
    name: "capped-cpu",
    title: "limit on CPU time",
    doc: "A ceiling on the CPU time of the zone: the resource control `zone.cpu-cap`, in CPUs instead of percent.",
    single: true,
    platforms: PLATFORMS,
  },
  {
    name: "capped-memory",
    title: "limits on memory",
    doc: "Ceilings on resident, reserved and locked memory. At least one of them must be set.",
    single: true,
    platforms: PLATFORMS,
  },
  {
    name: "admin",
    title: "delegated administrator",
    doc: "A user of the host who may log in to, manage or clone this zone.",
    key: "user",
    single: false,
    platforms: NOT_SOLARIS10,
  },
  {
    name: "security-flags",
    title: "security flags",
    doc: "The security-flags(7) of processes in the zone: those they start with, and the bounds that nobody inside can leave.",
    single: true,
    platforms: NOT_SOLARIS10,
  },
  {
    name: "inherit-pkg-dir",
    title: "inherited directory",
    doc: "A directory of the host that a sparse-root zone sees read-only. Only Solaris 10 has it, and it cannot change once the zone is installed.",
    key: "dir",
    single: false,
    platforms: ["solaris10"],
  },
  {
    name: "anet",
    title: "automatic network link",
    doc: "A virtual network link that is made when the zone boots and removed when it halts. The zone must be exclusive-IP.",
    key: "linkname",
    single: false,
    platforms: SOLARIS11,
  },
  {
    name: "mac",
    title: "further MAC address",
    doc: "One more MAC address on the link of an `anet`.",
    single: false,
    platforms: SOLARIS11,
    within: "anet",
  },
  {
    name: "vlan",
    title: "further VLAN",
    doc: "One more VLAN on the link of an `anet`.",
    single: false,
    platforms: SOLARIS11,
    within: "anet",
  },
  {
    name: "virtual-cpu",
    title: "virtual CPUs",
    doc: "How many CPUs a kernel zone sees.",
    single: true,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "rootzpool",
    title: "root pool",
    doc: "Storage for a ZFS pool of its own that holds the zone, instead of a dataset in a pool of the host.",
    single: true,
    platforms: SOLARIS11,
  },
  {
    name: "zpool",
    title: "delegated pool",
    doc: "Storage for a further ZFS pool that is made for the zone and handed to it.",
    key: "name",
    single: false,
    platforms: SOLARIS11,
  },
  {
    name: "suspend",
    title: "suspend image",
    doc: "Where the memory of a kernel zone is kept while it is suspended: a file or a storage URI.",
    single: true,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "keysource",
    title: "source of the key",
    doc: "The key that encrypts what a kernel zone keeps on the host.",
    single: true,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "verified-boot",
    title: "verified boot",
    doc: "How a kernel zone treats boot files and modules whose signature is missing or wrong.",
    single: true,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "smf-dependency",
    title: "service dependency",
    doc: "A service of the host that must run before the zone boots.",
    single: false,
    platforms: SOLARIS11,
  },
  {
    name: "npiv",
    title: "virtual Fibre Channel port",
    doc: "A virtual port on a Fibre Channel adapter of the host, for a kernel zone.",
    single: false,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "ib-vhca",
    title: "virtual InfiniBand adapter",
    doc: "A virtual function of an InfiniBand adapter of the host, for a kernel zone.",
    single: false,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
  },
  {
    name: "port",
    title: "InfiniBand port",
    doc: "A port of an `ib-vhca` and its partition keys.",
    single: false,
    platforms: SOLARIS11,
    brands: KERNEL_ZONE,
    within: "ib-vhca",
  },
];
