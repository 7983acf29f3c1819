import { type Finding, stillThere } from "../finding.ts";
import { MOST_RESOURCES, MOST_ZONES } from "./dryBoot/limits.ts";
import { loadedZoneModel, type ZoneModel } from "./dryBoot/model.ts";
import { refusalsOf } from "./dryBoot/refusals.ts";
import type { HostZone } from "./hostZone.ts";
import type { ZoneMachines } from "./machine.ts";

/**
 * Configures, installs and boots each zone of a file on a copy of the machine, with no other zones: what that shows does
 * not depend on them, so it holds until the zone changes. What two zones cannot both have is found by `conflicts.ts`.
 *
 * A boot takes some milliseconds, so it is done when nothing else is to be done. Until then, what was known of a zone
 * stays where its text is the same as before.
 */
export class ZoneDryBoot {
  private readonly machines: ZoneMachines;
  private zones: readonly HostZone[] = [];
  private readonly results = new WeakMap<HostZone, readonly Finding[]>();
  /** What was refused, by the name of the zone, as last seen. */
  private readonly refused = new Map<string, readonly Finding[]>();
  private queue: HostZone[] = [];

  constructor(machines: ZoneMachines) {
    this.machines = machines;
  }

  /** Takes the zones as they are now. */
  update(zones: readonly HostZone[]): void {
    this.zones = zones;
    this.queue = [];
    const seen = new Set<string>();
    for (const zone of zones.slice(0, MOST_ZONES)) {
      const { name, resources, properties } = zone.definition;
      // Without a brand it depends on the templates of the host, or is not stored at all.
      if (resources.length > MOST_RESOURCES || !properties["brand"]) continue;
      seen.add(name);
      const known = this.results.get(zone);
      if (known) this.refused.set(name, known);
      else this.queue.push(zone);
    }
    for (const name of this.refused.keys()) if (!seen.has(name)) this.refused.delete(name);
  }

  get isPending(): boolean {
    return this.queue.length > 0;
  }

  /** Boots zones that wait, for about so many milliseconds: at least one, as soon as the model is loaded. */
  work(milliseconds: number): void {
    const model = loadedZoneModel();
    if (!model) return;
    const end = performance.now() + milliseconds;
    let done = 0;
    for (const zone of this.queue) {
      const found = this.boot(model, zone);
      this.results.set(zone, found);
      this.refused.set(zone.definition.name, found);
      done++;
      if (performance.now() > end) break;
    }
    this.queue.splice(0, done);
  }

  /** What machines refuse, where the text is there still. */
  findings(): readonly Finding[] {
    const [zone] = this.zones;
    return zone ? stillThere([...this.refused.values()].flat(), zone.head.document) : [];
  }

  /** A zone of several possible platforms is refused if all of them refuse it. */
  private boot({ ZoneScratch }: ZoneModel, zone: HostZone): readonly Finding[] {
    const { machines } = this;
    const platforms = machines.platforms.filter((one) => zone.part.platforms.includes(one));
    let found: readonly Finding[] = [];
    for (const platform of platforms) {
      const trial = machines.scratch(platform, ZoneScratch).boot(zone.definition);
      if (!trial) return [];
      found = refusalsOf(zone, trial, machines);
      if (found.length === 0) return [];
    }
    return found;
  }
}
