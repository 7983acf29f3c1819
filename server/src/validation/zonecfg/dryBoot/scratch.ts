import type { HostEvent } from "../../../host/events.ts";
import { Host } from "../../../host/host.ts";
import { illumosKernel } from "../../../host/illumos/kernel.ts";
import { type Overcommitment, overcommitment } from "../../../host/illumos/resources/overcommitment.ts";
import type { ZoneDefinition } from "../../../host/illumos/types.ts";
import { zoneNamed } from "../../../host/illumos/zoneIndex.ts";
import { shownState } from "../../../host/illumos/zones.ts";
import { buildHost } from "../../../host/machine/build.ts";
import type { HostDescription } from "../../../host/machine/definition.ts";
import { copyOf } from "../../../host/plain.ts";
import type { HostState } from "../../../host/state.ts";
import { callZoneadm, installZone, storeZone } from "../../../simulation/zoneOperations.ts";

/** What came of a zone. */
export interface Trial {
  readonly events: readonly HostEvent[];
  /** Whether it runs in the end. */
  readonly runs: boolean;
}

/** Copies of one machine, each for a single zone. */
export class ZoneScratch {
  private readonly description: HostDescription;
  /** The state after the boot of the machine itself: made once, and copied. */
  private state: HostState | undefined;

  constructor(description: HostDescription) {
    this.description = description;
  }

  private copy(): Host {
    this.state ??= buildHost(this.description).state;
    return new Host(copyOf(this.state), illumosKernel);
  }

  /**
   * Configures, installs and boots a zone on a machine where no other one is.
   * @returns nothing where the model itself fails, for that is no fault of the configuration
   */
  boot(definition: ZoneDefinition): Trial | undefined {
    const { name } = definition;
    try {
      const host = this.copy();
      if (!storeZone(host, definition) && installZone(host, name).status === 0)
        callZoneadm(host, name, "boot");
      const zone = zoneNamed(host, name);
      return { events: host.events, runs: zone !== undefined && shownState(zone) === "running" };
    } catch {
      return undefined;
    }
  }

  /** What zones are promised together, and the machine does not have. */
  overcommitment(definitions: readonly ZoneDefinition[]): readonly Overcommitment[] {
    try {
      return overcommitment(this.copy(), definitions);
    } catch {
      return [];
    }
  }
}
