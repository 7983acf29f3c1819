import { HOST_ROOT } from "../filesystem/build.ts";
import { registerBits } from "../freebsd/permissions.ts";
import type { Prison } from "../freebsd/types.ts";
import { Host } from "../host.ts";
import type { HostState } from "../state.ts";
import { buildVnet, sysctlsOf } from "./buildNetwork.ts";
import { buildProcesses } from "./buildProcesses.ts";
import { buildRoot, buildStorage } from "./buildStorage.ts";
import type { HostDescription } from "./definition.ts";
import { parseListener } from "./listeners.ts";
import { parseRules } from "./rulesets.ts";
import { bytes } from "./sizes.ts";
import type { Machine } from "./types.ts";

/** Every run begins at this moment: 2026-01-01 00:00:00 UTC. */
const BOOT_TIME = 1_767_225_600;
/** Source: JAIL_MAX in sys/kern/kern_jail.c. */
const JAIL_MAX = 999_999;

/** A host as it is after it has booted: no jails yet, its daemons running. */
export function buildHost(description: HostDescription): Host {
  const machine = buildMachine(description);
  const state: HostState = {
    machine,
    clock: 0,
    processes: { byPid: {}, last: 0 },
    files: buildRoot(description),
    network: {
      vnets: { "0": buildVnet(description) },
      nextVnet: 1,
      sockets: {},
      nextSocket: 1,
    },
    ipc: { sysv: [], posix: [], nextId: 0 },
    resources: {
      rules: [],
      cpusets: {
        "1": {
          id: 1,
          root: 1,
          cpus: Array.from({ length: description.cpus }, (_, cpu) => cpu),
          container: 0,
        },
      },
      nextCpuset: 2,
    },
    freebsd: {
      prisons: { "0": buildPrison0(description) },
      lastJid: 0,
      devfsRulesets: Object.fromEntries(
        Object.entries(description.devfsRulesets).map(([number, lines]) => [number, parseRules(lines)]),
      ),
      registered: [],
      jailDescriptors: {},
    },
  };
  const host = new Host(state);
  registerBits(host);
  buildStorage(host, description);
  buildProcesses(host);
  return host;
}

function buildMachine(description: HostDescription): Machine {
  const { name, system, release, hostname, cpus, memory, swap, described } = description;
  return {
    name,
    system,
    release,
    hostname,
    cpus,
    memory,
    swap,
    described,
    bootTime: BOOT_TIME,
    options: [...description.options],
    modules: [...description.modules],
    loadable: [...description.loadableModules],
    sysctls: sysctlsOf(description, false),
    users: description.users.map(({ home = "/nonexistent", shell = "/usr/sbin/nologin", ...user }) => ({
      ...user,
      home,
      shell,
    })),
    groups: description.groups.map(({ members = [], ...group }) => ({ ...group, members: [...members] })),
    services: description.services.map(({ name, user = "root", listens = [] }) => ({
      name,
      user,
      listens: listens.map(parseListener),
    })),
    pools: description.pools.map(({ name, size }) => ({ name, size: bytes(size) })),
    brands: [...description.brands],
    images: description.images.map(({ brand = "joyent", ...image }) => ({ ...image, brand })),
    resourcePools: description.resourcePools.map(
      ({ name, processorSet = "pset_default", scheduler = "" as const, importance = 1 }) => ({
        name,
        processorSet,
        scheduler,
        importance,
      }),
    ),
    processorSets: description.processorSets.map(({ name, cpus }) => ({ name, cpus: [...cpus] })),
    configurations: [...description.configurations],
  };
}

/** The prison that the host itself is. Source: prison0 in sys/kern/kern_jail.c. */
function buildPrison0(description: HostDescription): Prison {
  const everyAddress = { restricted: false, own: false, addresses: [], sourceSelection: true };
  return {
    jid: 0,
    name: "",
    parent: 0,
    children: [],
    childrenCur: 0,
    state: "alive",
    path: "/",
    root: { ...HOST_ROOT },
    ownHost: true,
    hostname: description.hostname,
    domainname: description.domainname,
    hostuuid: description.hostuuid,
    hostid: description.hostid,
    ip4: everyAddress,
    ip6: { ...everyAddress, addresses: [] },
    vnet: 0,
    ownVnet: true,
    persist: true,
    allow: [],
    securelevel: Number(description.sysctls["kern.securelevel"] ?? -1),
    enforceStatfs: 0,
    devfsRuleset: 0,
    childrenMax: JAIL_MAX,
    osrelease: `${description.release}-RELEASE`,
    osreldate: osreldateOf(description.release),
    cpuset: 1,
    sysv: { shm: 0, sem: 0, msg: 0 },
    parameters: {},
    extraRefs: 0,
    causes: {},
    created: 0,
  };
}

/** Releases whose number does not follow from their name. Source: porter's handbook, table of __FreeBSD_version. */
const OSRELDATE: Readonly<Record<string, number>> = {
  "12.0": 1_200_086,
  "13.0": 1_300_139,
  "13.2": 1_302_001,
  "13.3": 1_303_001,
  "14.0": 1_400_097,
  "15.0": 1_500_068,
};

function osreldateOf(release: string): number {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return OSRELDATE[release] ?? major * 100_000 + minor * 1000;
}
