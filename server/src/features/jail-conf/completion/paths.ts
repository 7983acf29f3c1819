import { CompletionItemKind } from "vscode-languageserver-types";
import { includedPath } from "../../../configuration/jail-conf/load.ts";
import type { CompletionEntry } from "../../types.ts";
import type { FeatureContext } from "../context.ts";
import type { Word } from "./word.ts";

/** The files and directories that an `.include` may name next. */
export function pathCompletion(context: FeatureContext, word: Word): CompletionEntry[] {
  if (!context.list) return [];
  const slash = word.prefix.lastIndexOf("/") + 1;
  const typed = word.prefix.slice(slash);
  const own = context.document.path;
  const folder = includedPath(own, word.prefix.slice(0, slash));
  const directory = folder === "" ? "." : folder.length > 1 ? folder.slice(0, -1) : folder;
  // Without a quote the first one gets its quotes; a path that has begun bare goes on bare.
  const wrap = !word.quote && word.prefix === "" ? '"' : "";
  const range = { start: word.start + slash, end: word.end };
  const entry = (
    label: string,
    sortText: string,
    kind: CompletionItemKind,
    detail: string,
  ): CompletionEntry => ({
    label,
    kind,
    detail,
    sortText,
    filterText: label,
    insertText: wrap + label + wrap,
    snippet: false,
    range,
    ...(label.endsWith("/") && !wrap && { again: true }),
  });
  const items: CompletionEntry[] = [];
  let configurations = 0;
  for (const { name, directory: isDirectory } of context.list(directory)) {
    if (name.startsWith(".") && !typed.startsWith(".")) continue;
    if (/["'\n;]/.test(name)) continue;
    if (isDirectory) {
      items.push(entry(`${name}/`, `b${name}`, CompletionItemKind.Folder, "directory"));
      continue;
    }
    if (folder + name === own) continue;
    const isConfiguration = name.endsWith(".conf");
    if (isConfiguration) configurations++;
    items.push(entry(name, (isConfiguration ? "a" : "c") + name, CompletionItemKind.File, "file"));
  }
  if (configurations > 1)
    items.push(entry("*.conf", "0", CompletionItemKind.File, `all ${configurations} configuration files`));
  return items;
}
