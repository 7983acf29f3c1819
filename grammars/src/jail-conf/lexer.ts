import { createToken, type ILexingResult, Lexer, type TokenType } from "chevrotain";
import { bracedEnd } from "./observed/scanner.ts";

/**
 * Tokens of jail.conf(5). Where the flex scanner has a token per piece, glued bare characters are one `Word` here:
 * a path is one token instead of seven. `isSingleScannerToken` tells the two apart where it matters (names).
 * Source: usr.sbin/jail/jaillex.l.
 */

/** Category of everything the parser sees, so that recovery can skip whatever comes. */
export const AnyToken = createToken({ name: "AnyToken", pattern: Lexer.NA });
/** Category of all that can start or continue a string, including the broken forms, which carry an error. */
export const StringPiece = createToken({ name: "StringPiece", pattern: Lexer.NA, categories: [AnyToken] });
/** Category of `=` and `+=`. */
export const Assign = createToken({ name: "Assign", pattern: Lexer.NA, categories: [AnyToken] });

type Match = [string] & { index?: number };

/** Quotes that `tokenize` was told to take as unclosed. The toolkit's custom patterns cannot be handed an argument. */
let forcedOpen: ReadonlySet<number> | undefined;

/** A quoted string with its closing quote, wherever that is: the scanner looks for the whole string first. */
function matchQuoted(text: string, offset: number): Match | null {
  if (forcedOpen?.has(offset)) return null;
  const quote = text.charAt(offset);
  for (let end = text.indexOf(quote, offset + 1); end >= 0; end = text.indexOf(quote, end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c && end - 1 - backslashes > offset) backslashes++;
    if (backslashes % 2 === 0) return [text.slice(offset, end + 1)];
  }
  return null;
}

const VARIABLE_NAME = /\$[A-Za-z_][A-Za-z0-9_]*/y;

/** The end of the variable that begins at `offset`, or -1; `quoted` inside of double quotes. */
export function variableEnd(text: string, offset: number, quoted: boolean): number {
  if (text.charCodeAt(offset + 1) === 0x7b) return bracedEnd(text, offset, quoted);
  VARIABLE_NAME.lastIndex = offset;
  return VARIABLE_NAME.test(text) ? VARIABLE_NAME.lastIndex : -1;
}

function matchVariable(text: string, offset: number): Match | null {
  const end = variableEnd(text, offset, false);
  return end < 0 ? null : [text.slice(offset, end)];
}

function matchBlockComment(text: string, offset: number): Match | null {
  if (!text.startsWith("/*", offset)) return null;
  const end = text.indexOf("*/", offset + 2);
  return end < 0 ? null : [text.slice(offset, end + 2)];
}

const custom = (match: (text: string, offset: number) => Match | null, hint: string) => ({
  pattern: { exec: (text: string, offset: number) => match(text, offset) as RegExpExecArray | null },
  start_chars_hint: [hint],
  line_breaks: true,
});

const whiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\r\n]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const lineComment = createToken({ name: "LineComment", pattern: /(?:#|\/\/)[^\n]*/, group: "comments" });
const blockComment = createToken({
  name: "BlockComment",
  ...custom(matchBlockComment, "/"),
  group: "comments",
});
/** `/*` without an end: the rest of the text. It stays a comment, and becomes an error beside it. */
export const UnterminatedComment = createToken({
  name: "UnterminatedComment",
  pattern: /\/\*[\s\S]*/,
  group: "comments",
  line_breaks: true,
});

export const LCurly = createToken({ name: "LCurly", pattern: "{", categories: [AnyToken] });
export const RCurly = createToken({ name: "RCurly", pattern: "}", categories: [AnyToken] });
export const Semicolon = createToken({ name: "Semicolon", pattern: ";", categories: [AnyToken] });
export const Comma = createToken({ name: "Comma", pattern: ",", categories: [AnyToken] });
export const PlusEquals = createToken({ name: "PlusEquals", pattern: "+=", categories: [Assign] });
export const Equals = createToken({ name: "Equals", pattern: "=", categories: [Assign] });

/** Glued bare text with its escapes; stops before comments, variables, quotes and punctuation. */
export const Word = createToken({
  name: "Word",
  // An escape takes one byte: a wide character behind a backslash still has bytes that no rule takes.
  pattern:
    /(?:[A-Za-z0-9_!%&()\-.:<>?@[\]^`|~*]+|\/(?![/*])|\+(?!=)|\$(?![A-Za-z_{])|\\(?:[^\u0080-\uffff]|(?=[\u0080-\uffff]|$(?![\s\S]))))+/,
  categories: [StringPiece],
  line_breaks: true,
});
export const Variable = createToken({
  name: "Variable",
  ...custom(matchVariable, "$"),
  categories: [StringPiece],
});
export const SingleQuoted = createToken({
  name: "SingleQuoted",
  ...custom(matchQuoted, "'"),
  categories: [StringPiece],
});
export const DoubleQuoted = createToken({
  name: "DoubleQuoted",
  ...custom(matchQuoted, '"'),
  categories: [StringPiece],
});
/** A quote that has no partner: the scanner gives up this one line and goes on with the next. */
export const UnterminatedString = createToken({
  name: "UnterminatedString",
  pattern: /["'][^\n]*/,
  categories: [StringPiece],
});
/** `${` without `}` on its line. */
export const UnterminatedVariable = createToken({
  name: "UnterminatedVariable",
  pattern: /\$\{(?:\\[\s\S]|[^\n{}\\])*\\?/,
  line_breaks: true,
  categories: [StringPiece],
});
/** Bytes that no rule takes: control characters, and everything outside ASCII. */
export const Invalid = createToken({
  name: "Invalid",
  // Spelled out: the toolkit cannot index the first character of a negated class.
  pattern: /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\uffff]+/,
  categories: [StringPiece],
  line_breaks: true,
});

export const tokens: TokenType[] = [
  whiteSpace,
  Word,
  LCurly,
  RCurly,
  Semicolon,
  Comma,
  PlusEquals,
  Equals,
  DoubleQuoted,
  SingleQuoted,
  Variable,
  lineComment,
  blockComment,
  UnterminatedComment,
  UnterminatedString,
  UnterminatedVariable,
  Invalid,
  AnyToken,
  StringPiece,
  Assign,
];

/** Made at the first use: it takes milliseconds, and most editors open one language only. */
let lexer: Lexer | undefined;

const createLexer = () =>
  new Lexer(tokens, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true });

/**
 * The tokens of a text; every character belongs to a token, to white space or to a comment. The quotes at the offsets
 * `unclosed` are read as unterminated although they have a partner.
 */
export function tokenize(text: string, unclosed?: ReadonlySet<number>): ILexingResult {
  lexer ??= createLexer();
  forcedOpen = unclosed;
  const result = lexer.tokenize(text);
  forcedOpen = undefined;
  return result;
}

const SINGLE =
  /^(?:[A-Za-z0-9_!%&()\-.:<>?@[\]^`|~]+|[$*+/\\]|\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[\s\S])|'[\s\S]*'|"(?:[^"$\\]|\\[\s\S])*")$/;

/**
 * Whether the text of one string is one token for the real scanner too: a name must be exactly one. In double quotes
 * a dollar begins a new token, also where it stands for itself.
 */
export function isSingleScannerToken(text: string): boolean {
  return SINGLE.test(text);
}
