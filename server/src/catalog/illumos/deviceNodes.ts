/**
 * What /dev of the global zone holds beside what depends on the machine: disks, links, volumes, terminals, consoles of
 * zones. Sources: usr/src/pkg/manifests/{SUNWcs,system-kernel,SUNWckr}.p5m, usr/src/cmd/devfsadm.
 */

/** Mode and group (0 is root, 3 sys, 7 tty) by what most nodes have: 666 and sys. */
const GROUPS: readonly (readonly [mode: number, gid: number, names: string])[] = [
  [
    0o666,
    3,
    "arp bpf conslog crypto cryptoadm cpu/self/cpuid dld eventfd full icmp icmp6 inotify ip ip6 ipd",
  ],
  [
    0o666,
    3,
    "ipmpstub ipsecah ipsecesp iptunq keysock kstat lo0 lofictl log logindmux nsmb null pool rawip rawip6",
  ],
  [
    0o666,
    3,
    "rts sctp sctp6 signalfd smbsrv smbsrv1 spdsock sppp sppptun svvslo0 svvslo1 svvslo2 svvslo3 swap",
  ],
  [0o666, 3, "sysevent tap tcp tcp6 ticlts ticots ticotsord timerfd tun udp udp6 vni zero zfs sad/user poll"],
  [
    0o666,
    3,
    "dtrace/dtrace dtrace/helper dtrace/provider/fasttrap dtrace/provider/fbt dtrace/provider/profile",
  ],
  [
    0o666,
    3,
    "dtrace/provider/sdt dtrace/provider/systrace brand/lx/autofs brand/lx/dsp brand/lx/mixer brand/lx/ptmx",
  ],
  [0o666, 7, "ptmx tty"],
  [0o644, 3, "random urandom"],
  [0o666, 0, "fd/0 fd/1 fd/2"],
  [0o600, 3, "ipauth ipf ipl iplookup ipnat ipscan ipstate ipsync sad/admin fssnapctl"],
  [0o640, 3, "allkmem kmem mem openprom"],
  [0o444, 3, "ksyms"],
  [0o600, 0, "dump fb kvm viona vmmctl"],
  [0o620, 7, "console"],
  [0o622, 7, "msglog sysmsg syscon systty"],
];

/** Directories that are there even while they are empty. */
export const DEVICE_DIRECTORIES: readonly string[] = words(
  "dsk fd ipnet lofi net pts rdsk rlofi rmt term vnd zcons zvol zvol/dsk zvol/rdsk",
);

export interface DeviceNode {
  readonly mode: number;
  readonly gid: number;
}

function words(text: string): string[] {
  return text.split(" ");
}

/** By the name below /dev. */
export const deviceNodes: ReadonlyMap<string, DeviceNode> = new Map(
  GROUPS.flatMap(([mode, gid, names]) => words(names).map((name) => [name, { mode, gid }] as const)),
);
