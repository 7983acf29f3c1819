import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import { run } from "../configuration/zonecfg/run.ts";
import type { ZoneConfiguration } from "../configuration/zonecfg/types.ts";
import { zonecfg } from "../languages/zonecfg.ts";
import { uriOf } from "../uris.ts";
import { Documents, type Source } from "../workspace/documents.ts";
import { defaultSettings, type Platform } from "../workspace/settings.ts";
import type { GivenFile } from "./containers.ts";
import { nodeFiles } from "./nodeFiles.ts";

/** A command file for zonecfg(8), run as that of a platform; without one, as what any of them accepts. */
export interface OpenedZoneFile {
  readonly source: Source<Section>;
  readonly configuration: ZoneConfiguration;
}

export function openZoneFile({ file, text }: GivenFile, platform: Platform | undefined): OpenedZoneFile {
  const path = file === "-" ? "STDIN" : file;
  const documents = new Documents(nodeFiles, uriOf, () => ({ ...defaultSettings, platform }));
  const source = documents.opened(path, uriOf(path), 0, text, zonecfg);
  return { source, configuration: run(source, { platform, lenient: false }) };
}
