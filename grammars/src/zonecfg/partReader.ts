import { classOf, type Dialect, WordClass } from "./dialect.ts";
import type { Part, WordPart } from "./parts.ts";
import type { Name, Word } from "./tree.ts";

/** Reads the parts behind a command word from left to right. */
export class PartReader {
  protected at = 0;
  protected readonly parts: readonly Part[];
  protected readonly dialect: Dialect;

  constructor(parts: readonly Part[], dialect: Dialect) {
    this.parts = parts;
    this.dialect = dialect;
  }

  protected get part(): Part | undefined {
    return this.parts[this.at];
  }

  /** What the word at hand is; `undefined` for anything that is not a word. A quoted keyword is a plain word. */
  protected kind(offset = 0): WordClass | undefined {
    const part = this.parts[this.at + offset];
    if (part?.kind !== "word") return undefined;
    return part.quoted ? WordClass.Plain : classOf(this.dialect, part.text);
  }

  protected isMark(text: string, offset = 0): boolean {
    const part = this.parts[this.at + offset];
    return part?.kind === "mark" && part.text === text;
  }

  protected take(): WordPart {
    return this.parts[this.at++] as WordPart;
  }
}

/** A part as a word of the tree. */
export function wordOf({ text, quoted, start, end }: WordPart): Word {
  return { text, quoted, start, end };
}

/** A part as the name of a resource type or property. */
export function nameOf({ text, quoted, start, end }: WordPart, known: boolean): Name {
  return { text, quoted, start, end, known };
}
