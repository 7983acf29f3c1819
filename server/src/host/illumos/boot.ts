import { privilegeOrder } from "../../catalog/illumos/privilegeSets.ts";
import { POOLS_SERVICE } from "../../catalog/illumos/serviceManifests.ts";
import { systemMounts } from "../../catalog/illumos/systemMounts.ts";
import { HOST_ROOT, putFile } from "../filesystem/build.ts";
import { editable } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { OwnMount } from "../machine/buildStorage.ts";
import type { HostDescription } from "../machine/definition.ts";
import { mountSystem } from "./filesystem/systemMounts.ts";
import { describedLinks } from "./network/described.ts";
import { platformOf } from "./platform.ts";
import { EVERY } from "./privileges.ts";
import type { IllumosState, ProcessorSet, ResourcePool, Zone } from "./types.ts";

/** A kernel with zones as it is when the machine has booted. */

export function illumosState(description: HostDescription): IllumosState {
  const poolsEnabled = description.resourcePools.length + description.processorSets.length > 0;
  return {
    zones: { "0": globalZone(description) },
    lastZone: 0,
    lastGeneration: 0,
    lastDebugId: 0,
    index: [],
    privilegeSets: [[...privilegeOrder].sort()],
    daemons: {},
    links: describedLinks(description),
    pools: resourcePools(description),
    processorSets: processorSets(description),
    poolsEnabled,
    schedulingClass: description.schedulingClass,
    lastTask: 0,
    projects: {},
    objects: { doors: {}, nextDoor: 1, channels: [] },
    system: { offline: [], swap: [], zones: {} },
    services: poolsEnabled ? { [POOLS_SERVICE]: true } : {},
  };
}

/** Processor sets of the description beside the default one, which has the other CPUs. */
function processorSets({ cpus: count, processorSets }: HostDescription): Record<string, ProcessorSet> {
  const taken = new Set(processorSets.flatMap(({ cpus }) => cpus));
  const left = Array.from({ length: count }, (_, cpu) => cpu).filter((cpu) => !taken.has(cpu));
  const sets: ProcessorSet[] = [
    { id: -1, name: "pset_default", cpus: left, min: 1, max: 65_535, temporary: false },
    ...processorSets.map(({ name, cpus }, i) => ({
      ...{ id: i + 1, name, cpus: [...cpus], min: cpus.length, max: cpus.length },
      temporary: false,
    })),
  ];
  return Object.fromEntries(sets.map((set) => [set.name, set]));
}

/** Pools of the description beside the default one. */
function resourcePools({ resourcePools }: HostDescription): Record<string, ResourcePool> {
  const pools: ResourcePool[] = [
    { name: "pool_default", processorSet: "pset_default", scheduler: "", importance: 1, temporary: false },
    ...resourcePools.map(({ name, processorSet = "pset_default", scheduler, importance = 1 }) => ({
      ...{ name, processorSet, importance, temporary: false },
      scheduler: scheduler ?? ("" as const),
    })),
  ];
  return Object.fromEntries(pools.map((pool) => [pool.name, pool]));
}

/** What zoneadm(8) calls the brand of the global zone. */
function globalBrand({ system, release }: HostDescription): string {
  if (system === "omnios") return "ipkg";
  if (system === "smartos") return "liveimg";
  return system === "solaris" && !release.startsWith("10") ? "solaris" : "native";
}

function globalZone(description: HostDescription): Zone {
  return {
    id: 0,
    name: "global",
    generation: 0,
    status: "running",
    path: "/",
    root: { ...HOST_ROOT },
    brand: globalBrand(description),
    ipType: "shared",
    stack: 0,
    privileges: EVERY,
    zsched: 0,
    init: 1,
    initPath: "/sbin/init",
    bootArguments: "",
    nodename: description.hostname,
    domain: description.domainname,
    hostid: description.hostid.toString(16),
    fsAllowed: null,
    pool: "pool_default",
    schedulingClass: "",
    rctls: {},
    physicalCap: null,
    datasets: [],
    devices: [],
    definition: null,
    created: 0,
    booted: 0,
    milestone: "all",
    causes: {},
  };
}

/** Programs that the system has beside those of all. Source: usr/src/cmd/stat of illumos-joyent. */
const OWN_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  smartos: ["/usr/bin/vfsstat", "/usr/bin/ziostat"],
};

/** Puts them at their places. */
export function addPrograms(host: Host): void {
  for (const path of OWN_PROGRAMS[host.state.machine.system] ?? [])
    editable(host, putFile(host, path, "", 0o555)).program = path;
}

/** What is mounted at boot beside the root and what a description names. */
export function ownMounts(host: Host): readonly OwnMount[] {
  return systemMounts(platformOf(host)).map((mount) => ({
    on: mount.on,
    mount: () => mountSystem(host, mount),
  }));
}
