import type { Comment, Item, Section, Statement } from "@zonewarden/grammars/jail-conf/tree";
import { FoldingRangeKind } from "vscode-languageserver-types";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import { clamp } from "../../configuration/origin.ts";
import type { FoldingNode } from "../types.ts";
import type { FeatureContext } from "./context.ts";

/** What an editor can fold: blocks, statements over several lines, comments and marked regions. */
export function foldings({ document }: FeatureContext): FoldingNode[] {
  const found: FoldingNode[] = [];
  const add = (start: number, end: number, kind?: FoldingRangeKind) => {
    const range = clamp(document, start, end);
    if (hasNewLine(document, range.start, range.end)) found.push({ ...range, kind });
  };
  for (const section of document.sections) items(document, section, section.items, add);
  comments(document, add);
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

type Add = (start: number, end: number, kind?: FoldingRangeKind) => void;

function hasNewLine({ text }: SourceDocument, start: number, end: number): boolean {
  const at = text.indexOf("\n", start);
  return at >= 0 && at < end;
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
  if (values.some((v) => hasNewLine(document, section.start + v.start, section.start + v.end))) return true;
  const [first] = values;
  return values.length > 1 && terminator !== undefined && first !== undefined;
}

const REGION = /^(?:#|\/\/)\s*#?(end)?region\b/;

function comments(document: SourceDocument, add: Add) {
  const { text } = document;
  const regions: number[] = [];
  let run: { start: number; end: number; lines: number } | undefined;
  const endRun = () => {
    if (run && run.lines > 1) add(run.start, run.end, FoldingRangeKind.Comment);
    run = undefined;
  };
  for (const section of document.sections)
    for (const comment of section.comments) {
      const start = section.start + comment.start;
      const end = section.start + comment.end;
      if (comment.block) {
        endRun();
        add(start, end, FoldingRangeKind.Comment);
        continue;
      }
      const marker = REGION.exec(text.slice(start, Math.min(end, start + 40)));
      if (marker) {
        endRun();
        const open = marker[1] ? regions.pop() : undefined;
        if (open !== undefined) add(open, end, FoldingRangeKind.Region);
        else if (!marker[1]) regions.push(start);
        continue;
      }
      if (!standsAlone(document, comment, start)) endRun();
      else if (run && follows(text, run.end, start)) {
        run.end = end;
        run.lines++;
      } else {
        endRun();
        run = { start, end, lines: 1 };
      }
    }
  endRun();
}

/** Whether a comment has a line of its own. */
function standsAlone({ text }: SourceDocument, comment: Comment, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && (text.charAt(at) === " " || text.charAt(at) === "\t")) at--;
  return at < 0 || text.charAt(at) === "\n" || (comment.start === 0 && at < 0);
}

/** Whether a comment begins on the line below the end of another one. */
function follows(text: string, end: number, start: number): boolean {
  return start - end < 200 && /^\r?\n[ \t]*$/.test(text.slice(end, start));
}
