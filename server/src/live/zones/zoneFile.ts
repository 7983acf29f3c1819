import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { exportText } from "../../configuration/zonecfg/export.ts";
import type { ZoneConfiguration } from "../../configuration/zonecfg/types.ts";
import type { Place } from "../../host/decision.ts";
import { zoneDefinitionsOf } from "../../simulation/zoneDefinitions.ts";
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

  /** With `-f`, zonecfg stops at the first error. A script of a shell is read by the shell. */
  refusal(container: string): Refusal | undefined {
    const { document } = this.configuration;
    if (document.sections.some(({ foreign }) => foreign.length > 0)) return undefined;
    const extent = this.containers.find(({ name }) => name === container)?.extent;
    for (const { line, message } of observe(document.text, dialects[this.platform]).errors) {
      const place = this.line(line);
      const isOther = extent && (place.end <= extent.start || place.start >= extent.end);
      if (isOther) continue;
      const said = `zonecfg: ${document.path}:${line}: ${message}`;
      return {
        message: said,
        kind: "zone.configure",
        cause: { what: message, from: "configuration", place },
      };
    }
    return undefined;
  }

  private line(number: number): Place {
    const { text } = this.configuration.document;
    const start = text.split("\n", number - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const end = text.indexOf("\n", start);
    return { path: this.key, start: Math.min(start, text.length), end: end < 0 ? text.length : end };
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
