import type { TextRange } from "../common/range.ts";

/**
 * The syntax tree of jail.conf(5).
 *
 * A document is a row of *sections* that tile its text (see `document.ts`). Every offset inside a section counts
 * from the section's own start, so that an edit elsewhere leaves the section untouched. Source of the rules:
 * usr.sbin/jail/jaillex.l and usr.sbin/jail/jailparse.y.
 */
export type Item = JailBlock | Statement;

/** `name { ... }`. Nested blocks are named after the block around them: `a { b { } }` declares `a` and `a.b`. */
export interface JailBlock extends TextRange {
  readonly kind: "jail";
  /** The header; `undefined` where the text has a `{` without a name before it. */
  readonly name: StringNode | undefined;
  /** Offset of `{`. */
  readonly open: number;
  /** Offset of the matching `}`; `undefined` where it is missing. */
  readonly close: number | undefined;
  readonly items: readonly Item[];
}

export type Operator = "=" | "+=";

/** `name;`, `name = value;`, `name += value;` or `name value;`, and `.include value;`. */
export interface Statement extends TextRange {
  readonly kind: "statement";
  readonly name: StringNode;
  /** `undefined` for a bare name and for the legal `name value` without `=`. */
  readonly operator: Operator | undefined;
  /** Offset of the operator; `undefined` without one. */
  readonly operatorStart: number | undefined;
  readonly values: readonly StringNode[];
  /** Offset of `;`; `undefined` where it is missing. */
  readonly terminator: number | undefined;
  /** True when an error inside hides what the statement means: it is shown, but not resolved. */
  readonly broken: boolean;
}

/** One string: a starting piece and the pieces glued to it with nothing in between. */
export interface StringNode extends TextRange {
  readonly pieces: readonly Piece[];
  /** The text of all pieces, where none is a variable; else `undefined`. */
  readonly constant: string | undefined;
}

export type Piece = TextPiece | VariablePiece;
export type Quote = "'" | '"';

export interface TextPiece extends TextRange {
  readonly kind: "text";
  /** The text with all escapes decoded. A NUL from an escape cuts the piece, as in the C program. */
  readonly value: string;
  /** The quotes around it. A double-quoted string with variables is several pieces; its quotes belong to the outer ones. */
  readonly quote: Quote | undefined;
}

/** `$name` or `${name}`. */
export interface VariablePiece extends TextRange {
  readonly kind: "variable";
  readonly name: string;
  readonly braced: boolean;
  readonly quote: Quote | undefined;
}

/** A comment: `# ...`, `// ...` up to the line end, or a block comment. */
export interface Comment extends TextRange {
  readonly block: boolean;
}

/** Every way in which a text can fail to be jail.conf; the part behind `syntax/` of the diagnostic's code. */
export type SyntaxProblemKind =
  | "missing-semicolon"
  | "missing-value"
  | "missing-comma"
  | "missing-brace"
  | "missing-name"
  | "stray-brace"
  | "stray-token"
  | "trailing-comma"
  | "unquoted-value"
  | "comment-in-value"
  | "jail-name"
  | "parameter-name"
  | "equals-before-brace"
  | "unterminated-string"
  | "unterminated-comment"
  | "unterminated-variable"
  | "non-ascii"
  | "invalid-character";

/** One positioned syntax error. */
export interface SyntaxProblem extends TextRange {
  readonly kind: SyntaxProblemKind;
  /** A sentence for the user. */
  readonly message: string;
  /** A second place that explains the first. */
  readonly related?: TextRange & { readonly message: string };
  /** Where jail(8) itself notices the mistake, if that is further down: an unclosed quote ends at the next one. */
  readonly noticedAt?: number;
}

/** The constant text of a string without variables, else `undefined`. */
export function literal(node: StringNode | undefined): string | undefined {
  return node?.constant;
}

/** The variable that a statement in name position defines (`$x = 1;`), else `undefined`. */
export function definedVariable(statement: Statement): VariablePiece | undefined {
  if (statement.name.constant !== undefined) return undefined;
  const [piece, ...others] = statement.name.pieces;
  return others.length === 0 && piece?.kind === "variable" && !piece.quote ? piece : undefined;
}

/** Whether a statement is an `.include` directive: with an operator it is an ordinary parameter (jailparse.y). */
export function isInclude(statement: Statement): boolean {
  return (
    statement.operator === undefined && statement.values.length > 0 && literal(statement.name) === ".include"
  );
}

/**
 * A stretch of a document that is parsed on its own: one top-level jail with the comments above it, or a run of
 * global statements. The sections of a document tile its text.
 */
export interface Section {
  /** Offset in the document; the one field that an edit elsewhere changes. */
  start: number;
  readonly length: number;
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
  /** Syntax errors, in text order. */
  readonly errors: readonly SyntaxProblem[];
}
