import { type ObservedErrorKind, observeWith } from "@zonewarden/grammars/jail-conf/observed/parser";
import { isPattern } from "./glob.ts";
import { includedPath, MAX_FILES, MAX_INCLUDE_DEPTH } from "./load.ts";
import type { SourceDocument, Sources } from "./sources.ts";
import type { Release } from "./types.ts";

/** An error as jail(8) itself reports it while it reads a configuration. Lines count from 1. */
export interface LoadError {
  readonly file: string | null;
  readonly line: number | null;
  readonly kind: ObservedErrorKind | "include-missing" | "include-depth";
  readonly message: string;
  readonly token?: string;
}

/**
 * What jail(8) reports for a configuration, in its order; nothing if it accepts all of it. Files are named as the
 * program names them: an included one relative to the folder of the file that includes it.
 * Source: usr.sbin/jail/config.c (parse_config, include_config).
 */
export function observeAll(root: SourceDocument, sources: Sources, release: Release = 15): LoadError[] {
  const errors: LoadError[] = [];
  let files = 0;
  const read = (document: SourceDocument, path: string, depth: number): boolean => {
    const before = errors.length;
    const whole = observeWith(
      document.text,
      {
        error: ({ offset: _, ...error }) => errors.push({ file: path, ...error }),
        include: (name) => include(includedPath(path, name), depth + 1),
      },
      { modern: release >= 14 },
    );
    // A file with an error is read to its end; then the program gives up.
    return whole && errors.length === before;
  };
  const include = (path: string, depth: number): boolean => {
    if (depth > MAX_INCLUDE_DEPTH || ++files > MAX_FILES) {
      errors.push({
        file: null,
        line: null,
        kind: "include-depth",
        message: "maximum include depth exceeded",
      });
      return false;
    }
    for (const file of isPattern(path) ? sources.glob(path) : [path]) {
      const document = sources.open(file);
      if (!document) {
        errors.push({ file, line: null, kind: "include-missing", message: "No such file or directory" });
        return false;
      }
      if (!read(document, file, depth)) return false;
    }
    return true;
  };
  read(root, root.path, 0);
  return errors;
}
