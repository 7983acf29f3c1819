import { ACCEPT, CLOSE, COMPLETE, OPEN, REJECT, State, step } from "./automaton.ts";
import { Kind, Scanner } from "./scanner.ts";

/**
 * What the strict language makes of a text from some place on. An incremental parser asks this before it trusts the
 * text behind an edit: is the next block whole, and how far was the text looked at to know that?
 */

export interface ItemScan {
  /**
   * `complete`: a top-level jail block ends at `end`. `eof`: statements up to the end of the text, all of them whole.
   * `error`: the grammar or the scanner refuses what begins at `errorAt`.
   */
  readonly outcome: "complete" | "error" | "eof";
  /** Behind the `}` of the block; behind the refused token; or the length of the text. */
  readonly end: number;
  /** Where the refused token begins. The length of the text, if it ends inside of a statement or block. */
  readonly errorAt?: number;
  /** The answer depends on nothing from here on. */
  readonly lookahead: number;
}

/** Reads from `start`, between two items outside of all blocks, to the end of the first jail block. */
export function scanItem(text: string, start: number): ItemScan {
  const scanner = new Scanner(text, start);
  let state: State = State.Items;
  let depth = 0;
  for (;;) {
    const kind = scanner.next();
    if (kind >= Kind.UnterminatedString) return rejected(scanner);
    const action = step(state, kind);
    switch (action) {
      case REJECT:
        return rejected(scanner);
      case OPEN:
        depth++;
        state = State.Items;
        break;
      case CLOSE:
        if (depth === 0) return rejected(scanner);
        depth--;
        if (depth === 0)
          return { outcome: "complete", end: scanner.end, lookahead: Math.max(scanner.end, scanner.reach) };
        state = State.Items;
        break;
      case ACCEPT:
        if (depth > 0) return rejected(scanner);
        return { outcome: "eof", end: text.length, lookahead: text.length };
      case COMPLETE:
        state = State.Items;
        break;
      default:
        state = action as State;
    }
  }
}

function rejected(scanner: Scanner): ItemScan {
  const { start, end } = scanner;
  return { outcome: "error", end, errorAt: start, lookahead: seenBy(scanner) };
}

/** How far the text was looked at to read the scanner's last token. */
function seenBy({ text, kind, position, reach }: Scanner): number {
  // That a quote or a comment has no end is known at the end of the text only, and so is the end itself.
  const whole = kind === Kind.UnterminatedString || kind === Kind.UnterminatedComment || kind === Kind.End;
  // Any other token could be a different one if a character were added behind it.
  return whole ? text.length : Math.min(text.length, Math.max(position + 1, reach));
}

export interface Covering {
  readonly start: number;
  readonly end: number;
  /** What comes behind it. */
  readonly followedBy: Kind;
}

export interface Cover {
  /** None if the offset lies between two tokens or in one that is not asked for. */
  readonly token: Covering | undefined;
  /** The answer depends on nothing from here on. */
  readonly lookahead: number;
}

/**
 * The string or comment that begins before `offset` and ends behind it, when the text is read from `start`. A bare
 * word is no such token: an edit in one cannot reach beyond the word's own end.
 */
export function tokenCovering(text: string, start: number, offset: number): Cover {
  const scanner = new Scanner(text, start);
  let lookahead = start;
  const next = () => {
    const kind = scanner.next();
    lookahead = Math.max(lookahead, seenBy(scanner));
    return kind;
  };
  for (;;) {
    const from = scanner.position;
    let kind = next();
    const comment = commentAcross(text, from, scanner.start, offset);
    if (comment) return { token: { ...comment, followedBy: kind }, lookahead };
    if (kind === Kind.End || scanner.start >= offset) return { token: undefined, lookahead };
    const first = text.charCodeAt(scanner.start);
    const string =
      (first === 0x22 || first === 0x27) && (kind <= Kind.TextMore || kind === Kind.UnterminatedString);
    const tokenStart = scanner.start;
    while (scanner.quoteStart >= 0 && kind !== Kind.End) kind = next();
    const end = scanner.position;
    if (end <= offset) continue;
    if (!string && kind !== Kind.UnterminatedComment) return { token: undefined, lookahead };
    const token = { start: tokenStart, end, followedBy: next() };
    return { token, lookahead };
  }
}

/** The comment between two tokens that reaches across `offset`. */
function commentAcross(text: string, from: number, to: number, offset: number) {
  if (from >= offset || to <= offset) return undefined;
  let at = from;
  while (at < offset) {
    const c = text.charCodeAt(at);
    const start = at;
    if (c === 0x2f && text.charCodeAt(at + 1) === 0x2a) at = text.indexOf("*/", at + 2) + 2;
    else if (c === 0x2f || c === 0x23) {
      const lineEnd = text.indexOf("\n", at);
      at = lineEnd < 0 ? text.length : lineEnd;
    } else {
      at++;
      continue;
    }
    if (at > offset) return { start, end: at };
  }
  return undefined;
}
