import type { TextRange } from "@zonewarden/grammars/common/range";

/** A stretch of a document that is parsed on its own, as every language has it. */
export interface AnySection {
  /** Offset in the document; the one field that an edit elsewhere changes. */
  start: number;
  readonly length: number;
  /** In text order, counted from the section's start. */
  readonly comments: readonly TextRange[];
}

/** One parsed file of a configuration. The object stays the same while the file is open; its sections change. */
export interface AnyDocument<S extends AnySection = AnySection> {
  /** Path as the workspace knows it: absolute with `/`, or a name relative to nothing (standard input, untitled). */
  readonly path: string;
  readonly text: string;
  readonly sections: readonly S[];
}

/**
 * A place in a document. The range counts from the section's start, so that an origin stays right when text before
 * its section changes: the absolute offset is `section.start + range.start`.
 */
export interface Origin<S extends AnySection = AnySection> {
  readonly document: AnyDocument<S>;
  readonly section: S;
  readonly range: TextRange;
}

/** Where an origin lies in its document, counted from the document's start. */
export function absolute({ document, section, range }: Origin): TextRange {
  return clamp(document, section.start + range.start, section.start + range.end);
}

/** A range that ends with the document at the latest: a section that is gone may have reached further. */
export function clamp(document: AnyDocument, start: number, end: number): TextRange {
  const last = document.text.length;
  return { start: Math.min(start, last), end: Math.min(end, last) };
}

/** The text that an origin stands for. */
export function textOf(origin: Origin): string {
  const { start, end } = absolute(origin);
  return origin.document.text.slice(start, end);
}
