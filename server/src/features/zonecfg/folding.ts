import { clamp } from "../../configuration/origin.ts";
import { type AddFolding, foldComments, hasNewLine } from "../commentFolding.ts";
import type { FoldingNode } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { type Block, type PlacedCommand, structureOf } from "./structure.ts";

/** What an editor can fold: resources, the zones of a file with several, comments and marked regions. */
export function foldings({ document }: FeatureContext): FoldingNode[] {
  const { text } = document;
  const found: FoldingNode[] = [];
  const add: AddFolding = (start, end, kind) => {
    const range = clamp(document, start, end);
    if (hasNewLine(text, range.start, range.end)) found.push({ ...range, kind });
  };
  const block = ({ opener, closer, last, entries }: Block) => {
    // The line of the `end` stays in sight.
    const end = closer ? text.lastIndexOf("\n", startOf(closer) - 1) : endOf(last);
    add(startOf(opener), end);
    for (const entry of entries) if (entry.kind === "block") block(entry);
  };
  const zones = structureOf(document);
  for (const { first, last, entries } of zones) {
    if (zones.length > 1) add(startOf(first), endOf(last));
    for (const entry of entries) if (entry.kind === "block") block(entry);
  }
  // In a script the lines of the shell pass for comments.
  foldComments(document, add, (_, start) => (text.charAt(start) === "#" ? "line" : "none"));
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function startOf({ command, section }: PlacedCommand): number {
  return section.start + command.start;
}

function endOf({ command, section }: PlacedCommand): number {
  return section.start + command.end;
}
