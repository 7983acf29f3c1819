import type { HostDescription } from "../host/machine/definition.ts";
import type { Diagnostic } from "../validation/diagnostics.ts";
import type { Severity } from "../validation/rule.ts";
import type { Source } from "../workspace/documents.ts";

/** A text with lines. */
export type Lines = Pick<Source, "text" | "positionAt" | "offsetAt">;

/** One file with what was found in it. */
export interface CheckedFile {
  /** As it is shown to the user. */
  readonly path: string;
  /** A language's id; `host` for the description of a machine. */
  readonly language: string;
  readonly source: Lines;
  readonly diagnostics: readonly Diagnostic[];
}

/** The result of `check`, before it is printed. */
export interface Checked {
  readonly files: readonly CheckedFile[];
  /** The machine that the files were checked for; of several, the first. */
  readonly host: HostDescription;
  /** How a document is called in the output. */
  readonly nameOf: (path: string) => string;
  /** A document by its path, for the places in other files that a finding in `from` refers to. */
  readonly sourceOf: (path: string, from: CheckedFile) => Lines | undefined;
}

/** How many findings of each severity there are. */
export function count(files: readonly CheckedFile[], severity: Severity): number {
  return files.reduce((sum, file) => sum + file.diagnostics.filter((d) => d.severity === severity).length, 0);
}
