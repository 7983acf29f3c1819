import { type ExtensionContext, l10n, Uri } from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import type { Connector, Platform } from "../server.ts";
import { section } from "../settings.ts";

/** A worker of a browser: the server is another worker. What needs a process, tasks, is not there. */
export function browserPlatform(context: ExtensionContext): Platform {
  return { connect: connector(context), extras: () => [] };
}

function connector(context: ExtensionContext): Connector {
  const file = (...path: string[]) => Uri.joinPath(context.extensionUri, "dist", ...path).toString(true);
  const started = async () => {
    const worker = await startWorker(file("worker.js"), file("main", "web.mjs"));
    // VS Code gives extensions another `Worker` than the one whose instances it makes: the client would not know it.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  return (options) => new LanguageClient(section, "Zonewarden", started, options);
}

/** A worker whose server listens. Rejects when its code cannot be loaded. */
function startWorker(script: string, module: string): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script);
    const failed = (reason: string) => {
      worker.terminate();
      reject(new Error(l10n.t("The worker of the language server did not start: {0}", reason)));
    };
    worker.onerror = ({ message }) => failed(message);
    worker.onmessage = ({ data }: MessageEvent<{ zonewarden?: string; reason?: string }>) => {
      if (data.zonewarden === "failed") failed(data.reason ?? "");
      if (data.zonewarden !== "ready") return;
      worker.onmessage = null;
      worker.onerror = null;
      resolve(worker);
    };
    worker.postMessage({ module });
  });
}
