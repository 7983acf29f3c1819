import { type EditorFile, METHODS, type ReadRequest } from "@zonewarden/server/protocol";
import { LARGEST_FILE } from "@zonewarden/server/workspace/files";
import { Disposable, type FileSystemWatcher, FileType, Uri, workspace } from "vscode";
import {
  type BaseLanguageClient,
  type DidChangeWatchedFilesParams,
  FileChangeType,
} from "vscode-languageclient";
import { isOwnLanguage } from "./settings.ts";

/**
 * What the server must be told of when it changes without an editor: configurations, what they include, and host files.
 */
export function watchedFiles(): FileSystemWatcher[] {
  return ["**/*.conf", "**/*.{zonecfg,zcfg,zone.cfg}", "**/zonewarden.host.json"].map((glob) =>
    workspace.createFileSystemWatcher(glob),
  );
}

interface Notified {
  notify(method: string, params: unknown): void;
}

/**
 * Tells the server of files that are saved, made, renamed or deleted in this window and that it has no open document
 * of: a file that is included may have any name, and watchers are late, or miss what happens in a new directory.
 */
export function tellSaves(server: Notified): Disposable {
  const tell = (type: FileChangeType, uris: readonly Uri[]) => {
    if (uris.length === 0) return;
    const changes = uris.map((uri) => ({ uri: uri.toString(), type }));
    server.notify("workspace/didChangeWatchedFiles", { changes } satisfies DidChangeWatchedFilesParams);
  };
  return Disposable.from(
    workspace.onDidSaveTextDocument(({ uri, languageId }) => {
      if (!isOwnLanguage(languageId)) tell(FileChangeType.Changed, [uri]);
    }),
    workspace.onDidCreateFiles(({ files }) => tell(FileChangeType.Created, files)),
    workspace.onDidDeleteFiles(({ files }) => tell(FileChangeType.Deleted, files)),
    workspace.onDidRenameFiles(({ files }) => {
      tell(
        FileChangeType.Deleted,
        files.map(({ oldUri }) => oldUri),
      );
      tell(
        FileChangeType.Created,
        files.map(({ newUri }) => newUri),
      );
    }),
  );
}

/**
 * Whether something that is open lies at the same provider: a configuration, which nobody vouches for, must not lead
 * the editor to other machines by what it includes.
 */
function isOfWorkspace({ scheme, authority }: Uri): boolean {
  const open = [
    ...(workspace.workspaceFolders ?? []).map(({ uri }) => uri),
    ...workspace.textDocuments.map(({ uri }) => uri),
  ];
  return open.some((uri) => uri.scheme === scheme && uri.authority === authority);
}

/** Reads files and directories for a server that cannot reach them: in a browser, in a virtual workspace. */
export function answerReads(client: BaseLanguageClient): Disposable {
  return client.onRequest(METHODS.read, async ({ uri }: ReadRequest): Promise<EditorFile> => {
    const place = Uri.parse(uri);
    if (!isOfWorkspace(place)) return {};
    try {
      const { type, size } = await workspace.fs.stat(place);
      if (type & FileType.Directory) {
        const entries = await workspace.fs.readDirectory(place);
        return {
          entries: entries.map(([name, kind]) => ({ name, directory: (kind & FileType.Directory) !== 0 })),
        };
      }
      if (!(type & FileType.File) || size > LARGEST_FILE) return {};
      return { text: new TextDecoder().decode(await workspace.fs.readFile(place)) };
    } catch {
      // There is nothing, or it may not be read: both are nothing to a configuration.
      return {};
    }
  });
}
