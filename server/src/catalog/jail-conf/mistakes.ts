import { nearest } from "../distance.ts";
import { own } from "../own.ts";
import { parameters } from "./lookup.ts";

/** Names that people write and that do not exist, with what they mean. The first is offered as the fix. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  hostname: ["host.hostname"],
  "host.name": ["host.hostname"],
  domainname: ["host.domainname"],
  "host.domain": ["host.domainname"],
  hostuuid: ["host.hostuuid"],
  "host.uuid": ["host.hostuuid"],
  hostid: ["host.hostid"],
  "host.id": ["host.hostid"],
  ip: ["ip4.addr", "ip6.addr"],
  ip4_addr: ["ip4.addr"],
  ip6_addr: ["ip6.addr"],
  "ipv4.addr": ["ip4.addr"],
  "ipv6.addr": ["ip6.addr"],
  "ip.addr": ["ip4.addr", "ip6.addr"],
  ip_addr: ["ip4.addr", "ip6.addr"],
  ipaddr: ["ip4.addr", "ip6.addr"],
  "ip4.address": ["ip4.addr"],
  "ip6.address": ["ip6.addr"],
  rootdir: ["path"],
  root: ["path"],
  dir: ["path"],
  exec_start: ["exec.start"],
  exec_stop: ["exec.stop"],
  "exec.startup": ["exec.start"],
  "exec.shutdown": ["exec.stop"],
  "exec.user": ["exec.jail_user", "exec.system_user"],
  "exec.log": ["exec.consolelog"],
  start: ["exec.start"],
  stop: ["exec.stop"],
  "exec.postcreate": ["exec.created"],
  devfs: ["mount.devfs"],
  devfs_enable: ["mount.devfs"],
  "devfs.ruleset": ["devfs_ruleset"],
  "mount.devfs.ruleset": ["devfs_ruleset"],
  devfs_rules: ["devfs_ruleset"],
  fstab: ["mount.fstab"],
  "mount.proc": ["mount.procfs"],
  "mount.fdesc": ["mount.fdescfs"],
  mount_fstab: ["mount.fstab"],
  allow_raw_sockets: ["allow.raw_sockets"],
  raw_sockets: ["allow.raw_sockets"],
  "allow.rawsockets": ["allow.raw_sockets"],
  "allow.sysv_ipc": ["sysvmsg", "sysvsem", "sysvshm"],
  sysvipc: ["sysvmsg", "sysvsem", "sysvshm"],
  vnet_interface: ["vnet.interface"],
  "vnet.interfaces": ["vnet.interface"],
  consolelog: ["exec.consolelog"],
  fib: ["exec.fib"],
  timeout: ["exec.timeout", "stop.timeout"],
  depends: ["depend"],
  jail_zfs_dataset: ["zfs.dataset"],
  "zfs.datasets": ["zfs.dataset"],
  include: [".include"],
  ".includes": [".include"],
  "enforce.statfs": ["enforce_statfs"],
  statfs: ["enforce_statfs"],
  children: ["children.max"],
};

/** Names that have no counterpart, with what to do instead. */
const ADVICE: Readonly<Record<string, string>> = {
  "allow.tun":
    "There is no such permission: give the jail a network stack of its own (`vnet`) and unhide `tun*` in a devfs ruleset.",
  cpuset:
    "CPU sets cannot be set here; `cpuset.id` is read-only, and cpuset(1) assigns CPUs to a running jail.",
  novnet: "`vnet` is not a boolean: write `vnet = inherit;`.",
  noip4: "`ip4` is not a boolean: write `ip4 = disable;`.",
  noip6: "`ip6` is not a boolean: write `ip6 = disable;`.",
  ".": 'The `.` of the shell reads no file here: write `.include "FILE";`.',
};

/** A sentence on a name that cannot be had, if there is something better to say than "unknown". */
export function advice(name: string): string | undefined {
  if (RESOURCES.has(name.replace(/^r(?:ctl|acct)[._]/, "")))
    return "Limits of resources are no parameters: rctl(8) sets them, in `exec.created` or in rctl.conf(5).";
  return own(ADVICE, name);
}

/** What rctl(8) limits. */
const RESOURCES: ReadonlySet<string> = new Set([
  ...[
    "cputime",
    "datasize",
    "stacksize",
    "coredumpsize",
    "memoryuse",
    "memorylocked",
    "maxproc",
    "openfiles",
  ],
  ...["vmemoryuse", "pseudoterminals", "swapuse", "nthr", "wallclock", "pcpu", "readbps", "writebps"],
  ...["readiops", "writeiops"],
]);

/** `allow.nomount.zfs`: the `no` belongs to the last part of a name. */
function movedNegation(name: string): string | undefined {
  const match = /^(?:(.+)\.)?no([^.]+)\.([^.]+)$/.exec(name);
  if (!match) return undefined;
  const moved = `${match[1] ? `${match[1]}.` : ""}${match[2]}.no${match[3]}`;
  return spellings.includes(moved) ? moved : undefined;
}

const spellings: readonly string[] = parameters
  .filter((p) => !p.name.endsWith("*"))
  .flatMap((p) => (p.negation ? [p.name, p.negation] : [p.name]));

/** What somebody may have meant by an unknown name, best first: the known mistakes, then the nearest names. */
export function suggest(name: string, limit = 3): string[] {
  const moved = movedNegation(name);
  if (moved !== undefined) return [moved];
  const known = own(MEANT, name);
  if (known) return known.slice(0, limit);
  return nearest(name, spellings, limit);
}

/** From so many letters on, two of them may differ, and the name is surely meant for the other. */
const LONG_NAME = 10;

/** Whether an unknown name is surely a mistake for a known one, and not that of something that a kernel module brings. */
export function isMisspelt(name: string): boolean {
  if (movedNegation(name) !== undefined || own(MEANT, name) || advice(name) !== undefined) return true;
  return nearest(name, spellings, 1, name.length < LONG_NAME ? 1 : 2).length > 0;
}

/**
 * The one permission that `allow.mount.NAME` is a letter away from, among those of a family that modules extend. Short
 * names are near to each other without being meant.
 */
export function nearFileSystem(name: string): string | undefined {
  const system = /^allow\.mount\.(?:no)?(\w+)$/.exec(name)?.[1];
  if (!system || system.length < 5) return undefined;
  const near = nearest(name, spellings, 2, 1);
  return near.length === 1 ? near[0] : undefined;
}
