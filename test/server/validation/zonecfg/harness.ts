import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import type { Severity } from "@zonewarden/server/validation/rule";
import { analyse } from "@zonewarden/server/validation/zonecfg/analysis";
import { rules } from "@zonewarden/server/validation/zonecfg/topics";

/** A finding as a test wants to see it. */
export interface Seen {
  readonly code: string;
  readonly severity: Severity;
  /** The marked text. */
  readonly text: string;
  /** One-based line. */
  readonly line: number;
  readonly message: string;
  readonly replacement: string | undefined;
}

/** All findings of a command file, ordered by place. */
export function check(text: string, platform?: Platform): Seen[] {
  const { sections } = ZoneDocument.parse(text, dialects[platform ?? "any"]);
  const document = { path: "test.zonecfg", text, sections };
  const found = analyse(run(document, { platform, lenient: true }));
  return found
    .map(({ code, severity, message, replacement, origin: { section, range } }) => {
      const start = section.start + range.start;
      const line = text.slice(0, start).split("\n").length;
      const usual = rules.get(code)?.severity ?? "error";
      const marked = text.slice(start, section.start + range.end);
      return { start, seen: { code, severity: severity ?? usual, text: marked, line, message, replacement } };
    })
    .sort((a, b) => a.start - b.start)
    .map(({ seen }) => seen);
}

/** The codes alone, each once, in order of place. */
export function codes(text: string, platform?: Platform): string[] {
  return [...new Set(check(text, platform).map((seen) => seen.code))];
}

/** What is an error, as `line code`. */
export function errors(text: string, platform?: Platform): string[] {
  return check(text, platform)
    .filter((seen) => seen.severity === "error")
    .map((seen) => `${seen.line} ${seen.code}`);
}
