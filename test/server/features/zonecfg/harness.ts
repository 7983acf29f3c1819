import type { TextRange } from "@zonewarden/grammars/common/range";
import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import type { FeatureContext } from "@zonewarden/server/features/zonecfg/context";
import { unmark } from "../marks.ts";

export interface Case {
  readonly context: FeatureContext;
  /** The offset of `<|>`. */
  readonly offset: number;
  /** The stretches between `<|` and `|>`, in order. */
  readonly marked: readonly TextRange[];
}

/** A command file with marks in its text: `<|>` is the caret, `<|text|>` is what is expected. */
export function marked(withMarks: string, platform?: Platform): Case {
  const { text, caret, ranges } = unmark(withMarks);
  return { context: contextOf(text, platform), offset: caret ?? 0, marked: ranges };
}

export function contextOf(text: string, platform?: Platform): FeatureContext {
  const { sections } = ZoneDocument.parse(text, dialects[platform ?? "any"]);
  const document = { path: "/zones/web.zonecfg", text, sections };
  return { document, configuration: run(document, { platform, lenient: true }), platform };
}

/** The texts of some places, with their lines. */
export function shown({ context }: Case, ranges: readonly TextRange[]): string[] {
  const { text } = context.document;
  return ranges.map(
    ({ start, end }) => `${text.slice(0, start).split("\n").length}: ${text.slice(start, end)}`,
  );
}
