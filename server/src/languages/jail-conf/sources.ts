import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { byteOrder, globTest } from "../../configuration/jail-conf/glob.ts";
import type { Sources } from "../../configuration/jail-conf/sources.ts";
import type { Documents } from "../../workspace/documents.ts";
import { type FileSystem, joinPath } from "../../workspace/files.ts";
import type { Environment, Language } from "../../workspace/language.ts";

/** Directories that a pattern may fan out to, and names it may match: a workspace is not trusted to be small. */
const MOST_MATCHES = 10_000;

/** The files of the workspace as `.include` sees them. */
export function sourcesOver(
  { documents, files }: Pick<Environment, "documents" | "files">,
  language: Language<Section>,
): Sources {
  return {
    open: (path) => documents.get(normalise(path), language),
    glob: (pattern) => expand(normalise(pattern), documents, files),
  };
}

/** Resolves `.` and `..` and doubled slashes, by text alone. */
function normalise(path: string): string {
  if (!/\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== ".." && parts.at(-1) !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** The files that a pattern matches, walking directory by directory. */
function expand(pattern: string, documents: Documents, files: FileSystem): string[] {
  let found = [pattern.startsWith("/") ? "/" : "."];
  const parts = pattern.split("/").filter((part) => part !== "");
  parts.forEach((part, depth) => {
    const last = depth === parts.length - 1;
    const next: string[] = [];
    const matches = /[*?[\\]/.test(part) ? globTest(part) : undefined;
    for (const directory of found) {
      if (!matches) next.push(joinPath(directory, part));
      else
        for (const entry of files.list(directory))
          if ((last || entry.directory) && matches(entry.name)) next.push(joinPath(directory, entry.name));
      if (next.length > MOST_MATCHES) break;
    }
    found = next;
  });
  const test = globTest(pattern);
  for (const { path } of documents.openDocuments) if (test(path) && !found.includes(path)) found.push(path);
  return found.sort(byteOrder);
}
