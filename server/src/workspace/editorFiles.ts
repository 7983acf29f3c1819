import type { EditorFile } from "../protocol.ts";
import { isOfEditor } from "../uris.ts";
import { type DirectoryEntry, directoryOf, type FileSystem } from "./files.ts";

/** Files and directories that are remembered: more are dropped, the one known longest first. */
const KEPT = 5000;

/**
 * Files that only the editor can reach: those of a browser, of a virtual workspace. What is asked for the first time is
 * not there yet; it is fetched, and announced when it has come. What may have changed is answered as it was until the
 * editor has told how it is now.
 */
export class EditorFiles implements FileSystem {
  private readonly known = new Map<string, { file: EditorFile; stamp: string; stale: boolean }>();
  /** The last question about each path that is not answered yet. */
  private readonly asked = new Map<string, number>();
  private readonly fetch: (path: string) => Promise<EditorFile>;
  private readonly arrived: (paths: readonly string[]) => void;
  private stamps = 0;
  private questions = 0;

  /** `arrived` is told which files are otherwise than was answered before. */
  constructor(fetch: (path: string) => Promise<EditorFile>, arrived: (paths: readonly string[]) => void) {
    this.fetch = fetch;
    this.arrived = arrived;
  }

  read(path: string): string | undefined {
    return this.get(path)?.text;
  }

  list(directory: string): readonly DirectoryEntry[] {
    return this.get(directory)?.entries ?? [];
  }

  stamp(path: string): string | undefined {
    return this.read(path) === undefined ? undefined : this.known.get(path)?.stamp;
  }

  /** The editor says that files changed: they, and the directories they are in, are fetched when next asked for. */
  changed(paths: readonly string[]): void {
    for (const path of paths)
      for (const place of [path, directoryOf(path)]) {
        const known = this.known.get(place);
        if (known) known.stale = true;
        // Whoever read it before waits for news, and an answer that is on its way may be of before the change.
        if (known || this.asked.has(place)) this.askAgain(place);
      }
  }

  private get(path: string): EditorFile | undefined {
    const known = this.known.get(path);
    if (!known || known.stale) this.ask(path);
    return known?.file;
  }

  private ask(path: string): void {
    if (!this.asked.has(path)) this.askAgain(path);
  }

  private askAgain(path: string): void {
    const question = ++this.questions;
    this.asked.set(path, question);
    const failed = (): EditorFile => ({});
    void this.fetch(path)
      .catch(failed)
      .then((file) => this.take(path, file, question));
  }

  private take(path: string, file: EditorFile, question: number): void {
    // It has been asked for again meanwhile.
    if (this.asked.get(path) !== question) return;
    this.asked.delete(path);
    const before = this.known.get(path);
    const same = before !== undefined && JSON.stringify(before.file) === JSON.stringify(file);
    this.known.delete(path);
    this.known.set(path, { file, stamp: same ? before.stamp : String(++this.stamps), stale: false });
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value as string);
    const wasNothing = before === undefined && file.text === undefined && file.entries === undefined;
    if (!same && !wasNothing) this.arrived([path]);
  }
}

/** Files of this machine, and those of the editor where a path leads there. */
export function filesOf(machine: FileSystem, editor: FileSystem): FileSystem {
  const whose = (path: string): FileSystem => (isOfEditor(path) ? editor : machine);
  return {
    read: (path) => whose(path).read(path),
    list: (path) => whose(path).list(path),
    stamp: (path) => whose(path).stamp(path),
  };
}
