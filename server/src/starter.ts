import module from "node:module";
import { join } from "node:path";

/** The part that it starts, as the file beside it would import it. Set when this is bundled. */
declare const PART: string;

/**
 * When what was compiled for the start is written, in ms. Until then a start has compiled all that it needs, and little
 * else that the next one would read in vain.
 */
const STARTED = 3_000;

/**
 * What editors and shells call. Starts a part of the bundle, and lets Node keep what V8 makes of the parts in a folder
 * beside them, so that the next start compiles nothing anew. Where Node cannot (before 22.1), or may not write there,
 * each start compiles.
 */
module.enableCompileCache?.(join(__dirname, "main", "compiled"));
// Node would write at the end of the process, which may come by a signal.
setTimeout(() => module.flushCompileCache?.(), STARTED).unref();
void import(PART);
