import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import type { Configuration } from "@zonewarden/server/configuration/jail-conf/types";

/** A jail.conf that is edited, and resolved by difference as a project does. */
export class Editor {
  text: string;
  readonly document: JailDocument;
  readonly source: { path: string; readonly text: string; readonly sections: JailDocument["sections"] };
  private configuration: Configuration | undefined;

  constructor(text: string) {
    this.text = text;
    this.document = JailDocument.parse(text);
    const of = this;
    this.source = {
      path: "jail.conf",
      get text() {
        return of.text;
      },
      get sections() {
        return of.document.sections;
      },
    };
  }

  edit(start: number, length: number, insert: string) {
    const oldEnd = Math.min(this.text.length, start + length);
    this.text = this.text.slice(0, start) + insert + this.text.slice(oldEnd);
    this.document.edit(this.text, { start, oldEnd, newEnd: start + insert.length });
  }

  resolve(): Configuration {
    const sources = { open: () => undefined, glob: () => [] };
    this.configuration = resolveAll(this.source, sources, 15, this.configuration);
    return this.configuration;
  }
}
