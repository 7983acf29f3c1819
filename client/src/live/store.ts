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
  readonly #subscription: Disposable;
  readonly #pending = new Map<string, ReturnType<typeof setTimeout>>();
  /** Events of each host when it was last written or read. */
  readonly #written = new Map<string, number>();
  readonly #restored = new Set<string>();
  readonly #ready = new EventEmitter<void>();

  /** After all hosts that are known by now are as they were when the window was left. */
  readonly onDidRestore: Event<void> = this.#ready.event;

  constructor(hosts: LiveHosts, folder: Uri | undefined, log: LogOutputChannel) {
    this.#hosts = hosts;
    this.#folder = folder && Uri.joinPath(folder, "hosts");
    this.#log = log;
    this.#subscription = hosts.onDidChange(() => void this.#follow());
  }

  async #follow(): Promise<void> {
    const fresh: string[] = [];
    for (const { id, events } of this.#hosts.view.hosts) {
      if (!this.#restored.has(id)) {
        this.#restored.add(id);
        if (events === 0) fresh.push(id);
        continue;
      }
      if (this.#written.get(id) === events) continue;
      this.#written.set(id, events);
      clearTimeout(this.#pending.get(id));
      this.#pending.set(
        id,
        setTimeout(() => void this.#write(id), WRITE_AFTER_MS),
      );
    }
    for (const id of fresh) await this.#restore(id);
    if (this.#restored.size > 0) this.#ready.fire();
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
    void window.showWarningMessage(
      l10n.t(
        "The stored simulation of a host is damaged. It begins afresh; the damaged file is kept as {0}.",
        kept.path,
      ),
    );
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
    this.#subscription.dispose();
    this.#ready.dispose();
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
