import type { Section } from "@zonewarden/grammars/jail-conf/tree";

/** One parsed file of a configuration. The object stays the same while the file is open; its sections change. */
export interface SourceDocument {
  /** Path as the workspace knows it: absolute with `/`, or a name relative to nothing (standard input, untitled). */
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

/**
 * Where files come from. Synchronous: the workspace layer has read (or is about to read and will resolve again)
 * whatever lies behind it, so that resolving stays a plain function. The one way of the configuration to any file.
 */
export interface Sources {
  /** The document at `path`, or `undefined` where there is none or it cannot be read. */
  open(path: string): SourceDocument | undefined;
  /** The files that match a glob(3) pattern (`*`, `?`, `[...]`; a leading dot is not matched), in byte order. */
  glob(pattern: string): readonly string[];
}
