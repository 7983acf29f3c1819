import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Action } from "../types.ts";
import { blockActions } from "./actions/blocks.ts";
import { commandFileAction } from "./actions/transcript.ts";
import type { FeatureContext } from "./context.ts";

/** What can be done about a stretch of text, beside what findings bring themselves. */
export function actions(context: FeatureContext, range: TextRange): Action[] {
  return [...commandFileAction(context.document, range), ...blockActions(context, range)];
}
