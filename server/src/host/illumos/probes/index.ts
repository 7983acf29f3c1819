import type { ZoneProbe } from "../../../catalog/illumos/probe.ts";
import { findZoneProbe, type ZoneProbeId } from "../../../catalog/illumos/probes.ts";
import { Copies } from "../../copies.ts";
import type { Cause, Decision } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { propertyCause, resourcesOf } from "../configuration.ts";
import type { ZoneDefinition } from "../types.ts";
import { kernelZones } from "../zones.ts";
import { datasetAttempts } from "./datasets.ts";
import { filesystemAttempts } from "./filesystem.ts";
import { ipcAttempts } from "./ipc.ts";
import { machineAttempts } from "./machine.ts";
import { networkAttempts } from "./network.ts";
import { removeOthers } from "./others.ts";
import { processAttempts } from "./processes.ts";
import { resourceAttempts } from "./resources.ts";
import { type Attempt, Scene, Unprepared } from "./scene.ts";
import { zoneAttempts } from "./zones.ts";

/** Every action of the catalog, as system calls of the model. */
export const ZONE_ATTEMPTS: Readonly<Record<ZoneProbeId, Attempt>> = {
  ...filesystemAttempts,
  ...datasetAttempts,
  ...machineAttempts,
  ...processAttempts,
  ...resourceAttempts,
  ...ipcAttempts,
  ...networkAttempts,
  ...zoneAttempts,
};

/** What the kernel says to an action in a zone, by its id. */
export type ZoneProber = (id: number, probe: ZoneProbeId) => Decision;

/**
 * What the kernel says to actions in the zones of a host as it is now. Each is really done, in a copy of its own, so that
 * the host stays as it is; in the copy are no zones but this one and the global one, so that it costs the same however many
 * there are.
 * `assumed`: what the action needs cannot be had on this host, so that nothing is known.
 */
export function zoneProberOf(host: Host): ZoneProber {
  const ids = kernelZones(host).flatMap(({ id }) => (id === 0 ? [] : [id]));
  const copies = new Copies(
    host,
    ids.sort((a, b) => a - b),
    removeOthers,
  );
  return (id, probe) => attempt(copies.of(id), id, probe);
}

function attempt(scratch: Host, id: number, probe: ZoneProbeId): Decision {
  const scene = new Scene(scratch, id);
  const { definition } = scene.zone;
  const decisive = causesOf(findZoneProbe(probe), definition);
  try {
    const decision = ZONE_ATTEMPTS[probe](scene);
    const told = decision.causes.some(({ from }) => from === "configuration");
    return told ? decision : { ...decision, causes: [...decision.causes, ...decisive] };
  } catch (error) {
    if (!(error instanceof Unprepared)) throw error;
    return {
      verdict: "assumed",
      rule: "probe/setup",
      reason: `It could not be tried: ${error.message}`,
      causes: [],
    };
  }
}

/**
 * What the table says that it depends on, as the zone has it: the answer to "which line?" where a call names none. What is
 * not configured is at its default.
 */
function causesOf(probe: ZoneProbe | undefined, definition: ZoneDefinition | null): Cause[] {
  if (!probe || !definition) return [];
  const settings = [...probe.enabledBy, ...probe.restrictedBy, { all: probe.setup }].flatMap(
    ({ all }) => all,
  );
  const properties = settings.flatMap((one) => ("property" in one ? [one.property] : []));
  const resources = settings.flatMap((one) => ("resource" in one ? [one.resource] : []));
  return [
    ...[...new Set(properties)].map(
      (name): Cause => propertyCause(definition, name) ?? { what: `${name} is not set`, from: "default" },
    ),
    ...[...new Set(resources)].flatMap((type): Cause[] => {
      const own = resourcesOf(definition, type).map(({ cause }) => cause);
      return own.length > 0 ? own : [{ what: `no ${type} resource`, from: "default" }];
    }),
  ];
}
