import type { Platform } from "../../catalog/zonecfg/property.ts";
import { exportText } from "../../configuration/zonecfg/export.ts";
import type { ZoneConfiguration } from "../../configuration/zonecfg/types.ts";
import type { Place } from "../../host/decision.ts";
import { zoneDefinitionsOf } from "../../simulation/zoneDefinitions.ts";
import { refusalsOf } from "../../validation/zonecfg/refusals.ts";
import type { Configured } from "../deeds.ts";
import type { ConfiguredContainer, MainFile, Refusal } from "../guests.ts";
import type { Texts } from "../texts.ts";

/** A command file of zonecfg(8), as hosts get it: what its zones would be stored as. */
export class ZoneFile implements MainFile {
  readonly path: string;
  readonly documents: readonly string[];
  readonly configured: Configured;
  readonly containers: readonly ConfiguredContainer[];
  private readonly configuration: ZoneConfiguration;
  private readonly platform: Platform;
  private readonly key: string;

  constructor(configuration: ZoneConfiguration, platform: Platform, texts: Texts) {
    const { path, text } = configuration.document;
    this.path = path;
    this.documents = [path];
    this.key = texts.keyOf(path, text);
    this.platform = platform;
    this.configuration = configuration;
    const zones = zoneDefinitionsOf(configuration, () => this.key);
    this.configured = { jails: [], zones };
    const starts = zones.map(({ cause }) => cause.place?.start ?? 0);
    this.containers = zones.map(({ name, cause }, i) => {
      const place = cause.place ?? this.firstLine();
      const start = starts[i] ?? 0;
      const end = Math.min(text.length, ...starts.filter((other) => other > start));
      return { name, place, extent: { path: this.key, start: zones.length === 1 ? 0 : start, end } };
    });
  }

  private firstLine(): Place {
    const { text } = this.configuration.document;
    const end = text.indexOf("\n");
    return { path: this.key, start: 0, end: end < 0 ? text.length : end };
  }

  /** With `-f`, zonecfg stops at the first error. */
  refusal(container: string): Refusal | undefined {
    const { configuration, platform, key } = this;
    const extent = this.containers.find(({ name }) => name === container)?.extent;
    const first = refusalsOf(configuration, platform).find(
      ({ start, end }) => !extent || (end > extent.start && start < extent.end),
    );
    if (!first) return undefined;
    const { message, line, start, end } = first;
    return {
      message: `zonecfg: ${configuration.document.path}:${line}: ${message}`,
      kind: "zone.configure",
      cause: { what: message, from: "configuration", place: { path: key, start, end } },
    };
  }

  /** As `zonecfg export` prints it. */
  text(container: string | undefined): string | undefined {
    const parts = this.configuration.parts.filter(({ base }) => base === "template");
    const found = this.configured.zones.flatMap(({ name, cause }) => {
      if (container !== undefined && name !== container) return [];
      const part = parts.findLast(
        ({ origin }) =>
          origin === undefined || origin.section.start + origin.range.start === cause.place?.start,
      );
      return part ? [`# zone ${name}\n${exportText(part)}`] : [];
    });
    return found.length > 0 ? found.join("\n") : undefined;
  }
}
