import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { baseName } from "../workspace/files.ts";
import { HOST_FILE } from "../workspace/hosts.ts";
import type { LanguageId } from "../workspace/language.ts";
import { UsageError } from "./usageError.ts";

/** One file to look at. */
export interface Input {
  /** As it is shown: what the user gave, or below it. `STDIN` for standard input, as jail(8) calls it. */
  readonly path: string;
  readonly text: string;
  /** `host` for the description of a machine. */
  readonly language: LanguageId | "host";
}

const SKIPPED = new Set(["node_modules", ".git", ".hg", ".svn"]);

/** Which language a file is in, judged by its name; by its first line where the name says nothing. */
export function languageOf(path: string, text: string): LanguageId | undefined {
  const name = baseName(path);
  if (/\.(?:zonecfg|zcfg|zone\.cfg)$/.test(name)) return "zonecfg";
  if (isJailName(path)) return "jail-conf";
  const first = /^\s*(?:#.*\n\s*)*(.*)/.exec(text)?.[1] ?? "";
  if (/^(?:create(?:\s+-\S.*)?|set\s+zonepath\s*=.*)\s*;?$/.test(first)) return "zonecfg";
  if (/^\s*#\s*jail\.conf\b/.test(text) || name.endsWith(".conf")) return "jail-conf";
  return undefined;
}

function isJailName(path: string): boolean {
  const name = baseName(path);
  return (
    name === "jail.conf" ||
    name.endsWith(".jail.conf") ||
    /^jail\..+\.conf$/.test(name) ||
    /(?:^|\/)jail\.conf\.d\/[^/]+\.conf$/.test(path)
  );
}

/** Reads what the arguments name: files as they are, folders with all files in them whose name tells the language. */
export function readInputs(paths: readonly string[], language: LanguageId | undefined): Input[] {
  const inputs = new Map<string, Input>();
  for (const path of paths) {
    if (path === "-") {
      const text = readText(0, "standard input");
      inputs.set("STDIN", {
        path: "STDIN",
        text,
        language: language ?? languageOf("STDIN", text) ?? "jail-conf",
      });
      continue;
    }
    let directory: boolean;
    try {
      directory = statSync(path).isDirectory();
    } catch {
      throw new UsageError(`cannot read ${path}: no such file or folder`);
    }
    if (directory) for (const file of filesIn(path)) addFile(inputs, file, language, true);
    else addFile(inputs, path, language, false);
  }
  return [...inputs.values()];
}

function addFile(inputs: Map<string, Input>, path: string, language: LanguageId | undefined, found: boolean) {
  if (inputs.has(path)) return;
  // In a folder only names decide: other files are none of our business and are not even read.
  if (baseName(path) === HOST_FILE && language === undefined) {
    inputs.set(path, { path, text: readText(path, path), language: "host" });
    return;
  }
  if (found && !isJailName(path) && !/\.(?:zonecfg|zcfg|zone\.cfg)$/.test(path)) return;
  const text = readText(path, path);
  const known = language ?? languageOf(path, text);
  if (!known)
    throw new UsageError(
      `cannot tell the language of ${path}: use --language jail-conf or --language zonecfg`,
    );
  inputs.set(path, { path, text, language: known });
}

function* filesIn(directory: string): Iterable<string> {
  const entries = readFolder(directory);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name).replaceAll("\\", "/");
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* filesIn(path);
    } else if (entry.isFile()) yield path;
  }
}

function readFolder(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`cannot read ${directory}: ${(error as { code?: string }).code ?? String(error)}`);
  }
}

/** What a reader is told of errors of the file system that he is likely to meet. */
const READ_ERRORS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
};

export function readText(file: string | number, shown: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as { code?: string }).code;
    throw new UsageError(`cannot read ${shown}: ${READ_ERRORS[code ?? ""] ?? code ?? String(error)}`);
  }
}
