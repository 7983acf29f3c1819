import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { property, propertyCause } from "../configuration.ts";
import { illumosOf } from "../state.ts";
import type { SchedulingClass, Zone, ZoneDefinition, ZoneRctl } from "../types.ts";
import { zoneOf } from "../zones.ts";
import type { Notice } from "./notice.ts";
import { poolNamed } from "./processorSets.ts";

/** Scheduling classes of zones. Source: usr/src/cmd/zoneadmd/vplat.c (setup_zone_rm), zonecfg(8). */

export const CLASSES: ReadonlySet<string> = new Set<SchedulingClass>(["TS", "IA", "FSS", "FX", "RT", "SDC"]);

export interface ChosenClass {
  /** Empty for that of the pool or of the system. */
  class: SchedulingClass | "";
  cause?: Cause;
  notices: Notice[];
}

/**
 * The class that a zone is given as it gets ready: what is configured, else FSS where it has shares. Otherwise that of
 * the pool or of the system holds without being chosen.
 */
export function chooseClass(
  host: Host,
  definition: ZoneDefinition,
  shares: ZoneRctl | undefined,
  pool: string,
): ChosenClass {
  const configured = property(definition, "scheduling-class");
  const cause = propertyCause(definition, "scheduling-class");
  const system = illumosOf(host).schedulingClass;
  if (configured !== "")
    return CLASSES.has(configured)
      ? { class: configured as SchedulingClass, ...(cause && { cause }), notices: [] }
      : {
          class: "",
          notices: [
            {
              rule: "class/unknown",
              message: `There is no scheduling class ${configured}; zone ${definition.name} gets the default.`,
              causes: cause ? [cause] : [],
            },
          ],
        };
  if (!shares) return { class: "", notices: [] };
  const scheduler = poolNamed(host, pool)?.scheduler;
  const notices: Notice[] = [];
  if (system !== "FSS" && scheduler !== "FSS")
    notices.push({
      rule: "shares/class",
      message: `Zone ${definition.name} has cpu-shares and so gets FSS, but the system's default class is ${system}: shares count only among zones of that class.`,
      causes: [shares.cause, { what: `default class ${system}`, from: "host" }],
    });
  return { class: "FSS", cause: shares.cause, notices };
}

/** The class that a zone's processes begin in. */
export function classOfZone(host: Host, { schedulingClass, pool }: Zone): SchedulingClass {
  return schedulingClass || poolNamed(host, pool)?.scheduler || illumosOf(host).schedulingClass;
}

export function classOf(host: Host, process: Process): SchedulingClass {
  return process.illumos?.class ?? classOfZone(host, zoneOf(host, process));
}
