import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { type FileSystem, LARGEST_FILE } from "../workspace/files.ts";

/**
 * Files of this machine. Only regular files are read, up to a size: a configuration from an untrusted workspace may
 * name a device or a pipe. Files of /proc claim to be regular and empty, and some of them wait for ever.
 */
export const nodeFiles: FileSystem = {
  read(path) {
    try {
      const stat = statSync(path);
      if (!stat.isFile() || stat.size > LARGEST_FILE) return undefined;
      return stat.size === 0 ? "" : textOf(path);
    } catch {
      return undefined;
    }
  },
  list(directory) {
    try {
      return readdirSync(directory, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        directory:
          entry.isDirectory() || (entry.isSymbolicLink() && isDirectory(`${directory}/${entry.name}`)),
      }));
    } catch {
      return [];
    }
  },
  stamp(path) {
    try {
      const stat = statSync(path);
      return stat.isFile() ? `${stat.mtimeMs}:${stat.size}:${stat.ino}` : undefined;
    } catch {
      return undefined;
    }
  },
};

/** So many bytes tell whether a file is a text. */
const HEAD = 4096;

/** `undefined` for programs and the like, of which a pattern may match thousands. */
function textOf(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const head = new Uint8Array(HEAD);
    const length = readSync(file, head, 0, HEAD, 0);
    return head.subarray(0, length).includes(0) ? undefined : readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
