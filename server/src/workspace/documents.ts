import type { TextEdit } from "@zonewarden/grammars/common/sections";
import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { SourceDocument } from "../configuration/jail-conf/sources.ts";
import type { FileSystem } from "./files.ts";

/** A text change as LSP gives it: without a range, the whole text. */
export interface ContentChange {
  readonly range?: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly text: string;
}

/** A document, open in an editor or read from a file: its text, its line index and its tree. */
export class Source implements SourceDocument {
  readonly path: string;
  /** Open in an editor, so that its text does not come from the file. */
  readonly isOpen: boolean;
  private readonly lines: TextDocument;
  private readonly tree: JailDocument;
  /** What changed since the tree was last brought up to date, as one stretch. */
  private pending: TextEdit | undefined;

  constructor(path: string, uri: string, version: number, text: string, isOpen: boolean) {
    this.path = path;
    this.isOpen = isOpen;
    this.lines = TextDocument.create(uri, "jail-conf", version, text);
    this.tree = JailDocument.parse(text);
  }

  get uri(): string {
    return this.lines.uri;
  }
  get version(): number {
    return this.lines.version;
  }
  get text(): string {
    this.refresh();
    return this.tree.text;
  }
  get sections(): readonly Section[] {
    this.refresh();
    return this.tree.sections;
  }

  /**
   * Applies changes in their order. The tree is brought up to date when somebody looks at it, so that a burst of
   * changes costs one parse of what they touched together.
   */
  change(changes: readonly ContentChange[], version: number): void {
    for (const change of changes) {
      const { range } = change;
      const start = range ? this.lines.offsetAt(range.start) : 0;
      const oldEnd = range ? this.lines.offsetAt(range.end) : this.lines.getText().length;
      TextDocument.update(this.lines, [change as Parameters<typeof TextDocument.update>[1][number]], version);
      const edit = { start, oldEnd, newEnd: start + change.text.length };
      this.pending = this.pending ? joined(this.pending, edit) : edit;
    }
  }

  private refresh() {
    if (!this.pending) return;
    const edit = this.pending;
    this.pending = undefined;
    this.tree.edit(this.lines.getText(), edit);
  }

  positionAt(offset: number): { line: number; character: number } {
    return this.lines.positionAt(offset);
  }
  offsetAt(position: { line: number; character: number }): number {
    return this.lines.offsetAt(position);
  }
}

/** Two edits, one after the other, as one that covers both and what lies between. */
function joined(first: TextEdit, second: TextEdit): TextEdit {
  const end = Math.max(first.newEnd, second.oldEnd);
  return {
    start: Math.min(first.start, second.start),
    oldEnd: first.oldEnd + end - first.newEnd,
    newEnd: end + second.newEnd - second.oldEnd,
  };
}

/** Closed files that are kept: more are dropped, the one unused longest first. */
const KEPT_FILES = 2000;

/** All documents of the workspace by path: those in editors, and files that configurations refer to. */
export class Documents {
  private readonly open = new Map<string, Source>();
  private readonly files = new Map<string, { stamp: string; source: Source }>();
  private readonly system: FileSystem;
  private readonly uriOf: (path: string) => string;

  constructor(system: FileSystem, uriOf: (path: string) => string) {
    this.system = system;
    this.uriOf = uriOf;
  }

  opened(path: string, uri: string, version: number, text: string): Source {
    const source = new Source(path, uri, version, text, true);
    this.open.set(path, source);
    this.files.delete(path);
    return source;
  }

  closed(path: string): void {
    this.open.delete(path);
  }

  get openDocuments(): Iterable<Source> {
    return this.open.values();
  }

  getOpen(path: string): Source | undefined {
    return this.open.get(path);
  }

  /** The document at a path: as it is in the editor, else as the file has it now. */
  get(path: string): Source | undefined {
    const open = this.open.get(path);
    if (open) return open;
    const known = this.files.get(path);
    // A stamp costs a system call: `forget` says when to look again.
    if (known) return known.source;
    const stamp = this.system.stamp(path);
    const text = stamp === undefined ? undefined : this.system.read(path);
    if (stamp === undefined || text === undefined) return undefined;
    const source = new Source(path, this.uriOf(path), 0, text, false);
    this.files.set(path, { stamp, source });
    if (this.files.size > KEPT_FILES) this.files.delete(this.files.keys().next().value as string);
    return source;
  }

  /** A file may have changed on disk: true if what is known of it is out of date. */
  changedOnDisk(path: string): boolean {
    const known = this.files.get(path);
    if (!known) return true;
    if (this.system.stamp(path) === known.stamp) return false;
    this.files.delete(path);
    return true;
  }
}
