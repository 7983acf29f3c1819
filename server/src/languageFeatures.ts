import type { TextRange } from "@zonewarden/grammars/common/range";
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
} from "vscode-languageserver";
import { complete } from "./features/jail-conf/completion.ts";
import type { FeatureContext } from "./features/jail-conf/context.ts";
import { definition } from "./features/jail-conf/definition.ts";
import { documentLinks } from "./features/jail-conf/documentLinks.ts";
import { foldings } from "./features/jail-conf/folding.ts";
import { hover } from "./features/jail-conf/hover.ts";
import { documentHighlights, references } from "./features/jail-conf/references.ts";
import { documentSymbols, workspaceSymbols } from "./features/jail-conf/symbols.ts";
import type { CompletionEntry, Place, SymbolNode } from "./features/types.ts";
import { rangeIn } from "./publisher.ts";
import { pathOf, uriOf } from "./uris.ts";
import type { Source } from "./workspace/documents.ts";
import type { FileSystem } from "./workspace/files.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** What `registerFeatures` answers. Each entry has its handler below; a test compares the two. */
export const featureCapabilities: ServerCapabilities = {
  hoverProvider: true,
  completionProvider: { triggerCharacters: ["$", "{", ".", '"', "=", " ", "/"] },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentLinkProvider: { resolveProvider: false },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
};

/** An open document and all that its features need. */
interface Open {
  readonly source: Source;
  readonly context: FeatureContext;
}

/**
 * Answers the language features: finds the document, calls the feature with offsets, and turns what it says into
 * lines and characters. A document that is not open has no answer.
 */
export function registerFeatures(
  connection: Connection,
  workspace: Workspace,
  files: FileSystem,
  isInitialized: () => boolean,
): void {
  const open = (uri: string): Open | undefined => {
    if (!isInitialized()) throw new ResponseError(ErrorCodes.ServerNotInitialized, "initialize comes first");
    const path = pathOf(uri);
    const source = workspace.documents.getOpen(path);
    const project = source && workspace.projectsOf(path)[0];
    if (!source || !project) return undefined;
    const { configuration, sources } = project;
    const { release } = configuration;
    return {
      source,
      context: { document: source, configuration, release, sources, list: (folder) => files.list(folder) },
    };
  };
  /** Calls `answer` for the open document of a request, at its position. */
  const at = <R>(
    { textDocument, position }: { textDocument: { uri: string }; position: Range["start"] },
    answer: (document: Open, offset: number) => R,
  ): R | null => {
    const document = open(textDocument.uri);
    return document ? answer(document, document.source.offsetAt(position)) : null;
  };
  const locations = (places: readonly Place[]): Location[] =>
    places.flatMap(({ path, range }) => {
      const source = workspace.documents.get(path);
      return source ? [{ uri: source.uri, range: rangeIn(source, range) }] : [];
    });

  connection.onHover((params) =>
    at(params, ({ source, context }, offset) => {
      const found = hover(context, offset);
      if (!found) return null;
      const contents = { kind: MarkupKind.Markdown, value: found.markdown };
      return { contents, range: rangeIn(source, found.range) };
    }),
  );
  connection.onCompletion((params) =>
    at(params, ({ source, context }, offset) => {
      const { items, incomplete } = complete(context, offset);
      return { isIncomplete: incomplete, items: items.map((entry) => completionItem(source, entry)) };
    }),
  );
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = open(textDocument.uri);
    return document
      ? documentSymbols(document.context).symbols.map((node) => symbol(document.source, node))
      : [];
  });
  connection.onWorkspaceSymbol(({ query }) =>
    workspaceSymbols(workspace.configurations, query).flatMap(({ name, kind, container, ...place }) =>
      locations([place]).map((location) => ({ name, kind, location, containerName: container })),
    ),
  );
  connection.onFoldingRanges(({ textDocument }) => {
    const document = open(textDocument.uri);
    if (!document) return [];
    return foldings(document.context).map(({ kind, ...range }) => {
      const { start, end } = rangeIn(document.source, range);
      return { startLine: start.line, endLine: end.line, ...(kind && { kind }) };
    });
  });
  connection.onDefinition((params) =>
    at(params, ({ context }, offset) => locations(definition(context, offset))),
  );
  connection.onReferences((params) =>
    at(params, ({ context }, offset) =>
      locations(references(context, offset, params.context.includeDeclaration)),
    ),
  );
  connection.onDocumentHighlight((params) =>
    at(params, ({ source, context }, offset) =>
      documentHighlights(context, offset).map(({ range, kind }) => ({ range: rangeIn(source, range), kind })),
    ),
  );
  connection.onDocumentLinks(({ textDocument }) => {
    const document = open(textDocument.uri);
    if (!document) return [];
    return documentLinks(document.context).map((link) => ({
      range: rangeIn(document.source, link.range),
      target: workspace.documents.get(link.target)?.uri ?? uriOf(link.target),
    }));
  });
  connection.onCodeAction(({ textDocument: { uri }, context: { diagnostics, only } }) => {
    const source = workspace.documents.getOpen(pathOf(uri));
    const wanted = only?.some((kind) => kind === "" || kind === CodeActionKind.QuickFix) ?? true;
    if (!source || !wanted) return [];
    const ours = diagnostics.filter((diagnostic) => diagnostic.source === "zonewarden");
    return ours.flatMap((diagnostic) => [
      ...replace(uri, source, diagnostic),
      ...suppress(uri, source, diagnostic),
    ]);
  });
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
function replace(uri: string, source: Source, diagnostic: LspDiagnostic): CodeAction[] {
  const data = diagnostic.data as { replacement?: unknown } | undefined;
  if (typeof data?.replacement !== "string") return [];
  const newText = data.replacement;
  const old = textAt(source, {
    start: source.offsetAt(diagnostic.range.start),
    end: source.offsetAt(diagnostic.range.end),
  });
  const title = newText === "" ? `Remove '${old}'` : `Replace with '${newText}'`;
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [uri]: [{ range: diagnostic.range, newText }] } },
    },
  ];
}

/** A comment above the line that drops the finding; the reader fills in the reason, without which it has no effect. */
function suppress(uri: string, source: Source, diagnostic: LspDiagnostic): CodeAction[] {
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
