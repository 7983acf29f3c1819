import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Connection, Diagnostic as LspDiagnostic, Range } from "vscode-languageserver";
import { DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import { nextTurn } from "./turns.ts";
import { isOfState } from "./uris.ts";
import type { Diagnostic } from "./validation/diagnostics.ts";
import type { Severity } from "./validation/rule.ts";
import type { Source } from "./workspace/documents.ts";
import type { Workspace } from "./workspace/workspace.ts";

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const QUIET_TURNS = 3;
const SLICE_MS = 5;
/** So long nothing has to change before the work for idle times begins; a slice of it delays an edit. */
const IDLE_MS = 150;
const IDLE_SLICE_MS = 2;
/** What comes of such work is shown this often. */
const IDLE_PUBLISH_MS = 500;
/** Whoever types without end still sees diagnostics this often. */
const LONGEST_WAIT_MS = 50;

const NONE: readonly LspDiagnostic[] = [];

export function rangeIn(source: Pick<Source, "positionAt">, range: TextRange): Range {
  return { start: source.positionAt(range.start), end: source.positionAt(range.end) };
}

/**
 * Sends diagnostics: at most once per turn of the event loop, however many edits came in, and only for documents
 * whose diagnostics are not what the editor already shows.
 */
export class Publisher {
  private readonly connection: Connection;
  private readonly workspace: Workspace;
  private readonly sent = new Map<string, { uri: string; diagnostics: LspDiagnostic[] }>();
  private readonly byUri = new Map<string, readonly LspDiagnostic[]>();
  private pending = false;
  /** Turns of the event loop without a further change. */
  private quiet = 0;
  private since = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private waiting: (() => void)[] = [];
  private readonly shown: () => void;

  /** @param shown called whenever the editor has been told what is wrong now */
  constructor(connection: Connection, workspace: Workspace, shown: () => void = () => {}) {
    this.connection = connection;
    this.workspace = workspace;
    this.shown = shown;
  }

  /** Until nothing is left that an editor waits for: what takes long begins then. */
  settled(): Promise<void> {
    if (!this.pending && !this.workspace.isPending) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** What the editor was last told of a document. The same list until it is told another one. */
  sentTo(uri: string): readonly LspDiagnostic[] {
    return this.byUri.get(uri) ?? NONE;
  }

  /**
   * Something changed: look at everything again as soon as no further change is waiting. A message that has already
   * arrived is handled a turn or two later, so a burst of edits is judged once.
   */
  schedule(): void {
    this.quiet = 0;
    clearTimeout(this.idle);
    if (this.pending) return;
    this.pending = true;
    this.since = performance.now();
    nextTurn(() => this.turn());
  }

  private turn() {
    if (++this.quiet < QUIET_TURNS && performance.now() - this.since < LONGEST_WAIT_MS) {
      nextTurn(() => this.turn());
      return;
    }
    this.pending = false;
    this.publish();
    if (this.workspace.isPending) nextTurn(() => this.work());
    else this.rest();
  }

  /** Goes on with what could not be judged at once, in slices between which edits are taken. */
  private work() {
    if (this.pending) return;
    this.workspace.work(SLICE_MS);
    if (this.workspace.isPending) nextTurn(() => this.work());
    else {
      this.publish();
      this.rest();
    }
  }

  /** Nothing is to be done: after a while, begins with the work for idle times. */
  private rest() {
    clearTimeout(this.idle);
    for (const resolve of this.waiting.splice(0)) resolve();
    if (this.workspace.hasBackground)
      this.idle = setTimeout(() => this.workInBackground(performance.now()), IDLE_MS);
  }

  /** `shown`: when diagnostics were last looked at. */
  private workInBackground(shown: number) {
    if (this.pending || this.workspace.isPending) return;
    this.workspace.workInBackground(IDLE_SLICE_MS);
    const isLeft = this.workspace.hasBackground;
    const isDue = performance.now() - shown > IDLE_PUBLISH_MS;
    if (!isLeft || isDue) this.publish();
    if (isLeft) nextTurn(() => this.workInBackground(isDue ? performance.now() : shown));
  }

  private publish() {
    const current = new Set<string>();
    for (const source of this.workspace.judged) {
      // Of an older version of a file nothing has to be mended.
      if (isOfState(source.path)) continue;
      current.add(source.path);
      const diagnostics = this.workspace.diagnostics(source).map((d) => this.convert(source, d));
      const before = this.sent.get(source.path);
      if (before ? equal(before.diagnostics, diagnostics) : diagnostics.length === 0 && !source.isOpen)
        continue;
      this.send(source.path, source.uri, diagnostics, source.isOpen ? source.version : undefined);
    }
    for (const [path, { uri, diagnostics }] of this.sent)
      if (!current.has(path)) {
        if (diagnostics.length > 0) this.send(path, uri, [], undefined);
        this.sent.delete(path);
        this.byUri.delete(uri);
      }
    this.shown();
  }

  private send(path: string, uri: string, diagnostics: LspDiagnostic[], version: number | undefined) {
    this.sent.set(path, { uri, diagnostics });
    this.byUri.set(uri, diagnostics);
    void this.connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
  }

  private convert(source: Source, diagnostic: Diagnostic): LspDiagnostic {
    const related = diagnostic.related.flatMap(({ path, range, message }) => {
      const other = path === source.path ? source : this.workspace.placesIn(path, source.language);
      return other ? [{ location: { uri: other.uri, range: rangeIn(other, range) }, message }] : [];
    });
    return {
      range: rangeIn(source, diagnostic.range),
      severity: SEVERITY[diagnostic.severity],
      code: diagnostic.code,
      codeDescription: { href: diagnostic.docs },
      source: "zonewarden",
      message: diagnostic.message,
      ...(diagnostic.tag && {
        tags: [diagnostic.tag === "deprecated" ? DiagnosticTag.Deprecated : DiagnosticTag.Unnecessary],
      }),
      ...(related.length > 0 && { relatedInformation: related }),
      ...(diagnostic.replacement !== undefined && { data: { replacement: diagnostic.replacement } }),
    };
  }
}

function equal(a: readonly LspDiagnostic[], b: readonly LspDiagnostic[]): boolean {
  return a.length === b.length && a.every((d, i) => sameDiagnostic(d, b[i] as LspDiagnostic));
}

function sameDiagnostic(a: LspDiagnostic, b: LspDiagnostic): boolean {
  return (
    a.code === b.code &&
    a.severity === b.severity &&
    a.message === b.message &&
    sameRange(a.range, b.range) &&
    JSON.stringify(a.relatedInformation) === JSON.stringify(b.relatedInformation)
  );
}

function sameRange(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}
