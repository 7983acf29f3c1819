import { byteOrder, globTest } from "../configuration/jail-conf/glob.ts";
import { resolveAll } from "../configuration/jail-conf/resolve.ts";
import type { Sources } from "../configuration/jail-conf/sources.ts";
import type { Configuration } from "../configuration/jail-conf/types.ts";
import { type AnyDocument, absolute } from "../configuration/origin.ts";
import { type Diagnostic, type Draft, decide } from "../validation/diagnostics.ts";
import { Analysis, type Found } from "../validation/jail-conf/analysis.ts";
import { rules } from "../validation/jail-conf/topics.ts";
import { parseSuppression, type Suppression } from "../validation/suppressions.ts";
import type { Documents, Source } from "./documents.ts";
import { baseName, type FileSystem, joinPath } from "./files.ts";
import type { Settings } from "./settings.ts";

/** Directories that a pattern may fan out to, and names it may match: a workspace is not trusted to be small. */
const MOST_MATCHES = 10_000;

/** The files of the workspace as `.include` sees them. */
export function sourcesOver(documents: Documents, system: FileSystem): Sources {
  return {
    open: (path) => documents.get(normalise(path)),
    glob: (pattern) => expand(normalise(pattern), documents, system),
  };
}

/** Resolves `.` and `..` and doubled slashes, by text alone. */
function normalise(path: string): string {
  if (!/\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== ".." && parts.at(-1) !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** The files that a pattern matches, walking directory by directory. */
function expand(pattern: string, documents: Documents, system: FileSystem): string[] {
  let found = [pattern.startsWith("/") ? "/" : "."];
  const parts = pattern.split("/").filter((part) => part !== "");
  parts.forEach((part, depth) => {
    const last = depth === parts.length - 1;
    const next: string[] = [];
    const matches = /[*?[\\]/.test(part) ? globTest(part) : undefined;
    for (const directory of found) {
      if (!matches) next.push(joinPath(directory, part));
      else
        for (const entry of system.list(directory))
          if ((last || entry.directory) && matches(entry.name)) next.push(joinPath(directory, entry.name));
      if (next.length > MOST_MATCHES) break;
    }
    found = next;
  });
  const test = globTest(pattern);
  for (const { path } of documents.openDocuments) if (test(path) && !found.includes(path)) found.push(path);
  return found.sort(byteOrder);
}

/**
 * Whether a file is one that jail(8) or rc.d/jail reads on its own. Any other may be included somewhere, so what it
 * lacks may come from there. Source: libexec/rc/rc.d/jail.
 */
export function isMainFile(path: string): boolean {
  const name = baseName(path);
  return (
    name === "jail.conf" ||
    name === "STDIN" ||
    name.endsWith(".jail.conf") ||
    /^jail\..+\.conf$/.test(name) ||
    path.startsWith("untitled:")
  );
}

/** One configuration: a main file with all that it includes, and what is wrong in them. */
export class JailProject {
  readonly root: Source;
  readonly sources: Sources;
  private resolved: Configuration;
  private isStale = false;
  private readonly settings: Settings;
  private readonly analysis: Analysis;
  private found: Map<AnyDocument, Found[]> | undefined;

  constructor(root: Source, sources: Sources, settings: Settings) {
    this.root = root;
    this.sources = sources;
    this.settings = settings;
    this.resolved = resolveAll(root, sources, settings.release);
    this.analysis = new Analysis({ release: settings.release, fragment: !isMainFile(root.path) });
    this.analysis.update(this.resolved);
  }

  /** The configuration as the documents are now. */
  get configuration(): Configuration {
    if (this.isStale) {
      this.isStale = false;
      this.resolved = resolveAll(this.root, this.sources, this.settings.release, this.resolved);
      this.analysis.update(this.resolved);
      this.found = undefined;
    }
    return this.resolved;
  }

  /** One of its documents changed: everything is resolved again when somebody asks. */
  update(): void {
    this.isStale = true;
  }

  /** Whether a document was part of it when it was last resolved. */
  had(path: string): boolean {
    return this.resolved.documents.some((document) => document.path === path);
  }

  /** Whether some jails are not judged yet: then `diagnostics` says less than there is. */
  get isPending(): boolean {
    return this.analysis.isPending;
  }

  /** Judges jails that wait, for about so many milliseconds. */
  work(milliseconds: number): void {
    this.analysis.work(milliseconds);
    this.found = undefined;
  }

  has(path: string): boolean {
    return this.configuration.documents.some((document) => document.path === path);
  }

  /** What is wrong in one of its documents. */
  diagnostics(document: Source): Diagnostic[] {
    // Asking for the configuration brings the analysis up to date.
    void this.configuration;
    this.found ??= this.analysis.findings();
    const drafts = (this.found.get(document) ?? []).map(draft);
    return decide(drafts, rules, this.settings.levels, suppressionsOf(document));
  }
}

function draft({ finding, jails }: Found): Draft {
  const { origin } = finding;
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message + affected(finding.origin.document, jails, origin.section),
    range: absolute(origin),
    related: (finding.related ?? []).map((related) => ({
      path: related.origin.document.path,
      range: absolute(related.origin),
      message: related.message,
    })),
    replacement: finding.replacement,
  };
}

/** Which jails a finding is about, where its place does not say so: outside of the jail's own block. */
function affected(
  document: AnyDocument,
  jails: Found["jails"],
  section: Found["finding"]["origin"]["section"],
) {
  const [first] = jails;
  if (!first) return "";
  const own = first.block.origin;
  if (jails.size === 1 && own.document === document && own.section === section) return "";
  return jails.size === 1 ? ` (jail ${first.name})` : ` (jail ${first.name} and ${jails.size - 1} more)`;
}

/** The comments of a document that switch rules off. */
function suppressionsOf(document: Source): Suppression[] {
  const found: Suppression[] = [];
  for (const section of document.sections)
    for (const comment of section.comments) {
      if (comment.block) continue;
      const range = { start: section.start + comment.start, end: section.start + comment.end };
      // Most comments are something else: do not cut each of them out of the text.
      if (!document.text.startsWith("zonewarden-", skipMarks(document.text, range.start))) continue;
      const suppression = parseSuppression(document.text, range);
      if (suppression) found.push(suppression);
    }
  return found;
}

function skipMarks(text: string, start: number): number {
  let at = start + (text.charCodeAt(start) === 0x2f ? 2 : 1);
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  return at;
}
