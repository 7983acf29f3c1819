import { parameters } from "./lookup.ts";

/** Names that people write and that do not exist, with what they mean. The first is offered as the fix. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  hostname: ["host.hostname"],
  ip: ["ip4.addr", "ip6.addr"],
  ip4_addr: ["ip4.addr"],
  ip6_addr: ["ip6.addr"],
  "ipv4.addr": ["ip4.addr"],
  "ipv6.addr": ["ip6.addr"],
  "ip.addr": ["ip4.addr", "ip6.addr"],
  rootdir: ["path"],
  root: ["path"],
  dir: ["path"],
  exec_start: ["exec.start"],
  exec_stop: ["exec.stop"],
  "exec.startup": ["exec.start"],
  start: ["exec.start"],
  stop: ["exec.stop"],
  "exec.postcreate": ["exec.created"],
  devfs: ["mount.devfs"],
  devfs_enable: ["mount.devfs"],
  "devfs.ruleset": ["devfs_ruleset"],
  "mount.devfs.ruleset": ["devfs_ruleset"],
  devfs_rules: ["devfs_ruleset"],
  fstab: ["mount.fstab"],
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
};

/** A sentence on a name that cannot be had, if there is something better to say than "unknown". */
export function advice(name: string): string | undefined {
  return ADVICE[name];
}

const spellings: readonly string[] = parameters
  .filter((p) => !p.name.endsWith("*"))
  .flatMap((p) => (p.negation ? [p.name, p.negation] : [p.name]));

/**
 * What somebody may have meant by an unknown name, best first: the known mistakes, then names at most a third of
 * their letters away. Empty where nothing is near.
 */
export function suggest(name: string, limit = 3): string[] {
  const known = MEANT[name];
  if (known) return known.slice(0, limit);
  const most = Math.max(1, Math.floor(name.length / 3));
  const near: { name: string; distance: number }[] = [];
  for (const candidate of spellings) {
    if (Math.abs(candidate.length - name.length) > most) continue;
    const d = distance(name, candidate, most);
    if (d <= most) near.push({ name: candidate, distance: d });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = near[0]?.distance ?? 0;
  return near
    .filter((n) => n.distance <= best + 1)
    .slice(0, limit)
    .map((n) => n.name);
}

/** Edit distance with neighbouring letters swapped counting as one; more than `most` once it is beyond that. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, (before[j - 2] as number) + 1);
      row.push(d);
      if (d < least) least = d;
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] as number;
}
