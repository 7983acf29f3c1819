import { EmbeddedActionsParser, type IToken } from "chevrotain";
import { type Builder, Builder as TreeBuilder } from "./builder.ts";
import type { Dialect } from "./dialect.ts";
import {
  AnyCommand,
  AnyWord,
  CloseComplex,
  CloseList,
  Comma,
  Equals,
  ForeignLine,
  OpenComplex,
  OpenList,
  Prompt,
  StrayBracket,
  Terminator,
  tokenize,
  vocabulary,
} from "./lexer.ts";
import type { Part } from "./parts.ts";
import type { Parsed } from "./tree.ts";

/**
 * The grammar of zonecfg(8)'s command language, made total: every row of tokens has exactly one derivation, so the
 * parser never throws and looks one token ahead. It knows commands, words and brackets; which words a command takes is
 * a table that depends on the platform (`shape.ts`), as in the real grammar only the names of keywords differ.
 * Source of the language: usr/src/cmd/zonecfg/zonecfg_grammar.y.
 */
class ZonecfgParser extends EmbeddedActionsParser {
  builder!: Builder;

  constructor(validate: boolean) {
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false, skipValidations: !validate });
    this.performSelfAnalysis();
  }

  readonly section = this.RULE("section", () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.command) },
        {
          ALT: () => {
            const token = this.CONSUME(Terminator);
            this.ACTION(() => this.builder.terminate(token));
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(Prompt);
            this.ACTION(() => this.builder.prompt(token));
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(ForeignLine);
            this.ACTION(() => this.builder.foreign(token));
          },
        },
      ]);
    });
  });

  private readonly command = this.RULE("command", () => {
    const word = this.CONSUME(AnyCommand);
    const parts: Part[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(AnyWord);
            this.ACTION(() => this.builder.word(parts, token));
          },
        },
        { ALT: () => parts.push(this.SUBRULE(this.list)) },
        { ALT: () => parts.push(this.SUBRULE(this.complex)) },
        { ALT: () => this.mark(parts, this.CONSUME(Equals)) },
        { ALT: () => this.mark(parts, this.CONSUME(Comma)) },
        { ALT: () => this.mark(parts, this.CONSUME(StrayBracket)) },
        // Brackets that close what their mode does not know cannot come, but the grammar is total without that proof.
        { ALT: () => this.mark(parts, this.CONSUME(CloseList)) },
        { ALT: () => this.mark(parts, this.CONSUME(CloseComplex)) },
      ]);
    });
    this.ACTION(() => this.builder.command(word, parts));
  });

  private readonly list = this.RULE("list", () => {
    const open = this.CONSUME(OpenList);
    const parts: Part[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(AnyWord);
            this.ACTION(() => this.builder.word(parts, token));
          },
        },
        { ALT: () => this.mark(parts, this.CONSUME(Comma)) },
        { ALT: () => this.mark(parts, this.CONSUME(Equals)) },
        { ALT: () => parts.push(this.SUBRULE(this.complex)) },
        { ALT: () => this.mark(parts, this.CONSUME(StrayBracket)) },
      ]);
    });
    const close = this.OPTION(() => this.CONSUME(CloseList));
    return this.ACTION(() => bracketed("list", open, parts, close));
  });

  private readonly complex = this.RULE("complex", () => {
    const open = this.CONSUME(OpenComplex);
    const parts: Part[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(AnyWord);
            this.ACTION(() => this.builder.word(parts, token));
          },
        },
        { ALT: () => this.mark(parts, this.CONSUME(Comma)) },
        { ALT: () => this.mark(parts, this.CONSUME(Equals)) },
        { ALT: () => this.mark(parts, this.CONSUME(StrayBracket)) },
      ]);
    });
    const close = this.OPTION(() => this.CONSUME(CloseComplex));
    return this.ACTION(() => bracketed("complex", open, parts, close));
  });

  private mark(parts: Part[], token: IToken) {
    this.ACTION(() =>
      parts.push({
        kind: "mark",
        text: token.image,
        start: token.startOffset,
        end: token.startOffset + token.image.length,
      }),
    );
  }
}

function bracketed(
  kind: "list" | "complex",
  open: IToken,
  parts: readonly Part[],
  close: IToken | undefined,
): Part {
  const end = close ? close.startOffset + 1 : (parts.at(-1)?.end ?? open.startOffset + 1);
  return { kind, parts, close: close?.startOffset, start: open.startOffset, end };
}

let parser: ZonecfgParser | undefined;

/**
 * Parses a stretch of a document. `over` says which unclosed quotes take the newline behind them along, as the real
 * scanner does where that leads to a command that it takes. Never throws.
 */
export function parse(text: string, dialect: Dialect, over?: (offset: number) => boolean): Parsed {
  parser ??= new ZonecfgParser(false);
  const { tokens, groups } = tokenize(text, over);
  const builder = new TreeBuilder(text, dialect);
  parser.builder = builder;
  parser.input = tokens;
  parser.section();
  return builder.finish(groups["comments"] ?? []);
}

/** Has the toolkit check the grammar for ambiguities; throws if there are any. For tests. */
export function validateGrammar(): void {
  new ZonecfgParser(true);
}
