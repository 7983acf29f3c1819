import { classOf, type Dialect, WordClass } from "../dialect.ts";

/**
 * The scanner of zonecfg(8), restated: the same tokens at the same places.
 * Source: usr/src/cmd/zonecfg/zonecfg_lex.l; longest match, on equal length the earlier rule.
 *
 * Nothing but the word at hand is allocated: `next` leaves kind, start and end on the scanner itself.
 */

export const Kind = {
  /** The end of the text. */
  End: 0,
  Newline: 1,
  Semicolon: 2,
  /** A single character that no rule takes, and no rule of the grammar either. */
  Stray: 3,
  Command: 4,
  /** A plain or quoted word. */
  Token: 5,
  Resource: 6,
  Property: 7,
  /** A keyword of some platforms only; see `WordClass`. */
  SoftResource: 8,
  SoftProperty: 9,
  Equals: 10,
  Comma: 11,
  OpenList: 12,
  CloseList: 13,
  OpenComplex: 14,
  CloseComplex: 15,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The start conditions INITIAL, TSTATE, LSTATE and CSTATE. */
const Condition = { Initial: 0, Words: 1, List: 2, Complex: 3 } as const;
type Condition = (typeof Condition)[keyof typeof Condition];

const KIND_OF_CLASS: readonly Kind[] = [
  Kind.Token,
  Kind.Resource,
  Kind.Property,
  Kind.SoftResource,
  Kind.SoftProperty,
];

const TAB = 0x09;
const NEWLINE = 0x0a;
const BLANK = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const SEMICOLON = 0x3b;

/** Bit n is set where a character ends a plain word in condition n. */
const ENDS_WORD = new Uint8Array(128);
for (const c of ' \t\n";=()') ENDS_WORD[c.charCodeAt(0)] = 0b1110;
for (const c of "[]") ENDS_WORD[c.charCodeAt(0)] = 0b0110;
ENDS_WORD[0x2c] = 0b1100;

/** The command words by their first character, the longer of two first. */
function byFirstCharacter(commands: ReadonlySet<string>): ReadonlyMap<number, readonly string[]> {
  const map = new Map<number, string[]>();
  for (const word of [...commands, "?"].sort((a, b) => b.length - a.length)) {
    const first = word.charCodeAt(0);
    map.set(first, [...(map.get(first) ?? []), word]);
  }
  return map;
}

const commandsOf = new WeakMap<Dialect, ReadonlyMap<number, readonly string[]>>();

export class Scanner {
  readonly text: string;
  /** The token that `next` found: `[start, end)`. */
  kind: Kind = Kind.End;
  start: number;
  end: number;
  /** The text of a word, without its quotes; of a command its name. */
  word = "";
  /** The line as the real program counts it: a newline inside of an unclosed quote does not count. */
  countedLine = 1;
  /** The newlines that unclosed quotes have run over so far. */
  lostNewlines = 0;

  private condition: Condition = Condition.Initial;
  private outer: Condition = Condition.Words;
  private readonly dialect: Dialect;
  private readonly commands: ReadonlyMap<number, readonly string[]>;

  constructor(text: string, start: number, dialect: Dialect) {
    this.text = text;
    this.start = start;
    this.end = start;
    this.dialect = dialect;
    let commands = commandsOf.get(dialect);
    if (!commands) {
      commands = byFirstCharacter(dialect.commands);
      commandsOf.set(dialect, commands);
    }
    this.commands = commands;
  }

  /** The true line of the text at which the scanner stands; only right when it began at offset 0. */
  get line(): number {
    return this.countedLine + this.lostNewlines;
  }

  next(): Kind {
    const { text } = this;
    let at = this.end;
    for (;;) {
      const c = text.charCodeAt(at);
      if (c === BLANK || c === TAB) at++;
      else if (c === HASH && this.condition === Condition.Initial) {
        const end = text.indexOf("\n", at);
        at = end < 0 ? text.length : end;
      } else break;
    }
    if (at >= text.length) return this.token(Kind.End, at, at);
    const c = text.charCodeAt(at);
    if (c === NEWLINE || c === SEMICOLON) {
      this.condition = Condition.Initial;
      if (c === NEWLINE) this.countedLine++;
      return this.token(c === NEWLINE ? Kind.Newline : Kind.Semicolon, at, at + 1);
    }
    if (this.condition === Condition.Initial) return this.initial(at, c);
    if (c === QUOTE) return this.quoted(at);
    let end = at;
    for (
      let d = c;
      !(d < 128 && ((ENDS_WORD[d] as number) >> this.condition) & 1);
      d = text.charCodeAt(end)
    ) {
      end++;
      if (end >= text.length) break;
    }
    return end > at ? this.bareWord(at, end) : this.punctuation(at, c);
  }

  private initial(at: number, c: number): Kind {
    const commands = this.commands.get(c);
    if (commands)
      for (const word of commands)
        if (this.text.startsWith(word, at)) {
          this.condition = Condition.Words;
          this.word = word === "?" ? "help" : word;
          return this.token(Kind.Command, at, at + word.length);
        }
    return this.stray(at);
  }

  private bareWord(start: number, end: number): Kind {
    this.word = this.text.slice(start, end);
    if (this.condition === Condition.List) return this.token(Kind.Token, start, end);
    const kind = classOf(this.dialect, this.word);
    // Resource types are keywords in TSTATE only.
    const plain =
      this.condition === Condition.Complex &&
      (kind === WordClass.Resource || kind === WordClass.SoftResource);
    return this.token(plain ? Kind.Token : (KIND_OF_CLASS[kind] as Kind), start, end);
  }

  /** A quoted string ends with a quote or with the line, whose newline then is its last character. */
  private quoted(start: number): Kind {
    const { text } = this;
    if (this.condition === Condition.Complex && !this.dialect.quotedInComplex) return this.stray(start);
    let end = start + 1;
    for (; ; end++) {
      if (end >= text.length) return this.stray(start);
      const c = text.charCodeAt(end);
      if (c === QUOTE) {
        this.word = text.slice(start + 1, end);
        break;
      }
      if (c === NEWLINE) {
        this.word = text.slice(start + 1, end + 1);
        this.lostNewlines++;
        break;
      }
    }
    return this.token(Kind.Token, start, end + 1);
  }

  private punctuation(at: number, c: number): Kind {
    const { condition } = this;
    switch (c) {
      case 0x3d /* = */:
        return this.token(Kind.Equals, at, at + 1);
      case 0x2c /* , */:
        return this.token(Kind.Comma, at, at + 1);
      case 0x5b /* [ */:
        if (condition !== Condition.Words) break;
        this.condition = Condition.List;
        return this.token(Kind.OpenList, at, at + 1);
      case 0x5d /* ] */:
        if (condition !== Condition.List) break;
        this.condition = Condition.Words;
        return this.token(Kind.CloseList, at, at + 1);
      case 0x28 /* ( */:
        if (condition === Condition.Complex) break;
        this.outer = condition;
        this.condition = Condition.Complex;
        return this.token(Kind.OpenComplex, at, at + 1);
      case 0x29 /* ) */:
        if (condition !== Condition.Complex) break;
        this.condition = this.outer;
        return this.token(Kind.CloseComplex, at, at + 1);
    }
    return this.stray(at);
  }

  /** The real scanner goes by bytes; a character is not torn apart here. */
  private stray(at: number): Kind {
    const wide = (this.text.codePointAt(at) as number) > 0xffff;
    return this.token(Kind.Stray, at, at + (wide ? 2 : 1));
  }

  private token(kind: Kind, start: number, end: number): Kind {
    this.kind = kind;
    this.start = start;
    this.end = end;
    return kind;
  }
}
