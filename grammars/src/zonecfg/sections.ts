import type { TextRange } from "../common/range.ts";
import { type Cut, detach } from "../common/sections.ts";
import { any, classOf, type Dialect, isProperty, isResource } from "./dialect.ts";
import { followLine } from "./observed/parser.ts";
import { parse } from "./parser.ts";
import type { Section } from "./tree.ts";

/** A section as the row of a document keeps it. */
export interface CutSection extends Section, Cut {
  start: number;
  readonly length: number;
}

/** A run of lines without `add` and `end` is cut after so many, so that an edit in it stays cheap. */
const MOST_LINES = 64;

/** A line that begins a new resource or zone, and the word behind `add`. */
const OPENS = /[ \t]*(?:select|create|add(?:[ \t]+([^\s;=]+))?)/y;
const CLOSES = /[ \t]*(?:end|cancel)/y;

/**
 * Cuts the section that begins at `start`: a resource from `add` to `end`, or a run of other commands. A section
 * holds whole lines, and what is in it depends on the text from `start` on and on nothing else.
 */
export function cutSection(text: string, start: number, dialect: Dialect): CutSection {
  const over: TextRange[] = [];
  let end = start;
  let seen = start;
  for (let lines = 0; lines < MOST_LINES; lines++) {
    if (end >= text.length) break;
    if (lines > 0 && opens(text, end)) {
      seen = Math.max(seen, lineEnd(text, end));
      break;
    }
    const from = end;
    end = lineEnd(text, from);
    if (hasOddQuotes(text, from, end)) {
      const follow = followLine(text, from, dialect);
      over.push(...follow.over);
      end = follow.end;
      seen = Math.max(seen, follow.seen);
    }
    if (looksLike(CLOSES, text, from)) break;
  }
  const parsed = parse(detach(text, start, end), dialect, runsOver(over, start));
  // At the end of the text the next character typed belongs to this section.
  const lookahead = Math.max(seen, end) - start + (end >= text.length ? 1 : 0);
  return { ...parsed, start, length: end - start, lookahead };
}

function runsOver(over: readonly TextRange[], start: number): ((offset: number) => boolean) | undefined {
  if (over.length === 0) return undefined;
  return (offset) => over.some((range) => range.start <= offset + start && offset + start < range.end);
}

/** Whether a line opens something: `add` of a property adds to what is open. */
function opens(text: string, offset: number): boolean {
  OPENS.lastIndex = offset;
  const found = OPENS.exec(text);
  if (!found) return false;
  const word = found[1];
  if (word === undefined) return true;
  const kind = classOf(any, word);
  return !isProperty(kind) || isResource(kind);
}

function looksLike(pattern: RegExp, text: string, offset: number): boolean {
  pattern.lastIndex = offset;
  return pattern.test(text);
}

/** The offset behind the newline of a line, or the end of the text. */
function lineEnd(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}

/** Looks at these characters alone: `indexOf` would search the rest of the document. */
function hasOddQuotes(text: string, start: number, end: number): boolean {
  let odd = false;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 0x22) odd = !odd;
  return odd;
}
