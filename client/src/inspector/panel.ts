import type { Inspection } from "@zonewarden/server/protocol";
import { commands, type Disposable, l10n, type Uri, type WebviewPanel } from "vscode";
import { goTo } from "../explorer/places.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import { columnOf, drawnInside } from "./columns.ts";
import { panelIcon } from "./icon.ts";
import type { Column, FromPage, Subject, ToPage } from "./messages.ts";
import { pageOf } from "./page.ts";
import { inspectorTexts } from "./texts.ts";

/**
 * While much happens, such as 500 jails that boot, most of the server's time belongs to what happens: after each answer
 * the panel waits so many times as long as the answer took, up to some milliseconds.
 */
const LEISURE = 5;
const LONGEST_PAUSE = 4_000;

/** One open inspector: asks the server for what its page shows, and does what somebody clicks there. */
export class InspectorPanel implements Disposable {
  readonly panel: WebviewPanel;
  readonly subject: Subject;
  /** The container that is selected in the diagram of a host with many. */
  #selected: string | undefined;
  readonly #hosts: LiveHosts;
  readonly #subscriptions: Disposable[];
  /** What the names of those have in them that are tried to be reached; undefined for all. */
  #targets: string | undefined;
  /** The past moment that is shown; undefined while the present is followed. */
  #at: number | undefined;
  #shown: Inspection | undefined;
  /** Counts what was asked: an answer that comes after a newer question is dropped. */
  #asked = 0;
  /** The question of the page that has not been answered: it asks no other one until then. */
  #open: number | undefined;
  #busy = false;
  #stale = false;
  #disposed = false;

  constructor(panel: WebviewPanel, subject: Subject, hosts: LiveHosts, extensionUri: Uri) {
    this.panel = panel;
    this.subject = subject;
    this.#hosts = hosts;
    panel.title = this.#title();
    panel.iconPath = panelIcon;
    panel.webview.options = { enableScripts: true, localResourceRoots: [extensionUri] };
    panel.webview.html = pageOf(panel.webview, extensionUri, panel.title);
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message)),
      panel.onDidDispose(() => this.dispose()),
      hosts.onDidChange(({ hosts: changed }) => {
        this.panel.title = this.#title();
        // A page that is hidden is gone, and says that it is ready when it is shown again.
        if (panel.visible && (!changed || changed.includes(subject.host))) void this.#follow();
      }),
    ];
  }

  #title(): string {
    const { host, container, hostName } = this.subject;
    const name = this.#hosts.host(host)?.name ?? hostName ?? host;
    return container === undefined
      ? l10n.t("Inspect {0}", name)
      : l10n.t("Inspect {0} on {1}", container, name);
  }

  async #receive(message: FromPage): Promise<void> {
    const { host, container } = this.subject;
    switch (message.kind) {
      case "ready":
        this.#shown = undefined;
        this.#open = undefined;
        this.#start();
        return this.#show();
      case "moment":
        this.#at = message.at ?? undefined;
        this.#open = message.request;
        return this.#show();
      case "targets":
        this.#targets = message.text || undefined;
        return this.#show();
      case "select":
        this.#selected = message.container;
        return this.#showInside(message.container);
      case "goTo":
        return goTo(message.location);
      case "run":
        await commands.executeCommand(`zonewarden.${message.command}`, {
          host,
          container: message.container,
        });
        return;
      case "inspect":
        await (message.container === undefined
          ? commands.executeCommand("zonewarden.inspectHost", { host })
          : commands.executeCommand("zonewarden.inspect", { host, container: message.container }));
        return;
      case "console": {
        const target = message.container ?? container;
        await (target === undefined
          ? commands.executeCommand("zonewarden.openHostConsole", { host })
          : commands.executeCommand("zonewarden.openConsole", { host, container: target }));
      }
    }
  }

  #start(): void {
    const hostName = this.#hosts.host(this.subject.host)?.name ?? this.subject.hostName;
    const subject = { ...this.subject, ...(hostName !== undefined && { hostName }) };
    this.#send({ kind: "start", texts: inspectorTexts(), subject });
  }

  async #showInside(container: string): Promise<void> {
    const inside = await this.#hosts.inspect(this.subject.host, container, this.#at).catch(() => null);
    if (inside && this.#selected === container)
      this.#send({ kind: "inside", column: columnOf(container, inside) });
  }

  /** After a change of the host: shows the present again, one question at a time; the past stays as it is. */
  async #follow(): Promise<void> {
    if (this.#at !== undefined) {
      const host = this.#hosts.host(this.subject.host);
      // After a reset there may be fewer events than the one that is shown.
      if (host && host.events >= this.#at) return this.#send({ kind: "grown", events: host.events });
      this.#at = undefined;
    }
    if (this.#busy) {
      this.#stale = true;
      return;
    }
    this.#busy = true;
    const start = performance.now();
    await this.#show();
    await pause(Math.min(LEISURE * (performance.now() - start), LONGEST_PAUSE));
    this.#busy = false;
    if (this.#stale && !this.#disposed) {
      this.#stale = false;
      await this.#follow();
    }
  }

  async #show(): Promise<void> {
    const asked = ++this.#asked;
    const { host, container } = this.subject;
    const at = this.#at;
    try {
      const inspection = await this.#hosts.inspect(host, container, at, this.#targets);
      if (asked !== this.#asked) return;
      if (!inspection) {
        this.#at = undefined;
        return this.#answer({ kind: "absent", why: this.#whyAbsent(at) });
      }
      const [before, columns] = await Promise.all([
        this.#before(inspection, at),
        this.#columns(inspection, at),
      ]);
      if (asked !== this.#asked) return;
      this.#shown = inspection;
      const scene = { inspection, ...(before && { before }), columns, following: at === undefined };
      this.#answer({ kind: "show", scene });
    } catch {
      // The server went away; when it is back, all hosts change.
      if (asked === this.#asked) this.#answer({ kind: "absent", why: "stopped" });
    }
  }

  /** Whatever is shown next answers the page, be it because of a change or another question. */
  #answer(message: Extract<ToPage, { readonly kind: "show" | "absent" }>): void {
    this.#send(this.#open === undefined ? message : { ...message, answers: this.#open });
    this.#open = undefined;
  }

  #whyAbsent(at: number | undefined): "gone" | "stopped" | "forgotten" {
    if (this.#hosts.view.hosts.length === 0) return "stopped";
    return at === undefined ? "gone" : "forgotten";
  }

  /** The moment before a past one, unless the page has just shown it. */
  async #before(
    { earliest, network: { targets } }: Inspection,
    at: number | undefined,
  ): Promise<Inspection | undefined> {
    if (at === undefined || at <= earliest) return undefined;
    if (this.#shown?.at === at - 1 && this.#shown.network.targets === targets) return undefined;
    const { host, container } = this.subject;
    return (await this.#hosts.inspect(host, container, at - 1, this.#targets)) ?? undefined;
  }

  async #columns({ container, containers }: Inspection, at: number | undefined): Promise<readonly Column[]> {
    if (container) return [];
    const columns = drawnInside(containers, this.#selected).map(async ({ id }) => {
      const inside = await this.#hosts.inspect(this.subject.host, id, at);
      return inside ? [columnOf(id, inside)] : [];
    });
    return (await Promise.all(columns)).flat();
  }

  #send(message: ToPage): void {
    if (!this.#disposed) void this.panel.webview.postMessage(message);
  }

  dispose(): void {
    this.#disposed = true;
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
