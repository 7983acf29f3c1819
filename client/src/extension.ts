import { commands, type ExtensionContext, window } from "vscode";
import { followFilePatterns } from "./filePatterns.ts";
import { Server } from "./server.ts";
import { createStatus } from "./status.ts";

let server: Server | undefined;

/** The whole client: the language server, its status, two commands, and the user's own file patterns. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Zonewarden", { log: true });
  const started = new Server(context, log);
  server = started;
  context.subscriptions.push(
    log,
    started,
    ...createStatus(started, context),
    commands.registerCommand("zonewarden.restartServer", () => started.restart()),
    commands.registerCommand("zonewarden.showOutput", () => log.show()),
    ...followFilePatterns(),
  );
  void commands.executeCommand("setContext", "zonewarden.active", true);
  await started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
  server = undefined;
}
