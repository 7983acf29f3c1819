/** A file system that belongs to a brand. Source: platform.xml of each brand. */
export interface BrandMount {
  /** `ready`: zoneadmd mounts it from the global zone; `boot`: a child of it that has entered the zone. */
  readonly phase: "ready" | "boot";
  readonly type: string;
  /** In the global zone or, at boot, inside; `%z` and `%R` stand for the zone and its zonepath. */
  readonly special: string;
  /** Below the root of the zone. */
  readonly directory: string;
  /** As mount(8) has them, separated by commas. */
  readonly options: string;
}

/** What of it is a file and not a directory. */
export const SPECIAL_FILES: ReadonlySet<string> = new Set([
  "/etc/default/dhcpagent",
  "/etc/netconfig",
  "/etc/nfssec.conf",
  "/etc/zones/%z.xml",
  "/usr/lib/brand/lx/etc_default_nfs",
]);

const mount =
  (phase: "ready" | "boot") =>
  (type: string, special: string, directory: string, options = ""): BrandMount => ({
    phase,
    type,
    special,
    directory,
    options,
  });
const ready = mount("ready");
const boot = mount("boot");

export const DEV: BrandMount = ready("dev", "/dev", "/dev", "attrdir=%R/root/dev");
const OLD_DEV: BrandMount = { ...DEV, options: "attrdir=%R/dev" };

/** A directory of the host in the same place of the zone. */
const loopback = (directory: string, options = "ro,nodevices,nosub"): BrandMount =>
  ready("lofs", directory, directory, options);
const SBIN_USR_LIB = ["/sbin", "/usr", "/lib"];

const PROC = boot("proc", "/proc", "/proc");
const CONTRACT = boot("ctfs", "ctfs", "/system/contract");
const MNTTAB = boot("mntfs", "mnttab", "/etc/mnttab");
const OBJECT = boot("objfs", "objfs", "/system/object");
const VOLATILE = boot("tmpfs", "swap", "/etc/svc/volatile");
const RUN_50M = boot("tmpfs", "swap", "/var/run", "size=50m");
const VOLATILE_10M: BrandMount = { ...VOLATILE, options: "size=10m" };

/** Before the NFS service came into zones, in December 2019. */
const OLD_BOOT_MOUNTS: readonly BrandMount[] = [PROC, CONTRACT, MNTTAB, OBJECT, VOLATILE];
export const BOOT_MOUNTS: readonly BrandMount[] = [
  ...OLD_BOOT_MOUNTS,
  boot("sharefs", "sharefs", "/etc/dfs/sharetab"),
];

export const SPARSE_MOUNTS: readonly BrandMount[] = [
  DEV,
  ...SBIN_USR_LIB.map((directory) => loopback(directory)),
  ...BOOT_MOUNTS,
];

export const LX_MOUNTS: readonly BrandMount[] = [
  ready("dev", "/dev", "/native/dev", "attrdir=%R/dev"),
  ...["/lib", "/usr", "/sbin"].map((directory) =>
    ready("lofs", directory, `/native${directory}`, "ro,nodevices,nosub"),
  ),
  ready("lofs", "/usr/lib/brand/lx/etc_default_nfs", "/native/etc/default/nfs", "ro"),
  ...["/etc/default/dhcpagent", "/etc/netconfig", "/etc/nfssec.conf"].map((file) =>
    ready("lofs", file, `/native${file}`, "ro"),
  ),
  ready("lofs", "/usr/lib/brand/lx/ld", "/var/ld", "ro"),
  ready("lofs", "/etc/zones/%z.xml", "/native/etc/zones/%z.xml", "ro"),
  boot("lx_devfs", "/native/dev", "/dev"),
  boot("proc", "proc", "/native/proc"),
  boot("tmpfs", "swap", "/native/etc/svc/volatile"),
  boot("tmpfs", "swap", "/native/tmp"),
  OBJECT,
  CONTRACT,
  MNTTAB,
  boot("lx_proc", "lxproc", "/proc"),
];

const MACHINE_READY: readonly BrandMount[] = [DEV, ...SBIN_USR_LIB.map((directory) => loopback(directory))];

/** bhyve. */
export const MACHINE_MOUNTS: readonly BrandMount[] = [...MACHINE_READY, RUN_50M, PROC, MNTTAB, VOLATILE_10M];

export const KVM_MOUNTS: readonly BrandMount[] = [
  ...MACHINE_READY,
  ready("lofs", "/etc/zones/%z.xml", "/etc/zone.xml", "ro"),
  RUN_50M,
  PROC,
  VOLATILE_10M,
];

export const EMU_MOUNTS: readonly BrandMount[] = [
  ...MACHINE_READY,
  loopback("/opt/ooce/qemu", "ro,nodevices"),
  loopback("/opt/ooce/lib/amd64"),
  RUN_50M,
  PROC,
  MNTTAB,
  VOLATILE_10M,
];

export const JOYENT_MOUNTS: readonly BrandMount[] = [
  DEV,
  ...["/usr", "/lib", "/sbin"].map((directory) => loopback(directory, "ro,nodevices")),
  ready("lofs", "/var/zonecontrol/%z", "/.zonecontrol", "ro,nodevices,nosetuid,noexec"),
  ready("lofs", "%R/local", "/usr/local", "nodevices"),
  ready("lofs", "%R/ccs", "/usr/ccs", "nodevices"),
  ...BOOT_MOUNTS,
  boot("lxproc", "lxproc", "/system/lxproc"),
];

export const SMARTOS_KVM_MOUNTS: readonly BrandMount[] = [
  DEV,
  ...["/lib", "/sbin", "/usr"].map((directory) => loopback(directory, "ro,nodevices")),
  ...OLD_BOOT_MOUNTS,
];

export const SMARTOS_BHYVE_MOUNTS: readonly BrandMount[] = [
  DEV,
  loopback("/lib"),
  loopback("/usr"),
  RUN_50M,
  VOLATILE_10M,
];

/** The brand solaris10: native programs are at hand for those that do not fit the kernel. */
export const SOLARIS10_BRAND_MOUNTS: readonly BrandMount[] = [
  OLD_DEV,
  ...["/usr", "/lib", "/platform", "/sbin"].map((directory) =>
    ready("lofs", directory, `/.SUNWnative${directory}`, "ro,nodevices"),
  ),
  ...OLD_BOOT_MOUNTS,
];

/** Native zones of Solaris 10. */
export const SOLARIS10_MOUNTS: readonly BrandMount[] = [OLD_DEV, ...OLD_BOOT_MOUNTS];
