import type { TextRange } from "@zonewarden/grammars/common/range";
import type { AnyDocument } from "../configuration/origin.ts";

/** A comment that switches rules off, with the reason that it must give. */
export interface Suppression {
  /** Codes or `topic/*`. */
  readonly codes: readonly string[];
  readonly reason: string;
  /** The comment's own place, absolute. */
  readonly range: TextRange;
  /** Where findings are dropped: a line, absolute; `undefined` for the whole file. */
  readonly line: TextRange | undefined;
}

const DIRECTIVE =
  /^(?:#|\/\/)[ \t]*zonewarden-ignore-(next-line|file)(?:[ \t]+([^:]*))?(?:[ \t]*:[ \t]*(.*))?$/;

/** The comments of a document that switch rules off, in whatever language that has `#` comments. */
export function suppressionsOf(document: Pick<AnyDocument, "text" | "sections">): Suppression[] {
  const found: Suppression[] = [];
  for (const section of document.sections)
    for (const comment of section.comments) {
      const range = { start: section.start + comment.start, end: section.start + comment.end };
      // Most comments are something else: do not cut each of them out of the text.
      if (!document.text.startsWith("zonewarden-", skipMarks(document.text, range.start))) continue;
      const suppression = parseSuppression(document.text, range);
      if (suppression) found.push(suppression);
    }
  return found;
}

/** The lines of which a comment above speaks, in text order, each once. */
export function ignoredLines(document: Pick<AnyDocument, "text" | "sections">): TextRange[] {
  const lines = suppressionsOf(document).flatMap(({ line }) => line ?? []);
  return lines.filter((line, i) => line.start !== lines[i - 1]?.start);
}

/** The offset behind `#` or `//` and the blanks after it. */
function skipMarks(text: string, start: number): number {
  let at = start + (text.charCodeAt(start) === 0x2f ? 2 : 1);
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  return at;
}

/**
 * Reads `# zonewarden-ignore-next-line CODE[, CODE]: reason` and `# zonewarden-ignore-file CODE: reason`; `undefined`
 * for any other comment. `range` is absolute.
 */
function parseSuppression(text: string, range: TextRange): Suppression | undefined {
  // The carriage return of a CRLF is part of the comment.
  const match = DIRECTIVE.exec(text.slice(range.start, range.end).trimEnd());
  if (!match) return undefined;
  const codes = (match[2] ?? "").split(/[,\s]+/).filter((code) => code !== "");
  return {
    codes,
    reason: (match[3] ?? "").trim(),
    range,
    line: match[1] === "file" ? undefined : nextLine(text, range.end),
  };
}

/** The line below; lines that hold nothing but further such comments are skipped, so that they can be stacked. */
function nextLine(text: string, from: number): TextRange {
  let start = from;
  for (;;) {
    const newline = text.indexOf("\n", start);
    if (newline < 0) return { start: text.length, end: text.length };
    start = newline + 1;
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    if (!/^[ \t]*(?:#|\/\/)[ \t]*zonewarden-ignore-next-line\b/.test(text.slice(start, end)))
      return { start, end };
  }
}

/** Whether a suppression speaks of a finding: one without a reason has no effect. */
export function suppresses(suppression: Suppression, code: string, range: TextRange): boolean {
  if (suppression.reason === "") return false;
  if (suppression.line && (range.start < suppression.line.start || range.start > suppression.line.end))
    return false;
  return suppression.codes.some((c) => c === code || (c.endsWith("/*") && code.startsWith(c.slice(0, -1))));
}
