import type { Item, Section, Statement } from "@zonewarden/grammars/jail-conf/tree";
import type { FoldingRangeKind } from "vscode-languageserver-types";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import { clamp } from "../../configuration/origin.ts";
import { type AddFolding as Add, foldComments, hasNewLine } from "../commentFolding.ts";
import type { FoldingNode } from "../types.ts";
import type { FeatureContext } from "./context.ts";

/** What an editor can fold: blocks, statements over several lines, comments and marked regions. */
export function foldings({ document }: FeatureContext): FoldingNode[] {
  const found: FoldingNode[] = [];
  const add = (start: number, end: number, kind?: FoldingRangeKind) => {
    const range = clamp(document, start, end);
    if (hasNewLine(document.text, range.start, range.end)) found.push({ ...range, kind });
  };
  for (const section of document.sections) items(document, section, section.items, add);
  foldComments(document, add, (comment) => (comment.block ? "block" : "line"));
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function items(document: SourceDocument, section: Section, list: readonly Item[], add: Add) {
  for (const item of list) {
    const start = section.start + item.start;
    if (item.kind === "statement") {
      if (isLong(document, section, item)) add(start, section.start + item.end);
      continue;
    }
    const close = item.close === undefined ? undefined : section.start + item.close;
    // The line of the `}` stays in sight.
    add(start, close === undefined ? section.start + item.end : document.text.lastIndexOf("\n", close - 1));
    items(document, section, item.items, add);
  }
}

/** A string over several lines, or a list; not the statement whose `;` was forgotten, which runs into the next. */
function isLong(document: SourceDocument, section: Section, { values, terminator }: Statement): boolean {
  if (values.length === 0) return false;
  if (values.some((v) => hasNewLine(document.text, section.start + v.start, section.start + v.end)))
    return true;
  const [first] = values;
  return values.length > 1 && terminator !== undefined && first !== undefined;
}
