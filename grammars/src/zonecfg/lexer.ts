import { createToken, type ILexingResult, type IToken, Lexer, type TokenType } from "chevrotain";
import { classOf, type Dialect, WordClass } from "./dialect.ts";

/**
 * Tokens of the command language of zonecfg(8). The modes are the start conditions of the real scanner: `start` is
 * INITIAL, `words` TSTATE, `list` LSTATE and `complex` CSTATE. Keywords are no tokens of their own: a word is looked
 * up in the dialect's table afterwards. Source: usr/src/cmd/zonecfg/zonecfg_lex.l.
 */

const category = (name: string, ...categories: TokenType[]) =>
  createToken({ name, pattern: Lexer.NA, categories });

/** All that may follow a command word on its line, so that recovery can skip whatever comes. */
export const AnyPart = category("AnyPart");
/** Newline and `;`. */
export const Terminator = category("Terminator");
/** A command word and what stands in the place of one. */
export const AnyCommand = category("AnyCommand");
/** What can be a simple value: any word, quoted or not. */
export const AnyWord = category("AnyWord", AnyPart);
/** What the grammar calls TOKEN. */
export const PlainWord = category("PlainWord", AnyWord);
export const ResourceWord = category("ResourceWord", AnyWord);
export const PropertyWord = category("PropertyWord", AnyWord);
/** Lines that are no commands: a shell's, or the output of an interactive session. */
export const ForeignLine = category("ForeignLine");

const whiteSpace = createToken({ name: "WhiteSpace", pattern: /[ \t]+/, group: Lexer.SKIPPED });
const comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments" });

const start = { pop_mode: true, push_mode: "start" } as const;
const words = { pop_mode: true, push_mode: "words" } as const;
const list = { pop_mode: true, push_mode: "list" } as const;

/** The two terminators end every mode. */
export const Newline = createToken({
  name: "Newline",
  pattern: "\n",
  line_breaks: true,
  categories: [Terminator],
  ...start,
});
export const Semicolon = createToken({ name: "Semicolon", pattern: ";", categories: [Terminator], ...start });

/** `zonecfg:web> `, `zonecfg:web:fs> `: the prompt of an interactive session. */
export const Prompt = createToken({ name: "Prompt", pattern: /zonecfg:[^\s>;"]*>/ });
/** What an interactive session says at its start; it meets in pasted transcripts. */
export const Output = createToken({
  name: "Output",
  pattern: /Use '(?:zonecfg )?create' to begin[^\n]*|[A-Za-z0-9][\w.-]*: No such zone configured[^\n]*/,
  categories: [ForeignLine],
});
/** The lines of a shell script around a here-document, or of a terminal session. */
export const ShellLine = createToken({
  name: "ShellLine",
  pattern:
    /(?:[\w.@:~/-]*[$#%][ \t]+|[$][ \t]*)?(?:(?:sudo|pfexec)[ \t]+)?(?:\/usr\/sbin\/|\/sbin\/)?(?:zonecfg|zoneadm|zlogin|dladm|ipadm|zfs|zpool|cat|echo|mkdir|chmod|chown|rm|cp|mv|pkg|svcadm)(?:[ \t][^\n]*)?(?=\n|$)|_{0,2}EO[FTMSL]_{0,2}[ \t\r]*(?=\n|$)/,
  categories: [ForeignLine],
});

/** A command word; nothing need separate it from what follows. */
export const CommandToken = createToken({
  name: "CommandToken",
  pattern:
    /add|cancel|clear|commit|create|delete|end|exit|export|help|info|reload|remove|revert|select|set|verify|\?/,
  categories: [AnyCommand],
  ...words,
});
/** Anything else where a command should begin. */
export const UnknownCommand = createToken({
  name: "UnknownCommand",
  pattern: /[^ \t\n;#][^ \t\n;]*/,
  categories: [AnyCommand],
  line_breaks: false,
  ...words,
});

/** The types that the words of `words` and `complex` get by the dialect's table; `Word` is a plain one. */
export const Word = createToken({ name: "Word", pattern: /[^ \t\n";=[\]()]+/, categories: [PlainWord] });
const HardResource = category("HardResource", ResourceWord);
const HardProperty = category("HardProperty", PropertyWord);
const SoftResource = category("SoftResource", ResourceWord, PlainWord);
const SoftProperty = category("SoftProperty", PropertyWord, PlainWord);
export const ListWord = createToken({
  name: "ListWord",
  pattern: /[^ \t\n",;=[\]()]+/,
  categories: [PlainWord],
});
const ComplexWord = createToken({ name: "ComplexWord", pattern: /[^ \t\n",;=()]+/, categories: [PlainWord] });

export const Quoted = createToken({ name: "Quoted", pattern: /"[^"\n]*"/, categories: [PlainWord] });

/** Whether unclosed quotes take the newline of their line along. The toolkit's patterns cannot be handed an argument. */
let runsOver: (offset: number) => boolean = () => false;

function matchUnclosed(text: string, offset: number): [string] | null {
  if (text.charCodeAt(offset) !== 0x22) return null;
  const newline = text.indexOf("\n", offset);
  if (newline < 0) return [text.slice(offset)];
  return [text.slice(offset, runsOver(offset) ? newline + 1 : newline)];
}

/** A quote without a partner on its line. */
export const Unclosed = createToken({
  name: "Unclosed",
  pattern: { exec: (text: string, offset: number) => matchUnclosed(text, offset) as RegExpExecArray | null },
  start_chars_hint: ['"'],
  line_breaks: true,
  categories: [PlainWord],
});

export const Equals = createToken({ name: "Equals", pattern: "=", categories: [AnyPart] });
export const Comma = createToken({ name: "Comma", pattern: ",", categories: [AnyPart] });
export const OpenList = createToken({ name: "OpenList", pattern: "[", categories: [AnyPart], ...list });
export const CloseList = createToken({ name: "CloseList", pattern: "]", categories: [AnyPart], ...words });
export const OpenComplex = createToken({
  name: "OpenComplex",
  pattern: "(",
  categories: [AnyPart],
  push_mode: "complex",
});
export const CloseComplex = createToken({
  name: "CloseComplex",
  pattern: ")",
  categories: [AnyPart],
  pop_mode: true,
});
/** A bracket where its mode knows none. */
export const StrayBracket = createToken({ name: "StrayBracket", pattern: /[[\]()]/, categories: [AnyPart] });

const ends = [whiteSpace, Newline, Semicolon];

const lexer = new Lexer(
  {
    modes: {
      start: [...ends, comment, CommandToken, Prompt, ShellLine, Output, UnknownCommand],
      words: [...ends, Word, Quoted, Unclosed, Equals, OpenList, OpenComplex, StrayBracket],
      list: [...ends, ListWord, Quoted, Unclosed, Comma, Equals, CloseList, OpenComplex, StrayBracket],
      complex: [...ends, ComplexWord, Quoted, Unclosed, Comma, Equals, CloseComplex, StrayBracket],
    },
    defaultMode: "start",
  },
  { positionTracking: "onlyOffset", ensureOptimizations: false, skipValidations: true },
);

/** All types that the parser may meet. */
export const vocabulary: TokenType[] = [
  AnyPart,
  Terminator,
  AnyCommand,
  AnyWord,
  PlainWord,
  ResourceWord,
  PropertyWord,
  ForeignLine,
  Newline,
  Semicolon,
  Prompt,
  Output,
  ShellLine,
  CommandToken,
  UnknownCommand,
  Word,
  HardResource,
  HardProperty,
  SoftResource,
  SoftProperty,
  ListWord,
  ComplexWord,
  Quoted,
  Unclosed,
  Equals,
  Comma,
  OpenList,
  CloseList,
  OpenComplex,
  CloseComplex,
  StrayBracket,
];

const TYPE_OF_CLASS: readonly TokenType[] = [Word, HardResource, HardProperty, SoftResource, SoftProperty];

/**
 * The tokens of a text; every character belongs to a token, to a comment or to blanks. `over` says which unclosed
 * quotes take the newline behind them along.
 */
export function tokenize(text: string, dialect: Dialect, over?: (offset: number) => boolean): ILexingResult {
  runsOver = over ?? (() => false);
  const result = lexer.tokenize(text);
  for (const token of result.tokens) classify(token, dialect);
  return result;
}

function classify(token: IToken, dialect: Dialect) {
  const { tokenType } = token;
  if (tokenType !== Word && tokenType !== ComplexWord) return;
  const kind = classOf(dialect, returnless(token.image));
  if (kind === WordClass.Plain) return;
  // Resource types are keywords in TSTATE only.
  const resource = kind === WordClass.Resource || kind === WordClass.SoftResource;
  if (resource && tokenType === ComplexWord) return;
  const type = TYPE_OF_CLASS[kind] as TokenType;
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx as number;
}

/** A word without the carriage return of a CRLF line end. */
export function returnless(image: string): string {
  return image.charCodeAt(image.length - 1) === 0x0d && image.length > 1 ? image.slice(0, -1) : image;
}
