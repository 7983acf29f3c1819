import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { serve } from "./connection.ts";
import { version } from "./version.ts";
import { noFiles } from "./workspace/files.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: unknown) => void) | null;
  postMessage(message: unknown): void;
}

// The server in a worker of a browser: every file comes from the editor.
const scope = globalThis as unknown as WorkerScope & ConstructorParameters<typeof BrowserMessageReader>[0];
serve(createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope)), {
  files: noFiles,
  version,
});
// client/src/platform/browser.ts waits for this before it says anything.
scope.postMessage({ zonewarden: "ready" });
