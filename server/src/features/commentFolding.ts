import type { TextRange } from "@zonewarden/grammars/common/range";
import { FoldingRangeKind } from "vscode-languageserver-types";

/** Takes a fold: absolute offsets. */
export type AddFolding = (start: number, end: number, kind?: FoldingRangeKind) => void;

interface Commented<C extends TextRange> {
  readonly text: string;
  readonly sections: readonly { readonly start: number; readonly comments: readonly C[] }[];
}

/** What a comment is to folding: a whole line or the end of one, several lines at once, or nothing to be folded. */
type CommentShape = "line" | "block" | "none";

const REGION = /^(?:#|\/\/)\s*#?(end)?region\b/;

/** Folds runs of comments, block comments, and what is between `#region` and `#endregion`. */
export function foldComments<C extends TextRange>(
  { text, sections }: Commented<C>,
  add: AddFolding,
  shapeOf: (comment: C, start: number) => CommentShape,
): void {
  const regions: number[] = [];
  let run: { start: number; end: number; lines: number } | undefined;
  const endRun = () => {
    if (run && run.lines > 1) add(run.start, run.end, FoldingRangeKind.Comment);
    run = undefined;
  };
  for (const section of sections)
    for (const comment of section.comments) {
      const start = section.start + comment.start;
      const end = section.start + comment.end;
      const shape = shapeOf(comment, start);
      if (shape !== "line") {
        endRun();
        if (shape === "block") add(start, end, FoldingRangeKind.Comment);
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
      if (!standsAlone(text, start)) endRun();
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

/** Whether what begins at an offset has nothing but blanks before it on its line. */
function standsAlone(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && (text.charAt(at) === " " || text.charAt(at) === "\t")) at--;
  return at < 0 || text.charAt(at) === "\n";
}

/** Whether a comment begins on the line below the end of another one. */
function follows(text: string, end: number, start: number): boolean {
  return start - end < 200 && /^\r?\n[ \t]*$/.test(text.slice(end, start));
}

/** Whether there is a line end in a stretch: only what has several lines can be folded. */
export function hasNewLine(text: string, start: number, end: number): boolean {
  const at = text.indexOf("\n", start);
  return at >= 0 && at < end;
}
