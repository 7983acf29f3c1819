import type { TextRange } from "@zonewarden/grammars/common/range";

/** A text without its marks: `<|>` is the caret, `<|text|>` what is expected. */
export interface Unmarked {
  readonly text: string;
  readonly caret: number | undefined;
  readonly ranges: readonly TextRange[];
}

export function unmark(withMarks: string): Unmarked {
  let text = "";
  let caret: number | undefined;
  let start: number | undefined;
  const ranges: TextRange[] = [];
  for (const part of withMarks.split(/(<\|>|<\||\|>)/)) {
    if (part === "<|>") caret = text.length;
    else if (part === "<|") start = text.length;
    else if (part === "|>") ranges.push({ start: start as number, end: text.length });
    else text += part;
  }
  return { text, caret, ranges };
}
