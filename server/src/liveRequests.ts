import {
  type CodeLens,
  type Connection,
  ErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from "vscode-languageserver";
import type { LiveServer } from "./live/liveServer.ts";
import { problemsIn } from "./problemCounts.ts";
import {
  type DescribeRequest,
  type EventView,
  type ExecRequest,
  type ExpectRequest,
  type ExplainRequest,
  type HostCommand,
  type InspectRequest,
  type Location,
  METHODS,
  type ProbeRequest,
  type RestoreRequest,
  type SnapshotRequest,
  type TextRequest,
  type WorkspaceFiles,
} from "./protocol.ts";
import type { Publisher } from "./publisher.ts";
import { nextTurn } from "./turns.ts";
import { pathOf } from "./uris.ts";
import type { LazyHostReader } from "./workspace/hostReader.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** So long after the last diagnostics, at least, editors are told what has changed about hosts. */
const QUIET_MS = 100;
/** To look takes no more than one part in so many. */
const PATIENCE = 5;

/** What `registerLive` answers beside its own methods. */
export const liveCapabilities: ServerCapabilities = { codeLensProvider: { resolveProvider: false } };

/** What the answers need of the server around them. */
export interface LiveOptions {
  readonly workspace: Workspace;
  readonly publisher: Publisher;
  readonly readHost: LazyHostReader;
  readonly isInitialized: () => boolean;
  /** Whether the editor can be asked to ask for code lenses again. */
  readonly refreshesLenses: () => boolean;
}

/** What else the server tells. */
export interface LiveEvents {
  /** The editor has been told what is wrong now. */
  shown(): void;
  /** What is not open, settings or host files may have changed. */
  filesChanged(): void;
}

/**
 * Answers what editors ask about simulated hosts. The model is large: it is loaded with the first question, and after
 * the first diagnostics.
 */
export function registerLive(
  connection: Connection,
  { workspace, publisher, readHost, isInitialized, refreshesLenses }: LiveOptions,
): LiveEvents {
  let files: WorkspaceFiles = { files: [] };
  let loading: Promise<LiveServer> | undefined;
  let loaded: LiveServer | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When editors were last told of changes. */
  let told = Number.NEGATIVE_INFINITY;
  /** Milliseconds to the next time: the longer it takes to look, the rarer. */
  let wait = QUIET_MS;
  /** An editor that never asks for hosts does not know the commands of code lenses either. */
  let isKnown = false;

  const load = async (): Promise<LiveServer> => {
    await publisher.settled();
    await readHost.load();
    const { LiveServer } = await import("./live/liveServer.ts");
    loaded = new LiveServer(workspace, ({ uri, range }: Location) =>
      problemsIn(publisher.sentTo(uri), range),
    );
    tellFiles(loaded);
    return loaded;
  };
  const live = (): Promise<LiveServer> => {
    if (!isInitialized()) throw new ResponseError(ErrorCodes.ServerNotInitialized, "initialize comes first");
    loading ??= load();
    return loading;
  };
  const tellFiles = (server: LiveServer) =>
    server.list(files.files.map(({ uri, language }) => ({ path: pathOf(uri), language })));

  const report = (host: string, events: readonly EventView[]) => {
    if (events.length > 0) void connection.sendNotification(METHODS.events, { host, events });
  };
  /** Terminals show what came of something that was done elsewhere. */
  const showNews = (host: string) => {
    for (const news of loaded?.news(host) ?? []) void connection.sendNotification(METHODS.output, news);
  };
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    told = performance.now();
    try {
      const changes = loaded?.changes();
      wait = Math.max(QUIET_MS, PATIENCE * (performance.now() - told));
      if (!changes) return;
      void connection.sendNotification(METHODS.changed, changes);
      refreshLenses();
    } catch (error) {
      connection.console.error(`The simulated hosts could not be looked at: ${String(error)}`);
    }
  };
  const refreshLenses = () => {
    if (refreshesLenses()) void connection.sendRequest("workspace/codeLens/refresh").catch(() => undefined);
  };
  /** Tells what has changed once nothing has changed for a while: whoever types is not held up. */
  const tellSoon = () => {
    if (!loaded) return;
    clearTimeout(timer);
    timer = setTimeout(tell, wait);
  };
  /** After something was done, tells what that has changed: at once, unless the last time was just now. */
  const tellDone = () => {
    if (performance.now() - told >= wait) tell();
    else timer ??= setTimeout(tell, wait);
  };

  /** Answers by one call. `changes`: whether it may change a host. */
  const answer = <P, R>(
    method: string,
    ask: (server: LiveServer, params: P) => R,
    changes: (params: P) => boolean = () => false,
    after: (params: P) => void = () => {},
  ) =>
    connection.onRequest(method, async (params: P): Promise<unknown> => {
      const server = await live();
      try {
        return ask(server, params);
      } finally {
        if (changes(params)) tellDone();
        after(params);
      }
    });

  answer(METHODS.get, (server) => {
    if (!isKnown) refreshLenses();
    isKnown = true;
    return server.get();
  });
  answer(METHODS.inspect, (server, request: InspectRequest) => server.inspect(request));
  answer(METHODS.snapshot, (server, request: SnapshotRequest) => server.snapshot(request));
  answer(METHODS.text, (server, request: TextRequest) => server.text(request));
  answer(METHODS.expect, (server, request: ExpectRequest) => server.expect(request));
  answer(METHODS.describe, (server, request: DescribeRequest) => server.describe(request));
  answer(METHODS.explain, (server, request: ExplainRequest) => server.explain(request));
  answer(METHODS.probe, (server, request: ProbeRequest) => server.probe(request));
  answer(
    METHODS.restore,
    (server, request: RestoreRequest) => server.restore(request),
    () => true,
  );
  answer(
    METHODS.exec,
    (server, request: ExecRequest) => server.exec(request, (events) => report(request.host, events)),
    ({ action }) => action.kind !== "complete",
    ({ host, action }) => {
      if (action.kind === "line" || action.kind === "close") showNews(host);
    },
  );
  connection.onRequest(METHODS.command, async (request: HostCommand, token) => {
    const { host } = request;
    try {
      return await (await live()).command(request, {
        report: (events) => report(host, events),
        goOn: async () => {
          tellDone();
          showNews(host);
          await new Promise<void>((resolve) => nextTurn(resolve));
          return !token.isCancellationRequested;
        },
      });
    } finally {
      tellDone();
      showNews(host);
    }
  });
  connection.onNotification(METHODS.files, (found: WorkspaceFiles) => {
    files = found;
    if (loaded) tellFiles(loaded);
    tellSoon();
  });
  connection.onCodeLens(async ({ textDocument: { uri } }): Promise<CodeLens[]> => {
    if (!isKnown) return [];
    const server = await live();
    return server.lenses(workspace.documents.getOpen(pathOf(uri))?.uri ?? uri).map((lens) => ({
      range: { start: lens.position, end: lens.position },
      command: {
        title: lens.title,
        command: lens.command,
        arguments: [{ host: lens.host, container: lens.container }],
      },
    }));
  });
  return {
    shown: tellSoon,
    filesChanged: () => {
      loaded?.forgetFiles();
      tellSoon();
    },
  };
}
