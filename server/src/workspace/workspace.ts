import type { Sources } from "../configuration/jail-conf/sources.ts";
import type { Configuration } from "../configuration/jail-conf/types.ts";
import type { Diagnostic } from "../validation/diagnostics.ts";
import { type ContentChange, Documents, type Source } from "./documents.ts";
import { baseName, directoryOf, type FileSystem, joinPath } from "./files.ts";
import { isMainFile, JailProject, sourcesOver } from "./jailProject.ts";
import type { Settings } from "./settings.ts";

/** How many folders up a main file is looked for that may include a document. */
const LEVELS_UP = 2;

/**
 * The open documents and the configurations that they belong to. A document that a main file includes is judged as
 * part of that configuration; any other is a configuration of its own.
 */
export class Workspace {
  readonly documents: Documents;
  readonly sources: Sources;
  private readonly projects = new Map<string, JailProject>();
  private readonly settingsOf: (document: Source) => Settings;
  /** Includes may have changed since documents and configurations were last matched up. */
  private isUnsettled = false;

  constructor(
    system: FileSystem,
    uriOf: (path: string) => string,
    settingsOf: (document: Source) => Settings,
  ) {
    this.documents = new Documents(system, uriOf);
    this.sources = sourcesOver(this.documents, system);
    this.settingsOf = settingsOf;
  }

  open(path: string, uri: string, version: number, text: string): Source {
    const source = this.documents.opened(path, uri, version, text);
    this.replaced(path);
    this.adopt(source);
    return source;
  }

  change(path: string, changes: readonly ContentChange[], version: number): Source | undefined {
    const source = this.documents.getOpen(path);
    if (!source) return undefined;
    source.change(changes, version);
    for (const project of this.projects.values()) if (project.had(path)) project.update();
    this.isUnsettled = true;
    return source;
  }

  close(path: string): void {
    this.documents.closed(path);
    this.replaced(path);
    this.settle();
  }

  /** Files were made, changed or removed outside of the editor. True if that may change what is wrong. */
  changedOnDisk(paths: readonly string[]): boolean {
    const relevant = paths.filter(
      (path) => !this.documents.getOpen(path) && this.documents.changedOnDisk(path),
    );
    if (relevant.length === 0) return false;
    for (const path of relevant) this.projects.delete(path);
    for (const project of this.projects.values()) project.update();
    for (const document of this.documents.openDocuments) this.adopt(document);
    this.settle();
    return true;
  }

  /** The settings changed: everything is judged anew. */
  reconfigure(): void {
    this.projects.clear();
    for (const document of this.documents.openDocuments) this.adopt(document);
    this.settle();
  }

  /** The configurations that a document is part of. */
  projectsOf(path: string): JailProject[] {
    this.refresh();
    return this.having(path);
  }

  private having(path: string): JailProject[] {
    return [...this.projects.values()].filter((project) => project.has(path));
  }

  /** Everything that is configured in the workspace. */
  get configurations(): Configuration[] {
    return [...this.projects.values()].map((project) => project.configuration);
  }

  /** All documents that diagnostics are known of: the open ones and what they include. */
  get judged(): Iterable<Source> {
    this.refresh();
    const all = new Map<string, Source>();
    for (const project of this.projects.values())
      for (const document of project.configuration.documents) all.set(document.path, document as Source);
    return all.values();
  }

  /** Whether there is work left that diagnostics wait for. */
  get isPending(): boolean {
    for (const project of this.projects.values()) if (project.isPending) return true;
    return false;
  }

  /** Does some of it, for about so many milliseconds. */
  work(milliseconds: number): void {
    for (const project of this.projects.values())
      if (project.isPending) {
        project.work(milliseconds);
        return;
      }
  }

  /** What is wrong in a document, over all configurations that it is part of. */
  diagnostics(document: Source): Diagnostic[] {
    const [first, ...others] = this.projectsOf(document.path);
    const all = first?.diagnostics(document) ?? [];
    for (const project of others)
      for (const diagnostic of project.diagnostics(document))
        if (!all.some((known) => same(known, diagnostic))) all.push(diagnostic);
    return all;
  }

  private refresh() {
    if (!this.isUnsettled) return;
    this.isUnsettled = false;
    this.settle();
  }

  /** Another object stands for the document at `path` now. */
  private replaced(path: string) {
    this.projects.delete(path);
    for (const project of this.projects.values()) if (project.has(path)) project.update();
  }

  /** Finds the configuration of an open document, or makes one. */
  private adopt(source: Source) {
    if (this.having(source.path).length > 0) return;
    if (!isMainFile(source.path)) {
      let directory = directoryOf(source.path);
      for (let level = 0; level <= LEVELS_UP; level++) {
        const main = this.documents.get(joinPath(directory, "jail.conf"));
        if (main && !this.projects.has(main.path)) {
          const project = new JailProject(main, this.sources, this.settingsOf(main));
          if (project.has(source.path)) {
            this.projects.set(main.path, project);
            return;
          }
        }
        if (directory === "/" || directory === "." || baseName(directory) === "") break;
        directory = directoryOf(directory);
      }
    }
    this.projects.set(source.path, new JailProject(source, this.sources, this.settingsOf(source)));
  }

  /** Gives up configurations that no open document needs, and makes those that one does. */
  private settle() {
    const open = [...this.documents.openDocuments];
    for (const [path, project] of this.projects) {
      const needed = open.some((document) => project.has(document.path));
      // A part that was on its own until a main file included it.
      const covered =
        !isMainFile(path) &&
        open.every((document) => !project.has(document.path) || this.having(document.path).length > 1);
      if (!needed || covered) this.projects.delete(path);
    }
    for (const document of open) this.adopt(document);
  }
}

function same(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.range.start === b.range.start && a.range.end === b.range.end;
}
