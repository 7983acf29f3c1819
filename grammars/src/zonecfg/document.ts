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
    const before = this.text.length;
    this.text = text;
    const commands = withoutShell(text);
    const isPlain = commands === text;
    // In a script one letter may turn a whole body into shell, or back: it is parsed as a whole.
    this.row.edit(
      commands,
      isPlain && this.wasPlain ? edit : { start: 0, oldEnd: before, newEnd: text.length },
    );
    this.wasPlain = isPlain;
  }
}
