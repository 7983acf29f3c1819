import type { Diagnostic } from "../validation/diagnostics.ts";
import { type ContentChange, Documents, type Source } from "./documents.ts";
import type { FileSystem } from "./files.ts";
import type { HostDocument } from "./hostDocument.ts";
import type { HostReader } from "./hostReader.ts";
import { type DescribedHost, Hosts } from "./hosts.ts";
import type { Environment, Language, Project } from "./language.ts";
import type { Settings } from "./settings.ts";

/**
 * The open documents and the configurations that they belong to. A document that a main file includes is judged as
 * part of that configuration; any other is a configuration of its own.
 */
export class Workspace {
  readonly documents: Documents;
  /** The machines that configurations are for. */
  readonly hosts: Hosts;
  /** What its configurations may look at. */
  readonly environment: Environment;
  /** By the path of the main file. */
  private readonly projects = new Map<string, Project>();
  readonly settingsOf: (path: string) => Settings;
  /** Includes may have changed since documents and configurations were last matched up. */
  private isUnsettled = false;

  /** `readHost` reads host files, `host` is the machine that every configuration is for; else host files say it. */
  constructor(
    files: FileSystem,
    uriOf: (path: string) => string,
    settingsOf: (path: string) => Settings,
    readHost: HostReader,
    host?: DescribedHost,
  ) {
    this.documents = new Documents(files, uriOf, settingsOf);
    this.hosts = new Hosts(files, uriOf, readHost, host);
    this.environment = { documents: this.documents, files, hosts: this.hosts };
    this.settingsOf = settingsOf;
  }

  open(path: string, uri: string, version: number, text: string, language: Language): Source {
    const source = this.documents.opened(path, uri, version, text, language);
    this.replaced(path);
    this.adopt(source);
    // It may be a main file of documents that were on their own, or have been one in another language.
    this.isUnsettled = true;
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
    const hosts = this.hosts.changedOnDisk(paths);
    const relevant = paths.filter((path) => this.documents.changedOnDisk(path));
    if (hosts) this.projects.clear();
    else if (relevant.length === 0) return false;
    for (const path of relevant) this.projects.delete(path);
    for (const project of this.projects.values()) project.update();
    for (const document of this.documents.openDocuments) this.adopt(document);
    this.settle();
    return true;
  }

  /** The settings changed: everything is judged anew. */
  reconfigure(): void {
    this.documents.reconfigure();
    this.projects.clear();
    for (const document of this.documents.openDocuments) this.adopt(document);
    this.settle();
  }

  /** The configurations that a document is part of. */
  projectsOf(source: Source): Project[] {
    this.refresh();
    return this.having(source);
  }

  private having(source: Source): Project[] {
    return [...this.projects.values()].filter((project) => holds(project, source));
  }

  /** Everything that is configured in the workspace. */
  get configurations(): Iterable<Project> {
    return this.projects.values();
  }

  /** All documents that diagnostics are known of: the open ones and what they include. */
  get judged(): Iterable<Source> {
    this.refresh();
    const all = new Map<string, Source>();
    // A file may be included in one language and open in another: the editor's word counts.
    for (const project of this.projects.values())
      for (const document of project.documents)
        if (document.isOpen || !all.get(document.path)?.isOpen) all.set(document.path, document);
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

  /** Whether something is left to do while nothing else is. */
  get hasBackground(): boolean {
    for (const { background } of this.projects.values()) if (background?.isPending) return true;
    return false;
  }

  /** Does some of that, for about so many milliseconds. */
  workInBackground(milliseconds: number): void {
    for (const { background } of this.projects.values())
      if (background?.isPending) {
        background.work(milliseconds);
        return;
      }
  }

  /** What a path stands for that a finding in a document of a language refers to. */
  placesIn(path: string, language: Language): Source | HostDocument | undefined {
    return this.hosts.get(path) ?? this.documents.get(path, language);
  }

  /** What is wrong in a document, over all configurations that it is part of. */
  diagnostics(document: Source): Diagnostic[] {
    const [first, ...others] = this.projectsOf(document);
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
    if (this.having(source).length > 0) return;
    for (const path of source.language.mainFiles(source.path)) {
      if (this.projects.has(path)) continue;
      const main = this.documents.get(path, source.language);
      const project = main && this.projectOver(main);
      if (project && holds(project, source)) {
        this.projects.set(path, project);
        return;
      }
    }
    this.projects.set(source.path, this.projectOver(source));
  }

  private projectOver(root: Source): Project {
    return root.language.project(root, this.environment, this.settingsOf(root.path));
  }

  /** Gives up configurations that no open document needs, and makes those that one does. */
  private settle() {
    const open = [...this.documents.openDocuments];
    for (const [path, project] of this.projects) {
      const needed = open.some((document) => holds(project, document));
      // A part that was on its own until a main file included it.
      const covered =
        !project.root.language.isMainFile(path) &&
        open.every((document) => !holds(project, document) || this.having(document).length > 1);
      if (!needed || covered) this.projects.delete(path);
    }
    for (const document of open) this.adopt(document);
  }
}

/** Whether a document is part of a configuration: one that is open in another language is not, whatever its path. */
function holds(project: Project, source: Source): boolean {
  return project.root.language === source.language && project.has(source.path);
}

function same(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.range.start === b.range.start && a.range.end === b.range.end;
}
