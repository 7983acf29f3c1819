import { nearest } from "../distance.ts";
import { own } from "../own.ts";
import { brandsOf, commands, findRctl, globals, propertiesOf } from "./lookup.ts";
import { privilegeSets, privileges } from "./privileges.ts";
import type { Platform } from "./property.ts";
import { rctls, rctlValue } from "./rctls.ts";
import { resources } from "./resource.ts";

type Meant = Readonly<Record<string, readonly string[]>>;

/** Names that people write and that do not exist, with what they mean. The first is offered as the fix. */
const COMMAND_MEANT: Meant = {
  rem: ["remove"],
  rm: ["remove"],
  del: ["delete", "remove"],
  destroy: ["delete"],
  ver: ["verify"],
  check: ["verify"],
  quit: ["exit"],
  q: ["exit"],
  bye: ["exit"],
  save: ["commit"],
  write: ["commit"],
  apply: ["commit"],
  show: ["info"],
  list: ["info"],
  print: ["info"],
  unset: ["clear"],
  reset: ["clear", "revert"],
  undo: ["revert"],
  edit: ["select"],
  new: ["create"],
  done: ["end"],
  abort: ["cancel"],
};

const RESOURCE_MEANT: Meant = {
  nic: ["net"],
  network: ["net"],
  interface: ["net"],
  if: ["net"],
  vnic: ["net", "anet"],
  filesystem: ["fs"],
  mount: ["fs"],
  disk: ["device", "dataset"],
  dev: ["device"],
  zfs: ["dataset"],
  cpu: ["dedicated-cpu", "capped-cpu"],
  cpus: ["dedicated-cpu", "capped-cpu"],
  "cpu-cap": ["capped-cpu"],
  vcpu: ["virtual-cpu"],
  mem: ["capped-memory"],
  memory: ["capped-memory"],
  ram: ["capped-memory"],
  attribute: ["attr"],
  "resource-control": ["rctl"],
  user: ["admin"],
  secflags: ["security-flags"],
};

const GLOBAL_MEANT: Meant = {
  "auto-boot": ["autoboot"],
  auto_boot: ["autoboot"],
  boot: ["autoboot", "bootargs"],
  "boot-args": ["bootargs"],
  iptype: ["ip-type"],
  ip_type: ["ip-type"],
  "zone-path": ["zonepath"],
  path: ["zonepath"],
  root: ["zonepath"],
  "zone-name": ["zonename"],
  name: ["zonename"],
  hostname: ["zonename"],
  "host-id": ["hostid"],
  privs: ["limitpriv"],
  privileges: ["limitpriv"],
  "limit-priv": ["limitpriv"],
  scheduler: ["scheduling-class"],
  shares: ["cpu-shares"],
  "max-procs": ["max-processes"],
  "max-threads": ["max-lwps"],
  type: ["brand"],
};

/** By resource; names of properties that mean another one of the same resource. */
const PROPERTY_MEANT: Readonly<Record<string, Meant>> = {
  fs: {
    path: ["dir"],
    mountpoint: ["dir"],
    target: ["dir"],
    source: ["special"],
    device: ["special"],
    option: ["options"],
    fstype: ["type"],
  },
  net: {
    ip: ["address", "allowed-address"],
    addr: ["address", "allowed-address"],
    "allowed-addr": ["allowed-address"],
    "allowed-ip": ["allowed-address"],
    gateway: ["defrouter"],
    router: ["defrouter"],
    "default-router": ["defrouter"],
    interface: ["physical"],
    nic: ["physical"],
    link: ["physical"],
    mac: ["mac-addr"],
    "mac-address": ["mac-addr"],
    vlan: ["vlan-id"],
    "lower-link": ["global-nic"],
  },
  anet: {
    gateway: ["defrouter"],
    address: ["allowed-address"],
    physical: ["linkname", "lower-link"],
    "global-nic": ["lower-link"],
    "mac-addr": ["mac-address"],
    vlan: ["vlan-id"],
  },
  device: { path: ["match"], name: ["match"], dev: ["match"] },
  rctl: { limit: ["value"], rctl: ["name"] },
  dataset: { dataset: ["name"], path: ["name"] },
  "dedicated-cpu": { cpus: ["ncpus"], count: ["ncpus"], cpu: ["ncpus"] },
  "capped-cpu": { cpus: ["ncpus"], cap: ["ncpus"], limit: ["ncpus"] },
  "virtual-cpu": { cpus: ["ncpus"], vcpus: ["ncpus"] },
  "capped-memory": {
    memory: ["physical"],
    mem: ["physical"],
    ram: ["physical"],
    rss: ["physical"],
    "max-swap": ["swap"],
    "max-locked-memory": ["locked"],
  },
  admin: { username: ["user"], auth: ["auths"], authorizations: ["auths"] },
};

const RCTL_MEANT: Meant = {
  "zone.ncpus": ["zone.cpu-cap"],
  "zone.max-memory": ["zone.max-swap", "zone.max-physical-memory"],
  "zone.max-procs": ["zone.max-processes"],
  "zone.max-threads": ["zone.max-lwps"],
  "zone.physical-memory": ["zone.max-physical-memory"],
};

const inMemory = (property: string) =>
  `It is a property of a resource: \`add capped-memory\`, \`set ${property}=…\`, \`end\`.`;
const IN_CPU =
  "CPUs are given by a resource: `add dedicated-cpu` for CPUs of its own, `add capped-cpu` for a share of CPU time; each has `ncpus`.";
const inNet = (property: string) =>
  `It is a property of a network interface: \`add net\`, \`set ${property}=…\`, \`end\`.`;

/** Words that are no property of a zone and have no near one, with what to do instead. */
const ADVICE: Readonly<Record<string, string>> = {
  "max-swap": inMemory("swap"),
  "max-locked-memory": inMemory("locked"),
  "max-physical-memory": inMemory("physical"),
  mem: inMemory("physical"),
  memory: inMemory("physical"),
  ram: inMemory("physical"),
  cpu: IN_CPU,
  cpus: IN_CPU,
  vcpus: IN_CPU,
  "cpu-cap": "It is a resource: `add capped-cpu`, `set ncpus=…`, `end`.",
  nic: inNet("physical"),
  interface: inNet("physical"),
  ip: inNet("address"),
  gateway: inNet("defrouter"),
  hostname:
    "There is no property for the host name: it is set inside the zone, and is the name of the zone at first.",
  depend:
    "zonecfg has no order between zones. On Solaris 11.4, `boot-priority` and `smf-dependency` give one.",
  include: "zonecfg reads no other files.",
  source: "zonecfg reads no other files.",
  let: "zonecfg has no variables.",
};

/** A sentence on a word that is no property of a zone, if there is something better to say than "unknown". */
export function advice(name: string): string | undefined {
  const known = own(ADVICE, name);
  if (known) return known;
  const rctl = findRctl(`zone.${name}`);
  if (!rctl || rctl.alias || rctl.resourceForm) return undefined;
  return `It has no shorthand: \`add rctl\`, \`set name=${rctl.name}\`, \`add value ${rctlValue(rctl, "…")}\`, \`end\`.`;
}

/** The known meaning of a word, in any case; else the right case of it; else the nearest names. */
function suggest(name: string, meant: Meant, candidates: readonly string[]): string[] {
  const lower = name.toLowerCase();
  const known = own(meant, name) ?? own(meant, lower);
  if (known) return known.slice(0, 3);
  const dashed = lower.replaceAll("_", "-");
  for (const spelling of [lower, dashed])
    if (spelling !== name && candidates.includes(spelling)) return [spelling];
  return nearest(lower, candidates);
}

/** What somebody may have meant by an unknown property: of the zone, or of the resource that is open. */
export function suggestProperty(name: string, scope: string | undefined): string[] {
  const meant = scope === undefined ? GLOBAL_MEANT : (own(PROPERTY_MEANT, scope) ?? {});
  const members = scope === undefined ? globals : propertiesOf(scope);
  return suggest(
    name,
    meant,
    members.map((property) => property.name),
  );
}

export function suggestResource(name: string): string[] {
  return suggest(
    name,
    RESOURCE_MEANT,
    resources.map((resource) => resource.name),
  );
}

export function suggestCommand(name: string): string[] {
  return suggest(name, COMMAND_MEANT, [...commands.keys()]);
}

/** Privileges are known in any case, and people copy their names from C: `PRIV_SYS_TIME`. */
export function suggestPrivilege(name: string): string[] {
  const names = [...privileges.map((privilege) => privilege.name), ...Object.keys(privilegeSets)];
  const bare = name.toLowerCase().replace(/^priv_/, "");
  return names.includes(bare) ? [bare] : suggest(bare, {}, names);
}

export function suggestRctl(name: string): string[] {
  const names = rctls.map((rctl) => rctl.name);
  if (names.includes(`zone.${name}`)) return [`zone.${name}`];
  return suggest(name, RCTL_MEANT, names);
}

export function suggestBrand(name: string, platform?: Platform): string[] {
  return suggest(name, {}, [...new Set(brandsOf(platform).map((brand) => brand.name))]);
}
