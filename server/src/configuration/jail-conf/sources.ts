import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import type { AnyDocument } from "../origin.ts";

/** One file of a jail.conf(5) configuration. */
export type SourceDocument = AnyDocument<Section>;

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
