import type { HostView, Location } from "@zonewarden/server/protocol";
import {
  commands,
  type Disposable,
  type Event,
  type ExtensionContext,
  l10n,
  type Memento,
  type Terminal,
  type TerminalLink,
  ThemeIcon,
  window,
} from "vscode";
import { goTo } from "../explorer/places.ts";
import { hostOf, targetsOf } from "../explorer/targets.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import { type ConsoleTarget, ConsoleTerminal } from "./terminal.ts";

/** A place as consoles print it. */
const PLACE = /\[[^\]\s]+:\d+\]/g;

interface PlaceLink extends TerminalLink {
  readonly location: Location;
}

/** The consoles of this window. They come back when it is reloaded, each with its session. */
export class Consoles implements Disposable {
  readonly #hosts: LiveHosts;
  readonly #state: Memento;
  /** Under which the consoles are kept. */
  readonly #key: string;
  readonly #open = new Map<Terminal, ConsoleTerminal>();
  readonly #subscriptions: Disposable[];
  #counter = 0;
  /** Consoles of the last window whose hosts are not known yet. */
  #waiting: readonly ConsoleTarget[];
  /** Consoles of a server that has gone: they go on when their hosts are as they were. */
  #lost = new Set<ConsoleTerminal>();

  /** `onReady`: hosts are as they were when the window was left, so that one can log in again. */
  constructor(hosts: LiveHosts, { workspaceState, storageUri }: ExtensionContext, onReady: Event<void>) {
    this.#hosts = hosts;
    this.#state = workspaceState;
    // A second window on the same folder has hosts of its own, and the same memory but for that.
    this.#key = `zonewarden.consoles:${storageUri?.path ?? ""}`;
    this.#waiting = workspaceState.get<ConsoleTarget[]>(this.#key, []);
    this.#subscriptions = [
      window.onDidCloseTerminal((terminal) => {
        // A window that closes closes its terminals, too; only what a person closed is forgotten.
        if (terminal.exitStatus && this.#open.delete(terminal)) this.#save();
      }),
      window.registerTerminalLinkProvider({
        provideTerminalLinks: ({ terminal, line }) => this.#linksIn(terminal, line),
        handleTerminalLink: (link) => goTo((link as PlaceLink).location),
      }),
      onReady(() => this.#restore()),
      hosts.onDidStart(() => {
        this.#lost = new Set(this.#open.values());
      }),
      commands.registerCommand("zonewarden.openConsole", (argument?: unknown, selected?: unknown) =>
        this.#openFor(argument, selected, "shell"),
      ),
      commands.registerCommand("zonewarden.openZoneConsole", (argument?: unknown) =>
        this.#openFor(argument, undefined, "console"),
      ),
      commands.registerCommand("zonewarden.openZonecfg", (argument?: unknown) =>
        this.#openFor(argument, undefined, "zonecfg"),
      ),
      commands.registerCommand("zonewarden.openHostConsole", async (argument?: unknown) => {
        const host = await hostOf(this.#hosts, argument, l10n.t("Open a console on"));
        if (host) this.#show({ host: host.id, as: "shell" }, host);
      }),
    ];
  }

  async #openFor(argument: unknown, selected: unknown, as: ConsoleTarget["as"]): Promise<void> {
    const title = as === "zonecfg" ? l10n.t("Configure with zonecfg") : l10n.t("Open a console in");
    const targets = await targetsOf(
      this.#hosts,
      argument,
      selected,
      ({ type, health }) => {
        if (as === "shell") return health === "running";
        return type === "zone";
      },
      title,
    );
    if (targets.length === 0 && argument !== undefined)
      void window.showInformationMessage(l10n.t("It does not run, so that nobody can log in."));
    for (const { host, container } of targets)
      this.#show({ host: host.id, container: container.id, as }, host);
  }

  #show(what: Pick<ConsoleTarget, "host" | "container" | "as">, host: HostView): void {
    const session = `${Date.now().toString(36)}-${++this.#counter}`;
    this.#create({ ...what, session, history: [] }, host).show();
    this.#save();
  }

  #create(target: ConsoleTarget, host: HostView): Terminal {
    const pty = new ConsoleTerminal(this.#hosts, target);
    const terminal = window.createTerminal({
      name: nameOf(target, host),
      pty,
      iconPath: new ThemeIcon(target.container === undefined ? "server" : "vm"),
      // It comes back through the sessions that are stored here.
      isTransient: true,
    });
    this.#open.set(terminal, pty);
    pty.onDidEnter(() => this.#save());
    return terminal;
  }

  /** The consoles that were open when the window was left, as soon as their hosts are known. */
  #restore(): void {
    for (const console of this.#lost)
      if (this.#hosts.host(console.target.host) && this.#lost.delete(console)) console.resume();
    let last: Terminal | undefined;
    const waiting: ConsoleTarget[] = [];
    for (const target of this.#waiting) {
      const host = this.#hosts.host(target.host);
      if (host) last = this.#create(target, host);
      else waiting.push(target);
    }
    this.#waiting = waiting;
    last?.show(true);
  }

  #save(): void {
    const open = [...this.#open.values()].map(({ target }) => target);
    void this.#state.update(this.#key, [...open, ...this.#waiting]);
  }

  #linksIn(terminal: Terminal, line: string): PlaceLink[] {
    const pty = this.#open.get(terminal);
    if (!pty) return [];
    return [...line.matchAll(PLACE)].flatMap(({ 0: text, index }) => {
      const location = pty.placeOf(text);
      return location
        ? [{ startIndex: index + 1, length: text.length - 2, tooltip: l10n.t("Go to the line"), location }]
        : [];
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function nameOf({ container, as }: ConsoleTarget, host: HostView): string {
  if (container === undefined) return host.name;
  if (as === "console") return l10n.t("{0} (console)", container);
  return as === "zonecfg" ? `zonecfg: ${container}` : container;
}
