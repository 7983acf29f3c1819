import type { TextRange } from "../common/range.ts";

/**
 * What the generated parser makes of the text behind a command word, before the command says what it means: words,
 * punctuation and bracketed values in their order. Offsets count from the section's start.
 */
export type Part = WordPart | MarkPart | ListPart | ComplexPart;

export interface WordPart extends TextRange {
  readonly kind: "word";
  /** Without quotes, and without the carriage return that ends a line of a CRLF file. */
  readonly text: string;
  readonly quoted: boolean;
  /** A quote without a partner on its line. */
  readonly unclosed: boolean;
}

/** `=`, `,`, or a bracket that opens or closes nothing. */
export interface MarkPart extends TextRange {
  readonly kind: "mark";
  readonly text: string;
}

/** `[ … ]`; the parts between, commas among them. */
export interface ListPart extends TextRange {
  readonly kind: "list";
  readonly parts: readonly Part[];
  /** Offset of `]`; `undefined` where it is missing. */
  readonly close: number | undefined;
}

/** `( … )`. */
export interface ComplexPart extends TextRange {
  readonly kind: "complex";
  readonly parts: readonly Part[];
  readonly close: number | undefined;
}
