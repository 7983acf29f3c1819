import { URI } from "vscode-uri";

/** The path under which a document is known: that of the file; the whole URI where it is no file. */
export function pathOf(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? parsed.fsPath.replaceAll("\\", "/") : uri;
}

/** The URI of a path that did not come from the editor. */
export function uriOf(path: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(path) && !/^[a-z]:\//i.test(path) ? path : URI.file(path).toString();
}
