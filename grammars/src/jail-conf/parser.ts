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

const NO_TOKENS: IToken[] = [];
const NO_VALUES: readonly StringNode[] = [];
const NO_STRING: StringNode = { pieces: [], constant: "", start: 0, end: 0 };

/**
 * The grammar of jail.conf(5), made total: every row of tokens has exactly one derivation, and the wrong ones pass
 * through productions that report an error and go on. So the parser never throws, needs one token of lookahead, and
 * recovery is part of the grammar instead of a guess by the toolkit. Braces are matched by a stack in the builder,
 * not by recursion: no text can exhaust the call stack. Source of the language: usr.sbin/jail/jailparse.y.
 *
 * What a rule that is often entered repeats or chooses from is a field: functions and lists that are written in the
 * rule would be made anew each time, which took a third of the time. So what was read of a statement is in fields, too.
 * The functions of the builder are for what is read; while the toolkit records the grammar, nothing is.
 */
class JailConfParser extends EmbeddedActionsParser {
  builder!: Builder;
  /** The statement at hand: its name, `=` or `+=`, and its values; `undefined` where it has become a block. */
  private name!: StringNode;
  private operator: IToken | undefined;
  private values: readonly StringNode[] | undefined = NO_VALUES;
  private statement: ReturnType<Builder["statement"]> | undefined;
  /** The tokens behind the first one of the string at hand. */
  private further: IToken[] = NO_TOKENS;
  /** Whether the statement at hand is broken, so that tokens have to be skipped to find its end. */
  private skipping = false;

  constructor(validate: boolean) {
    super(tokens, { maxLookahead: 1, recoveryEnabled: false, skipValidations: !validate });
    this.performSelfAnalysis();
  }

  readonly section = this.RULE("section", () => {
    this.MANY(this.item);
  });

  private readonly item = () => this.OR(this.items);
  private readonly items = [
    { ALT: () => this.SUBRULE(this.entry) },
    { ALT: () => this.CONSUME(Semicolon) },
    { ALT: () => this.closeJail(this.CONSUME(RCurly)) },
    { ALT: () => this.openJail(undefined, this.CONSUME(LCurly)) },
    { ALT: () => this.SUBRULE(this.stray) },
  ];

  private openJail(name: StringNode | undefined, brace: IToken) {
    if (!this.RECORDING_PHASE) this.builder.openJail(name, brace);
  }

  private closeJail(brace: IToken) {
    if (!this.RECORDING_PHASE) this.builder.closeJail(brace);
  }

  /** What begins with a string: a jail or a statement. */
  private readonly entry = this.RULE("entry", () => {
    this.name = this.SUBRULE(this.string);
    this.operator = undefined;
    this.values = NO_VALUES;
    this.OR(this.behindName);
  });

  private readonly behindName = [
    { ALT: () => this.openJail(this.name, this.CONSUME(LCurly)) },
    { ALT: () => this.SUBRULE(this.assignment) },
    { ALT: () => this.endFlag(this.CONSUME(Semicolon)) },
    { ALT: () => this.SUBRULE(this.juxtaposition) },
    // Taken when nothing above fits: `finish` starts with whatever recovery has to skip.
    { IGNORE_AMBIGUITIES: true, ALT: () => this.SUBRULE(this.finish) },
  ];

  /** A statement that is a name alone. */
  private endFlag(semicolon: IToken) {
    if (this.RECORDING_PHASE) return;
    this.builder.terminate(this.builder.statement(this.name, undefined, NO_VALUES), semicolon);
  }

  /** `name = value` and `name += value`. */
  private readonly assignment = this.RULE("assignment", () => {
    this.operator = this.CONSUME(Assign);
    this.SUBRULE(this.valuesBehind);
    this.SUBRULE(this.finish);
  });

  /** `name value`, legal without `=`; or two words between which `;` was forgotten. */
  private readonly juxtaposition = this.RULE("juxtaposition", () => {
    const { name } = this;
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
                    this.builder.statement(name, undefined, NO_VALUES);
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
                    this.builder.statement(name, undefined, NO_VALUES);
                    this.builder.missingBetween(name, first);
                  }
                });
                this.name = first;
                this.SUBRULE(this.assignment);
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          this.values = this.SUBRULE(this.moreValues, { ARGS: [first] });
          this.SUBRULE(this.finish);
        },
      },
    ]);
  });

  /** The values after an operator; reports a missing one. */
  private readonly valuesBehind = this.RULE("valuesBehind", () => {
    this.MANY(this.secondOperator);
    this.OR2(this.ofValues);
  });

  private readonly secondOperator = () => this.strayInValue(this.OR(this.operators));
  private readonly operators = [{ ALT: () => this.CONSUME(Assign) }, { ALT: () => this.CONSUME(Comma) }];
  private readonly ofValues = [
    {
      ALT: () => {
        const first = this.SUBRULE(this.string);
        this.values = this.SUBRULE(this.moreValues, { ARGS: [first] });
      },
    },
    { ALT: () => this.braceForValue(this.CONSUME(LCurly)) },
    { ALT: () => this.missingValue() },
  ];

  private strayInValue(extra: IToken) {
    if (this.RECORDING_PHASE) return;
    const previous = this.LA(-1);
    this.builder.error(
      "stray-token",
      extra.startOffset,
      endOf(extra),
      `\`${extra.image}\` cannot stand here: a value is expected after \`${previous.image}\`.`,
    );
  }

  /** `name = {` of people who come from another language opens a block; `{word}` there is a placeholder of a template. */
  private braceForValue(brace: IToken) {
    if (this.RECORDING_PHASE) return;
    if (this.isBracedWord(brace)) this.builder.bracedWord(brace);
    else {
      this.builder.openAssigned(this.name, this.operator as IToken, brace);
      this.values = undefined;
    }
  }

  private isBracedWord(brace: IToken): boolean {
    const close = this.LA(2);
    return close.tokenType === RCurly && close.startOffset === endOf(brace) + this.LA(1).image.length;
  }

  private missingValue() {
    const { operator } = this;
    // One that follows another has been reported.
    if (this.RECORDING_PHASE || !operator || this.LA(0) !== operator) return;
    this.builder.error(
      "missing-value",
      operator.startOffset,
      endOf(operator),
      `A value is missing after \`${operator.image}\`; an empty one is written \`""\`.`,
    );
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
  private readonly finish = this.RULE("finish", () => {
    this.makeStatement();
    this.OPTION(this.skippedIfBroken);
    this.OPTION2(this.endOfStatement);
  });

  private makeStatement() {
    if (this.RECORDING_PHASE) return;
    const { name, operator, values, builder } = this;
    const statement = values && builder.statement(name, operator, values);
    const next = this.LA(1);
    this.statement = statement;
    this.skipping =
      statement !== undefined &&
      next.tokenType !== Semicolon &&
      builder.unfinished(statement, next.tokenType === EOF ? undefined : next) === "skip";
  }

  private readonly skippedIfBroken = {
    GATE: () => this.skipping,
    DEF: () => this.SUBRULE(this.skipped),
  };
  private readonly endOfStatement = {
    GATE: () => this.statement !== undefined,
    DEF: () => {
      const semicolon = this.CONSUME(Semicolon);
      if (this.statement) this.builder.terminate(this.statement, semicolon);
    },
  };

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
    this.further = NO_TOKENS;
    this.MANY(this.gluedPiece);
    return this.RECORDING_PHASE ? NO_STRING : this.builder.string(first, this.further);
  });

  private readonly gluedPiece = {
    GATE: () => this.LA(1).startOffset === endOf(this.LA(0)),
    DEF: () => {
      const piece = this.CONSUME2(StringPiece);
      if (this.further === NO_TOKENS) this.further = [piece];
      else this.further.push(piece);
    },
  };
}

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
