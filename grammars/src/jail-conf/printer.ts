import type { TextRange } from "../common/range.ts";
import {
  columnOf,
  harmless,
  type Indentation,
  IndentationVotes,
  lineEndingOf,
  newlinesIn,
  replaceSpacing,
  type SpacingEdit,
  TAB,
} from "../common/spacing.ts";
import { type Atom, atomsOf, sameAtoms } from "./atoms.ts";
import type { Section, SyntaxProblemKind } from "./tree.ts";

/** With these nobody knows where things end: where that is guessed, the guess depends on the layout. */
const WITHOUT_PARTNER: ReadonlySet<SyntaxProblemKind> = new Set([
  "stray-brace",
  "missing-brace",
  "unterminated-string",
  "unterminated-comment",
]);

/** A block that was written on one line stays there up to this column. */
const MOST_COLUMNS = 100;

/**
 * The changes of white space that give a jail.conf(5) its usual layout: a statement a line, blocks indented, a blank
 * around an operator and behind a comma, none before `;`, at most one blank line in a row. Comments stay where they are;
 * a section with syntax errors is left as it is, and all of a text in which a brace, quote or comment has no partner.
 * @param indentation the one that most lines have, or a tab, if absent
 * @param whole lines, in order, that something speaks of as lines: they are neither split nor joined with others
 */
export function formatJailConf(
  { text, sections }: { readonly text: string; readonly sections: readonly Section[] },
  indentation?: Indentation,
  whole: readonly TextRange[] = [],
): SpacingEdit[] {
  if (sections.some(({ errors }) => errors.some(({ kind }) => WITHOUT_PARTNER.has(kind)))) return [];
  const atoms = atomsOf(text, sections);
  const printer = new Printer(text, atoms, indentation ?? mostlyUsed(text, atoms), whole);
  return harmless(text, sections, printer.edits(), sameAtoms);
}

/** The indentation that most statements in blocks have. */
function mostlyUsed(text: string, atoms: readonly Atom[]): Indentation {
  const votes = new IndentationVotes();
  let depth = 0;
  let inStatement = false;
  for (const { kind, start } of atoms) {
    if (kind === "text" && !inStatement && depth > 0) votes.add(text, start, depth);
    if (kind === "open") depth++;
    else if (kind === "close") depth--;
    if (!kind.endsWith("Comment")) inStatement = kind !== "open" && kind !== "close" && kind !== "semicolon";
    if (kind === "frozen") inStatement = false;
  }
  return votes.winner(TAB);
}

/** The statement at hand, as far as a list in it may be aligned. */
interface Alignment {
  /** How far behind the start of its line the first value is printed; `undefined` before there is one. */
  value: number | undefined;
  /** Where the first value stands in the text. */
  valueStart: number;
  /** Its column there, once somebody has asked. */
  column: number | undefined;
  /** Columns printed so far. */
  width: number;
}

class Printer {
  private readonly text: string;
  private readonly atoms: readonly Atom[];
  private readonly indentation: Indentation;
  private readonly lineEnding: string;
  /** The indexes of `{` whose blocks stay on one line. */
  private readonly inline: ReadonlySet<number>;
  private readonly whole: readonly TextRange[];

  /** The first of the whole lines that is not behind what is printed. */
  private nextWhole = 0;
  private depth = 0;
  /** How many blocks on one line are open. */
  private inlineDepth = 0;
  private inStatement = false;
  private alignment: Alignment | undefined;

  constructor(text: string, atoms: readonly Atom[], indentation: Indentation, whole: readonly TextRange[]) {
    this.text = text;
    this.atoms = atoms;
    this.indentation = indentation;
    this.lineEnding = lineEndingOf(text);
    this.inline = this.inlineBlocks();
    this.whole = whole;
  }

  edits(): SpacingEdit[] {
    const { text, atoms } = this;
    const edits: SpacingEdit[] = [];
    for (let index = 0; index < atoms.length; index++) {
      const atom = atoms[index] as Atom;
      const previous = atoms[index - 1];
      const from = previous?.end ?? 0;
      const gap = this.gap(previous, atom);
      if (gap !== undefined) {
        replaceSpacing(edits, text, from, atom.start, gap);
        if (atom.kind === "blockComment") this.shift(edits, from, atom, gap);
      }
      this.take(atom, index, gap);
    }
    const last = atoms.at(-1);
    if (last && last.kind !== "frozen") replaceSpacing(edits, text, last.end, text.length, this.lineEnding);
    return edits;
  }

  /** The further lines of a comment that begins a line move as far as its first one. */
  private shift(edits: SpacingEdit[], from: number, { start, end }: Atom, gap: string): void {
    const { text } = this;
    const before = indentOf(text.slice(from, start), from === 0);
    const after = indentOf(gap, from === 0);
    if (before === undefined || after === undefined) return;
    for (let at = text.indexOf("\n", start) + 1; at > 0 && at < end; at = text.indexOf("\n", at) + 1)
      if (text.startsWith(before, at) && !/[\r\n]/.test(text.charAt(at)))
        replaceSpacing(edits, text, at, at + before.length, after);
  }

  /** What stands between two atoms; `undefined` where it stays as it is. */
  private gap(previous: Atom | undefined, next: Atom): string | undefined {
    if (previous?.kind === "frozen" || next.kind === "frozen") return undefined;
    if (!previous) return "";
    const newlines = newlinesIn(this.text, previous.end, next.start);
    return this.breaks(previous, next, newlines)
      ? this.lineEnding.repeat(newlines > 1 ? 2 : 1) + this.indent(next)
      : sameLine(previous, next, this.text.slice(previous.end, next.start));
  }

  private breaks(previous: Atom, next: Atom, newlines: number): boolean {
    if (previous.kind === "lineComment") return true;
    if (this.isAtWhole(previous.end, next.start)) return newlines > 0;
    if (this.inlineDepth > 0) return false;
    if (isComment(next)) return newlines > 0;
    if (this.inStatement)
      return newlines > 0 && (next.kind === "text" || (next.kind === "close" && isComment(previous)));
    if (next.kind === "semicolon") return false;
    if (previous.kind === "open" && next.kind === "close") return newlines > 0;
    if (previous.kind === "blockComment") return newlines > 0 || next.kind === "close";
    return true;
  }

  /** Whether what is between two atoms belongs to a line that stays whole, or lies at one of its ends. */
  private isAtWhole(from: number, to: number): boolean {
    let line = this.whole[this.nextWhole];
    while (line && line.end < from) line = this.whole[++this.nextWhole];
    return line !== undefined && line.start <= to;
  }

  private indent(next: Atom): string {
    const { unit } = this.indentation;
    if (next.kind === "close") return unit.repeat(Math.max(this.depth - 1, 0));
    if (!this.inStatement || next.kind === "open") return unit.repeat(this.depth);
    const first = this.alignment;
    if (first?.value === undefined) return unit.repeat(this.depth + 1);
    first.column ??= columnOf(this.text, first.valueStart, this.indentation);
    return columnOf(this.text, next.start, this.indentation) === first.column
      ? unit.repeat(this.depth) + " ".repeat(first.value)
      : unit.repeat(this.depth + 1);
  }

  /** Goes past an atom; `gap` is what was printed before it. */
  private take(atom: Atom, index: number, gap: string | undefined): void {
    const { kind, start, end } = atom;
    switch (kind) {
      case "frozen":
        // Sections are whole items at the top level.
        this.depth = 0;
        this.inStatement = false;
        return;
      case "lineComment":
      case "blockComment":
        if (this.inStatement && this.alignment?.value === undefined) this.alignment = undefined;
        return;
      case "open":
        this.depth++;
        if (this.inline.has(index)) this.inlineDepth++;
        this.inStatement = false;
        return;
      case "close":
        this.depth = Math.max(this.depth - 1, 0);
        if (this.inlineDepth > 0) this.inlineDepth--;
        this.inStatement = false;
        return;
      case "semicolon":
        this.inStatement = false;
        return;
      case "text":
      case "operator":
      case "comma":
        this.align(kind, start, end, gap);
        this.inStatement = true;
    }
  }

  /** Keeps in mind where the first value of a statement is printed. */
  private align(kind: Atom["kind"], start: number, end: number, gap: string | undefined): void {
    if (!this.inStatement) {
      const indent = this.indentation.unit.repeat(this.depth);
      const startsLine = start === 0 || gap === indent || gap?.endsWith(`\n${indent}`) === true;
      this.alignment = startsLine
        ? { value: undefined, valueStart: 0, column: undefined, width: 0 }
        : undefined;
    }
    const { alignment } = this;
    if (!alignment || alignment.value !== undefined) return;
    if (gap?.includes("\n") && this.inStatement) {
      this.alignment = undefined;
      return;
    }
    if (this.inStatement) alignment.width += gap?.length ?? 0;
    const isValue = this.inStatement && kind === "text" && gap !== "";
    if (isValue) {
      alignment.value = alignment.width;
      alignment.valueStart = start;
    } else if (newlinesIn(this.text, start, end) > 0) this.alignment = undefined;
    alignment.width += end - start;
  }

  /** Which blocks stay on one line: those that are on one, if that is short enough. */
  private inlineBlocks(): Set<number> {
    const { text, atoms } = this;
    const found = new Set<number>();
    /** The open blocks: the atom, and the newlines and the printed columns before it. */
    const open: { readonly index: number; readonly newlines: number; readonly header: number }[] = [];
    let newlines = 0;
    let width = 0;
    let header: number | undefined;
    for (let index = 0; index < atoms.length; index++) {
      const atom = atoms[index] as Atom;
      const previous = atoms[index - 1];
      const from = previous?.end ?? 0;
      newlines += newlinesIn(text, from, atom.start);
      if (previous) width += sameLine(previous, atom, text.slice(from, atom.start)).length;
      if (atom.kind === "text") header ??= width;
      if (atom.kind === "open") open.push({ index, newlines, header: header ?? width });
      newlines += newlinesIn(text, atom.start, atom.end);
      width += atom.end - atom.start;
      if (atom.kind === "close") {
        const block = open.pop();
        const columns = block && width - block.header + open.length * this.indentation.width;
        if (columns !== undefined && columns <= MOST_COLUMNS && block?.newlines === newlines)
          found.add(block.index);
      }
      if (atom.kind === "frozen") open.length = 0;
      if (["open", "close", "semicolon", "frozen"].includes(atom.kind)) header = undefined;
    }
    return found;
  }
}

/** The indentation of what a gap leads to, if that begins a line; `isFirst`: the gap begins the text. */
function indentOf(gap: string, isFirst: boolean): string | undefined {
  const newline = gap.lastIndexOf("\n");
  return newline >= 0 || isFirst ? gap.slice(newline + 1) : undefined;
}

function isComment({ kind }: Atom): boolean {
  return kind === "lineComment" || kind === "blockComment";
}

/** What stands between two atoms that share a line; `between` is what stands there now. */
function sameLine(previous: Atom, next: Atom, between: string): string {
  const kept = between === "" ? "" : " ";
  if (isComment(next)) {
    // Comments at the ends of lines may stand in a column.
    if (between !== "") return /[\r\n]/.test(between) ? " " : between;
    return previous.kind === "text" || previous.kind === "operator" || isComment(previous) ? "" : " ";
  }
  if (isComment(previous)) return kept;
  if (next.kind === "semicolon" || next.kind === "comma") return "";
  if (previous.kind === "open" && next.kind === "close") return kept;
  if (previous.kind === "text" && next.kind === "text") return kept;
  return " ";
}
