import type { AnyDocument } from "../../configuration/origin.ts";

/** A comment with an expectation, in UTF-16 code units from the start of its document. */
export interface Found {
  /** Behind the mark. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const MARK = /^#\?[ \t]*/;

/** The expectations of a document, in order. */
export function expectationsIn(document: AnyDocument): Found[] {
  const found: Found[] = [];
  for (const section of document.sections)
    for (const comment of section.comments) {
      const start = section.start + comment.start;
      if (!document.text.startsWith("#?", start)) continue;
      const whole = document.text.slice(start, section.start + comment.end).trimEnd();
      found.push({ text: whole.replace(MARK, "").trim(), start, end: start + whole.length });
    }
  return found.sort((a, b) => a.start - b.start);
}
