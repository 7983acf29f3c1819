import { Row, type TextEdit } from "../common/sections.ts";
import { parse } from "./parser.ts";
import { cutSection, type RawSection } from "./sections.ts";
import type { JailBlock, Section, SyntaxProblem } from "./tree.ts";

/** How a section's unmatched braces came out; the key under which its final form is kept. */
interface Closing {
  readonly key: string;
  readonly section: Section;
}

/**
 * The syntax tree of a whole jail.conf(5) text: a row of sections that tile it. Editing costs what the edit touches:
 * other sections are the same objects as before, only their `start` moves.
 */
export class JailDocument {
  text: string;
  /** The sections, in order; what is unbalanced has its error, what is nested across the guesses is one section. */
  sections: readonly Section[] = [];
  private readonly row = new Row<RawSection>(cutSection);
  private readonly finals = new WeakMap<RawSection, Closing>();

  private constructor(text: string) {
    this.text = text;
  }

  /** Parses a text. Never throws. */
  static parse(text: string): JailDocument {
    const document = new JailDocument(text);
    document.edit(text, { start: 0, oldEnd: 0, newEnd: text.length });
    return document;
  }

  /** Takes a changed text; `edit` says which part changed. Equal to parsing the new text afresh. */
  edit(text: string, edit: TextEdit): void {
    this.text = text;
    this.row.edit(text, edit);
    this.sections = this.close(this.row.all);
  }

  /** Matches the braces that are left over in the sections. */
  private close(raw: readonly RawSection[]): readonly Section[] {
    if (raw.every((s) => s.opens.length === 0 && s.closes.length === 0)) return raw;
    const open: number[] = [];
    /** For each section the last one that it must be joined with. */
    const joined = new Map<number, number>();
    const strayCloses = new Map<number, number>();
    raw.forEach((section, index) => {
      for (let i = 0; i < section.closes.length; i++) {
        const opener = open.pop();
        if (opener === undefined) strayCloses.set(index, (strayCloses.get(index) ?? 0) + 1);
        else joined.set(opener, index);
      }
      for (let i = 0; i < section.opens.length; i++) open.push(index);
    });
    const unclosed = new Map<number, number>();
    for (const index of open) unclosed.set(index, (unclosed.get(index) ?? 0) + 1);

    const result: Section[] = [];
    for (let index = 0; index < raw.length; index++) {
      let last = index;
      for (let i = index; i <= last; i++) last = Math.max(last, joined.get(i) ?? i);
      const members = raw.slice(index, last + 1);
      let strays = 0;
      let opens = 0;
      for (let i = index; i <= last; i++) {
        strays += strayCloses.get(i) ?? 0;
        opens += unclosed.get(i) ?? 0;
      }
      result.push(this.final(members, strays, opens));
      index = last;
    }
    return result;
  }

  /** The final form of one section, or of several that belong together, kept as long as nothing in them changes. */
  private final(members: readonly RawSection[], strays: number, opens: number): Section {
    const first = members[0] as RawSection;
    if (
      members.length === 1 &&
      strays === 0 &&
      opens === 0 &&
      first.closes.length === 0 &&
      first.opens.length === 0
    )
      return first;
    const key = `${members.map(identity).join()}:${strays}:${opens}`;
    const known = this.finals.get(first);
    if (known?.key === key) {
      known.section.start = first.start;
      return known.section;
    }
    const last = members.at(-1) as RawSection;
    const end = last.start + last.length;
    const parsed = members.length === 1 ? first : parse(this.text.slice(first.start, end));
    const errors = [...parsed.errors, ...unbalanced(parsed, members.length === 1 ? opens : undefined)];
    errors.sort((a, b) => a.start - b.start);
    const section: Section = {
      start: first.start,
      length: end - first.start,
      items: parsed.items,
      comments: parsed.comments,
      errors,
    };
    this.finals.set(first, { key, section });
    return section;
  }
}

/** The errors of braces without a partner. `opens` says how many of the open blocks stay open; all without it. */
function unbalanced(
  parsed: { closes: readonly number[]; opens: readonly JailBlock[] },
  opens: number | undefined,
): SyntaxProblem[] {
  const errors: SyntaxProblem[] = parsed.closes.map((start) => ({
    kind: "stray-brace",
    start,
    end: start + 1,
    message: "This `}` closes nothing: there is no open block before it.",
  }));
  // Blocks are closed from the inside: those that stay open are the outer ones. One of them is one mistake.
  const block = parsed.opens[0];
  if (block && (opens === undefined || opens > 0))
    errors.push({
      kind: "missing-brace",
      start: block.start,
      end: block.open + 1,
      message: "This block is not closed: its `}` is missing.",
    });
  return errors;
}

let identities = 0;
const identityOf = new WeakMap<RawSection, number>();
function identity(section: RawSection): number {
  let id = identityOf.get(section);
  if (id === undefined) {
    id = ++identities;
    identityOf.set(section, id);
  }
  return id;
}
