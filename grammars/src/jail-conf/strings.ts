import type { IToken } from "chevrotain";
import { decodeEscapes } from "./escapes.ts";
import {
  DoubleQuoted,
  Invalid,
  SingleQuoted,
  UnterminatedString,
  UnterminatedVariable,
  Variable,
  variableEnd,
  Word,
} from "./lexer.ts";
import type { Piece, Quote, StringNode, SyntaxProblem, TextPiece } from "./tree.ts";

/**
 * A string of one piece of text, as nearly all are. A file of forty thousand lines has a hundred thousand of them, so
 * the piece is made only when somebody asks for it.
 */
export class PlainString implements StringNode {
  readonly start: number;
  readonly end: number;
  readonly constant: string;
  private readonly quote: Quote | undefined;

  constructor(constant: string, quote: Quote | undefined, start: number, end: number) {
    this.start = start;
    this.end = end;
    this.constant = constant;
    this.quote = quote;
  }

  get pieces(): readonly TextPiece[] {
    const { constant, quote, start, end } = this;
    return [{ kind: "text", value: constant, quote, start, end }];
  }
}

/** A token as a string of its own, if it is one piece of text and nothing is wrong in it. */
export function plainString(token: IToken): PlainString | undefined {
  const { image, startOffset: start, tokenType } = token;
  const end = start + image.length;
  if (tokenType === Word) return new PlainString(intern(decodeEscapes(image)), undefined, start, end);
  if (tokenType === SingleQuoted) return new PlainString(decodeEscapes(image.slice(1, -1)), "'", start, end);
  if (tokenType === DoubleQuoted && !image.includes("$"))
    return new PlainString(decodeEscapes(image.slice(1, -1)), '"', start, end);
  return undefined;
}

/** The string of several pieces, or of a variable. */
export function stringOf(pieces: readonly Piece[], start: number, end: number): StringNode {
  const constant = pieces.every((piece) => piece.kind === "text")
    ? pieces.map((piece) => piece.value).join("")
    : undefined;
  return { pieces, constant, start, end };
}

const interned = new Map<string, string>();
const MOST_INTERNED = 4096;

/** The same words come again and again: parameter names, `true`. One copy each is enough. */
function intern(word: string): string {
  if (word.length > 40) return word;
  const known = interned.get(word);
  if (known !== undefined) return known;
  if (interned.size === MOST_INTERNED) interned.clear();
  interned.set(word, word);
  return word;
}

/** Receives what is wrong inside a string. */
export type Report = (error: SyntaxProblem) => void;

/** Turns one token of a string into its pieces: several for a double-quoted string with variables in it. */
export function piecesOf(token: IToken, report: Report): Piece[] {
  const start = token.startOffset;
  const image = token.image;
  const end = start + image.length;
  switch (token.tokenType) {
    case Variable:
      return [variable(image, start, undefined)];
    case SingleQuoted:
      return [text(image.slice(1, -1), start, end, "'")];
    case DoubleQuoted:
      return image.includes("$")
        ? doubleQuoted(image, start, report)
        : [text(image.slice(1, -1), start, end, '"')];
    case UnterminatedString: {
      const quote = image.charAt(0) as Quote;
      report({
        kind: "unterminated-string",
        start,
        end,
        message: `This string is not closed: no further ${quote} follows it.`,
      });
      return [text(image.slice(1), start, end, quote)];
    }
    case UnterminatedVariable:
      report(unterminatedVariable(start, end));
      return [text(image, start, end, undefined)];
    case Invalid:
      report(invalidCharacter(image, start, end));
      return [text(image, start, end, undefined)];
    default:
      return [text(image, start, end, undefined)];
  }
}

function text(raw: string, start: number, end: number, quote: Quote | undefined): Piece {
  return { kind: "text", value: decodeEscapes(raw), quote, start, end };
}

function variable(image: string, start: number, quote: Quote | undefined): Piece {
  const braced = image.charCodeAt(1) === 0x7b;
  const name = braced ? decodeEscapes(image.slice(2, -1)) : image.slice(1);
  return { kind: "variable", name, braced, quote, start, end: start + image.length };
}

function unterminatedVariable(start: number, end: number): SyntaxProblem {
  return {
    kind: "unterminated-variable",
    start,
    end,
    message: "This variable is not closed: `}` is missing on its line.",
  };
}

const ESCAPE_OR_DOLLAR = /\\[\s\S]|\$/g;
const UNCLOSED = /\$\{(?:\\[\s\S]|[^\n"{}\\])*/y;

/**
 * The pieces of a double-quoted string, quotes included in the outer ones. The first piece is there even when it is
 * empty, as in the scanner, so that `"$x"` is never mistaken for a variable in name position.
 */
function doubleQuoted(image: string, start: number, report: Report): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const flush = (to: number, last: boolean) => {
    const open = from === 0 ? 1 : 0;
    if (from === 0 || to > from || last)
      pieces.push(text(image.slice(from + open, last ? to - 1 : to), start + from, start + to, '"'));
  };
  ESCAPE_OR_DOLLAR.lastIndex = 1;
  for (let match = ESCAPE_OR_DOLLAR.exec(image); match; match = ESCAPE_OR_DOLLAR.exec(image)) {
    if (match[0] !== "$") continue;
    const at = match.index;
    const end = variableEnd(image, at, true);
    if (end < 0) {
      UNCLOSED.lastIndex = at;
      if (UNCLOSED.test(image)) report(unterminatedVariable(start + at, start + UNCLOSED.lastIndex));
      continue;
    }
    flush(at, false);
    pieces.push(variable(image.slice(at, end), start + at, '"'));
    from = end;
    ESCAPE_OR_DOLLAR.lastIndex = end;
  }
  flush(image.length, true);
  return pieces;
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u200b": "a zero-width space",
  "\ufeff": "a byte order mark",
  "\u2018": "a typographic quote",
  "\u2019": "a typographic quote",
  "\u201c": "a typographic quote",
  "\u201d": "a typographic quote",
  "\u2013": "a dash",
  "\u2014": "a dash",
  "\f": "a form feed",
  "\v": "a vertical tab",
  "\0": "a NUL byte",
};

/**
 * Outside quotes the scanner hands such a byte on as it is; on amd64 a byte above 0x7f even reads as the end of the
 * file, and all that follows is silently ignored. Source: jaillex.l, last rule; jail-conf reference 1.9.
 */
function invalidCharacter(image: string, start: number, end: number): SyntaxProblem {
  const first = String.fromCodePoint(image.codePointAt(0) ?? 0);
  const code = `U+${(image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const known = LOOKALIKES[first];
  const name = known ? `${known} (${code})` : `the character ${JSON.stringify(first)} (${code})`;
  const wide = (image.codePointAt(0) ?? 0) > 0x7f || first === "\0";
  return {
    kind: wide ? "non-ascii" : "invalid-character",
    start,
    end,
    message: wide
      ? `${capitalise(name)} outside quotes: jail(8) stops reading here, on some machines without a message.`
      : `${capitalise(name)} is not white space in this language.`,
  };
}

const capitalise = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);
