import { type BrandAttr, bhyveNet, brandAttrs, lxNet, type NetPair } from "./brandAttrs.ts";
import type { Platform } from "./property.ts";

/** Whose network stack a zone has: that of the global zone, or its own. */
export const IP_TYPES = ["shared", "exclusive"] as const;
export type IpType = (typeof IP_TYPES)[number];

/** Names of privileges; one with `:shared` or `:exclusive` behind it belongs to zones of that ip-type only. */
export type PrivilegeList = readonly string[];

/** A brand on one platform: a brand of the same name may differ on another one. */
export interface ZoneBrand {
  readonly name: string;
  readonly platform: Platform;
  readonly kind: "native" | "emulation" | "virtual machine" | "kernel zone" | "Trusted Extensions" | "test";
  readonly title: string;
  readonly ipTypesAllowed: readonly IpType[];
  /** The one ip-type that the brand verifies. */
  readonly ipTypeRequired?: IpType;
  /** What it reads from `attr` resources. */
  readonly attrs: readonly BrandAttr[];
  /** What it reads from `property` pairs of `net` resources. */
  readonly netProperties: readonly NetPair[];
  /** Absent where the brand's files are not public. */
  readonly privileges?: {
    /** Without the basic set, which always belongs to it. */
    readonly default: PrivilegeList;
    readonly required: PrivilegeList;
    readonly prohibited: PrivilegeList;
    /** What it requires and prohibits is documented, its default set not: that of native zones of illumos stands for it. */
    readonly defaultAssumed?: true;
  };
  /** Properties, or `property=value`, that the brand refuses. */
  readonly refuses: readonly string[];
  readonly note?: string;
  readonly confidence: "high" | "medium" | "low";
  readonly source: string;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The default set that most brands share. */
const CLASSIC = words(`
  contract_event contract_identity contract_observer file_chown file_chown_self file_dac_execute file_dac_read
  file_dac_search file_dac_write file_owner file_setid ipc_dac_read ipc_dac_write ipc_owner net_bindmlp
  net_icmpaccess net_mac_aware net_observability net_privaddr net_rawaccess:exclusive proc_audit proc_chroot
  proc_lock_memory proc_owner proc_secflags proc_setid proc_taskid sys_acct sys_admin sys_audit
  sys_ip_config:exclusive sys_iptun_config:exclusive sys_mount sys_nfs sys_ppp_config:exclusive sys_resource`);
const NATIVE = [...CLASSIC, "sys_smb"];
const without = (list: PrivilegeList, name: string) => list.filter((n) => n !== name);
const LINUX = [
  ...without(CLASSIC, "net_observability"),
  ...words("dtrace_proc dtrace_user proc_prioup sys_smb"),
];
const MACHINE = words("net_rawaccess:exclusive proc_clock_highres proc_lock_memory sys_admin sys_mount");
const BHYVE = words(`
  net_rawaccess:exclusive proc_clock_highres sys_admin sys_mount file_dac_read file_dac_search file_dac_write
  file_chown file_chown_self file_owner file_write file_link_any`);
const JOYENT = [...NATIVE, ...words("dtrace_proc dtrace_user proc_prioup sys_fs_import")];

const PROHIBITED = words(`
  dtrace_kernel proc_zone sys_config sys_devices sys_ip_config:shared sys_linkdir sys_net_config
  sys_ppp_config:shared sys_res_config sys_suser_compat virt_manage xvm_control`);
const REQUIRED = words("proc_exec proc_fork sys_ip_config:exclusive sys_mount");
const REQUIRED_MACHINE = words("proc_exec sys_mount");

/** Source: table 27-1 of the Solaris 10 zones guide; usr/src/lib/brand/native/zone/config.xml of 2008. */
const LATER = words(
  "net_observability proc_secflags sys_iptun_config:exclusive sys_ppp_config:exclusive sys_smb",
);
const PROHIBITED_2008 = words(`
  dtrace_kernel proc_zone sys_config sys_devices sys_ip_config:shared sys_linkdir sys_net_config sys_res_config
  sys_suser_compat`);
/**
 * Only what all that Oracle has published agrees on: the table of the Solaris 11.2 zones guide, the list of 11.4.
 */
const PROHIBITED_SOLARIS11 = words(
  "dtrace_kernel proc_zone sys_config sys_devices sys_linkdir sys_net_config sys_res_config sys_suser_compat",
);
const REQUIRED_SOLARIS11 = words("file_read file_write net_access proc_exec proc_fork");

const zone = (list: PrivilegeList) => ({ default: list, required: REQUIRED, prohibited: PROHIBITED });
const machine = (list: PrivilegeList) => ({
  default: list,
  required: REQUIRED_MACHINE,
  prohibited: PROHIBITED,
});

const EXCLUSIVE = { ipTypesAllowed: ["exclusive"], ipTypeRequired: "exclusive" } as const;
const LX_REFUSES = ["hostid", "ip-type=shared"];

const plain = { ipTypesAllowed: IP_TYPES, attrs: [], netProperties: [], refuses: [] } as const;
const illumos = {
  ...plain,
  platform: "illumos",
  confidence: "high",
  source: "usr/src/lib/brand",
} as const;
const omnios = {
  ...plain,
  platform: "omnios",
  confidence: "high",
  source: "omniosorg/pkg5 src/brand",
} as const;
const smartos = {
  ...plain,
  platform: "smartos",
  confidence: "high",
  source: "illumos-joyent usr/src/lib/brand",
} as const;
const solaris10 = {
  ...plain,
  platform: "solaris10",
  confidence: "low",
  source: "Solaris 10 zones guide",
} as const;
const solaris11 = {
  ...plain,
  platform: "solaris11",
  confidence: "medium",
  source: "Oracle Solaris 11.4 zones guides",
} as const;

/** All brands, platform by platform. */
export const brands: readonly ZoneBrand[] = [
  {
    ...illumos,
    name: "ipkg",
    kind: "native",
    title: "native zone with packages of its own",
    privileges: zone(NATIVE),
    note: "The brand of both stock templates, on OpenIndiana too.",
  },
  {
    ...illumos,
    name: "nlipkg",
    kind: "native",
    title: "native zone of OpenIndiana that is not linked to the packages of the host",
    privileges: zone(NATIVE),
    source: "OpenIndiana pkg5 src/brand",
  },
  {
    ...illumos,
    name: "sn1",
    kind: "test",
    title: "test of the emulation framework",
    privileges: zone(CLASSIC),
    note: "Not for production.",
  },
  {
    ...illumos,
    name: "labeled",
    kind: "Trusted Extensions",
    title: "labeled zone of Trusted Extensions",
    privileges: zone(CLASSIC),
    note: "Some distributions have dropped Trusted Extensions.",
  },
  {
    ...illumos,
    name: "solaris10",
    kind: "emulation",
    title: "user space of Solaris 10",
    privileges: zone(without(CLASSIC, "proc_secflags")),
    note: "The first `device` must not match below `/dev/sound`.",
  },
  {
    ...omnios,
    name: "ipkg",
    kind: "native",
    title: "native zone, updated apart from the host",
    attrs: brandAttrs.native,
    privileges: zone(NATIVE),
  },
  {
    ...omnios,
    name: "lipkg",
    kind: "native",
    title: "native zone whose packages are kept in step with the host",
    attrs: brandAttrs.native,
    privileges: zone(NATIVE),
    note: "The default brand.",
  },
  {
    ...omnios,
    name: "sparse",
    kind: "native",
    title: "native zone that shares most of /usr with the host",
    attrs: brandAttrs.native,
    privileges: zone(NATIVE),
  },
  {
    ...omnios,
    name: "pkgsrc",
    kind: "native",
    title: "sparse zone with packages from pkgsrc",
    attrs: brandAttrs.native,
    privileges: zone(NATIVE),
  },
  {
    ...omnios,
    name: "illumos",
    kind: "native",
    title: "an illumos user space of another distribution",
    privileges: zone(NATIVE),
  },
  {
    ...omnios,
    ...EXCLUSIVE,
    name: "lx",
    kind: "emulation",
    title: "Linux user space",
    attrs: brandAttrs.lx,
    netProperties: lxNet,
    privileges: zone(LINUX),
    refuses: LX_REFUSES,
  },
  {
    ...omnios,
    name: "bhyve",
    kind: "virtual machine",
    title: "virtual machine under bhyve",
    attrs: brandAttrs.bhyve,
    netProperties: bhyveNet,
    privileges: machine(BHYVE),
    note: "Each disk volume also needs a `device` that matches `/dev/zvol/rdsk/…`, each ISO image an `fs` of type lofs.",
  },
  {
    ...omnios,
    name: "kvm",
    kind: "virtual machine",
    title: "virtual machine under KVM",
    attrs: brandAttrs.kvm,
    privileges: machine(MACHINE),
  },
  {
    ...omnios,
    name: "emu",
    kind: "virtual machine",
    title: "virtual machine of another architecture, emulated by QEMU",
    attrs: brandAttrs.emu,
    privileges: machine(BHYVE),
  },
  {
    ...smartos,
    name: "joyent",
    kind: "native",
    title: "native zone made of an image",
    privileges: zone(JOYENT),
    note: "vmadm(8) usually writes the configuration.",
  },
  {
    ...smartos,
    name: "joyent-minimal",
    kind: "native",
    title: "native zone with the fewest services",
    privileges: zone(JOYENT),
    note: "vmadm(8) usually writes the configuration.",
  },
  {
    ...smartos,
    ...EXCLUSIVE,
    name: "lx",
    kind: "emulation",
    title: "Linux user space",
    attrs: brandAttrs.lxSmartos,
    privileges: zone([...LINUX, "sys_fs_import"]),
    refuses: LX_REFUSES,
    note: "vmadm(8) usually writes the configuration. The template leaves the ip-type at shared, which the brand refuses.",
  },
  {
    ...smartos,
    name: "bhyve",
    kind: "virtual machine",
    title: "virtual machine under bhyve",
    attrs: brandAttrs.bhyveSmartos,
    privileges: machine(MACHINE),
    note: "vmadm(8) usually writes the configuration.",
  },
  {
    ...smartos,
    name: "kvm",
    kind: "virtual machine",
    title: "virtual machine under KVM",
    privileges: machine(MACHINE),
    note: "vmadm(8) usually writes the configuration.",
  },
  {
    ...solaris10,
    name: "native",
    kind: "native",
    title: "native zone, sparse or whole root",
    privileges: {
      default: NATIVE.filter((name) => !LATER.includes(name)),
      required: REQUIRED,
      prohibited: PROHIBITED_2008,
    },
    confidence: "medium",
    note: "The default template shares /lib, /platform, /sbin and /usr with the host; `create -b` gives a whole-root zone.",
  },
  {
    ...solaris10,
    name: "lx",
    kind: "emulation",
    title: "Linux user space, the brand of 2007",
    ipTypesAllowed: ["shared"],
    ipTypeRequired: "shared",
    note: "Removed long ago.",
  },
  { ...solaris10, name: "solaris8", kind: "emulation", title: "user space of Solaris 8" },
  { ...solaris10, name: "solaris9", kind: "emulation", title: "user space of Solaris 9" },
  {
    ...solaris11,
    name: "solaris",
    kind: "native",
    title: "native zone",
    privileges: {
      default: NATIVE,
      required: REQUIRED_SOLARIS11,
      prohibited: PROHIBITED_SOLARIS11,
      defaultAssumed: true,
    },
  },
  {
    ...solaris11,
    ...EXCLUSIVE,
    name: "solaris-kz",
    kind: "kernel zone",
    title: "kernel zone: a virtual machine with a kernel of its own",
  },
  { ...solaris11, name: "solaris10", kind: "emulation", title: "user space of Solaris 10" },
  {
    ...solaris11,
    name: "labeled",
    kind: "Trusted Extensions",
    title: "labeled zone of Trusted Extensions",
  },
];
