import { Row, type TextEdit } from "../common/sections.ts";
import type { Dialect } from "./dialect.ts";
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
    this.text = text;
    this.row.edit(text, edit);
  }
}
