import type { TextRange } from "./range.ts";

/**
 * What printers share. A printer never writes text anew: it replaces the white space between two pieces of text that
 * stay as they are, so a word, a value or a comment cannot get lost or change its place.
 */

/** White space that is replaced by other white space. */
export interface SpacingEdit extends TextRange {
  readonly newText: string;
}

/** One step of indentation. */
export interface Indentation {
  /** A tab, or blanks. */
  readonly unit: string;
  /** How many columns it takes. */
  readonly width: number;
}

export const TAB: Indentation = { unit: "\t", width: 8 };

export function blanks(width: number): Indentation {
  return { unit: " ".repeat(width), width };
}

/** Adds the edit that puts `newText` in the place of `[start, end)`, if that changes anything, and only white space. */
export function replaceSpacing(
  edits: SpacingEdit[],
  text: string,
  start: number,
  end: number,
  newText: string,
): void {
  const old = text.slice(start, end);
  if (old !== newText && /^[ \t\r\n]*$/.test(old)) edits.push({ start, end, newText });
}

/** The text with the edits made; they are in text order and do not overlap. */
export function applyEdits(text: string, edits: readonly SpacingEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, newText } of edits) {
    parts.push(text.slice(from, start), newText);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

/**
 * The edits without those of sections in which they would change more than white space, which `isSame` finds out from
 * the text of a section before and after. White space that reaches over the end of a section lies between two whole
 * items, which it cannot join.
 */
export function harmless(
  text: string,
  sections: readonly { readonly start: number; readonly length: number }[],
  edits: readonly SpacingEdit[],
  isSame: (before: string, after: string) => boolean,
): SpacingEdit[] {
  const kept: SpacingEdit[] = [];
  let next = 0;
  for (const { start, length } of sections) {
    const end = start + length;
    const inside: SpacingEdit[] = [];
    let across: SpacingEdit | undefined;
    for (let edit = edits[next]; edit && edit.start < end; edit = edits[++next]) {
      if (edit.end <= end) inside.push(edit);
      else across = edit;
    }
    if (inside.length > 0) {
      const local = inside.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
      const before = text.slice(start, end);
      if (isSame(before, applyEdits(before, local))) for (const edit of inside) kept.push(edit);
    }
    if (across) kept.push(across);
  }
  for (; next < edits.length; next++) kept.push(edits[next] as SpacingEdit);
  return kept;
}

/**
 * How a text ends its lines. Carriage returns are used only where every line has one: before FreeBSD 14 jail(8) takes
 * none outside of strings and comments.
 */
export function lineEndingOf(text: string): string {
  return text.includes("\r\n") && !/(?:^|[^\r])\n/.test(text) ? "\r\n" : "\n";
}

/** How many newlines `[start, end)` has. */
export function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 0x0a) count++;
  return count;
}

/** The end of `[start, end)` without blanks at its end; `extra` is a further character that counts as one. */
export function trimmedEnd(text: string, start: number, end: number, extra?: number): number {
  let at = end;
  for (; at > start; at--) {
    const c = text.charCodeAt(at - 1);
    if (c !== 0x20 && c !== 0x09 && c !== extra) break;
  }
  return at;
}

/** The column of an offset, from 0, with tabs as wide as a step of indentation. */
export function columnOf(text: string, offset: number, { width }: Indentation): number {
  let column = 0;
  for (let at = text.lastIndexOf("\n", offset - 1) + 1; at < offset; at++)
    column = text.charCodeAt(at) === 0x09 ? column + width - (column % width) : column + 1;
  return column;
}

/** What is wider is no step of indentation. */
const WIDEST = 8;

/**
 * Counts how the lines of a text are indented. A line votes with its white space and the depth at which it stands;
 * once a text is printed with what was found, its lines vote for the same again.
 */
export class IndentationVotes {
  private readonly votes = new Map<string, number>();

  /**
   * The line on which `start` is the first thing that is not white space; where it is not, nothing is counted. `base` is
   * what lines at depth 0 begin with.
   */
  add(text: string, start: number, depth: number, base = ""): void {
    let line = start;
    while (line > 0 && (text.charCodeAt(line - 1) === 0x20 || text.charCodeAt(line - 1) === 0x09)) line--;
    if (line === start || (line > 0 && text.charCodeAt(line - 1) !== 0x0a)) return;
    if (!text.startsWith(base, line)) return;
    line += base.length;
    const width = (start - line) / depth;
    if (width <= 0) return;
    const blank = Number.isInteger(width) && width <= WIDEST ? " ".repeat(width) : undefined;
    const unit = text.charCodeAt(line) === 0x09 ? "\t" : blank;
    if (unit !== undefined) this.votes.set(unit, (this.votes.get(unit) ?? 0) + 1);
  }

  /** What most lines have; `usual` where no line is indented. */
  winner(usual: Indentation): Indentation {
    let best: string | undefined;
    for (const [unit, count] of this.votes)
      if (best === undefined || count > (this.votes.get(best) as number)) best = unit;
    if (best === undefined) return usual;
    return best === "\t" ? TAB : blanks(best.length);
  }
}
