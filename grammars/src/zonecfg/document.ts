import { Row, type TextEdit } from "../common/sections.ts";
import type { Dialect } from "./dialect.ts";
import { withoutShell } from "./script.ts";
import { type CutSection, cutSection } from "./sections.ts";
import type { Section } from "./tree.ts";

/**
 * The syntax tree of a whole command file for zonecfg(8): a row of sections that tile it. Editing costs what the edit
 * touches: other sections are the same objects as before, only their `start` moves.
 */
export class ZoneDocument {
  text: string;
  /** The platform whose words the text was read with. */
  readonly dialect: Dialect;
  private readonly row: Row<CutSection>;
  /** The text without what belongs to a shell: the text itself, as a rule. */
  private commands = "";
  private wasPlain = true;

  private constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
    this.row = new Row((whole, start) => cutSection(whole, start, dialect));
  }

  /** Parses a text. Never throws. */
  static parse(text: string, dialect: Dialect): ZoneDocument {
    const document = new ZoneDocument(text, dialect);
    document.edit(text, { start: 0, oldEnd: 0, newEnd: text.length });
    return document;
  }

  /** The sections, in order. */
  get sections(): readonly Section[] {
    return this.row.all;
  }

  /** Takes a changed text; `edit` says which part changed. Equal to parsing the new text afresh. */
  edit(text: string, edit: TextEdit): void {
    const before = this.commands;
    this.text = text;
    this.commands = withoutShell(text);
    const isPlain = this.commands === text;
    // In a script one letter may turn a whole body into shell, or back.
    this.row.edit(this.commands, isPlain && this.wasPlain ? edit : difference(before, this.commands));
    this.wasPlain = isPlain;
  }
}

/** The one stretch in which two texts differ. */
function difference(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}
