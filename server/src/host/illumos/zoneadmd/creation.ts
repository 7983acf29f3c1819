import { type BrandRuntime, brandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import { zonePrivilegeSet } from "../../../catalog/illumos/privilegeSets.ts";
import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { isExclusive, property, propertyCause, resourcesOf, textOf } from "../configuration.ts";
import type { ZoneCreation } from "../kernelZones.ts";
import { platformOf } from "../platform.ts";
import type { Zone, ZoneDefinition } from "../types.ts";

/** What zoneadmd collects from a configuration for the kernel. Source: vplat_create() in usr/src/cmd/zoneadmd/vplat.c. */

export function runtimeOf(host: Host, definition: ZoneDefinition): BrandRuntime {
  return brandRuntime(property(definition, "brand"), platformOf(host));
}

export function rootPath(definition: ZoneDefinition, scratch = false): string {
  return `${property(definition, "zonepath")}/${scratch ? "lu" : "root"}`;
}

/** A scratch zone has the privileges of its brand, no resource controls, datasets or network of its own. */
export function creationOf(host: Host, definition: ZoneDefinition, scratch: boolean): ZoneCreation {
  const ipType = isExclusive(definition) && !scratch ? "exclusive" : "shared";
  const limitpriv = scratch ? undefined : definition.properties["limitpriv"]?.value;
  const brand = property(definition, "brand");
  return {
    name: definition.name,
    path: rootPath(definition, scratch),
    scratch,
    brand,
    ipType,
    privileges: zonePrivilegeSet(brand, platformOf(host), ipType, limitpriv).set,
    datasets: scratch
      ? []
      : resourcesOf(definition, "dataset").flatMap((dataset) => textOf(dataset, "name") ?? []),
    definition,
    causes: causesOf(definition),
  };
}

/** Privileges that limitpriv gives to a zone, and those that it takes, against the set of its brand. */
export function changedPrivileges(
  host: Host,
  definition: ZoneDefinition,
): { added: string[]; removed: string[] } {
  const limitpriv = definition.properties["limitpriv"]?.value;
  if (limitpriv === undefined) return { added: [], removed: [] };
  const ipType = isExclusive(definition) ? "exclusive" : "shared";
  const setFor = (text?: string) =>
    zonePrivilegeSet(property(definition, "brand"), platformOf(host), ipType, text).set;
  const usual = setFor();
  const own = setFor(limitpriv);
  return {
    added: own.filter((name) => !usual.includes(name)),
    removed: usual.filter((name) => !own.includes(name)),
  };
}

function causesOf(definition: ZoneDefinition): Record<string, Cause> {
  const causes: Record<string, Cause> = {};
  for (const [name, { cause }] of Object.entries(definition.properties)) causes[name] = cause;
  for (const { type, cause } of definition.resources) causes[type] ??= cause;
  return causes;
}

/** Attributes that zoneadmd sets once the kernel has the zone. */
export function setAttributes(host: Host, zone: Zone, definition: ZoneDefinition): void {
  zone.hostid = property(definition, "hostid");
  zone.fsAllowed = propertyCause(definition, "fs-allowed") ? property(definition, "fs-allowed") : null;
  zone.domain = property(definition, "dns-domain");
  zone.initPath = runtimeOf(host, definition).init;
  zone.devices = resourcesOf(definition, "device").flatMap((device) => textOf(device, "match") ?? []);
}
