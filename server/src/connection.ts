import { type Connection, type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { featureCapabilities, registerFeatures } from "./languageFeatures.ts";
import { languages } from "./languages/index.ts";
import { liveCapabilities, registerLive } from "./liveRequests.ts";
import { type EditorFile, METHODS, type ReadRequest } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import { pathOf, uriOf } from "./uris.ts";
import { EditorFiles, filesOf } from "./workspace/editorFiles.ts";
import type { FileSystem } from "./workspace/files.ts";
import { lazyHostReader } from "./workspace/hostReader.ts";
import { defaultSettings, parseSettings, type Settings } from "./workspace/settings.ts";
import { Workspace } from "./workspace/workspace.ts";

/** What the program that runs the server decides. */
export interface ServerOptions {
  /** Files of the machine that the server runs on. */
  readonly files: FileSystem;
  readonly version: string;
}

/** Serves one editor over `connection`. Knows no transport and no platform. */
export function serve(connection: Connection, options: ServerOptions): void {
  let global: Settings = defaultSettings;
  /** Settings of open documents, where the folder that they lie in has its own. */
  const own = new Map<string, Settings>();
  const readHost = lazyHostReader(() => {
    workspace.reconfigure();
    publisher.schedule();
  });
  const changedOnDisk = (paths: readonly string[]) => {
    if (!workspace.changedOnDisk(paths)) return;
    publisher.schedule();
    live.filesChanged();
  };
  const ask = (uri: string) =>
    connection.sendRequest<EditorFile>(METHODS.read, { uri } satisfies ReadRequest);
  const editorFiles = new EditorFiles((path) => ask(uriOf(path)), changedOnDisk);
  const files = filesOf(options.files, editorFiles);
  const workspace = new Workspace(files, uriOf, (path) => own.get(path) ?? global, readHost);
  const publisher = new Publisher(connection, workspace, () => live.shown());
  let pullsSettings = false;
  let refreshesLenses = false;
  let initialized = false;

  connection.onInitialize((params): InitializeResult => {
    initialized = true;
    pullsSettings = params.capabilities.workspace?.configuration === true;
    refreshesLenses = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    global = parseSettings((params.initializationOptions as { settings?: unknown } | undefined)?.settings);
    return {
      serverInfo: { name: "zonewarden", version: options.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        ...featureCapabilities,
        ...liveCapabilities,
      },
    };
  });

  const pull = async (scopeUri?: string): Promise<Settings> => {
    const item = { section: "zonewarden", ...(scopeUri !== undefined && { scopeUri }) };
    try {
      return parseSettings(await connection.workspace.getConfiguration(item));
    } catch (error) {
      connection.console.warn(`The settings could not be read: ${String(error)}`);
      return global;
    }
  };
  const fetchSettings = async () => {
    if (pullsSettings) {
      global = await pull();
      for (const { path, uri } of [...workspace.documents.openDocuments]) own.set(path, await pull(uri));
    }
    workspace.reconfigure();
    publisher.schedule();
    live.filesChanged();
  };
  /** Judges a document by the settings of its folder, as soon as these have come. */
  const fetchOwnSettings = async (path: string, uri: string) => {
    const settings = await pull(uri);
    if (!workspace.documents.getOpen(path)) return;
    const known = own.get(path) ?? global;
    own.set(path, settings);
    if (JSON.stringify(settings) === JSON.stringify(known)) return;
    workspace.reconfigure();
    publisher.schedule();
  };
  connection.onInitialized(() => void fetchSettings());
  connection.onDidChangeConfiguration((change) => {
    if (!pullsSettings)
      global = parseSettings((change.settings as { zonewarden?: unknown } | null)?.zonewarden);
    void fetchSettings();
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    const language = languages.get(languageId);
    if (!language) return;
    const path = pathOf(uri);
    workspace.open(path, uri, version, text, language);
    publisher.schedule();
    if (pullsSettings && initialized) void fetchOwnSettings(path, uri);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (workspace.change(pathOf(uri), contentChanges, version)) publisher.schedule();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    own.delete(pathOf(uri));
    workspace.close(pathOf(uri));
    publisher.schedule();
  });
  connection.onDidSaveTextDocument(() => publisher.schedule());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.map((change) => pathOf(change.uri));
    editorFiles.changed(paths);
    changedOnDisk(paths);
  });
  registerFeatures(connection, workspace, () => initialized);
  const live = registerLive(connection, {
    workspace,
    publisher,
    readHost,
    isInitialized: () => initialized,
    refreshesLenses: () => refreshesLenses,
  });
  connection.listen();
}
