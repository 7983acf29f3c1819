import type { HostDescription } from "../../host/machine/definition.ts";
import { platformOfMachine, ZoneMachines } from "../../validation/zonecfg/machine.ts";
import { ZonesOfHost } from "../../validation/zonecfg/zonesOfHost.ts";
import type { Hosts } from "../../workspace/hosts.ts";
import type { Platform } from "../../workspace/settings.ts";

/** A machine and all zones that are configured for it. */
export interface ZoneHost {
  readonly machines: ZoneMachines;
  readonly zones: ZonesOfHost;
}

const known = new WeakMap<HostDescription, ZoneHost>();
const assumed = new Map<Platform | undefined, ZoneMachines>();

/**
 * What is known of the machine that a command file is for. A host file that describes FreeBSD says nothing of zones; then,
 * as without one, it is a machine where a system was just installed, and nobody knows of the other files for it.
 */
export function zoneHostFor(path: string, hosts: Hosts, platform: Platform | undefined): ZoneHost {
  const host = hosts.of(path);
  if (!host || platformOfMachine(host.description) === undefined) {
    const machines = assumed.get(platform) ?? new ZoneMachines(undefined, platform);
    assumed.set(platform, machines);
    return { machines, zones: new ZonesOfHost(machines) };
  }
  const { description, document } = host;
  const there = known.get(description);
  if (there) return there;
  const machines = new ZoneMachines(description, undefined, (place) => document?.at(place));
  const made = { machines, zones: new ZonesOfHost(machines) };
  known.set(description, made);
  return made;
}
