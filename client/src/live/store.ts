import { METHODS, type RestoreOutcome } from "@zonewarden/server/protocol";
import {
  type Disposable,
  type Event,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  Uri,
  window,
  workspace,
} from "vscode";
import type { LiveHosts } from "./liveHosts.ts";

/** A host is written this long after its last change. */
const WRITE_AFTER_MS = 300;

/**
 * Keeps the simulated hosts over reloads and restarts, one file for each host in the workspace's own storage. A window
 * has a storage of its own per workspace, so that several windows do not disturb each other.
 */
export class HostStore implements Disposable {
  readonly #hosts: LiveHosts;
  readonly #folder: Uri | undefined;
  readonly #log: LogOutputChannel;
  readonly #subscriptions: Disposable[];
  readonly #pending = new Map<string, ReturnType<typeof setTimeout>>();
  /** Events of each host that the server is known to have, when it was last seen. */
  readonly #seen = new Map<string, number>();
  /** What is done about changes, one after the other: nothing is written before what was stored is restored. */
  #following: Promise<void> = Promise.resolve();
  readonly #ready = new EventEmitter<void>();

  /** After all hosts that are known by now are as they were when the window was left. */
  readonly onDidRestore: Event<void> = this.#ready.event;

  constructor(hosts: LiveHosts, folder: Uri | undefined, log: LogOutputChannel) {
    this.#hosts = hosts;
    this.#folder = folder && Uri.joinPath(folder, "hosts");
    this.#log = log;
    this.#subscriptions = [
      this.#ready,
      hosts.onDidStart(() => this.#forget()),
      hosts.onDidChange(() => {
        this.#following = this.#following.then(() => this.#follow());
      }),
    ];
  }

  /** A server that has just started gets all hosts as they were stored; its empty ones must not take their place. */
  #forget(): void {
    this.#seen.clear();
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  async #follow(): Promise<void> {
    const fresh: string[] = [];
    for (const { id, events } of this.#hosts.view.hosts) {
      const before = this.#seen.get(id);
      this.#seen.set(id, events);
      if (before === undefined && events === 0) fresh.push(id);
      if ((before ?? 0) === events) continue;
      clearTimeout(this.#pending.get(id));
      this.#pending.set(
        id,
        setTimeout(() => void this.#write(id), WRITE_AFTER_MS),
      );
    }
    for (const id of fresh)
      try {
        await this.#restore(id);
      } catch (error) {
        this.#log.warn(`The simulation of ${id} was not restored: ${String(error)}`);
      }
    if (this.#seen.size > 0) this.#ready.fire();
  }

  async #restore(id: string): Promise<void> {
    const file = this.#file(id);
    const snapshot = file && (await read(file));
    if (!file || snapshot === undefined) return;
    const outcome = await this.#hosts.request<RestoreOutcome>(METHODS.restore, { host: id, snapshot });
    if (outcome.kind === "restored") return;
    if (outcome.kind === "outdated") {
      this.#log.info(`The machine ${id} is another one than before: its simulation begins afresh.`);
      return;
    }
    const kept = file.with({ path: `${file.path}.damaged` });
    await workspace.fs.rename(file, kept, { overwrite: true });
    this.#log.warn(`The stored simulation of ${id} cannot be read: ${outcome.reason} It is kept as ${kept}.`);
    const output = l10n.t("Show Output");
    const name = this.#hosts.host(id)?.name ?? id;
    const message = l10n.t(
      "The stored simulation of {0} is damaged, and begins afresh. The file is kept.",
      name,
    );
    void window.showWarningMessage(message, output).then((answer) => {
      if (answer === output) this.#log.show();
    });
  }

  async #write(id: string): Promise<void> {
    this.#pending.delete(id);
    const file = this.#file(id);
    if (!file || !this.#folder) return;
    try {
      const snapshot = await this.#hosts.request<string | null>(METHODS.snapshot, { host: id });
      if (snapshot === null) return;
      await workspace.fs.createDirectory(this.#folder);
      // Never half a file: it is written beside the old one and takes its place.
      const fresh = file.with({ path: `${file.path}.new` });
      await workspace.fs.writeFile(fresh, new TextEncoder().encode(snapshot));
      await workspace.fs.rename(fresh, file, { overwrite: true });
    } catch (error) {
      this.#log.warn(`The simulation of ${id} was not stored: ${String(error)}`);
    }
  }

  #file(id: string): Uri | undefined {
    return this.#folder && Uri.joinPath(this.#folder, `${fileName(id)}.json`);
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    for (const [id, timer] of [...this.#pending]) {
      clearTimeout(timer);
      await this.#write(id);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const timer of this.#pending.values()) clearTimeout(timer);
  }
}

/** An id may be a long path, which is more than a name can hold: its end, and what tells it from others with that end. */
function fileName(id: string): string {
  let hash = 0x811c9dc5;
  for (const unit of id) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${id.slice(-60).replace(/[^\w.-]+/g, "_")}-${hash.toString(16)}`;
}

/** The text of a file; `undefined` where there is none. */
async function read(file: Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
