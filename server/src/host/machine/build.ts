import { freebsdState, mountDevfs } from "../freebsd/boot.ts";
import { freebsdKernel } from "../freebsd/kernel.ts";
import { registerBits } from "../freebsd/permissions.ts";
import { Host } from "../host.ts";
import { addPrograms, illumosState, ownMounts } from "../illumos/boot.ts";
import { illumosKernel } from "../illumos/kernel.ts";
import type { HostState } from "../state.ts";
import { buildVnet, sysctlsOf } from "./buildNetwork.ts";
import { buildProcesses } from "./buildProcesses.ts";
import { buildRoot, buildStorage } from "./buildStorage.ts";
import type { HostDescription } from "./definition.ts";
import { parseListener } from "./listeners.ts";
import { bytes } from "./sizes.ts";
import type { Machine } from "./types.ts";

/** Every run begins at this moment: 2026-01-01 00:00:00 UTC. */
const BOOT_TIME = 1_767_225_600;
/** A host as it is after it has booted: no jails or zones yet, its daemons running. */
export function buildHost(description: HostDescription): Host {
  const freebsd = description.system === "freebsd";
  const kernel = freebsd ? freebsdKernel : illumosKernel;
  const state: HostState = {
    machine: buildMachine(description),
    clock: 0,
    processes: { byPid: {}, last: 0 },
    files: buildRoot(description, kernel.files.stock),
    network: {
      vnets: { "0": buildVnet(description) },
      nextVnet: 1,
      sockets: {},
      nextSocket: 1,
    },
    ipc: { sysv: [], posix: [], nextId: 0 },
    ...(freebsd ? { freebsd: freebsdState(description) } : { illumos: illumosState(description) }),
  };
  const host = new Host(state, kernel);
  if (freebsd) registerBits(host);
  if (freebsd) buildStorage(host, description, [], mountDevfs);
  else buildStorage(host, description, ownMounts(host));
  if (!freebsd) addPrograms(host);
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
    schedulingClass: description.schedulingClass,
    configurations: [...description.configurations],
  };
}
