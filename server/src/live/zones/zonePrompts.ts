import { platformOf } from "../../host/illumos/platform.ts";
import type { Guest } from "../guests.ts";
import type { LiveHost } from "../liveHost.ts";
import { ZonecfgPrompt } from "./zonecfgPrompt.ts";

/** A prompt of zonecfg(8) for a zone of a file; a sentence where there is none. */
export function zonePromptFor(live: LiveHost, { name, configured }: Guest): ZonecfgPrompt | string {
  if (!configured) return `zonecfg: no file of the workspace configures ${name}\n`;
  return new ZonecfgPrompt(name, platformOf(live.host), () => {
    const found = live.find(name)?.configured?.extent;
    const text = found && live.texts.textOf(found);
    return text === undefined || !found ? undefined : { text, path: found.path };
  });
}
