/**
 * The scanner of jail(8), restated: the same tokens at the same places, errors included.
 * Source: usr.sbin/jail/jaillex.l; the rules are those of section 1 of the jail.conf reference.
 *
 * Nothing is allocated per token: `next` leaves kind, start and end on the scanner itself.
 */

/** What `Scanner.next` returns. Values from `UnterminatedString` on are complaints, not tokens of the grammar. */
export const Kind = {
  End: 0,
  /** A piece of text that starts a string. */
  Text: 1,
  /** A piece of text glued to the piece before it. */
  TextMore: 2,
  /** A variable that starts a string. */
  Variable: 3,
  /** A variable glued to the piece before it. */
  VariableMore: 4,
  PlusEquals: 5,
  Comma: 6,
  Semicolon: 7,
  Equals: 8,
  Open: 9,
  Close: 10,
  /** A character that no rule takes: control characters and, outside quotes and comments, all but ASCII. */
  Invalid: 11,
  UnterminatedString: 12,
  UnterminatedComment: 13,
  UnterminatedVariable: 14,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const Class = { invalid: 0, word: 1, space: 2, return: 3, special: 4 } as const;

/** The class of each ASCII character outside quotes. */
const CLASS = new Uint8Array(128);
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_!%&()-.:<>?@[]^`|~")
  CLASS[c.charCodeAt(0)] = Class.word;
for (const c of " \t\n") CLASS[c.charCodeAt(0)] = Class.space;
CLASS[0x0d] = Class.return;
for (const c of ",;={}+#/\"'\\$*") CLASS[c.charCodeAt(0)] = Class.special;

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const DOUBLE_QUOTE = 0x22;
const DOLLAR = 0x24;

const classAt = (text: string, at: number): number => {
  const c = text.charCodeAt(at);
  return c < 128 ? (CLASS[c] as number) : Class.invalid;
};

const isVariableStart = (c: number): boolean =>
  (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
const isVariablePart = (c: number): boolean => isVariableStart(c) || (c >= 0x30 && c <= 0x39);
const isHex = (c: number): boolean =>
  (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66);

/** The offset of the quote that closes the string opened at `open`, or -1. */
function closingQuote(text: string, open: number): number {
  const quote = text.charAt(open);
  for (let at = text.indexOf(quote, open + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    let before = at - 1;
    while (before > open && text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return -1;
}

export class Scanner {
  readonly text: string;
  /** The token that `next` found: `[start, end)`. */
  kind: Kind = Kind.End;
  start: number;
  end: number;
  /** How far beyond its tokens the text was looked at, to find the end of a string or a variable. */
  reach = 0;
  /** Where the double-quoted string began whose pieces are being read; -1 outside of one. */
  quoteStart = -1;

  private at: number;
  private readonly length: number;
  /** A piece that follows continues the string before it. */
  private adjacent = false;
  /** CR separates words only since 14.0. */
  private readonly returnIsSpace: boolean;
  /** A quote of this kind has no partner further down; then a later one has none either. */
  private noSingle = false;
  private noDouble = false;

  constructor(text: string, offset = 0, returnIsSpace = true) {
    this.text = text;
    this.length = text.length;
    this.at = offset;
    this.start = offset;
    this.end = offset;
    this.returnIsSpace = returnIsSpace;
  }

  /** The offset up to which the text is consumed: behind the closing quote for the last piece of a string. */
  get position(): number {
    return this.at;
  }

  next(): Kind {
    if (this.quoteStart >= 0) return this.nextQuoted();
    const text = this.text;
    const length = this.length;
    let at = this.at;
    for (;;) {
      if (at >= length) return this.token(Kind.End, length, length);
      switch (classAt(text, at)) {
        case Class.word: {
          const start = at++;
          while (at < length && classAt(text, at) === Class.word) at++;
          return this.piece(start, at);
        }
        case Class.space:
          at++;
          while (at < length && classAt(text, at) === Class.space) at++;
          this.adjacent = false;
          continue;
        case Class.return:
          if (!this.returnIsSpace) return this.token(Kind.Invalid, at, at + 1);
          at++;
          this.adjacent = false;
          continue;
        case Class.invalid: {
          const wide = (text.codePointAt(at) ?? 0) > 0xffff;
          return this.token(Kind.Invalid, at, at + (wide ? 2 : 1));
        }
      }
      switch (text.charCodeAt(at)) {
        case 0x3b:
          return this.punctuation(Kind.Semicolon, at, 1);
        case 0x3d:
          return this.punctuation(Kind.Equals, at, 1);
        case 0x2c:
          return this.punctuation(Kind.Comma, at, 1);
        case BRACE_OPEN:
          return this.punctuation(Kind.Open, at, 1);
        case BRACE_CLOSE:
          return this.punctuation(Kind.Close, at, 1);
        case 0x2b: // `+=` always assigns, even inside what looks like a word
          if (text.charCodeAt(at + 1) === 0x3d) return this.punctuation(Kind.PlusEquals, at, 2);
          return this.piece(at, at + 1);
        case 0x23:
          at = this.lineEnd(at);
          continue;
        case 0x2f: {
          const second = text.charCodeAt(at + 1);
          if (second === 0x2f) {
            at = this.lineEnd(at);
            continue;
          }
          if (second !== 0x2a) return this.piece(at, at + 1);
          const close = text.indexOf("*/", at + 2);
          this.adjacent = false;
          if (close < 0) return this.token(Kind.UnterminatedComment, at, length);
          at = close + 2;
          continue;
        }
        case 0x27:
          return this.singleQuoted(at);
        case DOUBLE_QUOTE:
          return this.doubleQuoted(at);
        case BACKSLASH:
          return this.piece(at, this.escapeEnd(at));
        case DOLLAR:
          return this.dollar(at, false);
        default:
          return this.piece(at, at + 1); // `*`
      }
    }
  }

  private token(kind: Kind, start: number, end: number): Kind {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.at = end;
    return kind;
  }

  private punctuation(kind: Kind, at: number, length: number): Kind {
    this.adjacent = false;
    return this.token(kind, at, at + length);
  }

  private piece(start: number, end: number): Kind {
    const kind = this.adjacent ? Kind.TextMore : Kind.Text;
    this.adjacent = true;
    return this.token(kind, start, end);
  }

  private lineEnd(at: number): number {
    this.adjacent = false;
    const end = this.text.indexOf("\n", at);
    return end < 0 ? this.length : end;
  }

  /** Backslash and one character, or an octal or hexadecimal number; a backslash that nothing follows is a piece. */
  private escapeEnd(at: number): number {
    const text = this.text;
    const c = text.charCodeAt(at + 1);
    if (!(c < 128)) return at + 1; // end of file, or a first byte whose rest is invalid
    if (c === 0x78) {
      if (!isHex(text.charCodeAt(at + 2))) return at + 2;
      return isHex(text.charCodeAt(at + 3)) ? at + 4 : at + 3;
    }
    let end = at + 1;
    while (end < at + 4 && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x37) end++;
    return end === at + 1 ? at + 2 : end;
  }

  private singleQuoted(at: number): Kind {
    const close = this.noSingle ? -1 : closingQuote(this.text, at);
    if (close >= 0) return this.piece(at, close + 1);
    this.noSingle = true;
    return this.unterminatedString(at);
  }

  /** The whole string is looked for first; a `$` in it then makes several tokens of it. */
  private doubleQuoted(at: number): Kind {
    const text = this.text;
    const close = this.noDouble ? -1 : closingQuote(text, at);
    if (close < 0) {
      this.noDouble = true;
      return this.unterminatedString(at);
    }
    for (let dollar = text.indexOf("$", at + 1); dollar >= 0 && dollar < close; ) {
      let before = dollar - 1;
      while (text.charCodeAt(before) === BACKSLASH) before--;
      if ((dollar - before) % 2 === 1) {
        this.quoteStart = at;
        this.reach = Math.max(this.reach, close + 1);
        return this.piece(at, dollar);
      }
      dollar = text.indexOf("$", dollar + 1);
    }
    return this.piece(at, close + 1);
  }

  /** Covers the rest of the line only, and is no token: the grammar never sees it. */
  private unterminatedString(at: number): Kind {
    const text = this.text;
    const quote = text.charCodeAt(at);
    let end = at + 1;
    while (end < this.length) {
      const c = text.charCodeAt(end);
      if (c === NEWLINE || c === quote) break;
      if (c === BACKSLASH) {
        if (end + 1 >= this.length || text.charCodeAt(end + 1) === NEWLINE) break;
        end++;
      }
      end++;
    }
    return this.token(Kind.UnterminatedString, at, end);
  }

  /** Inside a double-quoted string, behind its first `$`: text and variables in turn, up to the closing quote. */
  private nextQuoted(): Kind {
    const text = this.text;
    const at = this.at;
    if (at >= this.length) {
      this.quoteStart = -1;
      return this.token(Kind.End, this.length, this.length);
    }
    const c = text.charCodeAt(at);
    if (c === DOLLAR) return this.closeQuote(this.dollar(at, true));
    let end = at;
    if (c === BACKSLASH) end = Math.max(this.escapeEnd(at), Math.min(at + 2, this.length));
    else
      while (end < this.length) {
        const d = text.charCodeAt(end);
        if (d === DOUBLE_QUOTE || d === DOLLAR || d === BACKSLASH) break;
        end++;
      }
    // A string that begins right at the closing quote: only behind a complaint, as `closeQuote` takes all others.
    if (end === at) {
      this.at = at + 1;
      this.quoteStart = -1;
      return this.next();
    }
    return this.closeQuote(this.piece(at, end));
  }

  private closeQuote(kind: Kind): Kind {
    if (kind < Kind.UnterminatedString && this.text.charCodeAt(this.at) === DOUBLE_QUOTE) {
      this.at++;
      this.quoteStart = -1;
    }
    return kind;
  }

  /** `$name`, `${name}`, or a dollar that is nothing but text. */
  private dollar(at: number, quoted: boolean): Kind {
    const text = this.text;
    const c = text.charCodeAt(at + 1);
    if (c === BRACE_OPEN) return this.braced(at, quoted);
    if (!isVariableStart(c)) return this.piece(at, at + 1);
    let end = at + 2;
    while (isVariablePart(text.charCodeAt(end))) end++;
    return this.variable(at, end);
  }

  private variable(start: number, end: number): Kind {
    const kind = this.adjacent ? Kind.VariableMore : Kind.Variable;
    this.adjacent = true;
    return this.token(kind, start, end);
  }

  private braced(at: number, quoted: boolean): Kind {
    const close = bracedEnd(this.text, at, quoted);
    this.reach = Math.max(this.reach, bracedReach);
    return close >= 0 ? this.variable(at, close) : this.token(Kind.UnterminatedVariable, at, bracedUnclosed);
  }
}

/** Further answers of `bracedEnd`: where an unclosed variable ends, and how far the text was looked at. */
let bracedUnclosed = 0;
let bracedReach = 0;

/**
 * The end of the `${...}` that begins at `at`, or -1 if it is not closed. A backslash is an ordinary character of the
 * name and at the same time the start of an escape; the scanner takes the longest of all readings, so both are
 * followed here, side by side: a regular expression would try one after the other, and take exponential time.
 */
export function bracedEnd(text: string, at: number, quoted: boolean): number {
  let plain = true;
  let escaped = false;
  let close = -1;
  let end = at + 2;
  bracedUnclosed = end;
  for (; end < text.length && (plain || escaped); end++) {
    const c = text.charCodeAt(end);
    if (plain && c === BRACE_CLOSE) close = end + 1;
    const ordinary =
      c !== NEWLINE && c !== BRACE_OPEN && c !== BRACE_CLOSE && !(quoted && c === DOUBLE_QUOTE);
    const stays: boolean = escaped || (plain && ordinary);
    escaped = plain && c === BACKSLASH;
    plain = stays;
    if (plain) bracedUnclosed = end + 1;
  }
  bracedReach = end;
  return close;
}
