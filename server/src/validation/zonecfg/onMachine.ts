import type { AnySection, Origin } from "../../configuration/origin.ts";
import type { ZoneConfiguration } from "../../configuration/zonecfg/types.ts";
import { type Finding, stillThere } from "../finding.ts";
import { loadedZoneModel } from "./dryBoot/model.ts";
import { ZoneDryBoot } from "./dryBoot.ts";
import { hostZonesOf } from "./hostZone.ts";
import type { ZoneMachines } from "./machine.ts";
import { rules } from "./topics.ts";
import type { ZonesOfHost } from "./zonesOfHost.ts";

/**
 * What the machine and its other zones have to say of a command file: looked at only while nothing else is to be done, and
 * added to what is wrong in the file by itself.
 */
export class OnMachine {
  private readonly boot: ZoneDryBoot;
  private readonly zones: ZonesOfHost;
  private readonly configuration: () => ZoneConfiguration;
  private readonly isThere: () => boolean;
  private isStale = true;
  private seen = -1;
  /** What was found last for the sake of other zones. */
  private together: readonly Finding[] = [];

  /** @param isThere whether the file still counts for the host */
  constructor(
    { machines, zones }: { readonly machines: ZoneMachines; readonly zones: ZonesOfHost },
    configuration: () => ZoneConfiguration,
    isThere: () => boolean,
  ) {
    this.boot = new ZoneDryBoot(machines);
    this.zones = zones;
    this.configuration = configuration;
    this.isThere = isThere;
  }

  /** The configuration is another one. */
  update(): void {
    this.isStale = true;
  }

  get isPending(): boolean {
    return this.isStale || this.boot.isPending || this.seen !== this.zones.version;
  }

  /** Looks at what waits, for about so many milliseconds. */
  work(milliseconds: number): void {
    if (this.isStale) {
      this.isStale = false;
      const configuration = this.configuration();
      const zones = hostZonesOf(configuration);
      this.boot.update(zones);
      this.zones.set(configuration.document, zones, this.isThere);
    }
    // Nothing can be said before the model is loaded.
    if (!loadedZoneModel()) return;
    if (this.seen !== this.zones.version) {
      this.seen = this.zones.version;
      this.together = this.zones.findings(this.configuration().document);
    }
    if (this.boot.isPending) this.boot.work(milliseconds);
  }

  /** What is to be said beside what was found already. */
  findings(before: readonly Finding[]): Finding[] {
    const configuration = this.configuration();
    const { document } = configuration;
    const found = this.boot.findings();
    const known = found.length > 0 ? knownFrom(configuration, before) : undefined;
    const booted = found.filter(({ origin }) => !known?.speaksOf(origin) && !this.zones.isBorrowed(origin));
    return [...booted, ...stillThere(this.together, document)];
  }
}

interface Known {
  /** Whether the zone has an error, so that it would not come so far, or something that matters is said of the place. */
  speaksOf(place: Origin): boolean;
}

function knownFrom({ stretches }: ZoneConfiguration, before: readonly Finding[]): Known {
  const grave = before.filter(({ code, severity }) => {
    const level = severity ?? rules.get(code)?.severity ?? "error";
    return level === "error" || level === "warning";
  });
  const isError = ({ code, severity }: Finding) =>
    (severity ?? rules.get(code)?.severity ?? "error") === "error";
  const wrong = new Set<AnySection>(grave.filter(isError).map(({ origin }) => origin.section));
  const spoilt = new Set<AnySection>(
    stretches
      .filter(({ sections }) => sections.some((one) => wrong.has(one)))
      .flatMap(({ sections }) => sections),
  );
  return {
    speaksOf: ({ section, range }) =>
      spoilt.has(section) ||
      grave.some(
        ({ origin: other }) =>
          other.section === section && other.range.start < range.end && range.start < other.range.end,
      ),
  };
}
