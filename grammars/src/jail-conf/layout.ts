/**
 * Where a section of a document may end, judged by the look of its lines alone. It is a guess that keeps one edit
 * from costing the whole file; `document.ts` checks each guess by parsing.
 */

/** A line that begins with `}`, or with the head of a jail (a word or quoted name and `{`). */
const BOUNDARY = /^([ \t]*)(?:(\})|(?:"[^"\n]*"|'[^'\n]*'|[^\s"'#;=,{}/$\\+]+)[ \t]*\{)/gm;
/** The same at the first column, which spares the engine a look into every indented line. */
const BOUNDARY_AT_MARGIN = /^()(?:(\})|(?:"[^"\n]*"|'[^'\n]*'|[^\s"'#;=,{}/$\\+]+)[ \t]*\{)/gm;

export interface Boundary {
  /** Where the section may end: after a `}` line, or before the head of the next jail. */
  readonly end: number;
  /** How far the text was looked at to decide so. */
  readonly seen: number;
}

/** The first non-blank, non-comment line at or after `start`: its offset and indentation. */
export function firstLine(text: string, start: number): { offset: number; indent: number } {
  const pattern = /[ \t\r\n]+|(?:#|\/\/)[^\n]*|\/\*/y;
  let at = start;
  for (;;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) break;
    if (match[0] === "/*") {
      const end = text.indexOf("*/", at + 2);
      at = end < 0 ? text.length : end + 2;
    } else at = pattern.lastIndex;
  }
  const line = text.lastIndexOf("\n", at - 1) + 1;
  return { offset: at, indent: at - Math.max(line, start) };
}

/**
 * The first boundary in the lines after `from` that is not indented more than `indent`; the end of the text without
 * one.
 */
export function nextBoundary(text: string, from: number, indent: number): Boundary {
  const pattern = indent === 0 ? BOUNDARY_AT_MARGIN : BOUNDARY;
  const newline = text.indexOf("\n", from);
  if (newline >= 0) {
    pattern.lastIndex = newline + 1;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      if ((match[1] as string).length > indent) continue;
      const seen = match.index + match[0].length;
      if (!match[2]) return { end: beforeComments(text, match.index, from), seen };
      const lineEnd = text.indexOf("\n", seen);
      const end = lineEnd < 0 ? text.length : lineEnd + 1;
      return { end, seen: end };
    }
  }
  return { end: text.length, seen: text.length };
}

/** Moves a boundary up over the comment lines above it: they belong to what follows. */
function beforeComments(text: string, offset: number, from: number): number {
  let at = offset;
  while (at > from) {
    const line = text.lastIndexOf("\n", at - 2) + 1;
    if (line <= from || !/^[ \t]*(?:#|\/\/)/.test(text.slice(line, at))) break;
    at = line;
  }
  return at;
}

/** The end of the first line at or after `from` that ends with `;`; `undefined` without one. */
export function afterStatement(text: string, from: number): number | undefined {
  const pattern = /;[ \t\r]*\n/g;
  pattern.lastIndex = from;
  return pattern.exec(text) ? pattern.lastIndex : undefined;
}
