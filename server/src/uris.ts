import { URI } from "vscode-uri";

/** The first directory of a path that stands for a place of the editor: a scheme with its colon. */
const EDITOR_ROOT = /^\/([a-z][a-z0-9+.-]+):\/([^/]*)(\/.*)$/;
/** Stands for the authority of a URI that has none, so that no directory of a path has an empty name. */
const NO_AUTHORITY = "~";

/**
 * The path under which a document is known: that of the file. A place that only the editor can reach, such as
 * `vscode-vfs://github/owner/jail.conf`, gets a path below a directory named like its scheme, so that names beside it
 * are found as beside a file. What lies nowhere, such as `untitled:Untitled-1`, keeps its whole URI.
 */
export function pathOf(uri: string): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme === "file") return parsed.fsPath.replaceAll("\\", "/");
  // A query tells states of one file apart, as in the documents of a version control system.
  if (!parsed.path.startsWith("/") || parsed.query || parsed.fragment) return uri;
  return `/${parsed.scheme}:/${encodeURIComponent(parsed.authority) || NO_AUTHORITY}${parsed.path}`;
}

/**
 * Whether a path stands for a state of something, such as an older version of a file, or a text about it: not for a
 * file of its own. Such documents are told apart by the query of their URI.
 */
export function isOfState(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:[^?#]*[?#]/i.test(path);
}

/** The URI of a path that did not come from the editor. */
export function uriOf(path: string): string {
  const place = EDITOR_ROOT.exec(path);
  if (place) {
    const [, scheme = "", authority = "", rest = ""] = place;
    return URI.from({
      scheme,
      authority: authority === NO_AUTHORITY ? "" : decodeURIComponent(authority),
      path: rest,
    }).toString();
  }
  return /^[a-z][a-z0-9+.-]+:/i.test(path) && !/^[a-z]:\//i.test(path) ? path : URI.file(path).toString();
}

/** The name of a directory for those who read it; the root of a place of the editor is called like its authority. */
export function nameOfDirectory(path: string): string {
  const place = EDITOR_ROOT.exec(`${path}/`);
  const [, scheme = "", authority = "", rest] = place ?? [];
  if (rest === "/") return authority === NO_AUTHORITY ? scheme : decodeURIComponent(authority);
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether only the editor can reach what a path stands for. */
export function isOfEditor(path: string): boolean {
  return EDITOR_ROOT.test(path);
}
