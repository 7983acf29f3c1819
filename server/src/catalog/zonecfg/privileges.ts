import { brands, type IpType, type ZoneBrand } from "./brands.ts";
import { NOT_SOLARIS10, PLATFORMS, type Platform } from "./property.ts";

/** What a zone may do with a privilege: it has it unless removed, may get it, must keep it, can never have it. */
export type PrivilegeStatus = "default" | "optional" | "required" | "prohibited";

/** A privilege(7), and what zones have of it. */
export interface ZonePrivilege {
  readonly name: string;
  readonly group: string;
  /** What it allows. */
  readonly description: string;
  /** Whether every process has it from the start. */
  readonly basic: boolean;
  /** Whether who has it can gain more by it, so that it is not given lightly. */
  readonly unsafe: boolean;
  /** Whether it means something only under Trusted Extensions. */
  readonly trusted: boolean;
  /** The status in a native zone, by ip-type. */
  readonly zone: Readonly<Record<IpType, PrivilegeStatus>>;
  /** Where the name exists, as far as known: Solaris 11.4 has more privileges than are listed here. */
  readonly platforms: readonly Platform[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The basic set. */
const BASIC = words(`
  file_link_any file_read file_write net_access proc_exec proc_fork proc_info proc_secflags proc_session`);

/** What leads to more: records, identities or resources of others. */
const UNSAFE = words("proc_audit proc_setid sys_resource");

/** Of Trusted Extensions. */
const TRUSTED = words(`
  file_downgrade_sl file_upgrade_sl net_bindmlp net_mac_aware net_mac_implicit sys_trans_label
  win_colormap win_config win_dac_read win_dac_write win_devices win_dga win_downgrade_sl win_fontpath
  win_mac_read win_mac_write win_selection win_upgrade_sl`);

/** Not in Solaris 10. */
const LATER = words(`
  file_flag_set file_read file_write net_access net_observability proc_meminfo proc_prioup proc_secflags
  sys_iptun_config sys_dl_config sys_ppp_config sys_res_bind sys_smb`);

/** Only in SmartOS. */
const SMARTOS = words(`
  hyprlofs_control sys_fs_import`);

/** What each privilege allows, by group. Source: usr/src/uts/common/os/priv_defs. */
const DESCRIBED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contracts: {
    contract_event: "Request critical or reliable contract events without limit.",
    contract_identity: "Set the service name carried by a process contract template.",
    contract_observer: "Watch contract events of other users.",
  },
  observability: {
    cpc_cpu: "Use per-CPU hardware counters.",
    dtrace_kernel: "Kernel-level DTrace.",
    dtrace_proc: "Pid and fasttrap providers on own processes.",
    dtrace_user: "Syscall and profile providers on own processes.",
  },
  files: {
    file_chown: "Change owner or arbitrary group of any file.",
    file_chown_self: "Give own files away.",
    file_dac_execute: "Ignore missing execute permission.",
    file_dac_read: "Ignore missing read permission.",
    file_dac_search: "Ignore missing directory search permission.",
    file_dac_write:
      "Ignore missing write permission (root-owned objects need all zone privileges unless euid is 0).",
    file_flag_set: "Set immutable, no-unlink or append-only attributes.",
    file_link_any: "Hard-link files owned by others.",
    file_owner: "Act as owner: times, mode, ACL, sticky-directory removal.",
    file_read: "Open or read any file object at all.",
    file_setid: "Keep or set set-id bits.",
    file_write: "Modify any file object at all.",
    hyprlofs_control: "Manage hyprlofs entries.",
    sys_fs_import: "Bring in file systems with untrusted content.",
    sys_linkdir: "Link and unlink directories.",
    sys_mount: "Mount, unmount, quotas, ZFS dataset administration.",
  },
  labels: {
    file_downgrade_sl: "Lower a file's sensitivity label.",
    file_upgrade_sl: "Raise a file's sensitivity label.",
    net_bindmlp: "Bind multi-level ports.",
    net_mac_aware: "Talk to unlabelled peers dominated by the own label.",
    net_mac_implicit: "Send implicitly labelled packets.",
    sys_trans_label: "Translate labels not dominated by the own label.",
  },
  graphics: {
    graphics_access: "Privileged ioctls on graphics devices (older name gart_access).",
    graphics_map: "Privileged mappings of graphics devices (older name gart_map).",
  },
  ipc: {
    ipc_dac_read: "Read System V objects despite mode bits.",
    ipc_dac_write: "Write System V objects despite mode bits.",
    ipc_owner: "Remove or re-own System V objects.",
    sys_ipc_config: "Raise a message queue's byte limit.",
  },
  network: {
    net_access: "Open TCP, UDP, SDP or SCTP endpoints.",
    net_icmpaccess: "Send and receive ICMP.",
    net_observability: "Open the loopback and IP observability devices without raw access.",
    net_privaddr: "Bind ports 1-1023 and extra privileged ports, NFS ports excepted.",
    net_rawaccess: "Raw access to the network layer.",
    sys_iptun_config: "Configure IP tunnel links.",
    sys_dl_config: "Configure every kind of datalink.",
    sys_ip_config: "Interfaces, routes, IP tunables, IPsec.",
    sys_net_config: "Superset of IP, datalink and PPP configuration plus STREAMS module insertion.",
    sys_nfs: "NFS-private system calls and NFS ports 2049 and 4045.",
    sys_ppp_config: "Create PPP interfaces and tunnels.",
    sys_smb: "SMB kernel services and ports 137, 138, 139, 445.",
  },
  audit: {
    proc_audit: "Generate audit records.",
    sys_audit: "Run and configure auditing.",
  },
  process: {
    proc_chroot: "Change the root directory.",
    proc_clock_highres: "High resolution timers.",
    proc_exec: "Execute programs.",
    proc_fork: "Create processes.",
    proc_info: "See processes one cannot signal.",
    proc_owner: "Signal, inspect and modify processes regardless of owner.",
    proc_prioup: "Raise priority above the current level.",
    proc_priocntl: "Change priority and scheduling class, real-time included.",
    proc_secflags: "Change security flags of processes one may signal.",
    proc_session: "Signal or trace outside the own session.",
    proc_setid: "Set user and group ids freely (uid 0 still needs all zone privileges).",
    proc_taskid: "Create a new task id.",
    proc_zone: "Trace or signal processes of other zones.",
  },
  memory: {
    proc_lock_memory: "Lock pages in memory.",
    proc_meminfo: "Query physical memory placement.",
  },
  system: {
    sys_acct: "Manage accounting.",
    sys_admin: "Node name, domain name, coreadm and similar; halting or rebooting the own zone.",
    sys_config: "General system configuration, swap devices, ZFS pools, module unload, default scheduler.",
    sys_devices: "Driver administration checks, console device, exclusively opened devices, device nodes.",
    sys_suser_compat: "Satisfies third-party modules that use the old super-user check.",
    sys_time: "Set or slew the system clock.",
    virt_manage: "Manage hypervisor environments.",
    xvm_control: "Control the xVM hypervisor devices.",
  },
  resources: {
    sys_res_bind: "Bind processes to processor sets.",
    sys_res_config: "Processor sets, CPU on/offline, pools.",
    sys_resource: "Raise resource limits and controls.",
  },
  window: {
    win_colormap: "Override colour map limits.",
    win_config: "Configure retained X resources.",
    win_dac_read: "Read others' window resources.",
    win_dac_write: "Write others' window resources.",
    win_devices: "Operate input devices.",
    win_dga: "Direct graphics access extension.",
    win_downgrade_sl: "Lower a window label.",
    win_fontpath: "Change the font path.",
    win_mac_read: "Read windows of another label.",
    win_mac_write: "Write windows of another label.",
    win_selection: "Move data between windows unconfirmed.",
    win_upgrade_sl: "Raise a window label.",
  },
};

/** The brand whose sets stand for native zones. */
const NATIVE = brands.find((brand) => brand.name === "ipkg");

/** The status of a privilege in zones of a brand; undefined where the brand's sets are not public. */
export function privilegeStatus(name: string, brand: ZoneBrand, ipType: IpType): PrivilegeStatus | undefined {
  const sets = brand.privileges;
  if (!sets) return undefined;
  const has = (list: readonly string[]) => list.includes(name) || list.includes(`${name}:${ipType}`);
  if (has(sets.prohibited)) return "prohibited";
  if (has(sets.required)) return "required";
  return BASIC.has(name) || has(sets.default) ? "default" : "optional";
}

function nativeStatus(name: string, ipType: IpType): PrivilegeStatus {
  return (NATIVE && privilegeStatus(name, NATIVE, ipType)) ?? "optional";
}

/** All privileges that a limitpriv may name. */
export const privileges: readonly ZonePrivilege[] = Object.entries(DESCRIBED).flatMap(([group, members]) =>
  Object.entries(members).map(([name, description]) => ({
    name,
    group,
    description,
    basic: BASIC.has(name),
    unsafe: UNSAFE.has(name),
    trusted: TRUSTED.has(name),
    zone: { shared: nativeStatus(name, "shared"), exclusive: nativeStatus(name, "exclusive") },
    platforms: SMARTOS.has(name) ? ["smartos"] : LATER.has(name) ? NOT_SOLARIS10 : PLATFORMS,
  })),
);

/** Words of a limitpriv that stand for several privileges. Source: priv_str_to_set(3C). */
export const privilegeSets: Readonly<Record<string, string>> = {
  default: "The default set of the brand. Only as the first word.",
  basic: "The privileges that every process has from the start.",
  all: "Every privilege; a zone with it fails to verify, because some are prohibited.",
  zone: "Every privilege of the zone that reads it; the global zone reads limitpriv, so the same as `all`.",
  none: "No privilege at all.",
};
