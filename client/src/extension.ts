import { commands, type Disposable, type ExtensionContext, window } from "vscode";
import { Consoles } from "./console/consoles.ts";
import { createExplorer } from "./explorer/explorer.ts";
import { followFilePatterns } from "./filePatterns.ts";
import { createHostFileCommands } from "./hosts/describe.ts";
import { createHostStatus } from "./hosts/hostStatus.ts";
import { createInspector } from "./inspector/inspectors.ts";
import { LiveHosts } from "./live/liveHosts.ts";
import { HostStore } from "./live/store.ts";
import { WorkspaceFinder } from "./live/workspaceFiles.ts";
import { type Platform, Server } from "./server.ts";
import { createStatus } from "./status.ts";
import { Expectations } from "./testing/expectations.ts";

let server: Server | undefined;
let store: HostStore | undefined;

/**
 * The whole client: the language server, the simulated hosts that it runs, and what shows them. One bundle for both
 * kinds of extension hosts, of which each loads its own part only: most of it is the same.
 */
export async function activate(context: ExtensionContext): Promise<void> {
  const platform = await platformOf(context);
  const log = window.createOutputChannel("Zonewarden", { log: true });
  const started = new Server(platform.connect, log);
  server = started;
  const hosts = new LiveHosts(started);
  store = new HostStore(hosts, context.storageUri, log);
  const disposables: Disposable[] = [
    log,
    started,
    hosts,
    store,
    new WorkspaceFinder(hosts, started.onDidChangeState, log),
    new Consoles(hosts, context, store.onDidRestore),
    new Expectations(hosts),
    ...createStatus(started, context),
    ...createExplorer(hosts),
    ...createInspector(hosts, context),
    ...createHostStatus(hosts),
    ...createHostFileCommands(hosts),
    ...platform.extras(),
    commands.registerCommand("zonewarden.restartServer", () => started.restart()),
    commands.registerCommand("zonewarden.showOutput", () => log.show()),
    ...followFilePatterns(),
  ];
  context.subscriptions.push(...disposables);
  void commands.executeCommand("setContext", "zonewarden.active", true);
  await started.start();
}

export async function deactivate(): Promise<void> {
  await store?.flush();
  await server?.stop();
  server = undefined;
  store = undefined;
}

async function platformOf(context: ExtensionContext): Promise<Platform> {
  const isWorker = typeof (globalThis as { importScripts?: unknown }).importScripts === "function";
  if (isWorker) return (await import("./platform/browser.ts")).browserPlatform(context);
  return (await import("./platform/node.ts")).nodePlatform(context);
}
