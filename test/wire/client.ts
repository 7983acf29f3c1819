import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EditorFile } from "@zonewarden/server/protocol";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type ServerCapabilities,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { clientCapabilities } from "./capabilities.ts";

/** The bundle as it is shipped. */
export const serverBundle = fileURLToPath(new URL("../../dist/server.js", import.meta.url));

/** Everything that is waited for comes long before this, or the test fails. */
const PATIENCE_MS = 20_000;
/**
 * So many answers after one another: the server publishes a few turns of its event loop after the last change, and
 * each answer takes it at least one turn.
 */
const TURNS = 8;

/** What an editor holds under `zonewarden` for a resource. */
export type Settings = Readonly<Record<string, unknown>>;

export interface ClientOptions {
  /** The command line; by default Node on the bundled server with `--stdio`. */
  readonly command?: readonly [string, ...string[]];
  /** URIs of the workspace folders. */
  readonly folders?: readonly string[];
  /** Answers `workspace/configuration`, by resource; without it the editor cannot be asked. */
  readonly settings?: Settings | ((scope: string | undefined) => Settings);
  readonly initializationOptions?: unknown;
  readonly capabilities?: ClientCapabilities;
  /** Texts of files that only the editor can reach, by URI. */
  readonly editorFiles?: Record<string, string>;
}

/** A change as the tests write it: positions are offsets in the text at that moment. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** An editor at the other end of a pipe: it holds documents, and what the server says of them. */
export class Client {
  readonly process: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  /** All that came, in order. */
  readonly published: PublishDiagnosticsParams[] = [];
  /** Scopes for which settings were asked. */
  readonly askedScopes: (string | undefined)[] = [];
  /** What the server wrote to its standard error: nothing, if all is well. */
  stderr = "";
  settings: ClientOptions["settings"];
  /** The exit code once the process has ended, `null` after a signal. */
  readonly ended: Promise<number | null>;

  private result: InitializeResult | undefined;
  private readonly documents = new Map<string, TextDocument>();
  private readonly latest = new Map<string, PublishDiagnosticsParams>();
  private readonly listeners = new Set<() => void>();

  private constructor({
    command = [process.execPath, serverBundle, "--stdio"],
    settings,
    editorFiles = {},
  }: ClientOptions) {
    const [program, ...args] = command;
    this.settings = settings;
    this.process = spawn(program, args, { stdio: "pipe" });
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    // A server that has ended cannot be written to; that shows in what is waited for.
    this.process.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => this.process.on("close", (code) => resolve(code)));
    const reader = new StreamMessageReader(this.process.stdout);
    const writer = new StreamMessageWriter(this.process.stdin);
    this.connection = createProtocolConnection(reader, writer);
    this.connection.onError(() => {});
    this.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      this.latest.set(params.uri, params);
      for (const listener of this.listeners) listener();
    });
    this.connection.onRequest("workspace/configuration", (params: { items: ConfigurationItem[] }) =>
      params.items.map((item) => this.answer(item)),
    );
    this.connection.onRequest("zonewarden/editor/read", ({ uri }: { uri: string }): EditorFile => {
      const text = editorFiles[uri];
      return text === undefined ? {} : { text };
    });
    this.connection.onRequest("client/registerCapability", () => null);
    this.connection.onRequest("client/unregisterCapability", () => null);
    this.connection.onRequest("window/workDoneProgress/create", () => null);
    this.connection.onRequest("workspace/workspaceFolders", () => null);
    for (const refresh of ["semanticTokens", "codeLens", "inlayHint", "diagnostic", "foldingRange"])
      this.connection.onRequest(`workspace/${refresh}/refresh`, () => null);
    this.connection.listen();
  }

  /** Starts a server without a word to it. */
  static spawn(options: ClientOptions = {}): Client {
    return new Client(options);
  }

  /** Starts a server and shakes hands. */
  static async start(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(options);
    await client.initialize(options);
    return client;
  }

  async initialize({ folders = [], settings, initializationOptions, capabilities }: ClientOptions = {}) {
    this.result = await this.request<InitializeResult>("initialize", {
      processId: process.pid,
      clientInfo: { name: "zonewarden-test" },
      rootUri: folders[0] ?? null,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf("/") + 1) })),
      capabilities: capabilities ?? clientCapabilities(settings !== undefined),
      initializationOptions,
    });
    await this.notify("initialized", {});
    return this.result;
  }

  get server(): InitializeResult {
    if (!this.result) throw new Error("not initialised");
    return this.result;
  }
  get capabilities(): ServerCapabilities {
    return this.server.capabilities;
  }

  async open(uri: string, text: string, languageId = "jail-conf", version = 1): Promise<void> {
    this.documents.set(uri, TextDocument.create(uri, languageId, version, text));
    await this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
  }

  /** Sends one `didChange` with these edits, each on top of those before it; returns the new version. */
  async edit(uri: string, ...edits: Edit[]): Promise<number> {
    const document = this.document(uri);
    const version = document.version + 1;
    const contentChanges = edits.map(({ from, to, text }) => {
      const range = { start: document.positionAt(from), end: document.positionAt(to) };
      const change = { range, text };
      TextDocument.update(document, [change], version);
      return change;
    });
    await this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
    return version;
  }

  /** Replaces the first occurrence of a text. */
  async replace(uri: string, from: string, to: string): Promise<number> {
    const at = this.text(uri).indexOf(from);
    if (at < 0) throw new Error(`${JSON.stringify(from)} is not in the document`);
    return this.edit(uri, { from: at, to: at + from.length, text: to });
  }

  /** Sends the whole text. */
  async reload(uri: string, text: string): Promise<number> {
    const document = this.document(uri);
    const version = document.version + 1;
    TextDocument.update(document, [{ text }], version);
    await this.notify("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
    return version;
  }

  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    await this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  text(uri: string): string {
    return this.document(uri).getText();
  }

  document(uri: string): TextDocument {
    const document = this.documents.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }

  /** The text that a range of an open document covers. */
  slice(uri: string, range: Range): string {
    return this.document(uri).getText(range);
  }

  /** Says that settings changed; the server asks for them. */
  async configure(settings: Settings): Promise<void> {
    this.settings = settings;
    await this.notify("workspace/didChangeConfiguration", { settings: { zonewarden: settings } });
  }

  /** Files were made (1), changed (2) or deleted (3) on disk. */
  async changedOnDisk(...changes: { uri: string; type: 1 | 2 | 3 }[]): Promise<void> {
    await this.notify("workspace/didChangeWatchedFiles", { changes });
  }

  request<T>(method: string, params: unknown): Promise<T> {
    return within(this.connection.sendRequest<T>(method, params), `an answer to ${method}`);
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  /** Until the server has nothing more to say to what it was told. */
  async settle(): Promise<void> {
    for (let i = 0; i < TURNS; i++)
      await this.request("zonewarden/test/nothing", {}).catch(onlyUnknownMethod);
  }

  /** The diagnostics of a document when all is settled; empty if there were never any. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    await this.settle();
    return this.latest.get(uri)?.diagnostics ?? [];
  }

  /** The codes of the diagnostics when all is settled. */
  async codes(uri: string): Promise<string[]> {
    return (await this.diagnostics(uri)).map(({ code }) => String(code));
  }

  /** The diagnostics of a version, or of a later one; only those that the server sends, so changed ones. */
  diagnosticsOf(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    return this.next(uri, (params) => (params.version ?? -1) >= version);
  }

  /** The next or present diagnostics that pass a test. */
  next(uri: string, test: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    let listener = () => {};
    const found = new Promise<PublishDiagnosticsParams>((resolve) => {
      listener = () => {
        const params = this.latest.get(uri);
        if (params && test(params)) resolve(params);
      };
      this.listeners.add(listener);
      listener();
    });
    return within(found, `diagnostics of ${uri}`).finally(() => this.listeners.delete(listener));
  }

  /** Ends the server the polite way; its exit code. */
  async stop(): Promise<number | null> {
    await this.request("shutdown", undefined);
    await this.notify("exit", undefined);
    return within(this.ended, "the end of the server");
  }

  /** Ends the server whatever state it is in. */
  async dispose(): Promise<void> {
    this.connection.dispose();
    this.process.kill("SIGKILL");
    await this.ended;
  }

  private answer({ section, scopeUri }: ConfigurationItem): unknown {
    this.askedScopes.push(scopeUri);
    const own = typeof this.settings === "function" ? this.settings(scopeUri) : (this.settings ?? {});
    let value: unknown = { zonewarden: own };
    for (const part of section?.split(".") ?? [])
      value = typeof value === "object" && value ? (value as Settings)[part] : undefined;
    return value ?? null;
  }
}

interface ConfigurationItem {
  readonly section?: string;
  readonly scopeUri?: string;
}

function onlyUnknownMethod(error: unknown) {
  if ((error as { code?: number }).code !== METHOD_NOT_FOUND) throw error;
}
const METHOD_NOT_FOUND = -32601;

/** Fails instead of waiting without end. */
export function within<T>(promise: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms / 1000} s in vain for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
