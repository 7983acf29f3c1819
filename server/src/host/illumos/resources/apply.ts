import { RCAP_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import { allowed, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { causeOf, property, propertyCause, rctlsOf, resourcesOf, textOf } from "../configuration.ts";
import { removeObjectsOfZone } from "../ipc/release.ts";
import { illumosOf } from "../state.ts";
import type { Zone, ZoneDefinition, ZoneRctl, ZoneResource } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";
import { chooseClass } from "./classes.ts";
import type { Notice } from "./notice.ts";
import { DEFAULT_POOL, poolNamed } from "./processorSets.ts";
import { countsResident } from "./residentMemory.ts";
import { dedicatedCpu, destroyTemporaryPool, makeTemporaryPool } from "./temporaryPools.ts";
import { bytesOf } from "./units.ts";

/** What a zone gets of the machine as it gets ready, and gives back at its halt. Source: usr/src/cmd/zoneadmd/vplat.c. */

/** Properties of resources that are shorthands of controls. */
const SHORTHANDS = [
  ["capped-cpu", "ncpus", "zone.cpu-cap", (text: string) => Math.round(Number(text) * 100)],
  ["capped-memory", "swap", "zone.max-swap", bytesOf],
  ["capped-memory", "locked", "zone.max-locked-memory", bytesOf],
] as const;

/** Threads that a zone may have for each process, where it has a limit of processes alone. */
const LWPS_PER_PROCESS = 10;

/** All controls of a configuration, the shorthands among them. */
export function configuredRctls(host: Host, definition: ZoneDefinition): Record<string, ZoneRctl> {
  const found = rctlsOf(definition);
  for (const [type, name, control, parse] of SHORTHANDS)
    addShorthand(found, definition, type, name, control, parse);
  if (countsResident(host))
    addShorthand(found, definition, "capped-memory", "physical", "zone.max-physical-memory", bytesOf);
  const processes = found["zone.max-processes"];
  if (processes && !found["zone.max-lwps"])
    found["zone.max-lwps"] = { ...processes, limit: processes.limit * LWPS_PER_PROCESS };
  return found;
}

function addShorthand(
  found: Record<string, ZoneRctl>,
  definition: ZoneDefinition,
  type: string,
  name: string,
  control: string,
  parse: (text: string) => number,
): void {
  const value = givenIn(resourcesOf(definition, type), name);
  if (!value || found[control]) return;
  const limit = parse(value.text);
  if (Number.isFinite(limit)) found[control] = { limit, action: "deny", cause: value.cause };
}

/** A property of the only resource of its type. */
function givenIn([resource]: readonly ZoneResource[], name: string) {
  const text = resource && textOf(resource, name);
  return resource && text !== undefined ? { text, cause: causeOf(resource, name) } : undefined;
}

/**
 * Sets the controls of a zone that gets ready, its class, its caps and its pool.
 * @returns what there is to warn of; the refusal where a temporary pool cannot be made, and then nothing of it is left
 */
export function applyResources(host: Host, zone: Zone): Outcome<Notice[]> {
  const { definition } = zone;
  if (!definition) return allowed([], "resources/none", "The zone has no configuration.");
  zone.rctls = configuredRctls(host, definition);
  const physical = givenIn(resourcesOf(definition, "capped-memory"), "physical");
  const cap = physical ? bytesOf(physical.text) : Number.NaN;
  zone.physicalCap = Number.isFinite(cap) ? cap : (zone.rctls["zone.max-physical-memory"]?.limit ?? null);
  if (physical) zone.causes["physical"] = physical.cause;
  const pool = choosePool(host, definition);
  if (!pool.ok) return pool;
  const chosen = chooseClass(host, definition, zone.rctls["zone.cpu-shares"], pool.value.pool);
  zone.pool = pool.value.pool;
  zone.schedulingClass = chosen.class;
  if (chosen.cause) zone.causes["scheduling-class"] = chosen.cause;
  if (zone.physicalCap !== null && !countsResident(host)) illumosOf(host).services[RCAP_SERVICE] = true;
  const notices = [...pool.value.notices, ...chosen.notices];
  for (const { message, causes } of notices)
    host.emit({ container: zone.name, kind: "zone.warning", message, outcome: "ok", causes });
  return allowed(notices, "resources/applied", `Zone ${zone.name} has its limits and pool ${zone.pool}.`);
}

function choosePool(host: Host, definition: ZoneDefinition): Outcome<{ pool: string; notices: Notice[] }> {
  const dedicated = dedicatedCpu(definition);
  if (dedicated) return makeTemporaryPool(host, definition.name, dedicated);
  const name = property(definition, "pool");
  const cause = propertyCause(definition, "pool");
  const causes = cause ? [cause] : [];
  if (name === "")
    return allowed({ pool: DEFAULT_POOL, notices: [] }, "pool/default", "It has no pool of its own.");
  if (poolNamed(host, name) && illumosOf(host).poolsEnabled)
    return allowed({ pool: name, notices: [] }, "pool/bound", `It is bound to pool ${name}.`, { causes });
  const why = poolNamed(host, name) ? "pools are not enabled" : `there is no pool ${name}`;
  const message = `Zone ${definition.name} runs in ${DEFAULT_POOL}: ${why}.`;
  return allowed(
    { pool: DEFAULT_POOL, notices: [{ rule: "pool/missing", message, causes }] },
    "pool/missing",
    message,
    { causes },
  );
}

/**
 * Takes back what a zone had: its pool, System V objects and projects.
 * @param rebooting a temporary pool stays if the zone is still to have CPUs of its own
 */
export function releaseResources(host: Host, zone: Zone, rebooting = false): Outcome {
  const next = rebooting ? entryNamed(host, zone.name)?.definition : undefined;
  if (!next || !dedicatedCpu(next)) destroyTemporaryPool(host, zone.name);
  zone.pool = DEFAULT_POOL;
  removeObjectsOfZone(host, zone.id);
  const illumos = illumosOf(host);
  delete illumos.projects[zone.id];
  delete illumos.system.zones[zone.id];
  delete zone.charges;
  delete zone.burst;
  return allowed(undefined, "resources/released", `Zone ${zone.name} has nothing of the machine any more.`);
}
