import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import type { Connector, Platform } from "../server.ts";
import { section } from "../settings.ts";
import { createCheckTasks } from "../tasks/checkTasks.ts";

/** A process of its own: the server is another process. */
export function nodePlatform(context: ExtensionContext): Platform {
  return { connect: connector(context), extras: () => [createCheckTasks(context)] };
}

function connector(context: ExtensionContext): Connector {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath;
  const transport = TransportKind.ipc;
  const server = {
    run: { module, transport },
    debug: { module, transport, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
  };
  return (options) => new LanguageClient(section, "Zonewarden", server, options);
}
