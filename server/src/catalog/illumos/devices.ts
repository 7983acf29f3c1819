import { own } from "../own.ts";
import type { IpType } from "../zonecfg/brands.ts";
import type { Platform } from "../zonecfg/property.ts";

/**
 * The device names that a brand gives its zones. Everything else does not exist in their /dev: no lookup finds it.
 * Sources: platform.xml of each brand in omniosorg/pkg5 src/brand and usr/src/lib/brand,
 * usr/src/cmd/zoneadmd/vplat.c.
 */
export interface DeviceEntry {
  /** What it matches in the /dev of the global zone: names below /dev, `*` within one level; `%z`, `%P` (see `expand`). */
  readonly match: string;
  /** What it is called below /dev of the zone, where that differs. */
  readonly name?: string;
  /** Only in zones with a network stack of their own; otherwise in both. */
  readonly exclusive?: true;
  /** Only on this machine architecture. */
  readonly arch?: "sparc";
  /** What it is for. */
  readonly purpose: string;
}

/** A symbolic link in /dev of a zone. */
export interface DeviceLink {
  /** Below /dev. */
  readonly name: string;
  readonly target: string;
}

/** In zones of both ip-types, by what they match. */
const ANY: Readonly<Record<string, string>> = {
  arp: "ARP as a STREAMS module",
  bpf: "Berkeley packet filter on links of the zone",
  conslog: "messages to the log of the kernel",
  "cpu/self/cpuid": "what the CPU can do",
  crypto: "cryptography of the kernel",
  cryptoadm: "state of the cryptographic framework",
  dsk: "directory for block disks that are granted",
  "dtrace/*": "consumers of DTrace",
  "dtrace/provider/*": "providers of DTrace",
  eventfd: "event counters",
  fd: "descriptors of the process",
  full: "a file that is always full",
  inotify: "watches on files",
  ipnet: "directory of packets as IP sees them",
  kstat: "statistics of the kernel, cut down to the zone",
  kvm: "hypervisor KVM",
  lo0: "packets on loopback as IP sees them",
  lofi: "directory of files as block devices",
  lofictl: "control of lofi",
  log: "the STREAMS log driver",
  logindmux: "multiplexer of remote logins",
  "net/*": "links of the zone",
  nsmb: "SMB client",
  null: "swallows what is written",
  openprom: "properties of the firmware",
  poll: "poll on many descriptors",
  pool: "resource pools, to look at",
  ptmx: "gives out pseudo-terminals",
  "pts/*": "pseudo-terminals",
  random: "the random generator",
  rdsk: "directory for raw disks that are granted",
  rlofi: "directory of files as raw devices",
  rmt: "directory for tapes",
  "sad/user": "autopush of STREAMS, to look at",
  signalfd: "signals as reads",
  smbsrv: "SMB server",
  smbsrv1: "library side of the SMB server",
  svvslo0: "test driver",
  svvslo1: "test driver",
  svvslo2: "test driver",
  svvslo3: "test driver",
  swap: "information on swap",
  sysevent: "event channels",
  tcp: "TCP transport",
  tcp6: "TCP transport over IPv6",
  term: "directory for terminals",
  ticlts: "loopback transport, datagrams",
  ticots: "loopback transport, connections",
  ticotsord: "loopback transport, connections with orderly release",
  timerfd: "timers as reads",
  tty: "terminal of the session",
  udp: "UDP transport",
  udp6: "UDP transport over IPv6",
  urandom: "the random generator, never waiting",
  zero: "a source of zeros",
  zfs: "control of ZFS",
};

/** In zones with a stack of their own. */
const EXCLUSIVE: Readonly<Record<string, string>> = {
  dld: "control of datalinks",
  icmp: "raw ICMP",
  icmp6: "raw ICMPv6",
  ip: "IP itself",
  ip6: "IPv6 itself",
  ipauth: "IP Filter: authentication",
  ipf: "IP Filter: rules",
  ipl: "IP Filter: log",
  iplookup: "IP Filter: tables",
  ipmpstub: "IPMP groups",
  ipnat: "IP Filter: address translation",
  ipscan: "IP Filter: scanning",
  ipsecah: "IPsec authentication header",
  ipsecesp: "IPsec encryption",
  ipstate: "IP Filter: states",
  ipsync: "IP Filter: synchronisation",
  keysock: "IPsec keys",
  rawip: "raw IP",
  rawip6: "raw IPv6",
  rts: "routing messages",
  "sad/admin": "autopush of STREAMS, to change",
  sctp: "SCTP transport",
  sctp6: "SCTP transport over IPv6",
  spdsock: "IPsec policy",
  sppp: "PPP links",
  sppptun: "PPP tunnels",
  vni: "virtual network interfaces",
};

/** Of single brands. */
const SPECIAL: Readonly<Record<string, string>> = {
  "brand/lx/autofs": "automounter of Linux",
  "brand/lx/dsp": "sound of Linux",
  "brand/lx/mixer": "sound mixer of Linux",
  "brand/lx/ptmx": "gives out pseudo-terminals in the way of Linux",
  ipd: "simulation of bad networks",
  iptunq: "tunnels, before they were links",
  tap: "Ethernet tunnel",
  tun: "IP tunnel",
  viona: "network of bhyve guests",
  "vmm*": "guests of bhyve and their control",
  "vnd/*": "raw frames of links",
  "zfd/%z/subsidiary/*": "standard streams of the zone",
  "zvol/dsk/%P/%z/*": "volumes in the dataset of the zone",
  "zvol/rdsk/%P/%z/*": "volumes in the dataset of the zone, raw",
};

const CONSOLE: DeviceEntry = {
  match: "zcons/%z/zoneconsole",
  name: "zconsole",
  purpose: "the zone's side of its console",
};

const entry = (match: string, exclusive?: boolean, name?: string): DeviceEntry => ({
  match,
  ...(name !== undefined && { name }),
  ...(exclusive === true && { exclusive }),
  ...(match === "openprom" && { arch: "sparc" as const }),
  purpose:
    own(ANY, match) ?? own(EXCLUSIVE, match) ?? own(SPECIAL, match.replace(/\/\d$/, "/*")) ?? "another name",
});
const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const entries = (any: string, exclusive = ""): readonly DeviceEntry[] => [
  ...words(any).map((match) => entry(match)),
  ...(exclusive === "" ? [] : words(exclusive).map((match) => entry(match, true))),
];

/** What the native brands have of today's OmniOS. */
const BASE: readonly DeviceEntry[] = [
  ...Object.keys(ANY).map((match) => entry(match)),
  CONSOLE,
  ...Object.keys(EXCLUSIVE).map((match) => entry(match, true)),
];
const without = (list: readonly DeviceEntry[], names: string): readonly DeviceEntry[] =>
  list.filter(({ match }) => !words(names).includes(match));

/** What illumos-gate of December 2023 lacks, and what that of 2014 lacks. */
const GATE_2023 = without(BASE, "inotify kvm timerfd smbsrv1");
const GATE_2014 = without(BASE, "inotify kvm signalfd timerfd smbsrv1");
const OLD = without(GATE_2014, "eventfd full smbsrv");

const ZVOLS = "zvol/dsk/%P/%z/* zvol/rdsk/%P/%z/*";
const JOYENT = [...without(BASE, "kvm"), ...entries(`tap tun vnd/* ${ZVOLS}`, "ipd")];

const LINUX: readonly DeviceEntry[] = [
  ...entries(
    `arp dtrace/* dtrace/provider/* eventfd full inotify ipnet kstat lo0 null poll pts/* random signalfd tcp tcp6
    ticotsord timerfd tty udp udp6 urandom zero zfs ${ZVOLS}`,
  ),
  ...Object.keys(EXCLUSIVE).map((match) => entry(match, true)),
  entry("net/*", true),
  entry("brand/lx/autofs", false, "autofs"),
  entry("brand/lx/ptmx", false, "ptmx"),
  { ...CONSOLE, name: "console" },
  ...[0, 1, 2, 3, 4].map((n) => entry(`zfd/%z/subsidiary/${n}`, false, `zfd/${n}`)),
  entry("brand/lx/dsp", false, "dsp"),
  entry("brand/lx/mixer", false, "mixer"),
  { ...entry("null", false, "xconsole"), purpose: "console of X11, which swallows all" },
];

const BHYVE = [...entries("zfs fd net/* null random rdsk pts/* vmm* viona", "dld"), CONSOLE];
const KVM = [...entries("fd null random rdsk pts/* kvm kstat net/*", "dld"), CONSOLE];
const EMU = [...entries("zfs fd net/* null random rdsk pts/* poll eventfd", "dld"), CONSOLE];

const links = (pairs: Readonly<Record<string, string>>): readonly DeviceLink[] =>
  Object.entries(pairs).map(([name, target]) => ({ name, target }));
const STANDARD = { console: "zconsole", stderr: "./fd/2", stdin: "./fd/0", stdout: "./fd/1" };
const NATIVE_LINKS = links({
  console: "zconsole",
  dtremote: "/dev/null",
  msglog: "zconsole",
  stderr: STANDARD.stderr,
  stdin: STANDARD.stdin,
  stdout: STANDARD.stdout,
  syscon: "zconsole",
  sysmsg: "zconsole",
  systty: "zconsole",
});
const MACHINE_LINKS = links(STANDARD);
const LINUX_LINKS = links({
  fd: "../proc/self/fd",
  stderr: "../proc/self/fd/2",
  stdin: "../proc/self/fd/0",
  stdout: "../proc/self/fd/1",
  systty: "console",
  kmsg: "console",
  conslog: "console",
  "shm/loop": ".",
});

interface BrandDevices {
  readonly devices: readonly DeviceEntry[];
  readonly links: readonly DeviceLink[];
}

const linux: BrandDevices = { devices: LINUX, links: LINUX_LINKS };
const machine = (devices: readonly DeviceEntry[]): BrandDevices => ({ devices, links: MACHINE_LINKS });
const native = (devices: readonly DeviceEntry[]): BrandDevices => ({ devices, links: NATIVE_LINKS });

/** By brand, or by brand and platform where a brand of that name differs there. */
const byBrand: Readonly<Record<string, BrandDevices>> = {
  lx: linux,
  bhyve: machine(BHYVE),
  kvm: machine(KVM),
  emu: machine(EMU),
  joyent: native(JOYENT),
  "joyent-minimal": native(JOYENT),
  solaris10: native(OLD),
  native: native([...without(OLD, "lofi lofictl rlofi vni"), entry("iptunq", true)]),
  "smartos kvm": native(OLD),
  "smartos bhyve": machine([...entries("fd null random rdsk viona vmm*", "dld"), CONSOLE]),
};

/** What other brands have, by platform. */
const byPlatform: Readonly<Record<Platform, BrandDevices>> = {
  illumos: native(GATE_2023),
  omnios: native(BASE),
  smartos: native(JOYENT),
  solaris10: native(OLD),
  solaris11: native(GATE_2014),
};

function devicesOf(brand: string, platform: Platform): BrandDevices {
  return own(byBrand, `${platform} ${brand}`) ?? own(byBrand, brand) ?? byPlatform[platform];
}

/** What exists in /dev of a zone before its `device` resources, which are added behind. */
export function deviceFilter(
  brand: string,
  ipType: IpType,
  platform: Platform = "omnios",
): readonly DeviceEntry[] {
  return devicesOf(brand, platform).devices.filter((device) => ipType === "exclusive" || !device.exclusive);
}

export function deviceLinks(brand: string, platform: Platform = "omnios"): readonly DeviceLink[] {
  return devicesOf(brand, platform).links;
}

/** `%z`: name of the zone; `%R`: its zonepath; `%P`: the dataset above that of the zonepath. */
export interface BrandTokens {
  readonly z: string;
  readonly R: string;
  readonly P: string;
}

/** Fills in what the files of brands leave open. */
export function expand(text: string, tokens: BrandTokens): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([zRP])/g, (_, token: "z" | "R" | "P") => tokens[token]);
}

/**
 * Privileges that opening a device asks for beside the mode of the file; who lacks them gets EACCES. Sources:
 * usr/src/pkg/manifests/{system-kernel,network-ipfilter,SUNWcs}.p5m, usr/src/uts/common/os/policy.c
 * (secpolicy_spec_open).
 */
export interface DevicePolicy {
  readonly driver: string;
  readonly minor: string;
  /** Names below /dev that lead there; `*` stands for names of one level. Empty where /dev has none. */
  readonly names: readonly string[];
  /** Absent: nothing; `all`: every privilege of the machine, which no zone has. */
  readonly read?: string;
  readonly write?: string;
}

const both = (privilege: string) => ({ read: privilege, write: privilege });

export const devicePolicies: readonly DevicePolicy[] = [
  { driver: "mm", minor: "allkmem", names: ["allkmem"], ...both("all") },
  // Reading is open: whoever matches these two into a zone shows it the memory of the kernel.
  { driver: "mm", minor: "kmem", names: ["kmem"], write: "all" },
  { driver: "mm", minor: "mem", names: ["mem"], write: "all" },
  { driver: "openeepr", minor: "openprom", names: ["openprom"], write: "all" },
  { driver: "random", minor: "*", names: ["random", "urandom"], write: "sys_devices" },
  { driver: "ip", minor: "*", names: ["ip"], ...both("net_rawaccess") },
  { driver: "ip6", minor: "*", names: ["ip6"], ...both("net_rawaccess") },
  { driver: "icmp", minor: "*", names: ["icmp", "rawip"], ...both("net_icmpaccess") },
  { driver: "icmp6", minor: "*", names: ["icmp6", "rawip6"], ...both("net_icmpaccess") },
  {
    driver: "ipnet",
    minor: "lo0 and other ipnet nodes",
    names: ["lo0", "ipnet/*"],
    ...both("net_observability"),
  },
  { driver: "ipsecah", minor: "*", names: ["ipsecah"], ...both("sys_ip_config") },
  { driver: "ipsecesp", minor: "*", names: ["ipsecesp"], ...both("sys_ip_config") },
  { driver: "keysock", minor: "*", names: ["keysock"], ...both("sys_ip_config") },
  { driver: "spdsock", minor: "*", names: ["spdsock"], ...both("sys_ip_config") },
  {
    driver: "ipf",
    minor: "*",
    names: ["ipauth", "ipf", "ipl", "iplookup", "ipnat", "ipscan", "ipstate", "ipsync"],
    ...both("sys_ip_config"),
  },
  { driver: "bridge", minor: "*", names: [], ...both("net_rawaccess") },
  { driver: "scsi_vhci", minor: "devctl", names: [], write: "sys_devices" },
  { driver: "fssnap", minor: "ctl", names: ["fssnapctl"], ...both("sys_config") },
  { driver: "md", minor: "admin", names: ["md/admin"], write: "sys_config" },
];

const policyByName: ReadonlyMap<string, DevicePolicy> = new Map(
  devicePolicies.flatMap((policy) => policy.names.map((name) => [name, policy] as const)),
);

/** The policy of a path below /dev (`/dev/kmem`, `/dev/ipnet/net0`); undefined: nothing but the mode of the file. */
export function devicePolicy(path: string): DevicePolicy | undefined {
  const name = path.replace(/^\/dev\//, "");
  return policyByName.get(name) ?? policyByName.get(name.replace(/[^/]+$/, "*"));
}
