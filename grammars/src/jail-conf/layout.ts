/**
 * Where a section of a document may end, judged by the look of its lines alone. It is a guess that keeps one edit
 * from costing the whole file; `document.ts` checks each guess by parsing.
 */

/** The head of a jail: a word or quoted name, and `{`. */
const HEAD = /(?:"[^"\n]*"|'[^'\n]*'|[^\s"'#;=,{}/$\\+]+)[ \t]*\{/y;

export interface Boundary {
  /** Where the section may end: after a `}` line, or before the head of the next jail and the comments above it. */
  readonly end: number;
  /** The start of the line that says so: of the `}` or the head; the end of the text without one. */
  readonly line: number;
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
  for (let line = text.indexOf("\n", from) + 1; line > 0; line = text.indexOf("\n", line) + 1) {
    let at = line;
    let c = text.charCodeAt(at);
    // Most lines are indented more than the block around them: they are left after a character or two.
    while (at - line <= indent && (c === 0x09 || c === 0x20)) c = text.charCodeAt(++at);
    if (at - line > indent) continue;
    if (c === 0x7d) {
      const lineEnd = text.indexOf("\n", at);
      const end = lineEnd < 0 ? text.length : lineEnd + 1;
      return { end, line, seen: end };
    }
    HEAD.lastIndex = at;
    if (HEAD.test(text)) return { end: beforeComments(text, line, from), line, seen: HEAD.lastIndex };
  }
  return { end: text.length, line: text.length, seen: text.length };
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
