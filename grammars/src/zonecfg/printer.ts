import {
  applyEdits,
  blanks,
  harmless,
  type Indentation,
  IndentationVotes,
  newlinesIn,
  replaceSpacing,
  type SpacingEdit,
} from "../common/spacing.ts";
import { type Atom, atomsOf, closes, opens, sameAtoms } from "./atoms.ts";
import { isScript, withoutShell } from "./script.ts";
import type { Section } from "./tree.ts";

/** What people indent by. */
const USUAL = blanks(4);

/**
 * The changes of white space that give a command file for zonecfg(8) its usual layout: what stands between `add` or
 * `select` and `end` is indented, words are separated by one blank, nothing stands around `=` and in lists, at most one
 * blank line in a row. Lines are neither joined nor split. Of a shell script it is the indentation of here-documents
 * alone; a pasted session and sections with errors are left as they are. Without `indentation` it is the one that most
 * lines have, or four blanks.
 */
export function formatZonecfg(
  { text, sections }: { readonly text: string; readonly sections: readonly Section[] },
  indentation?: Indentation,
): SpacingEdit[] {
  const script = isScript(text);
  if (!script && sections.some(isTranscript)) return [];
  const commands = withoutShell(text);
  const atoms = atomsOf(text, commands, sections);
  const lines = linesOf(text, atoms, script);
  const unit = indentation ?? mostlyUsed(text, lines, atoms);
  const edits = harmless(
    commands,
    sections,
    new Printer(text, atoms, lines, unit, script).edits(),
    sameAtoms,
  );
  // A shell sees the whole text: it must find the same here-documents in it.
  if (script && withoutShell(applyEdits(text, edits)) !== applyEdits(commands, edits)) return [];
  return edits;
}

/** Whether a section is from a session at a terminal. */
function isTranscript({ foreign, commands }: Section): boolean {
  return foreign.length > 0 || commands.some(({ prompt }) => prompt !== undefined);
}

/** How a line is indented. */
interface Line {
  /** What stands before all commands of a here-document; nothing in a command file. */
  readonly base: string;
  /** 1 within a resource. */
  readonly depth: 0 | 1;
}

/** The lines by the index of their first atom. */
type Lines = ReadonlyMap<number, Line>;

function linesOf(text: string, atoms: readonly Atom[], script: boolean): Lines {
  const lines = new Map<number, Line>();
  let open = false;
  let base = "";
  atoms.forEach((atom, index) => {
    const { command } = atom;
    if (command && (opens(command) || closes(command))) open = false;
    const previous = atoms[index - 1];
    // A frozen stretch may have the newline at its end.
    const from = previous?.kind === "frozen" ? previous.end - 1 : (previous?.end ?? 0);
    if (atom.kind !== "frozen" && (!previous || newlinesIn(text, from, atom.start) > 0)) {
      if (script && previous?.kind === "frozen")
        base = text.slice(text.lastIndexOf("\n", atom.start - 1) + 1, atom.start);
      lines.set(index, { base, depth: open ? 1 : 0 });
    }
    if (command && opens(command)) open = true;
  });
  return lines;
}

function mostlyUsed(text: string, lines: Lines, atoms: readonly Atom[]): Indentation {
  const votes = new IndentationVotes();
  for (const [index, { base, depth }] of lines) {
    const atom = atoms[index] as Atom;
    if (depth > 0 && atom.kind === "command") votes.add(text, atom.start, depth, base);
  }
  return votes.winner(USUAL);
}

class Printer {
  private readonly text: string;
  private readonly atoms: readonly Atom[];
  private readonly lines: Lines;
  private readonly unit: string;
  private readonly script: boolean;

  constructor(text: string, atoms: readonly Atom[], lines: Lines, { unit }: Indentation, script: boolean) {
    this.text = text;
    this.atoms = atoms;
    this.lines = lines;
    this.unit = unit;
    this.script = script;
  }

  edits(): SpacingEdit[] {
    const { text, atoms } = this;
    const edits: SpacingEdit[] = [];
    atoms.forEach((atom, index) => {
      const previous = atoms[index - 1];
      const from = previous?.end ?? 0;
      const between = text.slice(from, atom.start);
      const gap = this.gap(previous, atom, index, between);
      if (gap !== undefined) replaceSpacing(edits, text, from, atom.start, gap);
    });
    const last = atoms.at(-1);
    if (last && last.kind !== "frozen" && !this.script)
      replaceSpacing(edits, text, last.end, text.length, this.ending(last));
    return edits;
  }

  /** What stands between two atoms; `undefined` where it stays as it is. */
  private gap(previous: Atom | undefined, next: Atom, index: number, between: string): string | undefined {
    if (previous?.kind === "frozen" || next.kind === "frozen") return undefined;
    const newlines = newlinesIn(between, 0, between.length);
    if (!previous) return this.script ? undefined : "";
    if (newlines === 0) return this.script ? undefined : sameLine(previous, next, between);
    // A shell joins the lines, and what it joins is not known here.
    if (this.script && this.text.charAt(previous.end - 1) === "\\") return undefined;
    const line = this.lines.get(index);
    const indent = line && next.kind !== "carriageReturn" ? line.base + this.unit.repeat(line.depth) : "";
    return "\n".repeat(Math.min(newlines, 2)) + indent;
  }

  /** What stands at the end of the text. A command without its newline is not executed, and must not get one. */
  private ending(last: Atom): string {
    if (this.text.includes("\n", last.end)) return "\n";
    return (last.kind === "comment" || last.kind === "semicolon") && !this.text.includes("\r") ? "\n" : "";
  }
}

/** What stands between two atoms on one line; `between` is what stands there now. */
function sameLine(previous: Atom, next: Atom, between: string): string {
  if (next.kind === "comment") return between === "" ? " " : between;
  if (next.kind === "semicolon") return "";
  if (previous.kind === "semicolon") return " ";
  if (previous.kind === "equals" || next.kind === "equals") return "";
  if (previous.kind === "open" || next.kind === "close") return "";
  if (previous.kind === "comma" || next.kind === "comma") return "";
  return between === "" ? "" : " ";
}
