import { METHODS, type WorkspaceFiles } from "@zonewarden/server/protocol";
import { minimatch } from "minimatch";
import {
  CancellationTokenSource,
  type Disposable,
  type Event,
  FileType,
  type LogOutputChannel,
  RelativePattern,
  Uri,
  type WorkspaceFolder,
  workspace,
} from "vscode";
import { filePatterns, type LanguageId, languageIds, nameGlobs } from "../settings.ts";
import type { LiveHosts } from "./liveHosts.ts";

/** Folders that hold copies and no configurations. */
const EXCLUDED_NAMES = new Set(["node_modules", ".git"]);
const EXCLUDED = `**/{${[...EXCLUDED_NAMES].join(",")}}/**`;
/** Configurations of one workspace that are looked at without being open. */
const MOST = 2000;
/** Directories that are looked into where the editor cannot search. */
const MOST_DIRECTORIES = 2000;
/** A search that takes longer is given up. */
const SEARCH_MS = 5000;

/** Tells the server which configurations lie in the workspace, at the beginning and whenever that changes. */
export class WorkspaceFinder implements Disposable {
  readonly #hosts: LiveHosts;
  readonly #log: LogOutputChannel;
  readonly #subscriptions: Disposable[] = [];
  #pending: ReturnType<typeof setTimeout> | undefined;

  constructor(hosts: LiveHosts, onReady: Event<unknown>, log: LogOutputChannel) {
    this.#hosts = hosts;
    this.#log = log;
    const look = () => this.#soon();
    this.#subscriptions.push(onReady(look), workspace.onDidChangeWorkspaceFolders(look));
    for (const glob of languageIds.flatMap(nameGlobs)) {
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
    const files = (await configurationsInWorkspace()).map(({ uri, language }) => ({
      uri: uri.toString(),
      language,
    }));
    if (files.length >= MOST)
      this.#log.warn(
        `There are ${MOST} configurations or more: the simulated hosts may lack some that are not open.`,
      );
    const found: WorkspaceFiles = { files: files.sort((a, b) => (a.uri < b.uri ? -1 : 1)) };
    this.#hosts.notify(METHODS.files, found);
  }

  dispose(): void {
    clearTimeout(this.#pending);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** All configurations of the workspace, open or not, by their names. */
export async function configurationsInWorkspace(): Promise<{ uri: Uri; language: LanguageId }[]> {
  const found = new Map<string, { uri: Uri; language: LanguageId }>();
  for (const language of languageIds)
    for (const uri of await findInWorkspace([...nameGlobs(language), ...filePatterns(language)]))
      if (!found.has(uri.toString())) found.set(uri.toString(), { uri, language });
  return [...found.values()];
}

/** The files of all folders that globs match. */
export async function findInWorkspace(globs: readonly string[]): Promise<Uri[]> {
  const folders = workspace.workspaceFolders ?? [];
  const found = folders.map(async (folder) => (await search(folder, globs)) ?? (await walk(folder, globs)));
  return (await Promise.all(found)).flat();
}

/** The files that globs match, by the search of the editor. `undefined` where it has none for such a folder. */
async function search(folder: WorkspaceFolder, globs: readonly string[]): Promise<Uri[] | undefined> {
  const source = new CancellationTokenSource();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // For a kind of file system that nobody searches, the editor waits without end for somebody who does.
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SEARCH_MS);
  });
  const searches = globs.map((glob) =>
    workspace.findFiles(new RelativePattern(folder, glob), EXCLUDED, MOST, source.token),
  );
  try {
    return (await Promise.race([Promise.all(searches), late]))?.flat();
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    source.cancel();
    source.dispose();
  }
}

/** The same by looking into directories, the upper ones first. */
async function walk(folder: WorkspaceFolder, globs: readonly string[]): Promise<Uri[]> {
  const matches = (path: string) => globs.some((glob) => minimatch(path, glob, { dot: true }));
  const found: Uri[] = [];
  const directories: { uri: Uri; path: string }[] = [{ uri: folder.uri, path: "" }];
  for (let looked = 0; looked < directories.length && looked < MOST_DIRECTORIES; looked++) {
    const { uri, path } = directories[looked] as { uri: Uri; path: string };
    for (const [name, type] of await entriesOf(uri)) {
      const inner = { uri: Uri.joinPath(uri, name), path: path === "" ? name : `${path}/${name}` };
      // Links are not followed: one may lead upwards.
      if (type === FileType.Directory && !EXCLUDED_NAMES.has(name)) directories.push(inner);
      else if (type & FileType.File && matches(inner.path) && found.length < MOST) found.push(inner.uri);
    }
  }
  return found;
}

/** Empty for a directory that may not be read. */
async function entriesOf(directory: Uri): Promise<[string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(directory);
  } catch {
    return [];
  }
}
