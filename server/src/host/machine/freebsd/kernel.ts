/**
 * What the GENERIC kernel of FreeBSD/amd64 has in it, and what can be loaded into it; only what jails, networks and
 * file systems have to do with. Source: sys/amd64/conf/GENERIC, sys/conf/NOTES, sys/modules.
 */

/** Of all releases from 12 on. */
export const OPTIONS: readonly string[] = [
  "AUDIT",
  "CAPABILITIES",
  "CAPABILITY_MODE",
  "COMPAT_FREEBSD32",
  "FFS",
  "INET",
  "INET6",
  "KTRACE",
  "MAC",
  "NFSCL",
  "NFSD",
  "NFSLOCKD",
  "PROCFS",
  "PSEUDOFS",
  "QUOTA",
  "RACCT",
  "RACCT_DEFAULT_TO_DISABLED",
  "RCTL",
  "SCHED_ULE",
  "SYSVMSG",
  "SYSVSEM",
  "SYSVSHM",
  "TCP_OFFLOAD",
  "TMPFS",
  "UFS_ACL",
  "VIMAGE",
];

/** Compiled in or loaded at boot by the default installation on ZFS. */
export const MODULES: readonly string[] = [
  "cd9660",
  "devfs",
  "if_em",
  "if_lo",
  "if_tuntap",
  "if_vlan",
  "kernel",
  "msdosfs",
  "nfscl",
  "nfsd",
  "procfs",
  "pseudofs",
  "sysvmsg",
  "sysvsem",
  "sysvshm",
  "tmpfs",
  "ufs",
  "zfs",
];

const LOADABLE: readonly string[] = [
  "accf_data",
  "accf_dns",
  "accf_http",
  "autofs",
  "carp",
  "dummynet",
  "ext2fs",
  "fdescfs",
  "fusefs",
  "geom_eli",
  "if_bridge",
  "if_epair",
  "if_gif",
  "if_gre",
  "if_lagg",
  "if_vxlan",
  "ipdivert",
  "ipfw",
  "ipfw_nat",
  "ipl",
  "linprocfs",
  "linsysfs",
  "linux",
  "linux64",
  "linux_common",
  "mac_bsdextended",
  "mac_ntpd",
  "mac_portacl",
  "mac_seeotheruids",
  "mqueuefs",
  "netgraph",
  "ng_bridge",
  "ng_eiface",
  "ng_ether",
  "nmdm",
  "nullfs",
  "pf",
  "pflog",
  "pfsync",
  "sem",
  "smbfs",
  "unionfs",
  "vmm",
];

/** Modules that came with a release. Source: if_wg(4), if_ovpn(4), mac_do(4), p9fs(4). */
const LATER: readonly { readonly module: string; readonly since: number }[] = [
  { module: "if_ovpn", since: 14 },
  { module: "if_wg", since: 14 },
  { module: "mac_do", since: 15 },
  { module: "p9fs", since: 15 },
];

/** What can be loaded into the kernel of a major release. */
export function loadableIn(major: number): string[] {
  return [...LOADABLE, ...LATER.filter(({ since }) => major >= since).map(({ module }) => module)].sort();
}
