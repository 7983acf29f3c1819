import type { IToken } from "chevrotain";
import { DoubleQuoted, isSingleScannerToken, LCurly, RCurly, SingleQuoted } from "./lexer.ts";
import { piecesOf, plainString, stringOf } from "./strings.ts";
import type { Item, JailBlock, Operator, Piece, Statement, StringNode, SyntaxProblem } from "./tree.ts";

/** A block whose `}` has not come yet. */
interface OpenBlock {
  readonly name: StringNode | undefined;
  readonly start: number;
  readonly open: number;
  readonly items: Item[];
}

/** A `}` with no block around it, or a block without its `}`: what a section leaves to the document to match up. */
export interface Unmatched {
  /** Offsets of `}` that close nothing in this section. */
  readonly closes: readonly number[];
  /** Blocks that are still open at the end, the outermost first. */
  readonly opens: readonly JailBlock[];
}

/**
 * Deeper blocks than this are refused: the dotted name of such a jail is longer than the 255 bytes that the kernel
 * takes (sys/kern/kern_jail.c, MAXHOSTNAMELEN), and every reader of the tree may recurse over it.
 */
const MAX_DEPTH = 128;

/** What stands in the way between a value and the end of its statement. */
export type Obstacle = "none" | "skip";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Builds the tree of one section while the parser runs, and decides where an error belongs. */
export class Builder {
  readonly items: Item[] = [];
  readonly errors: SyntaxProblem[] = [];
  readonly suspects: number[] = [];
  private readonly stack: OpenBlock[] = [];
  private readonly closes: number[] = [];
  private readonly text: string;
  private readonly commentStarts: ReadonlySet<number>;
  /** True once the rest of the text is known to be lost in a comment: what is missing then is no second mistake. */
  private readonly truncated: boolean;

  constructor(text: string, commentStarts: ReadonlySet<number>, truncated: boolean) {
    this.text = text;
    this.commentStarts = commentStarts;
    this.truncated = truncated;
  }

  get depth(): number {
    return this.stack.length;
  }

  error(
    kind: SyntaxProblem["kind"],
    start: number,
    end: number,
    message: string,
    related?: SyntaxProblem["related"],
  ) {
    this.errors.push({ kind, start, end, message, ...(related && { related }) });
  }

  /** A string from its tokens; reports at most one error for it. */
  string(first: IToken, further: readonly IToken[]): StringNode {
    if (further.length === 0 && !first.image.includes("\n")) {
      const plain = plainString(first);
      if (plain) return plain;
    }
    const tokens = [first, ...further];
    let reported = false;
    const pieces: Piece[] = [];
    for (const token of tokens) {
      if (token.image.includes("\n") && this.looksSwallowed(token)) this.suspects.push(token.startOffset);
      const ofToken = piecesOf(token, (error) => {
        if (!reported) this.errors.push(error);
        reported = true;
      });
      for (const piece of ofToken) pieces.push(piece);
    }
    return stringOf(pieces, first.startOffset, endOf(tokens.at(-1) ?? first));
  }

  /** A string over several lines with a statement's end in it, and not itself at the end of a value. */
  private looksSwallowed(token: IToken): boolean {
    if (token.tokenType !== SingleQuoted && token.tokenType !== DoubleQuoted) return false;
    return /;[ \t]*(?:#[^\n]*)?\r?\n/.test(token.image) && !/^\s*[;,}]/.test(this.text.slice(endOf(token)));
  }

  private add(item: Item) {
    (this.stack.at(-1)?.items ?? this.items).push(item);
  }

  openJail(name: StringNode | undefined, brace: IToken) {
    if (name) this.checkName(name, "jail-name");
    else
      this.error(
        "missing-name",
        brace.startOffset,
        brace.startOffset + 1,
        "A jail needs a name before its `{`.",
      );
    if (this.stack.length === MAX_DEPTH)
      this.error(
        "stray-brace",
        brace.startOffset,
        brace.startOffset + 1,
        `Jails are nested more than ${MAX_DEPTH} deep.`,
      );
    const start = name?.start ?? brace.startOffset;
    if (this.stack.length < MAX_DEPTH) this.stack.push({ name, start, open: brace.startOffset, items: [] });
  }

  /** `name = {`: a block all the same, with one error. */
  openAssigned(name: StringNode, operator: IToken, brace: IToken) {
    const message = `A jail is written without \`${operator.image}\` before its \`{\`.`;
    this.error("equals-before-brace", operator.startOffset, endOf(operator), message);
    this.openJail(name, brace);
  }

  bracedWord(brace: IToken) {
    const end = this.statementEnd(brace.startOffset);
    this.error("unquoted-value", brace.startOffset, end, "Text with `{` in it must be quoted.");
  }

  closeJail(brace: IToken) {
    const block = this.stack.pop();
    if (!block) {
      this.closes.push(brace.startOffset);
      return;
    }
    this.add({ kind: "jail", ...block, close: brace.startOffset, end: brace.startOffset + 1 });
  }

  /** Ends the section: whatever is open gets its place in the tree, without a `}`. */
  finish(): Unmatched {
    const opens: JailBlock[] = [];
    for (let block = this.stack.pop(); block; block = this.stack.pop()) {
      const end = block.items.at(-1)?.end ?? block.open + 1;
      const jail: JailBlock = { kind: "jail", ...block, close: undefined, end };
      if (!this.truncated) opens.unshift(jail);
      this.add(jail);
    }
    return { closes: this.closes, opens };
  }

  statement(
    name: StringNode,
    operator: IToken | undefined,
    values: readonly StringNode[],
  ): Mutable<Statement> {
    this.checkName(name, "parameter-name");
    const statement: Mutable<Statement> = {
      kind: "statement",
      name,
      operator: operator?.image as Operator | undefined,
      operatorStart: operator?.startOffset,
      values,
      terminator: undefined,
      broken: false,
      start: name.start,
      end: values.at(-1)?.end ?? (operator ? endOf(operator) : name.end),
    };
    this.add(statement);
    return statement;
  }

  terminate(statement: Mutable<Statement>, semicolon: IToken) {
    statement.terminator = semicolon.startOffset;
    statement.end = semicolon.startOffset + 1;
  }

  /** A name is exactly one token of the scanner; `$x` is a name only for a parameter. Source: jailparse.y. */
  private checkName(name: StringNode, kind: "jail-name" | "parameter-name"): void {
    if (this.hasErrorIn(name)) return;
    const piece = name.pieces[0] as Piece;
    const raw = this.text.slice(name.start, name.end);
    const single =
      name.pieces.length === 1 &&
      (piece.kind === "variable" ? kind === "parameter-name" : isSingleScannerToken(raw));
    if (single) return;
    const what = kind === "jail-name" ? "jail name" : "parameter name";
    const variable = name.pieces.some((p) => p.kind === "variable");
    const message = variable
      ? `A ${what} cannot contain a variable.`
      : `This ${what} is not one plain word; put it in quotes: ${JSON.stringify(raw.replaceAll(/["']/g, ""))}.`;
    this.error(kind, name.start, name.end, message);
  }

  hasErrorIn(range: { start: number; end: number }): boolean {
    for (let i = this.errors.length - 1; i >= 0; i--) {
      const error = this.errors[i] as SyntaxProblem;
      if (error.start < range.end && error.end > range.start) return true;
      if (error.end < range.start) return false;
    }
    return false;
  }

  /**
   * A statement that should end here but does not: says what is wrong where a person would look, and whether the rest
   * of it has to be skipped.
   */
  unfinished(statement: Mutable<Statement>, next: IToken | undefined): Obstacle {
    const previous = statement.end;
    const last = statement.values.at(-1) ?? statement.name;
    if (this.hasErrorFrom(statement.start)) {
      statement.broken = true;
      if (this.swallowedBrace(last)) this.closeSwallowed();
      return !next || next.tokenType === RCurly || this.newLineBetween(previous, next.startOffset)
        ? "none"
        : "skip";
    }
    if (this.commentStarts.has(previous)) {
      if (!(this.truncated && !next)) {
        const lineEnd = this.lineEnd(previous);
        this.error(
          "comment-in-value",
          previous,
          lineEnd,
          "A comment starts here, in the middle of the text, and takes the `;` with it. Put the text in quotes.",
        );
      }
      return "none";
    }
    if (!next) {
      if (!this.truncated) this.missingSemicolon(last, this.text.trimEnd().length);
      return "none";
    }
    const at = next.startOffset;
    if (next.tokenType === RCurly || this.newLineBetween(previous, at)) {
      this.missingSemicolon(last, at, endOf(next));
      return "none";
    }
    statement.broken = true;
    const adjacent = at === previous;
    if (next.tokenType === LCurly && !adjacent) {
      this.error("stray-token", at, at + 1, "A block cannot follow a value; is `;` missing before it?");
      return "none";
    }
    const lineEnd = this.statementEnd(at);
    this.error(
      "unquoted-value",
      last.start,
      Math.max(lineEnd, endOf(next)),
      this.unquotedMessage(statement, next, adjacent),
    );
    return "skip";
  }

  private unquotedMessage(statement: Statement, next: IToken, adjacent: boolean): string {
    const quoted = next.image.charAt(0) === '"' || next.image.charAt(0) === "'";
    if (adjacent) return `Text with \`${next.image}\` in it must be quoted.`;
    if (quoted)
      return "Two strings side by side are not joined: separate them by a comma, or put all in one string.";
    return statement.operator || statement.values.length > 0
      ? "A value with blanks in it must be quoted; the values of a list are separated by commas."
      : "`;` is missing before this.";
  }

  /**
   * `;` is missing after `last`. It is reported at the end of that text; only where the next token (the place that
   * jail(8) names) is more than a line away it is reported there, so that both agree within a line.
   */
  private missingSemicolon(last: StringNode, next: number, nextEnd = next) {
    const message = "`;` is missing here.";
    if (this.lineBreaks(last.end, next) <= 1) {
      this.error("missing-semicolon", last.end - 1, last.end, message);
      return;
    }
    this.error("missing-semicolon", next, Math.max(nextEnd, next + 1), "`;` is missing before this.", {
      start: last.end - 1,
      end: last.end,
      message: "It belongs here.",
    });
  }

  /** A bare word, and behind it `word =` or `word {`: the semicolon between the two is missing. */
  missingBetween(name: StringNode, next: StringNode) {
    if (this.hasErrorIn(name)) return;
    this.missingSemicolon(name, next.start, next.end);
  }

  /** A word, and on the same line the name of a jail: it belongs to no statement, and is reported. */
  wordBeforeName(word: StringNode, name: StringNode): boolean {
    if (this.lineBreaks(word.end, name.start) > 0 || this.hasErrorIn(word)) return false;
    const text = this.text.slice(word.start, word.end);
    this.error(
      "jail-name",
      word.start,
      name.start,
      `Before \`{\` stands the name of the jail alone: \`${text}\` is too much here, or lacks its \`;\`.`,
    );
    return true;
  }

  /** A bare word, and on the next line, indented, an assignment: the word was meant as the head of a block. */
  looksLikeHeader(name: StringNode, next: StringNode): boolean {
    if (this.depth > 0 || this.lineBreaks(name.end, next.start) !== 1) return false;
    return this.indentation(next.start) > this.indentation(name.start);
  }

  openWithoutBrace(name: StringNode) {
    this.error("missing-brace", name.start, name.end, "`{` is missing after this name.");
    this.stack.push({ name, start: name.start, open: name.end, items: [] });
  }

  private indentation(offset: number): number {
    const line = this.text.lastIndexOf("\n", offset - 1) + 1;
    return offset - line;
  }

  /** Whether the statement that begins at `start` has an error already; a `;` missed before it is not its own. */
  private hasErrorFrom(start: number): boolean {
    const last = this.errors.at(-1);
    return last !== undefined && last.end > start && last.kind !== "missing-semicolon";
  }

  /** Whether the line that an unclosed quote lost had the `}` of the block on it. */
  private swallowedBrace(last: StringNode): boolean {
    const raw = this.text.slice(last.start, last.end);
    return this.stack.length > 0 && /["'][^\n]*;\s*\}\s*$/.test(raw) && raw.at(-1) === "}";
  }

  private closeSwallowed() {
    const block = this.stack.pop();
    if (block)
      this.add({ kind: "jail", ...block, close: undefined, end: block.items.at(-1)?.end ?? block.open + 1 });
  }

  private newLineBetween(from: number, to: number): boolean {
    const at = this.text.indexOf("\n", from);
    return at >= 0 && at < to;
  }

  private lineBreaks(from: number, to: number): number {
    let count = 0;
    for (let at = this.text.indexOf("\n", from); at >= 0 && at < to; at = this.text.indexOf("\n", at + 1))
      count++;
    return count;
  }

  private lineEnd(from: number): number {
    const at = this.text.indexOf("\n", from);
    const end = at < 0 ? this.text.length : at;
    return this.text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
  }

  /** The end of what should be in quotes: up to `;` or the end of the line. */
  private statementEnd(from: number): number {
    const line = this.lineEnd(from);
    const semicolon = this.text.indexOf(";", from);
    return semicolon >= 0 && semicolon < line ? semicolon : line;
  }

  /** Whether recovery goes on skipping at `next`, the token after `previous`. */
  skips(previous: IToken, next: IToken, braces: number): boolean {
    if (next.tokenType === RCurly) return braces > 0;
    return !this.newLineBetween(endOf(previous), next.startOffset);
  }
}

/** The offset after a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}
