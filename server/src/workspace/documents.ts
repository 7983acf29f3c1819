import type { TextEdit } from "@zonewarden/grammars/common/sections";
import type { AnyDocument, AnySection } from "../configuration/origin.ts";
import { EditedText, type Position } from "./editedText.ts";
import type { FileSystem } from "./files.ts";
import type { EditableTree, Language } from "./language.ts";
import type { Settings } from "./settings.ts";

/** A text change as LSP gives it: without a range, the whole text. */
export interface ContentChange {
  readonly range?: { readonly start: Position; readonly end: Position };
  readonly text: string;
}

/** A document, open in an editor or read from a file: its text, its line index and its tree. */
export class Source<S extends AnySection = AnySection> implements AnyDocument<S> {
  readonly path: string;
  readonly language: Language<S>;
  /** Open in an editor, so that its text does not come from the file. */
  readonly isOpen: boolean;
  readonly uri: string;
  /** The version of the text, as the editor counts. */
  version: number;
  private lines: EditedText;
  private tree: EditableTree<S>;
  private settings: Settings;
  /** What changed since the tree was last brought up to date, as one stretch. */
  private pending: TextEdit | undefined;

  constructor(path: string, text: string, language: Language<S>, settings: Settings, origin: TextOrigin) {
    this.path = path;
    this.language = language;
    this.isOpen = origin.isOpen;
    this.uri = origin.uri;
    this.version = origin.version;
    this.lines = new EditedText(text);
    this.settings = settings;
    this.tree = language.parse(text, settings);
  }

  get text(): string {
    this.refresh();
    return this.tree.text;
  }
  get sections(): readonly S[] {
    this.refresh();
    return this.tree.sections;
  }

  /**
   * Applies changes in their order. The tree is brought up to date when somebody looks at it, so that a burst of
   * changes costs one parse of what they touched together.
   */
  change(changes: readonly ContentChange[], version: number): void {
    for (const { range, text } of changes) {
      const { lines } = this;
      const [one, other] = range
        ? [lines.offsetAt(range.start), lines.offsetAt(range.end)]
        : [0, lines.length];
      const start = Math.min(one, other);
      const oldEnd = Math.max(one, other);
      if (range) lines.replace(start, oldEnd, text);
      else this.lines = new EditedText(text);
      const edit = { start, oldEnd, newEnd: start + text.length };
      this.pending = this.pending ? joined(this.pending, edit) : edit;
    }
    this.version = version;
  }

  /** Takes other settings: the text is parsed again where they read it differently. */
  reconfigure(settings: Settings): void {
    const before = this.settings;
    this.settings = settings;
    if (!this.language.reparses(before, settings)) return;
    this.pending = undefined;
    this.tree = this.language.parse(this.lines.text, settings);
  }

  private refresh() {
    if (!this.pending) return;
    const edit = this.pending;
    this.pending = undefined;
    this.tree.edit(this.lines.text, edit);
  }

  positionAt(offset: number): { line: number; character: number } {
    return this.lines.positionAt(offset);
  }
  offsetAt(position: Position): number {
    return this.lines.offsetAt(position);
  }
}

/** Where the text of a document comes from. */
interface TextOrigin {
  readonly uri: string;
  readonly version: number;
  readonly isOpen: boolean;
}

/** Whether a document is one of the workspace in a certain language: so its sections are those of the language. */
export function isSourceIn<S extends AnySection>(
  language: Language<S>,
  document: AnyDocument | undefined,
): document is Source<S> {
  return document instanceof Source && document.language === language;
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

/**
 * Closed files that are kept: more are dropped, the one read first at first. As many as one configuration may include:
 * with fewer, each look at it would read all of them again.
 */
const KEPT_FILES = 20_000;

/** All documents of the workspace by path: those in editors, and files that configurations refer to. */
export class Documents {
  private readonly open = new Map<string, Source>();
  private readonly files = new Map<string, { stamp: string; source: Source }>();
  private readonly system: FileSystem;
  private readonly uriOf: (path: string) => string;
  private readonly settingsOf: (path: string) => Settings;

  constructor(system: FileSystem, uriOf: (path: string) => string, settingsOf: (path: string) => Settings) {
    this.system = system;
    this.uriOf = uriOf;
    this.settingsOf = settingsOf;
  }

  /** A document is opened in an editor: it takes the place of the file, and of what was open there before. */
  opened<S extends AnySection>(
    path: string,
    uri: string,
    version: number,
    text: string,
    language: Language<S>,
  ): Source<S> {
    const source = new Source(path, text, language, this.settingsOf(path), { uri, version, isOpen: true });
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

  /**
   * The document at a path, read in a language: as it is in the editor, else as the file has it now. An editor that
   * takes it for another language has no say.
   */
  get<S extends AnySection>(path: string, language: Language<S>): Source<S> | undefined {
    const open = this.open.get(path);
    if (isSourceIn(language, open)) return open;
    const known = this.files.get(path)?.source;
    // A stamp costs a system call: `changedOnDisk` says when to look again.
    if (isSourceIn(language, known)) return known;
    const stamp = this.system.stamp(path);
    const text = stamp === undefined ? undefined : this.system.read(path);
    if (stamp === undefined || text === undefined) return undefined;
    const origin = { uri: this.uriOf(path), version: 0, isOpen: false };
    const source = new Source(path, text, language, this.settingsOf(path), origin);
    this.files.set(path, { stamp, source });
    if (this.files.size > KEPT_FILES) this.files.delete(this.files.keys().next().value as string);
    return source;
  }

  /** Whether `get` would give this one, without another look at the disk. */
  isCurrent(source: Source): boolean {
    const open = this.open.get(source.path);
    if (isSourceIn(source.language, open)) return open === source;
    return this.files.get(source.path)?.source === source;
  }

  /** The settings changed: documents that they read differently are parsed again. */
  reconfigure(): void {
    for (const [path, source] of this.open) source.reconfigure(this.settingsOf(path));
    for (const [path, { source }] of this.files) source.reconfigure(this.settingsOf(path));
  }

  /** A file may have changed on disk: true if what is known of it is out of date. */
  changedOnDisk(path: string): boolean {
    const known = this.files.get(path);
    if (!known) return !this.open.has(path);
    if (this.system.stamp(path) === known.stamp) return false;
    this.files.delete(path);
    return true;
  }
}
