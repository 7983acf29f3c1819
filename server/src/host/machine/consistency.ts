import { SYSCTLS } from "../freebsd/sysctlTable.ts";
import { isMulticast, isUnspecified, parseNetwork } from "../network/addresses.ts";
import { addressesOf, FAMILY_OPTION, withWords } from "./complete.ts";
import { freshInstallation } from "./default.ts";
import type { HostFile, HostLink } from "./definition.ts";
import { parseListener } from "./listeners.ts";
import { FREEBSD_KINDS, ILLUMOS_KINDS } from "./parts.ts";
import type { HostProblem } from "./problems.ts";

/** What a host file may not say although each part has the right shape. In the order of the keys of the definition. */
export function inconsistencies(file: HostFile): HostProblem[] {
  return [
    ...checkSystem(file),
    ...checkLinks(file),
    ...checkRoutes(file),
    ...checkStorage(file),
    ...checkSysctls(file),
    ...checkRulesets(file),
    ...checkAccounts(file),
    ...checkServices(file),
    ...checkProcessors(file),
  ];
}

type Path = HostProblem["path"];

const value = (path: Path, message: string): HostProblem => ({ kind: "value", path, message });
const unknown = (path: Path, message: string): HostProblem => ({ kind: "reference", path, message });

/** The second and every further one of those that have the same key. */
function duplicates<T>(
  list: readonly T[],
  keyOf: (item: T) => string,
  report: (item: T, index: number, first: number) => HostProblem,
): HostProblem[] {
  const seen = new Map<string, number>();
  return list.flatMap((item, index) => {
    const first = seen.get(keyOf(item));
    if (first === undefined) seen.set(keyOf(item), index);
    return first === undefined ? [] : [report(item, index, first)];
  });
}

/** The name of an item of a list is taken already. */
function sameNames(list: readonly { name: string }[] | undefined, key: string, what: string): HostProblem[] {
  return duplicates(
    list ?? [],
    ({ name }) => name,
    ({ name }, index) => ({
      kind: "duplicate",
      path: [key, index, "name"],
      message: `There is a second ${what} \`${name}\`.`,
    }),
  );
}

/** Keys that only one family of systems has. */
export const FREEBSD_ONLY = ["options", "devfsRulesets"] as const;
export const ILLUMOS_ONLY = [
  "brands",
  "images",
  "resourcePools",
  "processorSets",
  "schedulingClass",
] as const;

function checkSystem(file: HostFile): HostProblem[] {
  const freebsd = file.system === "freebsd";
  const foreign: readonly (keyof HostFile)[] = freebsd ? ILLUMOS_ONLY : FREEBSD_ONLY;
  const other = freebsd ? "illumos and its relatives" : "FreeBSD";
  const problems = foreign
    .filter((key) => file[key] !== undefined)
    .map((key): HostProblem => {
      const message = `\`${key}\` is for ${other} only, and this host runs ${file.system}.`;
      return { kind: "wrong-system", path: [key], atKey: true, message };
    });
  if (freebsd && file.release !== undefined) {
    const major = /^(\d+)(?:\.\d+)?$/.exec(file.release)?.[1];
    if (major === undefined)
      problems.push(value(["release"], "A release of FreeBSD is a number such as 15 or 14.3."));
    else if (Number(major) < 12 || Number(major) > 15)
      problems.push(value(["release"], "Zonewarden knows FreeBSD 12 to 15."));
  }
  return problems;
}

function checkLinks({ system, links = [] }: HostFile): HostProblem[] {
  const names = new Set(links.map(({ name }) => name));
  const kinds: readonly string[] = system === "freebsd" ? FREEBSD_KINDS : ILLUMOS_KINDS;
  const problems = sameNames(links, "links", "link");
  links.forEach((link, index) => {
    const at = (...path: Path): Path => ["links", index, ...path];
    const { kind = "physical" } = link;
    if (!kinds.includes(kind))
      problems.push({
        kind: "wrong-system",
        path: at("kind"),
        message: `There is no ${kind} on ${system}.`,
      });
    problems.push(...checkAddresses(link, at));
    problems.push(...checkCarrier(link, at), ...checkOverlay(link, links, at));
    const others: [Path, string][] = [];
    if (link.over !== undefined) others.push([at("over"), link.over]);
    if (link.peer !== undefined) others.push([at("peer"), link.peer]);
    (link.members ?? []).forEach((member, i) => {
      others.push([at("members", i), member]);
    });
    for (const [path, name] of others) {
      if (name === link.name) problems.push(unknown(path, `The link \`${name}\` refers to itself.`));
      else if (!names.has(name)) problems.push(unknown(path, `There is no link \`${name}\`.`));
    }
    const peer = links.find(({ name }) => name === link.peer);
    if (peer && peer !== link && peer.peer !== link.name)
      problems.push(unknown(at("peer"), `The peer of \`${peer.name}\` is not \`${link.name}\`.`));
  });
  return problems;
}

function checkAddresses({ addresses = [] }: HostLink, at: (...path: Path) => Path): HostProblem[] {
  const problems = duplicates(
    addresses,
    (text) => parseNetwork(text)?.address ?? text,
    (text, i) => ({
      kind: "duplicate",
      path: at("addresses", i),
      message: `The link has the address ${text} already.`,
    }),
  );
  addresses.forEach((text, i) => {
    const network = parseNetwork(text);
    if (!network || isUnspecified(network.address) || isMulticast(network.address))
      problems.push(value(at("addresses", i), `${text} is no address that a link can have.`));
  });
  return problems;
}

/** A vlan and an overlay need a link that carries them, a vlan its tag too; others have none. */
function checkCarrier(link: HostLink, at: (...path: Path) => Path): HostProblem[] {
  const { kind = "physical" } = link;
  const problems: HostProblem[] = [];
  if ((kind === "vlan" || kind === "vnic") && link.over === undefined)
    problems.push({
      kind: "missing",
      path: at(),
      message: `A ${kind} is over another link: \`over\` is missing.`,
    });
  if (kind === "vlan" && link.vlan === undefined)
    problems.push({ kind: "missing", path: at(), message: "A vlan has a tag: `vlan` is missing." });
  const fitting: [keyof HostLink, readonly string[]][] = [
    ["over", ["vlan", "vnic", "overlay"]],
    ["vlan", ["vlan", "vnic"]],
    ["peer", ["epair"]],
    ["members", ["bridge", "lagg", "aggr"]],
    ["overlay", ["overlay"]],
  ];
  for (const [key, kinds] of fitting)
    if (link[key] !== undefined && !kinds.includes(kind))
      problems.push({
        kind: "value",
        path: at(key),
        atKey: true,
        message: `\`${key}\` is for ${kinds.join(", ")}, not for a link that is ${kind}.`,
      });
  return problems;
}

/** Packets of an overlay come to an address of the machine, and its frames go to one place or by a table. */
function checkOverlay(
  { overlay }: HostLink,
  links: readonly HostLink[],
  at: (...path: Path) => Path,
): HostProblem[] {
  if (!overlay) return [];
  const { listenIp, destination, targets } = overlay;
  const problems: HostProblem[] = [];
  if (!addressesOf(links).has(parseNetwork(listenIp)?.address ?? listenIp))
    problems.push(unknown(at("overlay", "listenIp"), `${listenIp} is no address of this machine.`));
  if (destination && targets)
    problems.push({
      kind: "value",
      path: at("overlay", "destination"),
      atKey: true,
      message: "An overlay has either one destination or a table of targets.",
    });
  return problems;
}

function checkRoutes(file: HostFile): HostProblem[] {
  const names = new Set(
    (file.links ?? freshInstallation(file.system, file.release).links).map(({ name }) => name),
  );
  return (file.routes ?? []).flatMap(({ destination, gateway, interface: link }, index) => {
    const problems: HostProblem[] = [];
    const network = parseNetwork(destination);
    if (destination !== "default" && !network)
      problems.push(
        value(
          ["routes", index, "destination"],
          `${destination} is no network: write default or 198.51.100.0/24.`,
        ),
      );
    const address = parseNetwork(gateway);
    if (!address && !names.has(gateway))
      problems.push(unknown(["routes", index, "gateway"], `${gateway} is neither an address nor a link.`));
    else if (address && network && network.family !== address.family)
      problems.push(
        value(["routes", index, "gateway"], "Destination and gateway are of different families."),
      );
    if (link !== undefined && !names.has(link))
      problems.push(unknown(["routes", index, "interface"], `There is no link \`${link}\`.`));
    return problems;
  });
}

function checkStorage(file: HostFile): HostProblem[] {
  const fresh = freshInstallation(file.system, file.release);
  const pools = new Set((file.pools ?? fresh.pools).map(({ name }) => name));
  const datasets = file.datasets ?? [];
  const names = new Set([...pools, ...datasets.map(({ name }) => name)]);
  const problems = [
    ...sameNames(file.pools, "pools", "pool"),
    ...sameNames(datasets, "datasets", "dataset"),
    ...duplicates(
      file.mounts ?? [],
      ({ on, type }) => `${type} ${on}`,
      ({ on }, index) => ({
        kind: "duplicate",
        path: ["mounts", index, "on"],
        message: `Something of that type is mounted on ${on} already.`,
      }),
    ),
  ];
  datasets.forEach(({ name, mounted, mountpoint }, index) => {
    const slash = name.lastIndexOf("/");
    const [pool = ""] = name.split("/");
    if (!pools.has(pool))
      problems.push(unknown(["datasets", index, "name"], `There is no pool \`${pool}\`.`));
    else if (slash > 0 && !names.has(name.slice(0, slash)))
      problems.push(
        unknown(["datasets", index, "name"], `There is no dataset \`${name.slice(0, slash)}\` above it.`),
      );
    if (mounted && mountpoint === "none")
      problems.push(value(["datasets", index, "mounted"], "Without a mount point it cannot be mounted."));
  });
  return problems;
}

/** Sysctls that the host file has a key of its own for. */
const OWN_KEYS: Readonly<Record<string, keyof HostFile>> = {
  "hw.ncpu": "cpus",
  "hw.physmem": "memory",
  "kern.domainname": "domainname",
  "kern.hostid": "hostid",
  "kern.hostname": "hostname",
  "kern.hostuuid": "hostuuid",
  "kern.osrelease": "release",
};

function checkSysctls({ system, sysctls = {} }: HostFile): HostProblem[] {
  return Object.entries(sysctls).flatMap(([name, setting]): HostProblem[] => {
    const path = ["sysctls", name];
    const key = OWN_KEYS[name];
    if (key)
      return [{ kind: "value", path, atKey: true, message: `The host file says this with \`${key}\`.` }];
    const type = system === "freebsd" ? SYSCTLS[name]?.type : undefined;
    const number = type === "int" || type === "uint" || type === "long";
    if (number && typeof setting !== "number")
      return [{ kind: "type", path, message: `${name} is a whole number, without quotes.` }];
    if (type === "string" && typeof setting !== "string")
      return [{ kind: "type", path, message: `${name} is a text, in quotes.` }];
    return [];
  });
}

function checkRulesets({ devfsRulesets = {} }: HostFile): HostProblem[] {
  return Object.keys(devfsRulesets)
    .filter((number) => Number(number) < 1 || Number(number) > 65_535)
    .map((number) => ({
      kind: "value" as const,
      path: ["devfsRulesets", number],
      atKey: true as const,
      message: "Rulesets are numbered from 1 to 65535.",
    }));
}

function checkAccounts(file: HostFile): HostProblem[] {
  const { users = [], groups = [] } = file;
  const known = accountsOf(file);
  const problems = [...sameNames(users, "users", "user"), ...sameNames(groups, "groups", "group")];
  users.forEach(({ gid }, index) => {
    if (!known.gids.has(gid))
      problems.push(unknown(["users", index, "gid"], `There is no group with the number ${gid}.`));
  });
  groups.forEach(({ members = [] }, index) => {
    members.forEach((member, i) => {
      if (!known.users.has(member))
        problems.push(unknown(["groups", index, "members", i], `There is no user \`${member}\`.`));
    });
  });
  (file.directories ?? []).forEach((directory, index) => {
    if (typeof directory === "string") return;
    const { owner, group } = directory;
    if (owner !== undefined && !known.users.has(owner))
      problems.push(unknown(["directories", index, "owner"], `There is no user \`${owner}\`.`));
    if (group !== undefined && !known.groups.has(group))
      problems.push(unknown(["directories", index, "group"], `There is no group \`${group}\`.`));
  });
  return problems;
}

/** The accounts of a fresh installation and those of the file. */
function accountsOf(file: HostFile) {
  const fresh = freshInstallation(file.system, file.release);
  const groups = [...fresh.groups, ...(file.groups ?? [])];
  return {
    users: new Set([...fresh.users, ...(file.users ?? [])].map(({ name }) => name)),
    groups: new Set(groups.map(({ name }) => name)),
    gids: new Set(groups.map(({ gid }) => gid)),
  };
}

function checkServices(file: HostFile): HostProblem[] {
  const known = accountsOf(file);
  const fresh = freshInstallation(file.system, file.release);
  const own = addressesOf(file.links ?? fresh.links);
  const options = withWords(fresh.options, file.options);
  const problems = sameNames(file.services, "services", "service");
  (file.services ?? []).forEach(({ user, listens = [] }, index) => {
    if (user !== undefined && !known.users.has(user))
      problems.push(unknown(["services", index, "user"], `There is no user \`${user}\`.`));
    listens.forEach((text, i) => {
      const { family, address, port } = parseListener(text);
      const path = ["services", index, "listens", i];
      if (family === "local") return;
      if (port < 1 || port > 65_535) problems.push(value(path, "Ports are numbered from 1 to 65535."));
      if (address !== "*" && parseNetwork(address)?.family !== family)
        problems.push(value(path, `${address} is no address of that protocol.`));
      else if (!options.includes(FAMILY_OPTION[family]))
        problems.push(unknown(path, `The kernel was built without ${FAMILY_OPTION[family]}.`));
      else if (address !== "*" && !own.has(parseNetwork(address)?.address ?? ""))
        problems.push(unknown(path, `No link has the address ${address}.`));
    });
  });
  return problems;
}

function checkProcessors({
  system,
  release,
  cpus,
  processorSets = [],
  resourcePools = [],
}: HostFile): HostProblem[] {
  const count = cpus ?? freshInstallation(system, release).cpus;
  const names = new Set(["pset_default", ...processorSets.map(({ name }) => name)]);
  const problems = [
    ...sameNames(resourcePools, "resourcePools", "resource pool"),
    ...sameNames(processorSets, "processorSets", "processor set"),
  ];
  const owner = new Map<number, string>();
  processorSets.forEach(({ name, cpus }, index) => {
    cpus.forEach((cpu, i) => {
      const path = ["processorSets", index, "cpus", i];
      const other = owner.get(cpu);
      if (cpu >= count)
        problems.push(value(path, `There is no CPU ${cpu}: the host has ${count}, counted from 0.`));
      else if (other !== undefined)
        problems.push({ kind: "duplicate", path, message: `CPU ${cpu} is in the set \`${other}\` already.` });
      else owner.set(cpu, name);
    });
  });
  resourcePools.forEach(({ processorSet }, index) => {
    if (processorSet !== undefined && !names.has(processorSet))
      problems.push(
        unknown(["resourcePools", index, "processorSet"], `There is no processor set \`${processorSet}\`.`),
      );
  });
  return problems;
}
