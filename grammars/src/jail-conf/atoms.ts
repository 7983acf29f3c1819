import type { IToken } from "chevrotain";
import { trimmedEnd } from "../common/spacing.ts";
import { Comma, Equals, LCurly, PlusEquals, RCurly, Semicolon, tokenize } from "./lexer.ts";
import type { Section } from "./tree.ts";

/** What a printer of jail.conf(5) moves about but never changes: a token, a comment, or a stretch that it leaves alone. */
export interface Atom {
  readonly kind: AtomKind;
  /** In the document. */
  readonly start: number;
  /** In the document; of a `#` comment without the blanks and the carriage return at the end of its line. */
  readonly end: number;
}

/** `frozen` is a whole section with syntax errors: nobody knows what white space means there. */
export type AtomKind =
  | "text"
  | "operator"
  | "comma"
  | "semicolon"
  | "open"
  | "close"
  | "lineComment"
  | "blockComment"
  | "frozen";

const KINDS = new Map([
  [LCurly, "open"],
  [RCurly, "close"],
  [Semicolon, "semicolon"],
  [Comma, "comma"],
  [Equals, "operator"],
  [PlusEquals, "operator"],
] as const);

/** The atoms of a document, in text order. */
export function atomsOf(text: string, sections: readonly Section[]): Atom[] {
  const atoms: Atom[] = [];
  for (const { start, length, errors } of sections) {
    if (errors.length > 0) atoms.push({ kind: "frozen", start, end: start + length });
    else addAtoms(atoms, text.slice(start, start + length), start);
  }
  return atoms;
}

/**
 * Whether a stretch of text without errors has the same tokens and comments as another, in the same order. How the lines
 * of a comment are indented does not count.
 */
export function sameAtoms(before: string, after: string): boolean {
  const old: Atom[] = [];
  const now: Atom[] = [];
  addAtoms(old, before, 0);
  addAtoms(now, after, 0);
  return (
    old.length === now.length &&
    old.every((atom, index) => {
      const other = now[index] as Atom;
      return (
        atom.kind === other.kind &&
        wordsOf(atom, before) === wordsOf(other, after) &&
        isGlued(old, index) === isGlued(now, index)
      );
    })
  );
}

function wordsOf({ kind, start, end }: Atom, text: string): string {
  const words = text.slice(start, end);
  return kind === "blockComment" ? words.replace(/\n[ \t]+/g, "\n") : words;
}

/** Pieces of text with nothing between them are one string. */
function isGlued(atoms: readonly Atom[], index: number): boolean {
  const atom = atoms[index] as Atom;
  const previous = atoms[index - 1];
  return previous?.kind === "text" && atom.kind === "text" && previous.end === atom.start;
}

/** Adds the atoms of a stretch that begins at `offset` of the document. */
function addAtoms(atoms: Atom[], stretch: string, offset: number): void {
  const { tokens, groups } = tokenize(stretch);
  const comments = groups["comments"] ?? [];
  let next = 0;
  const commentsBefore = (end: number) => {
    for (let token = comments[next]; token && token.startOffset < end; token = comments[++next])
      atoms.push(comment(token, offset));
  };
  for (const token of tokens) {
    commentsBefore(token.startOffset);
    const start = offset + token.startOffset;
    atoms.push({ kind: KINDS.get(token.tokenType) ?? "text", start, end: start + token.image.length });
  }
  commentsBefore(stretch.length);
}

function comment({ image, startOffset }: IToken, offset: number): Atom {
  const start = offset + startOffset;
  const isBlock = image.startsWith("/*");
  const length = isBlock ? image.length : trimmedEnd(image, 0, image.length, 0x0d);
  return { kind: isBlock ? "blockComment" : "lineComment", start, end: start + length };
}
