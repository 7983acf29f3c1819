import { type Cut, detach } from "../common/sections.ts";
import { afterStatement, firstLine, nextBoundary } from "./layout.ts";
import { type ItemScan, scanItem, tokenCovering } from "./observed/item.ts";
import { Kind } from "./observed/scanner.ts";
import { type Parsed, parse } from "./parser.ts";
import type { Comment, Item, JailBlock, Section, SyntaxProblem } from "./tree.ts";

/** A section as it is cut from the text, before braces are matched across sections. */
export interface RawSection extends Section, Parsed, Cut {
  start: number;
  readonly length: number;
}

/** A run of statements longer than this is cut, so that an edit in it stays cheap. */
const LONG_RUN = 8192;

/** What properly follows a string: one that is followed by anything else has swallowed the quote of another. */
const ENDS_VALUE: ReadonlySet<Kind> = new Set([Kind.Comma, Kind.Semicolon, Kind.Close]);

const isComment = (text: string, offset: number) =>
  text.charAt(offset) === "/" || text.charAt(offset) === "#";

/**
 * Cuts the section that begins at `start`. The result depends on the text from `start` on and on nothing else, so a
 * document that is edited piece by piece has the same sections as one that is parsed afresh.
 */
export function cutSection(text: string, start: number): RawSection {
  const first = firstLine(text, start);
  let boundary = nextBoundary(text, first.offset, first.indent);
  let seen = boundary.seen;
  if (boundary.line - start > LONG_RUN) {
    const run = cutRun(text, start);
    if (run.section) return run.section;
    seen = Math.max(seen, run.seen);
  }
  for (;;) {
    const parsed = parse(detach(text, start, boundary.end));
    const end = boundary.end;
    if (end === text.length) {
      const blamed =
        parsed.suspects.length > 0 ? blame(text, start, end, parsed, scanItem(text, start)) : parsed;
      return section(start, end, end + 1, blamed);
    }
    if (endsUnfinished(parsed)) {
      boundary = nextBoundary(text, boundary.seen, first.indent);
      seen = Math.max(seen, boundary.seen);
      continue;
    }
    const unclosed = parsed.errors.some(isUnclosed);
    if (!unclosed && parsed.suspects.length > 0 && parsed.errors.length > 0) {
      const strict = scanItem(text, start);
      seen = Math.max(seen, strict.lookahead);
      return section(start, boundary.end, seen, blame(text, start, boundary.end, parsed, strict));
    }
    if (!unclosed) return tidy(text, section(start, boundary.end, seen, parsed));
    // A quote or comment runs over the guessed end: meant so, or a mistake?
    const { token: cover, lookahead } = tokenCovering(text, start, boundary.end);
    seen = Math.max(seen, lookahead);
    if (cover && (isComment(text, cover.start) || ENDS_VALUE.has(cover.followedBy))) {
      boundary = nextBoundary(text, cover.end, first.indent);
      seen = Math.max(seen, boundary.seen);
      continue;
    }
    const strict = scanItem(text, start);
    seen = Math.max(seen, strict.lookahead);
    if (strict.outcome !== "error" && strict.end > boundary.end)
      return tidy(text, section(start, strict.end, seen, parse(detach(text, start, strict.end))));
    return section(start, boundary.end, seen, blame(text, start, boundary.end, parsed, strict));
  }
}

/** A statement at the top level that the guessed end cuts off: the error belongs where its end is missed. */
function endsUnfinished(parsed: Parsed): boolean {
  const last = parsed.items.at(-1);
  return (
    last?.kind === "statement" && last.terminator === undefined && !((parsed.closes.at(-1) ?? -1) >= last.end)
  );
}

/**
 * The first part of a long run of statements, if that is what begins at `start`: no jail begins or ends on the lines
 * up to `LONG_RUN`. `seen` says how far the text was looked at to find that it is none.
 */
function cutRun(text: string, start: number): { section?: RawSection; seen: number } {
  const end = afterStatement(text, start + LONG_RUN / 2);
  if (end === undefined) return { seen: text.length };
  const parsed = parse(detach(text, start, end));
  const plain = parsed.errors.length === 0 && parsed.closes.length === 0;
  if (!plain || parsed.items.some((item) => item.kind === "jail")) return { seen: end };
  const newline = text.indexOf("\n", start + LONG_RUN);
  const seen = Math.max(end, newline < 0 ? text.length : newline + 1);
  return { section: section(start, end, seen, parsed), seen };
}

/**
 * A section holds one jail, with nothing behind it, or statements only: then a change in the jail leaves the
 * statements untouched.
 */
function tidy(text: string, whole: RawSection): RawSection {
  if (whole.closes.length > 0) return whole;
  const at = whole.items.findIndex((item) => item.kind === "jail");
  if (at < 0) return whole;
  const jail = whole.items[at] as JailBlock;
  const before = whole.items[at - 1];
  let cut: number | undefined;
  if (before && isFinished(before)) cut = cutBetween(text, whole, before.end, jail.start);
  else if (!before && whole.items.length > 1 && jail.close !== undefined)
    cut = cutBetween(text, whole, jail.end, (whole.items[at + 1] as Item).start);
  if (cut === undefined) return whole;
  // What was seen to find the whole section's end still decides about its first part.
  return section(whole.start, cut, whole.start + whole.lookahead, parse(detach(text, whole.start, cut)));
}

function isFinished(item: Item): boolean {
  return item.kind === "jail" ? item.close !== undefined : item.terminator !== undefined;
}

/**
 * A place between two items, whose offsets count from the section's start: the end of the first one's line, or directly
 * behind it when both share a line, or a comment runs over that end.
 */
function cutBetween(text: string, { start, comments }: RawSection, from: number, to: number): number {
  const newline = text.indexOf("\n", start + from) - start;
  const isBetween = newline >= from && newline < to;
  const inComment = (comment: Comment) => comment.start < newline && newline < comment.end;
  return start + (isBetween && !comments.some(inComment) ? newline + 1 : from);
}

function isUnclosed(error: SyntaxProblem): boolean {
  return error.kind === "unterminated-string" || error.kind === "unterminated-comment";
}

/** Quotes that `blame` takes back before it gives up: each costs a parse of one section. */
const MOST_SUSPECTS = 8;

/**
 * Finds the quote that a person would call forgotten. The real scanner lets the string run to the next quote and
 * stumbles over what follows; here the strings that have swallowed a statement's end are read as ending on their
 * line, the first one first, until the rest makes sense.
 */
function blame(text: string, start: number, end: number, parsed: Parsed, strict: ItemScan): Parsed {
  if (parsed.errors.length === 0) return parsed;
  const stretch = detach(text, start, end);
  const stumble = strict.errorAt;
  const unclosed = new Set<number>();
  let best = parsed;
  while (best.errors.length > 0 && best.suspects.length > 0 && unclosed.size < MOST_SUSPECTS) {
    unclosed.add(best.suspects[0] as number);
    best = parse(stretch, unclosed);
  }
  if (stumble === undefined) return best;
  const first = best.errors.find((error) => error.kind === "unterminated-string");
  const marked = first && { ...first, noticedAt: stumble - start };
  return { ...best, errors: best.errors.map((error) => (error === first && marked ? marked : error)) };
}

function section(start: number, end: number, seen: number, parsed: Parsed): RawSection {
  return { ...parsed, start, length: end - start, lookahead: Math.max(seen, end) - start };
}
