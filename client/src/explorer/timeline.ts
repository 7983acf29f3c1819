import type { EventView, HostEvents } from "@zonewarden/server/protocol";
import { type Disposable, l10n, type OutputChannel, Uri, window } from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";
import { placeOf, timeText } from "./nodes.ts";

const SIGNS: Readonly<Record<EventView["outcome"], string>> = { ok: " ", failed: "✗", assumed: "?" };

/** The events of all hosts in an output channel, each with the line that it comes from: the editor makes it a link. */
export class Timeline implements Disposable {
  readonly #channel: OutputChannel = window.createOutputChannel(
    l10n.t("Zonewarden Timeline"),
    "zonewarden-timeline",
  );
  readonly #subscription: Disposable;
  #host = "";

  constructor(hosts: LiveHosts) {
    this.#subscription = hosts.onDidHappen((events) => this.#append(events, hosts));
  }

  #append({ host, events }: HostEvents, hosts: LiveHosts): void {
    if (host !== this.#host) {
      this.#host = host;
      this.#channel.appendLine(`── ${hosts.host(host)?.name ?? host}`);
    }
    for (const event of events) this.#channel.appendLine(line(event));
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#channel.dispose();
  }
}

function line(event: EventView): string {
  const { container, message, errno, outcome, origins } = event;
  const place = placeOf(origins);
  const parts = [
    timeText(event).padStart(10),
    SIGNS[outcome],
    container.padEnd(12),
    errno ? `${message} (${errno})` : message,
  ];
  if (place) {
    const { line: at, character } = place.range.start;
    parts.push(` ${Uri.parse(place.uri).fsPath}:${at + 1}:${character + 1}`);
  }
  return parts.join(" ");
}
