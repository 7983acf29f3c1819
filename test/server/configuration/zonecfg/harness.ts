import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { exportText } from "@zonewarden/server/configuration/zonecfg/export";
import { lastPart, type Report, report } from "@zonewarden/server/configuration/zonecfg/report";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import type { ZonePart, ZoneSource } from "@zonewarden/server/configuration/zonecfg/types";

/** A command file in memory. */
export function source(text: string, platform?: Platform): ZoneSource {
  const { sections } = ZoneDocument.parse(text, dialects[platform ?? "any"]);
  return { path: "test.zonecfg", text, sections };
}

/** The codes and marked texts of what the run complains about, in its order. */
export function complaints(text: string, platform?: Platform): [code: string, marked: string][] {
  const found = run(source(text, platform), { platform, lenient: true }).complaints;
  return found.map(({ code, origin: { section, range } }) => [
    code,
    text.slice(section.start + range.start, section.start + range.end),
  ]);
}

/** The zone that a command file makes. */
export function zone(text: string, on: Platform | "auto" = "illumos"): ZonePart {
  const platform = on === "auto" ? undefined : on;
  const part = lastPart(source(text, platform), platform);
  if (!part) throw new Error("the file has no command");
  return part;
}

export function resolved(text: string, platform: Platform = "illumos"): Report {
  return report(source(text, platform), dialects[platform], platform);
}

/** The configuration after it was exported and read again. */
export function exported(text: string, platform: Platform = "illumos") {
  const part = lastPart(source(text, platform), platform);
  return resolved(part ? exportText(part) : "", platform).configuration;
}
