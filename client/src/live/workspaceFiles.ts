import { METHODS, type WorkspaceFiles } from "@zonewarden/server/protocol";
import { type Disposable, type Event, RelativePattern, type Uri, workspace } from "vscode";
import { filePatterns, type LanguageId } from "../settings.ts";
import type { LiveHosts } from "./liveHosts.ts";

/** File names by language, as in the manifest. */
const GLOBS: Readonly<Record<LanguageId, readonly string[]>> = {
  "jail-conf": ["**/jail.conf", "**/jail.*.conf", "**/jail.conf.d/*.conf", "**/*.jail.conf"],
  zonecfg: ["**/*.zonecfg", "**/*.zcfg", "**/*.zone.cfg"],
};
/** Folders that hold copies and no configurations. */
const EXCLUDED = "**/{node_modules,.git}/**";
/** Configurations of one workspace that are looked at without being open. */
const MOST = 2000;

/** Tells the server which configurations lie in the workspace, at the beginning and whenever that changes. */
export class WorkspaceFinder implements Disposable {
  readonly #hosts: LiveHosts;
  readonly #subscriptions: Disposable[] = [];
  #pending: ReturnType<typeof setTimeout> | undefined;

  constructor(hosts: LiveHosts, onReady: Event<unknown>) {
    this.#hosts = hosts;
    const look = () => this.#soon();
    this.#subscriptions.push(onReady(look), workspace.onDidChangeWorkspaceFolders(look));
    for (const glob of [...GLOBS["jail-conf"], ...GLOBS.zonecfg]) {
      const watcher = workspace.createFileSystemWatcher(glob, false, true, false);
      this.#subscriptions.push(watcher, watcher.onDidCreate(look), watcher.onDidDelete(look));
    }
  }

  /** Several changes at once are one. */
  #soon(): void {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => void this.#look(), 200);
  }

  async #look(): Promise<void> {
    const files: { uri: string; language: LanguageId }[] = [];
    const seen = new Set<string>();
    for (const language of ["jail-conf", "zonecfg"] as const)
      for (const uri of await this.#find([...GLOBS[language], ...filePatterns(language)])) {
        const text = uri.toString();
        if (seen.has(text)) continue;
        seen.add(text);
        files.push({ uri: text, language });
      }
    const found: WorkspaceFiles = { files: files.sort((a, b) => (a.uri < b.uri ? -1 : 1)) };
    this.#hosts.notify(METHODS.files, found);
  }

  async #find(globs: readonly string[]): Promise<Uri[]> {
    const folders = workspace.workspaceFolders ?? [];
    const searches = folders.flatMap((folder) =>
      globs.map((glob) => workspace.findFiles(new RelativePattern(folder, glob), EXCLUDED, MOST)),
    );
    return (await Promise.all(searches)).flat();
  }

  dispose(): void {
    clearTimeout(this.#pending);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
