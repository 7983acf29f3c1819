import {
  type CancellationToken,
  type Disposable,
  type Event,
  EventEmitter,
  type LogOutputChannel,
  l10n,
} from "vscode";
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient";
import { answerReads, tellSaves, watchedFiles } from "./files.ts";
import { crashLimit, crashWindowMinutes, RestartPolicy } from "./restartPolicy.ts";
import { languageIds, section } from "./settings.ts";

/** What a user can be told about the server. `failed` never came up, `crashed` came up and fell too often. */
export type ServerState =
  | { kind: "starting" }
  | { kind: "ready" }
  | { kind: "stopped" }
  | { kind: "crashed"; reason: string }
  | { kind: "failed" };

/** Makes the client of a server that runs in a process or in a worker. */
export type Connector = (options: LanguageClientOptions) => BaseLanguageClient;

/** What the two kinds of extension hosts, a process and a worker of a browser, do in different ways. */
export interface Platform {
  /** How the server is reached. */
  readonly connect: Connector;
  /** Makes what only one of them has. */
  extras(): Disposable[];
}

/** Owns the language server: start, restart by hand, restart after a crash, and its state. */
export class Server implements Disposable {
  readonly #client: BaseLanguageClient;
  readonly #policy = new RestartPolicy();
  readonly #log: LogOutputChannel;
  readonly #changed = new EventEmitter<ServerState>();
  readonly #subscriptions: Disposable[];
  #state: ServerState = { kind: "stopped" };

  readonly onDidChangeState: Event<ServerState> = this.#changed.event;

  constructor(connect: Connector, log: LogOutputChannel) {
    this.#log = log;
    const watchers = watchedFiles();
    const options: LanguageClientOptions = {
      // No scheme is named: untitled documents and those of virtual workspaces are served from their text alone.
      documentSelector: languageIds.map((language) => ({ language })),
      synchronize: { configurationSection: section, fileEvents: watchers },
      outputChannel: log,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (error) => {
          this.#log.error(`Connection to the language server: ${error.message}`);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => this.#closed(),
      },
    };
    this.#client = connect(options);
    this.#subscriptions = [...watchers, answerReads(this.#client), tellSaves(this)];
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) this.#set({ kind: "starting" });
      else if (newState === State.Running) this.#set({ kind: "ready" });
      else if (!isFault(this.#state)) this.#set({ kind: "stopped" });
    });
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Asks the server. Rejects while it does not run. */
  request<Answer>(method: string, params?: unknown, token?: CancellationToken): Promise<Answer> {
    if (!this.#client.isRunning())
      return Promise.reject(new Error(l10n.t("The language server does not run.")));
    return this.#client.sendRequest<Answer>(method, params, token);
  }

  /** Tells the server something; what it is told while it does not run is lost. */
  notify(method: string, params: unknown): void {
    if (this.#client.isRunning()) void this.#client.sendNotification(method, params);
  }

  /** What the server tells by itself. */
  onNotification<Params>(method: string, handler: (params: Params) => void): Disposable {
    return this.#client.onNotification(method, handler);
  }

  /** Starts the server. A failure becomes a state, not an exception: it is shown, and there is a way back. */
  async start(): Promise<void> {
    try {
      await this.#client.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.error(`The language server did not start: ${reason}`);
      this.#set({ kind: "failed" });
    }
  }

  async restart(): Promise<void> {
    this.#policy.reset();
    this.#log.info("Restarting the language server");
    try {
      if (this.#client.needsStop()) await this.#client.stop();
    } catch (error) {
      // A server that hangs or dies while it is stopped must not prevent the restart.
      this.#log.warn(`Stopping the language server: ${String(error)}`);
    }
    this.#set({ kind: "starting" });
    await this.start();
  }

  async stop(): Promise<void> {
    if (this.#client.needsStop()) await this.#client.stop();
  }

  dispose(): void {
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #closed() {
    // `handled` keeps the client from opening a pop-up: the status item says the same without interrupting.
    if (this.#policy.crashed()) {
      const message = "The language server ended unexpectedly and is started again";
      this.#log.warn(message);
      return { action: CloseAction.Restart, message, handled: true };
    }
    // Short: the status item has one line for its text, this, and the link to restart.
    const reason = l10n.t("{0} crashes in {1} minutes", crashLimit, crashWindowMinutes);
    this.#set({ kind: "crashed", reason });
    return {
      action: CloseAction.DoNotRestart,
      message: `The language server stays stopped after ${reason}`,
      handled: true,
    };
  }

  #set(state: ServerState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

const isFault = (state: ServerState): boolean => state.kind === "crashed" || state.kind === "failed";
