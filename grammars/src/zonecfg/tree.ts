import type { TextRange } from "../common/range.ts";

/**
 * The syntax tree of the command language of zonecfg(8).
 *
 * A document is a row of *sections* that tile its text (see `document.ts`). Every offset inside a section counts
 * from the section's own start, so that an edit elsewhere leaves the section untouched. Source of the rules:
 * usr/src/cmd/zonecfg/zonecfg_lex.l and zonecfg_grammar.y.
 */
export interface Command extends TextRange {
  /** The word that says what to do. */
  readonly word: CommandWord;
  /** The prompt of an interactive session before it, as in `zonecfg:web> set …`. */
  readonly prompt: TextRange | undefined;
  /** Options and plain words, in order; those of `add` and `remove` stand before a resource. */
  readonly args: readonly Word[];
  /** The resource type that `add`, `select`, `remove` or `info` speaks of. */
  readonly resource: Name | undefined;
  /** The number behind it by which Solaris 11.4 finds one of its resources, as in `select anet 0`. */
  readonly number: Word | undefined;
  /** The property that `clear` or `info` speaks of. */
  readonly property: Name | undefined;
  /** What `set`, and `add` and `remove` of a property, give; and the filter of `select`, `remove` and `info`. */
  readonly assignments: readonly Assignment[];
  /** Offset of the `;` or newline behind it; `undefined` at the end of the text, where it is not executed. */
  readonly terminator: number | undefined;
  /** True when a carriage return stands before its newline: the real program takes it as part of the last word. */
  readonly carriageReturn: boolean;
  /** True when an error hides what the command means: it is shown, but not executed. */
  readonly broken: boolean;
}

export interface CommandWord extends TextRange {
  /** The command's name (`help` for `?`); `undefined` when it is none. */
  readonly name: string | undefined;
  readonly text: string;
}

/** A plain or quoted word. */
export interface Word extends TextRange {
  /** Without the quotes, and without a carriage return at the end of the line. */
  readonly text: string;
  readonly quoted: boolean;
}

/** The name of a resource type or a property. */
export interface Name extends Word {
  /** Whether the dialect has it. */
  readonly known: boolean;
}

/** `property=value`, or `property value` where the command wants it so. */
export interface Assignment extends TextRange {
  readonly name: Name;
  /** Offset of `=`; `undefined` without one. */
  readonly equals: number | undefined;
  readonly value: Value | undefined;
}

export type Value = SimpleValue | ListValue | ComplexValue;

export interface SimpleValue extends Word {
  readonly kind: "simple";
}

/** `[a,b,(c=d)]`. */
export interface ListValue extends TextRange {
  readonly kind: "list";
  readonly elements: readonly (SimpleValue | ComplexValue)[];
  /** Offset of `]`; `undefined` where it is missing. */
  readonly close: number | undefined;
}

/** `(name=value,name=value)`. */
export interface ComplexValue extends TextRange {
  readonly kind: "complex";
  readonly members: readonly Member[];
  /** Offset of `)`; `undefined` where it is missing. */
  readonly close: number | undefined;
}

export interface Member extends TextRange {
  readonly name: Name;
  readonly equals: number | undefined;
  readonly value: SimpleValue | undefined;
}

/** Every way in which a text can fail to be a command file; the part behind `syntax/` of the diagnostic's code. */
export type SyntaxProblemKind =
  | "unknown-command"
  | "unknown-word"
  | "missing-argument"
  | "no-value"
  | "missing-equals"
  | "missing-comma"
  | "stray-equals"
  | "stray-comma"
  | "stray-bracket"
  | "extra-word"
  | "misplaced-word"
  | "too-many-filters"
  | "value-needs-quotes"
  | "unclosed-quote"
  | "unclosed-list"
  | "unclosed-complex"
  | "empty-list"
  | "list-in-list"
  | "nested-complex"
  | "quoted-in-complex"
  | "comment-behind-command"
  | "carriage-return"
  | "transcript"
  | "shell-line"
  | "dropped-last-command";

/** One positioned syntax error. */
export interface SyntaxProblem extends TextRange {
  readonly kind: SyntaxProblemKind;
  /** A sentence for the user. */
  readonly message: string;
  /**
   * True when zonecfg(8) takes the text without a word: then it does something else than it seems to say, or nothing.
   * A warning rather than an error.
   */
  readonly tolerated?: true;
  /** For an unknown word: what it should have been, so that a better one can be looked for. */
  readonly expected?: "command" | "resource" | "property";
  /** The text to put in place of the range. */
  readonly suggestion?: string;
  /** A second place that explains the first. */
  readonly related?: TextRange & { readonly message: string };
}

/** A stretch of a document that is parsed on its own; the sections of a document tile its text. */
export interface Section {
  /** Offset in the document; the one field that an edit elsewhere changes. */
  start: number;
  readonly length: number;
  readonly commands: readonly Command[];
  /** `# …` up to the end of the line. */
  readonly comments: readonly TextRange[];
  /** Lines that belong to a shell script or to the output of an interactive session, not to a command file. */
  readonly foreign: readonly TextRange[];
  /** Syntax errors, in text order. */
  readonly errors: readonly SyntaxProblem[];
}

/** What the tree of a section is made of; see `Section`. */
export type Parsed = Omit<Section, "start" | "length">;

/** Whether zonecfg(8) itself would refuse a text for this. */
export function isRefused(error: SyntaxProblem): boolean {
  return error.tolerated !== true;
}
