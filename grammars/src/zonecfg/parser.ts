import { EmbeddedActionsParser } from "chevrotain";
import { Builder } from "./builder.ts";
import { any, type Dialect } from "./dialect.ts";
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
import type { Parsed } from "./tree.ts";

/**
 * The grammar of zonecfg(8)'s command language, made total: every row of tokens has exactly one derivation, so the
 * parser never throws and looks one token ahead. It knows commands, words and brackets; which words a command takes is
 * a table that depends on the platform (`shape.ts`), as in the real grammar only the names of keywords differ.
 *
 * What a rule repeats or chooses from is a field: a function or list that is written in the rule would be made anew
 * each time that the rule is entered, which took a third of the time. So what was read is kept by the builder.
 * Source of the language: usr/src/cmd/zonecfg/zonecfg_grammar.y.
 */
class ZonecfgParser extends EmbeddedActionsParser {
  /** While the toolkit records the grammar, nobody's. */
  builder: Builder;

  constructor(validate: boolean, builder: Builder) {
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false, skipValidations: !validate });
    this.builder = builder;
    this.performSelfAnalysis();
  }

  readonly section = this.RULE("section", () => {
    this.MANY(this.line);
  });

  private readonly line = () => this.OR(this.lines);
  private readonly lines = [
    { ALT: () => this.SUBRULE(this.command) },
    { ALT: () => this.builder.terminate(this.CONSUME(Terminator)) },
    { ALT: () => this.builder.prompt(this.CONSUME(Prompt)) },
    { ALT: () => this.builder.foreign(this.CONSUME(ForeignLine)) },
  ];

  private readonly command = this.RULE("command", () => {
    const word = this.CONSUME(AnyCommand);
    this.MANY(this.argument);
    this.ACTION(() => this.builder.command(word));
  });

  private readonly argument = () => this.OR(this.ofCommand);
  private readonly ofCommand = [
    { ALT: () => this.builder.word(this.CONSUME(AnyWord)) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.complex) },
    { ALT: () => this.builder.mark(this.CONSUME(Equals)) },
    { ALT: () => this.builder.mark(this.CONSUME(Comma)) },
    { ALT: () => this.builder.mark(this.CONSUME(StrayBracket)) },
    // Brackets that close what their mode does not know cannot come, but the grammar is total without that proof.
    { ALT: () => this.builder.mark(this.CONSUME(CloseList)) },
    { ALT: () => this.builder.mark(this.CONSUME(CloseComplex)) },
  ];

  private readonly list = this.RULE("list", () => {
    this.builder.openBracket(this.CONSUME(OpenList));
    this.MANY(this.element);
    this.builder.closeBracket("list", this.OPTION(this.endOfList));
  });

  private readonly endOfList = () => this.CONSUME(CloseList);
  private readonly element = () => this.OR(this.ofList);
  private readonly ofList = [
    { ALT: () => this.builder.word(this.CONSUME(AnyWord)) },
    { ALT: () => this.builder.mark(this.CONSUME(Comma)) },
    { ALT: () => this.builder.mark(this.CONSUME(Equals)) },
    { ALT: () => this.SUBRULE(this.complex) },
    { ALT: () => this.builder.mark(this.CONSUME(StrayBracket)) },
  ];

  private readonly complex = this.RULE("complex", () => {
    this.builder.openBracket(this.CONSUME(OpenComplex));
    this.MANY(this.member);
    this.builder.closeBracket("complex", this.OPTION(this.endOfComplex));
  });

  private readonly endOfComplex = () => this.CONSUME(CloseComplex);
  private readonly member = () => this.OR(this.ofComplex);
  private readonly ofComplex = [
    { ALT: () => this.builder.word(this.CONSUME(AnyWord)) },
    { ALT: () => this.builder.mark(this.CONSUME(Comma)) },
    { ALT: () => this.builder.mark(this.CONSUME(Equals)) },
    { ALT: () => this.builder.mark(this.CONSUME(StrayBracket)) },
  ];
}

let parser: ZonecfgParser | undefined;

/**
 * Parses a stretch of a document. `over` says which unclosed quotes take the newline behind them along, as the real
 * scanner does where that leads to a command that it takes. Never throws.
 */
export function parse(text: string, dialect: Dialect, over?: (offset: number) => boolean): Parsed {
  const builder = new Builder(text, dialect);
  parser ??= new ZonecfgParser(false, new Builder("", dialect));
  const { tokens, groups } = tokenize(text, over);
  parser.builder = builder;
  parser.input = tokens;
  parser.section();
  return builder.finish(groups["comments"] ?? []);
}

/** Has the toolkit check the grammar for ambiguities; throws if there are any. For tests. */
export function validateGrammar(): void {
  new ZonecfgParser(true, new Builder("", any));
}
