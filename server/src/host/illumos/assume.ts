import { own } from "../../catalog/own.ts";
import type { Cause } from "../decision.ts";
import { ensureDirectory, findDirectory } from "../filesystem/build.ts";
import { putDataset } from "../filesystem/datasetTree.ts";
import { assumePoolOf } from "../filesystem/pools.ts";
import type { Host } from "../host.ts";
import { findInterface } from "../network/interfaceIndex.ts";
import { vnet } from "../network/vnets.ts";
import { causeOf, isExclusive, property, propertyCause, resourcesOf, textOf } from "./configuration.ts";
import { assumeDisk, deviceNamed, isDisk } from "./filesystem/deviceNames.ts";
import { makeLink } from "./network/dladm.ts";
import { makeInterface } from "./network/interfaces.ts";
import { findLink } from "./network/linkIndex.ts";
import { missingCpus } from "./resources/overcommitment.ts";
import { addCpus, needPools } from "./resources/processorSets.ts";
import { illumosOf } from "./state.ts";
import type { ZoneDefinition } from "./types.ts";

/**
 * What a machine that nobody described is taken to have: whatever a zone's configuration asks for. Each assumption is an
 * event of its own, so that a reader sees what the rest of the story rests on. On a described machine nothing is assumed
 * but disks, volumes of volume managers and shared storage, of which no description tells.
 */
export function assumeFor(host: Host, definition: ZoneDefinition): void {
  assumeDevices(host, definition);
  assumeSharedStorage(host, definition);
  if (host.state.machine.described) return;
  assumeBrand(host, definition);
  assumeLinks(host, definition);
  for (const fs of resourcesOf(definition, "fs")) {
    const special = textOf(fs, "special") ?? "";
    const type = textOf(fs, "type");
    const cause = causeOf(fs, "special");
    if (type === "zfs") assumeDataset(host, definition, special, "legacy", cause);
    else if ((type === "lofs" || type === undefined) && special.startsWith("/"))
      assumeDirectory(host, definition.name, special, cause);
  }
  for (const dataset of resourcesOf(definition, "dataset")) {
    const name = textOf(dataset, "name") ?? "";
    assumeDataset(host, definition, name, `/${name}`, causeOf(dataset, "name"));
  }
  assumePool(host, definition);
  assumeProcessors(host, definition);
}

function tell(host: Host, container: string, what: string, message: string, cause: Cause | undefined): void {
  const kind = `assume.${what}`;
  host.emit({ container, kind, message, outcome: "assumed", causes: cause ? [cause] : [] });
}

function assumeBrand(host: Host, definition: ZoneDefinition): void {
  const brand = property(definition, "brand");
  const { brands } = host.state.machine;
  if (brand === "" || brands.includes(brand)) return;
  brands.push(brand);
  const cause = propertyCause(definition, "brand");
  tell(host, definition.name, "brand", `Brand ${brand} is taken to be installed.`, cause);
}

/** Links of zones with a stack of their own, and below their VNICs; else IP interfaces of the global zone. */
function assumeLinks(host: Host, definition: ZoneDefinition): void {
  const exclusive = isExclusive(definition);
  const need = (name: string | undefined, cause: Cause, plumbed: boolean) => {
    if (name === undefined || !/^[A-Za-z]\w*\d$/.test(name)) return;
    const isNew = !findLink(host, name);
    const link = findLink(host, name) ?? makeLink(host, { name, over: [], ...kindOf(name, plumbed) });
    const stack = vnet(host, 0);
    const isBare = plumbed && !findInterface(stack, name);
    if (isBare) makeInterface(host, stack, link);
    if (isNew || isBare)
      tell(
        host,
        definition.name,
        "link",
        `The machine is taken to have ${findLink(host, name)?.class === "etherstub" ? "an etherstub" : "a link"} ${name}.`,
        cause,
      );
  };
  for (const net of resourcesOf(definition, "net")) {
    const below = textOf(net, "global-nic");
    // With a link below it, the link of the zone is made at boot.
    if (below !== undefined) need(below, causeOf(net, "global-nic"), false);
    else need(textOf(net, "physical"), causeOf(net, "physical"), !exclusive);
  }
  for (const net of resourcesOf(definition, "anet"))
    need(textOf(net, "lower-link"), causeOf(net, "lower-link"), false);
}

/** A name tells no kind, but who calls a link etherstub0 means a switch; IP does not lie on one. */
function kindOf(name: string, plumbed: boolean) {
  return !plumbed && /^(ether)?stub\d+$/.test(name)
    ? ({ class: "etherstub", mtu: 9000 } as const)
    : ({ class: "phys", mtu: 1500 } as const);
}

const VOLUME = { type: "volume" } as const;

function assumeDirectory(host: Host, container: string, path: string, cause: Cause): void {
  if (findDirectory(host, path)) return;
  ensureDirectory(host, path);
  tell(host, container, "directory", `${path} is taken to be there.`, cause);
}

/** What file systems lie on, and what zones are given: metadevices, volumes of VxVM, LUNs by the names of their drivers. */
function assumeDevices(host: Host, definition: ZoneDefinition): void {
  for (const fs of resourcesOf(definition, "fs"))
    for (const name of ["special", "raw"])
      assumeDevice(host, definition, textOf(fs, name) ?? "", causeOf(fs, name));
  for (const device of resourcesOf(definition, "device"))
    assumeDevice(host, definition, textOf(device, "match") ?? "", causeOf(device, "match"));
}

/**
 * Pools on shared storage, which Solaris 11 makes or imports with the zone, are told and not made: the root of the zone
 * lies in the pool of its zonepath. Source: zonecfg(8) of Solaris 11, resources rootzpool and zpool.
 */
function assumeSharedStorage(host: Host, definition: ZoneDefinition): void {
  for (const type of ["rootzpool", "zpool"])
    for (const resource of resourcesOf(definition, type)) {
      const own = type === "zpool" ? (textOf(resource, "name") ?? "") : "rpool";
      const storage = textOf(resource, "storage") ?? "shared storage";
      const effect = type === "zpool" ? "it is not shown in the zone" : "the root is shown in another pool";
      const message = `Pool ${definition.name}_${own} is taken to be on ${storage}. Its datasets are not modelled: ${effect}.`;
      tell(host, definition.name, "storage", message, causeOf(resource, "storage"));
    }
}

function assumeDevice(host: Host, definition: ZoneDefinition, path: string, cause: Cause): void {
  const name = path.replace(/^\/dev\//, "");
  if (name === path || /[*?[]/.test(name) || !isDisk(name) || deviceNamed(host, name)) return;
  const volume = /^zvol\/r?dsk\/(.+)/.exec(name)?.[1];
  if (volume !== undefined) {
    if (!host.state.machine.described) assumeDataset(host, definition, volume, "none", cause, VOLUME);
    return;
  }
  assumeDisk(host, name);
  tell(host, definition.name, "device", `The machine is taken to have a device ${path}.`, cause);
}

function assumeDataset(
  host: Host,
  definition: ZoneDefinition,
  name: string,
  mountpoint: string,
  cause: Cause,
  properties: Readonly<Record<string, string>> = {},
): void {
  const { datasets } = host.state.files;
  if (name === "" || own(datasets, name)) return;
  assumePoolOf(host, name);
  const zonepath = property(definition, "zonepath");
  // A dataset is below others, up to its pool. That of the zonepath is made by the installation.
  const parts = name.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const each = parts.slice(0, depth).join("/");
    if (each !== name && each.endsWith(zonepath.slice(zonepath.lastIndexOf("/")))) continue;
    if (own(datasets, each)) continue;
    putDataset(host, {
      name: each,
      mountpoint: each === name ? mountpoint : "none",
      mounted: false,
      zoned: false,
      container: 0,
      quota: 0,
      used: 0,
      properties: each === name ? { ...properties } : {},
    });
  }
  const kind = properties["type"] ?? "dataset";
  tell(host, definition.name, "dataset", `The machine is taken to have a ${kind} ${name}.`, cause);
}

function assumePool(host: Host, definition: ZoneDefinition): void {
  const name = property(definition, "pool");
  const illumos = illumosOf(host);
  if (name === "" || own(illumos.pools, name)) return;
  illumos.pools[name] = {
    name,
    processorSet: "pset_default",
    scheduler: "",
    importance: 1,
    temporary: false,
  };
  needPools(host);
  tell(
    host,
    definition.name,
    "pool",
    `The machine is taken to have a resource pool ${name}.`,
    propertyCause(definition, "pool"),
  );
}

/** As many CPUs as zones are to have for themselves. */
function assumeProcessors(host: Host, definition: ZoneDefinition): void {
  const missing = missingCpus(host, definition);
  if (missing === 0) return;
  addCpus(host, missing);
  const [resource] = resourcesOf(definition, "dedicated-cpu");
  const message = `The machine is taken to have ${host.state.machine.cpus} CPUs.`;
  tell(host, definition.name, "processors", message, resource && causeOf(resource, "ncpus"));
}
