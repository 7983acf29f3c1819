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
import { type Connector, Server } from "./server.ts";
import { createStatus } from "./status.ts";
import { Expectations } from "./testing/expectations.ts";

let server: Server | undefined;
let store: HostStore | undefined;

/** What the two kinds of extension hosts, a process and a worker of a browser, do in different ways. */
export interface Platform {
  /** How the server is reached. */
  readonly connect: Connector;
  /** What only one of them has. */
  readonly extras: readonly Disposable[];
}

/** The whole client: the language server, the simulated hosts that it runs, and what shows them. */
export async function start(context: ExtensionContext, platform: Platform): Promise<void> {
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
    new WorkspaceFinder(hosts, started.onDidChangeState),
    new Consoles(hosts, context.workspaceState, store.onDidRestore),
    new Expectations(hosts),
    ...createStatus(started, context),
    ...createExplorer(hosts),
    ...createInspector(hosts, context),
    ...createHostStatus(hosts),
    ...createHostFileCommands(hosts),
    ...platform.extras,
    commands.registerCommand("zonewarden.restartServer", () => started.restart()),
    commands.registerCommand("zonewarden.showOutput", () => log.show()),
    ...followFilePatterns(),
  ];
  context.subscriptions.push(...disposables);
  void commands.executeCommand("setContext", "zonewarden.active", true);
  await started.start();
}

export async function stop(): Promise<void> {
  await store?.flush();
  await server?.stop();
  server = undefined;
  store = undefined;
}
