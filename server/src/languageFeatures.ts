import type { TextRange } from "@zonewarden/grammars/common/range";
import type { SpacingEdit } from "@zonewarden/grammars/common/spacing";
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemTag,
  type Connection,
  type DocumentSymbol,
  ErrorCodes,
  InsertTextFormat,
  InsertTextMode,
  type Location,
  type Diagnostic as LspDiagnostic,
  MarkupKind,
  type Range,
  ResponseError,
  type ServerCapabilities,
  type TextEdit,
} from "vscode-languageserver";
import { editsIn, indentationOf } from "./features/formatting.ts";
import { distinct } from "./features/places.ts";
import type { Action, CompletionEntry, Place, SymbolNode } from "./features/types.ts";
import { languages } from "./languages/index.ts";
import { rangeIn } from "./publisher.ts";
import { pathOf, uriOf } from "./uris.ts";
import type { Source } from "./workspace/documents.ts";
import type { Features, Language } from "./workspace/language.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** What `registerFeatures` answers. Each entry has its handler below; a test compares the two. */
export const featureCapabilities: ServerCapabilities = {
  hoverProvider: true,
  completionProvider: { triggerCharacters: completionTriggers() },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentLinkProvider: { resolveProvider: false },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
};

/** An open document and what answers for it. */
interface Open {
  readonly source: Source;
  readonly features: Features;
}

/** A code action that says what kind it is. */
type KnownAction = CodeAction & { readonly kind: CodeActionKind };

/** More symbols than this are no answer. */
const MOST_SYMBOLS = 500;

/** What any of the languages wants to be asked after: editors make no difference between them. */
function completionTriggers(): string[] {
  return [...new Set([...languages.values()].flatMap((language) => language.completionTriggers))];
}

/**
 * Answers the language features: finds the document, calls the feature with offsets, and turns what it says into
 * lines and characters. A document that is not open has no answer.
 */
export function registerFeatures(
  connection: Connection,
  workspace: Workspace,
  isInitialized: () => boolean,
): void {
  const open = (uri: string): Open | undefined => {
    if (!isInitialized()) throw new ResponseError(ErrorCodes.ServerNotInitialized, "initialize comes first");
    const path = pathOf(uri);
    const source = workspace.documents.getOpen(path);
    const project = source && workspace.projectsOf(source)[0];
    return source && project && { source, features: project.features };
  };
  /** Calls `answer` for the open document of a request, at its position. */
  const at = <R>(
    { textDocument, position }: { textDocument: { uri: string }; position: Range["start"] },
    answer: (document: Open, offset: number) => R,
  ): R | null => {
    const document = open(textDocument.uri);
    return document ? answer(document, document.source.offsetAt(position)) : null;
  };
  const locations = (language: Language, places: readonly Place[]): Location[] =>
    places.flatMap(({ path, range }) => {
      const source = workspace.documents.get(path, language);
      return source ? [{ uri: source.uri, range: rangeIn(source, range) }] : [];
    });

  connection.onHover((params) =>
    at(params, ({ source, features }, offset) => {
      const found = features.hover(source, offset);
      if (!found) return null;
      const contents = { kind: MarkupKind.Markdown, value: found.markdown };
      return { contents, range: rangeIn(source, found.range) };
    }),
  );
  connection.onCompletion((params) =>
    at(params, ({ source, features }, offset) => {
      // A blank asks for what follows a word: one that indents a line is none of that.
      if (params.context?.triggerCharacter === " " && isIndentation(source, offset)) return null;
      const { items, incomplete } = features.complete(source, offset);
      return { isIncomplete: incomplete, items: items.map((entry) => completionItem(source, entry)) };
    }),
  );
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = open(textDocument.uri);
    if (!document) return [];
    const { source, features } = document;
    return features.documentSymbols(source).symbols.map((node) => symbol(source, node));
  });
  connection.onWorkspaceSymbol(({ query }) => {
    const found = [...workspace.configurations].flatMap(({ root, features }) =>
      features.workspaceSymbols(query).map((place) => ({ ...place, language: root.language })),
    );
    return distinct(found)
      .slice(0, MOST_SYMBOLS)
      .flatMap(({ name, kind, container, language, ...place }) =>
        locations(language, [place]).map((location) => ({ name, kind, location, containerName: container })),
      );
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const document = open(textDocument.uri);
    if (!document) return [];
    return document.features.foldings(document.source).map(({ kind, ...range }) => {
      const { start, end } = rangeIn(document.source, range);
      return { startLine: start.line, endLine: end.line, ...(kind && { kind }) };
    });
  });
  connection.onDefinition((params) =>
    at(params, ({ source, features }, offset) =>
      locations(source.language, features.definition(source, offset)),
    ),
  );
  connection.onReferences((params) =>
    at(params, ({ source, features }, offset) =>
      locations(source.language, features.references(source, offset, params.context.includeDeclaration)),
    ),
  );
  connection.onDocumentHighlight((params) =>
    at(params, ({ source, features }, offset) =>
      features
        .documentHighlights(source, offset)
        .map(({ range, kind }) => ({ range: rangeIn(source, range), kind })),
    ),
  );
  connection.onDocumentLinks(({ textDocument }) => {
    const document = open(textDocument.uri);
    if (!document) return [];
    const { source, features } = document;
    return features.documentLinks(source).map((link) => ({
      range: rangeIn(source, link.range),
      target: workspace.documents.get(link.target, source.language)?.uri ?? uriOf(link.target),
    }));
  });
  connection.onDocumentFormatting(({ textDocument, options }) => {
    const source = open(textDocument.uri)?.source;
    return source ? textEdits(source, source.language.format(source, indentationOf(options))) : null;
  });
  connection.onDocumentRangeFormatting(({ textDocument, range, options }) => {
    const source = open(textDocument.uri)?.source;
    if (!source) return null;
    const wanted = { start: source.offsetAt(range.start), end: source.offsetAt(range.end) };
    return textEdits(source, editsIn(source, source.language.format(source, indentationOf(options)), wanted));
  });
  connection.onCodeAction(({ textDocument: { uri }, range, context: { diagnostics, only } }) => {
    const document = open(uri);
    if (!document) return [];
    const { source, features } = document;
    const ours = diagnostics.filter((diagnostic) => diagnostic.source === "zonewarden");
    const all = ours.flatMap((diagnostic) => [
      ...replace(uri, source, diagnostic),
      ...suppress(uri, source, diagnostic),
    ]);
    const selection = { start: source.offsetAt(range.start), end: source.offsetAt(range.end) };
    for (const action of features.actions?.(source, selection) ?? [])
      all.push(codeAction(uri, source, action));
    return all.filter(({ kind }) => isWanted(kind, only));
  });
}

function textEdits(source: Source, edits: readonly SpacingEdit[]): TextEdit[] {
  return edits.map(({ newText, ...range }) => ({ range: rangeIn(source, range), newText }));
}

/** Whether an editor that asks for some kinds of actions means this one: `quickfix` stands for all below it. */
function isWanted(kind: CodeActionKind, only: readonly CodeActionKind[] | undefined): boolean {
  return only?.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`)) ?? true;
}

function codeAction(uri: string, source: Source, { title, kind, edits }: Action): KnownAction {
  const changes = edits.map((edit) => ({ range: rangeIn(source, edit.range), newText: edit.newText }));
  return { title, kind, edit: { changes: { [uri]: changes } } };
}

function completionItem(source: Source, entry: CompletionEntry): CompletionItem {
  return {
    label: entry.label,
    kind: entry.kind,
    sortText: entry.sortText,
    filterText: entry.filterText,
    textEdit: { range: rangeIn(source, entry.range), newText: entry.insertText },
    insertTextFormat: entry.snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    ...(entry.description !== undefined && { labelDetails: { description: entry.description } }),
    ...(entry.detail !== undefined && { detail: entry.detail }),
    ...(entry.documentation !== undefined && {
      documentation: { kind: MarkupKind.Markdown, value: entry.documentation },
    }),
    ...(entry.deprecated && { tags: [CompletionItemTag.Deprecated] }),
    ...(entry.again && { command: { title: "Suggest", command: "editor.action.triggerSuggest" } }),
  };
}

function symbol(source: Source, node: SymbolNode): DocumentSymbol {
  return {
    name: node.name,
    detail: node.detail,
    kind: node.kind,
    range: rangeIn(source, node.range),
    selectionRange: rangeIn(source, node.selection),
    children: node.children.map((child) => symbol(source, child)),
  };
}

/** The fix that a rule offers: the marked text becomes another. */
function replace(uri: string, source: Source, diagnostic: LspDiagnostic): KnownAction[] {
  const data = diagnostic.data as { replacement?: unknown } | undefined;
  if (typeof data?.replacement !== "string") return [];
  const newText = data.replacement;
  const old = textAt(source, {
    start: source.offsetAt(diagnostic.range.start),
    end: source.offsetAt(diagnostic.range.end),
  });
  return [
    {
      title: fixTitle(old, newText),
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [uri]: [{ range: diagnostic.range, newText }] } },
    },
  ];
}

/** `Insert ';'` where text is only added, else what goes or what comes. */
function fixTitle(old: string, newText: string): string {
  if (newText === "") return `Remove '${old}'`;
  if (newText.startsWith(old)) return `Insert '${newText.slice(old.length).trim()}'`;
  if (newText.endsWith(old)) return `Insert '${newText.slice(0, newText.length - old.length).trim()}'`;
  return `Replace with '${newText}'`;
}

/** A comment above the line that drops the finding; the reader fills in the reason, without which it has no effect. */
function suppress(uri: string, source: Source, diagnostic: LspDiagnostic): KnownAction[] {
  const code = String(diagnostic.code ?? "");
  if (code === "" || code === "style/suppression") return [];
  const line = { line: diagnostic.range.start.line, character: 0 };
  const start = source.offsetAt(line);
  const indent = /^[ \t]*/.exec(source.text.slice(start, start + 200))?.[0] ?? "";
  const lineEnd = /\r?\n/.exec(source.text)?.[0] ?? "\n";
  const newText = `${indent}# zonewarden-ignore-next-line ${code}: ${lineEnd}`;
  return [
    {
      title: `Ignore ${code} on this line`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      edit: { changes: { [uri]: [{ range: { start: line, end: line }, newText }] } },
    },
  ];
}

function textAt(source: Source, { start, end }: TextRange): string {
  return source.text.slice(start, end);
}

/** Whether nothing but blanks stands before an offset on its line. */
function isIndentation(source: Source, offset: number): boolean {
  const { line } = source.positionAt(offset);
  return textAt(source, { start: source.offsetAt({ line, character: 0 }), end: offset }).trim() === "";
}
