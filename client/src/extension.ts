import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { start, stop } from "./main.ts";
import type { Connector } from "./server.ts";
import { section } from "./settings.ts";
import { createCheckTasks } from "./tasks/checkTasks.ts";

/** The extension in a process of its own: the server is another process. */
export function activate(context: ExtensionContext): Promise<void> {
  return start(context, { connect: connector(context), extras: [createCheckTasks(context)] });
}

export const deactivate = stop;

function connector(context: ExtensionContext): Connector {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath;
  const transport = TransportKind.ipc;
  const server = {
    run: { module, transport },
    debug: { module, transport, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
  };
  return (options) => new LanguageClient(section, "Zonewarden", server, options);
}
