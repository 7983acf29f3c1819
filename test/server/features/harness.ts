import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { byteOrder, globTest } from "@zonewarden/server/configuration/jail-conf/glob";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import type { SourceDocument, Sources } from "@zonewarden/server/configuration/jail-conf/sources";
import type { Release } from "@zonewarden/server/configuration/jail-conf/types";
import type { FeatureContext } from "@zonewarden/server/features/jail-conf/context";
import type { Place } from "@zonewarden/server/features/types";
import { unmark } from "./marks.ts";

/** Files as a test writes them: one text, or several by path, of which the first is the main one. */
export type Files = string | Readonly<Record<string, string>>;

export interface Case {
  readonly context: FeatureContext;
  /** The offset of `<|>`. */
  readonly offset: number;
  /** The stretches between `<|` and `|>`, in order. */
  readonly marked: readonly Place[];
  /** What a place looks like in a failed test: its file, line and text. */
  show(place: Place): string;
}

/**
 * A configuration with marks in its texts: `<|>` is the caret, and its document the one at hand; `<|text|>` is what
 * is expected. Without a caret the main document is at hand.
 */
export function marked(files: Files, release: Release = 15): Case {
  const texts = typeof files === "string" ? { "/etc/jail.conf": files } : files;
  const documents = new Map<string, SourceDocument>();
  const found: Place[] = [];
  let at: { path: string; offset: number } | undefined;
  for (const [path, withMarks] of Object.entries(texts)) {
    const { text, caret, ranges } = unmark(withMarks);
    if (caret !== undefined) at = { path, offset: caret };
    for (const range of ranges) found.push({ path, range });
    documents.set(path, { path, text, sections: JailDocument.parse(text).sections });
  }
  const sources: Sources = {
    open: (path) => documents.get(path),
    glob: (pattern) => [...documents.keys()].filter(globTest(pattern)).sort(byteOrder),
  };
  const root = documents.values().next().value as SourceDocument;
  const document = at ? (documents.get(at.path) as SourceDocument) : root;
  const context: FeatureContext = {
    document,
    configuration: resolveAll(root, sources, release),
    release,
    sources,
    list: (directory) => listing([...documents.keys()], directory),
  };
  const show = ({ path, range }: Place) => {
    const { text } = documents.get(path) as SourceDocument;
    const line = text.slice(0, range.start).split("\n").length;
    return `${path}:${line} ${text.slice(range.start, range.end)} @${range.start}`;
  };
  return { context, offset: at?.offset ?? 0, marked: found, show };
}

/** The entries of a directory, from the paths of all files. */
function listing(paths: readonly string[], directory: string) {
  const prefix = directory === "." ? "" : directory.endsWith("/") ? directory : `${directory}/`;
  const entries = new Map<string, boolean>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const [name, ...rest] = path.slice(prefix.length).split("/");
    if (name) entries.set(name, rest.length > 0);
  }
  return [...entries].map(([name, isDirectory]) => ({ name, directory: isDirectory }));
}

/** The same text with CRLF line ends. */
export function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}
