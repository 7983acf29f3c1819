import { EmbeddedActionsParser, EOF, type IToken } from "chevrotain";
import { type Builder, endOf, Builder as TreeBuilder, type Unmatched } from "./builder.ts";
import {
  AnyToken,
  Assign,
  Comma,
  LCurly,
  RCurly,
  Semicolon,
  StringPiece,
  tokenize,
  tokens,
  UnterminatedComment,
} from "./lexer.ts";
import type { Comment, Item, StringNode, SyntaxProblem } from "./tree.ts";

/**
 * The grammar of jail.conf(5), made total: every row of tokens has exactly one derivation, and the wrong ones pass
 * through productions that report an error and go on. So the parser never throws, needs one token of lookahead, and
 * recovery is part of the grammar instead of a guess by the toolkit. Braces are matched by a stack in the builder,
 * not by recursion: no text can exhaust the call stack. Source of the language: usr.sbin/jail/jailparse.y.
 */
class JailConfParser extends EmbeddedActionsParser {
  builder!: Builder;
  /** Whether the statement at hand is broken, so that tokens have to be skipped to find its end. */
  private skipping = false;

  constructor(validate: boolean) {
    super(tokens, { maxLookahead: 1, recoveryEnabled: false, skipValidations: !validate });
    this.performSelfAnalysis();
  }

  readonly section = this.RULE("section", () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.entry) },
        { ALT: () => this.CONSUME(Semicolon) },
        {
          ALT: () => {
            const brace = this.CONSUME(RCurly);
            this.ACTION(() => this.builder.closeJail(brace));
          },
        },
        {
          ALT: () => {
            const brace = this.CONSUME(LCurly);
            this.ACTION(() => this.builder.openJail(undefined, brace));
          },
        },
        { ALT: () => this.SUBRULE(this.stray) },
      ]);
    });
  });

  /** What begins with a string: a jail or a statement. */
  private readonly entry = this.RULE("entry", () => {
    const name = this.SUBRULE(this.string);
    this.SUBRULE(this.afterName, { ARGS: [name] });
  });

  private readonly afterName = this.RULE("afterName", (name: StringNode) => {
    this.OR([
      {
        ALT: () => {
          const brace = this.CONSUME(LCurly);
          this.ACTION(() => this.builder.openJail(name, brace));
        },
      },
      { ALT: () => this.SUBRULE(this.assignment, { ARGS: [name] }) },
      {
        ALT: () => {
          const semicolon = this.CONSUME(Semicolon);
          this.ACTION(() => this.builder.terminate(this.builder.statement(name, undefined, []), semicolon));
        },
      },
      { ALT: () => this.SUBRULE(this.juxtaposition, { ARGS: [name] }) },
      {
        // Taken when nothing above fits: `finish` starts with whatever recovery has to skip.
        IGNORE_AMBIGUITIES: true,
        ALT: () => this.SUBRULE(this.finish, { ARGS: [name, undefined, []] }),
      },
    ]);
  });

  /** `name = value` and `name += value`. */
  private readonly assignment = this.RULE("assignment", (name: StringNode) => {
    const operator = this.CONSUME(Assign);
    const values = this.SUBRULE(this.values, { ARGS: [operator, name] });
    this.SUBRULE(this.finish, { ARGS: [name, operator, values] });
  });

  /** `name value`, legal without `=`; or two words between which `;` was forgotten. */
  private readonly juxtaposition = this.RULE("juxtaposition", (name: StringNode) => {
    const first = this.SUBRULE(this.string);
    this.OR([
      {
        GATE: () => this.LA(1).tokenType !== LCurly || this.LA(1).startOffset > first.end,
        ALT: () => {
          this.OR2([
            {
              ALT: () => {
                const brace = this.CONSUME(LCurly);
                this.ACTION(() => {
                  if (!this.builder.wordBeforeName(name, first)) {
                    this.builder.statement(name, undefined, []);
                    this.builder.missingBetween(name, first);
                  }
                  this.builder.openJail(first, brace);
                });
              },
            },
            {
              ALT: () => {
                this.ACTION(() => {
                  if (this.builder.looksLikeHeader(name, first)) this.builder.openWithoutBrace(name);
                  else {
                    this.builder.statement(name, undefined, []);
                    this.builder.missingBetween(name, first);
                  }
                });
                this.SUBRULE(this.assignment, { ARGS: [first] });
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          const values = this.SUBRULE(this.moreValues, { ARGS: [first] });
          this.SUBRULE(this.finish, { ARGS: [name, undefined, values] });
        },
      },
    ]);
  });

  /**
   * The values after an operator; reports a missing one. `undefined` for the `name = {` of people who come from
   * another language: it opens a block.
   */
  private readonly values = this.RULE(
    "values",
    (operator: IToken, name: StringNode): StringNode[] | undefined => {
      let previous = operator;
      this.MANY(() => {
        const extra = this.OR([{ ALT: () => this.CONSUME(Assign) }, { ALT: () => this.CONSUME(Comma) }]);
        this.ACTION(() => {
          this.builder.error(
            "stray-token",
            extra.startOffset,
            endOf(extra),
            `\`${extra.image}\` cannot stand here: a value is expected after \`${previous.image}\`.`,
          );
          previous = extra;
        });
      });
      return this.OR2([
        {
          ALT: () => {
            const first = this.SUBRULE(this.string);
            return this.SUBRULE(this.moreValues, { ARGS: [first] });
          },
        },
        {
          ALT: () => {
            const brace = this.CONSUME(LCurly);
            return this.ACTION(() => {
              if (!this.isBracedWord(brace)) {
                this.builder.openAssigned(name, operator, brace);
                return undefined;
              }
              this.builder.bracedWord(brace);
              return [];
            });
          },
        },
        {
          ALT: () => {
            this.ACTION(() => {
              if (previous === operator)
                this.builder.error(
                  "missing-value",
                  operator.startOffset,
                  endOf(operator),
                  `A value is missing after \`${operator.image}\`; an empty one is written \`""\`.`,
                );
            });
            return [];
          },
        },
      ]);
    },
  );

  /** `{word}` behind an operator: a placeholder of some template, and no block. */
  private isBracedWord(brace: IToken): boolean {
    const close = this.LA(2);
    return close.tokenType === RCurly && close.startOffset === endOf(brace) + this.LA(1).image.length;
  }

  private readonly moreValues = this.RULE("moreValues", (first: StringNode): StringNode[] => {
    const values = [first];
    this.MANY(() => {
      const comma = this.CONSUME(Comma);
      this.OR([
        {
          ALT: () => {
            const value = this.SUBRULE(this.string);
            this.ACTION(() => values.push(value));
          },
        },
        {
          ALT: () =>
            this.ACTION(() =>
              this.builder.error(
                "trailing-comma",
                comma.startOffset,
                endOf(comma),
                "A value is missing after this comma.",
              ),
            ),
        },
      ]);
    });
    return values;
  });

  /** The `;` of a statement; without it, the error and whatever must be skipped to find the next statement. */
  private readonly finish = this.RULE(
    "finish",
    (name: StringNode, operator: IToken | undefined, values: readonly StringNode[] | undefined) => {
      const statement = this.ACTION(() => values && this.builder.statement(name, operator, values));
      this.ACTION(() => {
        const next = this.LA(1);
        this.skipping =
          statement !== undefined &&
          next.tokenType !== Semicolon &&
          this.builder.unfinished(statement, next.tokenType === EOF ? undefined : next) === "skip";
      });
      this.OPTION({ GATE: () => this.skipping, DEF: () => this.SUBRULE(this.skipped) });
      this.OPTION2({
        GATE: () => statement !== undefined,
        DEF: () => {
          const semicolon = this.CONSUME(Semicolon);
          this.ACTION(() => statement && this.builder.terminate(statement, semicolon));
        },
      });
    },
  );

  /** Tokens that belong to a broken statement: up to its `;`, the `}` of its block or the end of the line. */
  private readonly skipped = this.RULE("skipped", () => {
    let braces = 0;
    this.AT_LEAST_ONE({
      GATE: () => {
        const next = this.LA(1);
        const previous = this.LA(0);
        if (next.tokenType === Semicolon || next.tokenType === EOF) return false;
        return this.builder.skips(previous, next, braces);
      },
      DEF: () => {
        const token = this.CONSUME(AnyToken);
        this.ACTION(() => {
          if (token.tokenType === LCurly) braces++;
          if (token.tokenType === RCurly) braces--;
        });
      },
    });
  });

  /** An operator or comma where a statement should begin. */
  private readonly stray = this.RULE("stray", () => {
    const token = this.OR([{ ALT: () => this.CONSUME(Assign) }, { ALT: () => this.CONSUME(Comma) }]);
    this.ACTION(() =>
      this.builder.error(
        "stray-token",
        token.startOffset,
        endOf(token),
        `\`${token.image}\` cannot begin a statement: a name is missing before it.`,
      ),
    );
    this.OPTION({
      GATE: () => {
        const next = this.LA(1);
        return next.tokenType !== Semicolon && next.tokenType !== EOF && this.builder.skips(token, next, 0);
      },
      DEF: () => this.SUBRULE(this.skipped),
    });
  });

  /** One string: pieces with nothing in between. */
  private readonly string = this.RULE("string", (): StringNode => {
    const first = this.CONSUME(StringPiece);
    let further: IToken[] = NONE;
    this.MANY({
      GATE: () => this.LA(1).startOffset === endOf(this.LA(0)),
      DEF: () => {
        const piece = this.CONSUME2(StringPiece);
        this.ACTION(() => {
          if (further === NONE) further = [piece];
          else further.push(piece);
        });
      },
    });
    return this.ACTION(() => this.builder.string(first, further));
  });
}

const NONE: IToken[] = [];

/** What one parse of a stretch of text gives; offsets count from its start. */
export interface Parsed extends Unmatched {
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
  readonly errors: readonly SyntaxProblem[];
  /** Offsets of strings that look as if they had swallowed the text up to the next quote. */
  readonly suspects: readonly number[];
}

let parser: JailConfParser | undefined;

/** Builds a parser with the toolkit's own checks of the grammar switched on: for a test, they cost time at start. */
export function validateGrammar(): void {
  new JailConfParser(true);
}

/**
 * Parses a stretch of jail.conf(5) that begins outside of quotes and comments. Never throws, for any text. The quotes
 * at the offsets in `unclosed` are read as if they had no partner (see `sections.ts`).
 */
export function parse(text: string, unclosed?: ReadonlySet<number>): Parsed {
  parser ??= new JailConfParser(false);
  const { tokens: input, groups } = tokenize(text, unclosed);
  const commentTokens = groups["comments"] ?? [];
  const comments: Comment[] = [];
  const starts = new Set<number>();
  let unterminated: IToken | undefined;
  for (const token of commentTokens) {
    const start = token.startOffset;
    starts.add(start);
    const end = token.image.endsWith("\r") ? endOf(token) - 1 : endOf(token);
    comments.push({ start, end, block: token.image.startsWith("/*") });
    if (token.tokenType === UnterminatedComment) unterminated = token;
  }
  const builder = new TreeBuilder(text, starts, unterminated !== undefined);
  parser.builder = builder;
  parser.input = input;
  parser.section();
  const unmatched = builder.finish();
  const errors = builder.errors;
  if (unterminated) {
    const { startOffset } = unterminated;
    errors.push({
      kind: "unterminated-comment",
      start: startOffset,
      end: startOffset + 2,
      message: "This comment is not closed: `*/` is missing, and all that follows is lost in it.",
      noticedAt: text.length,
    });
  }
  errors.sort((a, b) => a.start - b.start);
  return { items: builder.items, comments, errors, suspects: builder.suspects, ...unmatched };
}
