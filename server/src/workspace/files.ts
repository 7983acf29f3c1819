/**
 * The one way to files. The server and the command line hand in an implementation; nothing below them reads a disk.
 * Synchronous: an implementation over an asynchronous store answers from what it has and announces what comes later.
 */
export interface FileSystem {
  /** The text of a file as UTF-8; `undefined` where there is none, it cannot be read, or it is too large or no text. */
  read(path: string): string | undefined;
  /** The names in a directory; empty where there is none. */
  list(directory: string): readonly DirectoryEntry[];
  /** Something that changes when the file does, for caching; `undefined` where there is no file. */
  stamp(path: string): string | undefined;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly directory: boolean;
}

/** Files larger than this are not read for includes: no configuration is, and a workspace is not trusted. */
export const LARGEST_FILE = 16 * 1024 * 1024;

/** A file system without files: for documents that are not on a disk. */
export const noFiles: FileSystem = { read: () => undefined, list: () => [], stamp: () => undefined };

/** The directory part of a path, without the last slash; "." for a name alone. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A directory and a name in it. */
export function joinPath(directory: string, name: string): string {
  if (directory === "." || directory === "") return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}
