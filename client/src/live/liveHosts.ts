import {
  type CommandOutcome,
  type ConsoleOutput,
  type ContainerView,
  type HostCommand,
  type HostEvents,
  type HostsChanged,
  type HostsView,
  type HostView,
  type Inspection,
  METHODS,
} from "@zonewarden/server/protocol";
import { type CancellationToken, type Disposable, type Event, EventEmitter } from "vscode";
import type { Server } from "../server.ts";

const NOTHING: HostsView = { revision: -1, hosts: [] };

/** The simulated hosts as the server last told of them. Nothing is polled: the server says when something changes. */
export class LiveHosts implements Disposable {
  readonly #server: Server;
  readonly #changed = new EventEmitter<HostsChanged>();
  readonly #events = new EventEmitter<HostEvents>();
  readonly #output = new EventEmitter<ConsoleOutput>();
  readonly #started = new EventEmitter<void>();
  readonly #subscriptions: Disposable[];
  #view: HostsView = NOTHING;
  #asking: Promise<void> | undefined;
  #stale = false;

  /** After `view` has changed. */
  readonly onDidChange: Event<HostsChanged> = this.#changed.event;
  /** What happens while a command runs. */
  readonly onDidHappen: Event<HostEvents> = this.#events.event;
  /** What appears at a terminal where nobody typed. */
  readonly onDidOutput: Event<ConsoleOutput> = this.#output.event;
  /** After a server has started, which knows nothing of what happened before; `view` is still that of the last one. */
  readonly onDidStart: Event<void> = this.#started.event;

  constructor(server: Server) {
    this.#server = server;
    this.#subscriptions = [
      this.#changed,
      this.#events,
      this.#output,
      this.#started,
      server.onNotification<HostsChanged>(METHODS.changed, (change) => void this.refresh(change)),
      server.onNotification<HostEvents>(METHODS.events, (events) => this.#events.fire(events)),
      server.onNotification<ConsoleOutput>(METHODS.output, (output) => this.#output.fire(output)),
      server.onDidChangeState(({ kind }) => {
        if (kind !== "ready") return;
        this.#started.fire();
        void this.refresh();
      }),
    ];
  }

  get view(): HostsView {
    return this.#view;
  }

  host(id: string): HostView | undefined {
    return this.#view.hosts.find((host) => host.id === id);
  }

  container(host: string, id: string): ContainerView | undefined {
    return this.host(host)?.containers.find((container) => container.id === id);
  }

  /** Asks for everything again; changes that come meanwhile are asked for once more. */
  refresh(change: HostsChanged = { revision: 0 }): Promise<void> {
    // What is being told may be older than what whoever asks now has seen: it is told once more.
    if (this.#asking) this.#stale = true;
    this.#asking ??= this.#askUntilFresh(change);
    return this.#asking;
  }

  async #askUntilFresh(change: HostsChanged): Promise<void> {
    do {
      this.#stale = false;
      await this.#ask();
      this.#changed.fire(change);
    } while (this.#stale);
    this.#asking = undefined;
  }

  async #ask(): Promise<void> {
    try {
      this.#view = await this.#server.request<HostsView>(METHODS.get);
    } catch {
      // A server that does not run has no hosts; its state is shown elsewhere.
      this.#view = NOTHING;
    }
  }

  inspect(host: string, container?: string, at?: number, targets?: string): Promise<Inspection | null> {
    return this.#server.request(METHODS.inspect, {
      host,
      ...(container !== undefined && { container }),
      ...(at !== undefined && { at }),
      ...(targets !== undefined && { targets }),
    });
  }

  command(command: HostCommand, token?: CancellationToken): Promise<CommandOutcome> {
    return this.#server.request(METHODS.command, command, token);
  }

  request<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.#server.request(method, params);
  }

  notify(method: string, params: unknown): void {
    this.#server.notify(method, params);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
