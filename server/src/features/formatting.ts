import type { TextRange } from "@zonewarden/grammars/common/range";
import { blanks, type Indentation, type SpacingEdit } from "@zonewarden/grammars/common/spacing";
import type { AnyDocument } from "../configuration/origin.ts";

/** Wider steps of indentation are nobody's wish. */
const WIDEST = 16;

/** A step of indentation as an editor says it; what it says is not trusted. */
export function indentationOf(options: { tabSize: number; insertSpaces: boolean }): Indentation {
  const width = Math.min(Math.max(Math.trunc(options.tabSize) || 1, 1), WIDEST);
  return options.insertSpaces ? blanks(width) : { unit: "\t", width };
}

/** The edits within the sections of a document that a range touches. */
export function editsIn(
  { sections }: AnyDocument,
  edits: readonly SpacingEdit[],
  { start, end }: TextRange,
): readonly SpacingEdit[] {
  const touched = sections.filter(
    (section) => section.start <= end && section.start + section.length > start,
  );
  const [first, last] = [touched[0], touched.at(-1)];
  if (!first || !last) return [];
  return edits.filter((edit) => edit.start >= first.start && edit.end <= last.start + last.length);
}
