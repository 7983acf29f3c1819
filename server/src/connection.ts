import { type Connection, type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { featureCapabilities, registerFeatures } from "./languageFeatures.ts";
import { Publisher } from "./publisher.ts";
import { pathOf, uriOf } from "./uris.ts";
import type { FileSystem } from "./workspace/files.ts";
import { defaultSettings, parseSettings, type Settings } from "./workspace/settings.ts";
import { Workspace } from "./workspace/workspace.ts";

/** What the program that runs the server decides. */
export interface ServerOptions {
  readonly files: FileSystem;
  readonly version: string;
}

/** Serves one editor over `connection`. Knows no transport and no platform. */
export function serve(connection: Connection, options: ServerOptions): void {
  let global: Settings = defaultSettings;
  const workspace = new Workspace(options.files, uriOf, () => global);
  const publisher = new Publisher(connection, workspace);
  let pullsSettings = false;
  let initialized = false;

  connection.onInitialize((params): InitializeResult => {
    initialized = true;
    pullsSettings = params.capabilities.workspace?.configuration === true;
    global = parseSettings((params.initializationOptions as { settings?: unknown } | undefined)?.settings);
    return {
      serverInfo: { name: "zonewarden", version: options.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        ...featureCapabilities,
      },
    };
  });

  const fetchSettings = async () => {
    try {
      if (pullsSettings) global = parseSettings(await connection.workspace.getConfiguration("zonewarden"));
    } catch (error) {
      connection.console.warn(`The settings could not be read: ${String(error)}`);
    }
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
    if (languageId !== "jail-conf") return;
    workspace.open(pathOf(uri), uri, version, text);
    publisher.schedule();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (workspace.change(pathOf(uri), contentChanges, version)) publisher.schedule();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    workspace.close(pathOf(uri));
    publisher.schedule();
  });
  connection.onDidSaveTextDocument(() => publisher.schedule());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (workspace.changedOnDisk(changes.map((change) => pathOf(change.uri)))) publisher.schedule();
  });
  registerFeatures(connection, workspace, options.files, () => initialized);
  connection.listen();
}
