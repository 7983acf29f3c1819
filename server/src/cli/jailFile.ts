import { basename, dirname, isAbsolute, join } from "node:path";
import type { Sources } from "../configuration/jail-conf/sources.ts";
import { sourcesOver } from "../languages/jail-conf/sources.ts";
import { jailConf } from "../languages/jail-conf.ts";
import { uriOf } from "../uris.ts";
import { Documents, type Source } from "../workspace/documents.ts";
import type { FileSystem } from "../workspace/files.ts";
import { defaultSettings } from "../workspace/settings.ts";
import { nodeFiles } from "./nodeFiles.ts";
import type { CommonOptions } from "./options.ts";

/** Opens a jail.conf(5) with what it includes. Files are named as seen from the folder of the main file. */
export function openJailFile(
  file: string,
  text: string,
  options: Pick<CommonOptions, "release" | "platform">,
) {
  const stdin = file === "-";
  const files = below(stdin ? "." : dirname(file));
  const settings = { ...defaultSettings, release: options.release, platform: options.platform };
  const documents = new Documents(files, uriOf, () => settings);
  const path = stdin ? "STDIN" : basename(file);
  const root = documents.opened(path, uriOf(path), 0, text, jailConf);
  const sources: Sources = sourcesOver({ documents, files }, jailConf);
  /** A file that was read, by the name that the configuration has for it. */
  const sourceOf = (name: string): Source | undefined =>
    name === path ? root : documents.get(name, jailConf);
  /** How a file is shown: as seen from here. */
  const nameOf = (name: string) => (stdin || isAbsolute(name) ? name : join(dirname(file), name));
  return { root, sources, sourceOf, nameOf };
}

/** The files of this machine, with relative names counted from a folder. */
function below(folder: string): FileSystem {
  const at = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  return {
    read: (path) => nodeFiles.read(at(path)),
    list: (path) => nodeFiles.list(at(path)),
    stamp: (path) => nodeFiles.stamp(at(path)),
  };
}
