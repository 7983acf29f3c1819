import { createToken, type ILexingResult, Lexer, type TokenType } from "chevrotain";

/**
 * Tokens of the command language of zonecfg(8). The modes are the start conditions of the real scanner: `start` is
 * INITIAL, `words` TSTATE, `list` LSTATE and `complex` CSTATE. Keywords are no tokens of their own: what a word is
 * depends on the dialect, and is looked up by whoever reads the tokens. Source: usr/src/cmd/zonecfg/zonecfg_lex.l.
 */

const category = (name: string, ...categories: TokenType[]) =>
  createToken({ name, pattern: Lexer.NA, categories });

/** All that may follow a command word on its line. */
export const AnyPart = category("AnyPart");
/** Newline and `;`. */
export const Terminator = category("Terminator");
/** A command word and what stands in the place of one. */
export const AnyCommand = category("AnyCommand");
/** What can be a simple value: any word, quoted or not. */
export const AnyWord = category("AnyWord", AnyPart);
/** Lines that are no commands: a shell's, or the output of an interactive session. */
export const ForeignLine = category("ForeignLine");

const whiteSpace = createToken({ name: "WhiteSpace", pattern: /[ \t]+/, group: Lexer.SKIPPED });
const comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments" });

// Modes are pushed only, for the toolkit cannot replace the last one on its stack; a section is short enough for that.
const start = { push_mode: "start" } as const;
const words = { push_mode: "words" } as const;
const list = { push_mode: "list" } as const;

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
  pattern: /[\x00-\x08\x0b-\x1f!"$-:<-\uffff][^ \t\n;]*/,
  categories: [AnyCommand],
  line_breaks: false,
  ...words,
});

export const Word = createToken({
  name: "Word",
  pattern: /[\x00-\x08\x0b-\x1f!#-'*-:<>-Z\\^-\uffff]+/,
  categories: [AnyWord],
});
export const ListWord = createToken({
  name: "ListWord",
  pattern: /[\x00-\x08\x0b-\x1f!#-'*+\--:<>-Z\\^-\uffff]+/,
  categories: [AnyWord],
});
const ComplexWord = createToken({
  name: "ComplexWord",
  pattern: /[\x00-\x08\x0b-\x1f!#-'*+\--:<>-\uffff]+/,
  categories: [AnyWord],
});

export const Quoted = createToken({ name: "Quoted", pattern: /"[^"\n]*"/, categories: [AnyWord] });

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
  categories: [AnyWord],
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

/** Made at the first use: it takes milliseconds, and most editors open one language only. */
let lexer: Lexer | undefined;

const createLexer = () =>
  new Lexer(
    {
      modes: {
        start: [...ends, comment, CommandToken, Prompt, ShellLine, Output, UnknownCommand],
        words: [...ends, Word, Quoted, Unclosed, Equals, OpenList, OpenComplex, StrayBracket],
        list: [...ends, ListWord, Quoted, Unclosed, Comma, Equals, CloseList, OpenComplex, StrayBracket],
        complex: [...ends, ComplexWord, Quoted, Unclosed, Comma, Equals, CloseComplex, StrayBracket],
      },
      defaultMode: "start",
    },
    { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true },
  );

/** All types that the parser may meet. */
export const vocabulary: TokenType[] = [
  AnyPart,
  Terminator,
  AnyCommand,
  AnyWord,
  ForeignLine,
  Newline,
  Semicolon,
  Prompt,
  Output,
  ShellLine,
  CommandToken,
  UnknownCommand,
  Word,
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

/**
 * The tokens of a text; every character belongs to a token, to a comment or to blanks. `over` says which unclosed
 * quotes take the newline behind them along.
 */
export function tokenize(text: string, over: (offset: number) => boolean = () => false): ILexingResult {
  runsOver = over;
  lexer ??= createLexer();
  return lexer.tokenize(text);
}
