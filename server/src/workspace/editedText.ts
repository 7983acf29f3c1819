import { lineStarts } from "@zonewarden/grammars/common/lines";

/** A place as LSP counts it: lines from 0, characters in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Edits near one another are kept as one stretch up to this length, in characters. */
const LONGEST_STRETCH = 4096;

const CR = 0x0d;
const LF = 0x0a;

/**
 * The text of a document under edits, and where its lines begin. An edit in a text of a megabyte would copy it; so
 * edits near one another are gathered, and the text is put together when somebody wants it: once for a burst of them.
 * A line ends in `\n`, `\r\n` or `\r`.
 */
export class EditedText {
  private base: string;
  /** In the place of this stretch of `base` stands `by`. */
  private from = 0;
  private to = 0;
  private by = "";
  private starts: number[];

  constructor(text: string) {
    this.base = text;
    this.starts = editorLines(text);
  }

  get length(): number {
    return this.base.length + this.by.length - (this.to - this.from);
  }

  get text(): string {
    if (this.to > this.from || this.by !== "") {
      this.base = this.base.slice(0, this.from) + this.by + this.base.slice(this.to);
      this.from = 0;
      this.to = 0;
      this.by = "";
    }
    return this.base;
  }

  /** Puts `by` in the place of `[start, end)`, which must lie within the text. */
  replace(start: number, end: number, by: string): void {
    const before = this.lineAt(start);
    const after = this.lineAt(end);
    this.store(start, end, by);
    this.countLines(before, after, by.length - (end - start));
  }

  private store(start: number, end: number, by: string) {
    const isEdited = this.to > this.from || this.by !== "";
    const first = Math.min(start, this.from);
    const last = Math.max(end, this.from + this.by.length);
    if (isEdited && last - first <= LONGEST_STRETCH) {
      const stretch = this.slice(first, start) + by + this.slice(end, last);
      this.to += last - (this.from + this.by.length);
      this.from = first;
      this.by = stretch;
      return;
    }
    this.base = this.text;
    this.from = start;
    this.to = end;
    this.by = by;
  }

  /** A part of the text, without putting all of it together. */
  private slice(start: number, end: number): string {
    const { base, from, to, by } = this;
    const behind = from + by.length;
    const shift = to - behind;
    return (
      base.slice(start, Math.min(end, from)) +
      by.slice(Math.max(start - from, 0), Math.max(end - from, 0)) +
      base.slice(Math.max(start, behind) + shift, Math.max(end, behind) + shift)
    );
  }

  private charCodeAt(offset: number): number {
    const { from, to, by } = this;
    if (offset < from) return this.base.charCodeAt(offset);
    const within = offset - from;
    return within < by.length ? by.charCodeAt(within) : this.base.charCodeAt(within - by.length + to);
  }

  /** Counts the lines `first` to `last` anew, behind an edit within them that made the text longer by `delta`. */
  private countLines(first: number, last: number, delta: number) {
    const { starts } = this;
    const isLast = last + 1 >= starts.length;
    const end = isLast ? this.length : (starts[last + 1] as number) + delta;
    let line = first;
    // What stood between a `\r` and a `\n` is gone: they are the end of one line now.
    const joins = line > 0 && this.charCodeAt((starts[line] as number) - 1) === CR;
    if (joins && this.charCodeAt(starts[line] as number) === LF) line--;
    const start = starts[line] as number;
    const found = editorLines(this.slice(start, end));
    // Where the last of these lines ends, the next one begins, which is known already.
    if (!isLast) found.pop();
    const count = last + 1 - line;
    if (found.length === count)
      for (let i = 0; i < count; i++) starts[line + i] = (found[i] as number) + start;
    else {
      const rest = starts.slice(last + 1);
      starts.length = line;
      for (const offset of found) starts.push(offset + start);
      for (const offset of rest) starts.push(offset);
    }
    if (delta !== 0)
      for (let i = line + found.length; i < starts.length; i++) starts[i] = (starts[i] as number) + delta;
  }

  /** The line that an offset lies in. */
  private lineAt(offset: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) > offset) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  positionAt(offset: number): { line: number; character: number } {
    const within = Math.max(Math.min(offset, this.length), 0);
    const line = this.lineAt(within);
    const start = this.starts[line] as number;
    return { line, character: this.beforeLineEnd(within, start) - start };
  }

  /** The offset of a position; one behind the end of its line is the end of the line. */
  offsetAt({ line, character }: Position): number {
    const start = this.starts[line];
    if (start === undefined) return line < 0 ? 0 : this.length;
    if (character <= 0) return start;
    const end = this.starts[line + 1] ?? this.length;
    return this.beforeLineEnd(Math.min(start + character, end), start);
  }

  private beforeLineEnd(offset: number, start: number): number {
    let at = offset;
    while (at > start && isLineEnd(this.charCodeAt(at - 1))) at--;
    return at;
  }
}

const isLineEnd = (code: number): boolean => code === LF || code === CR;

/** The offsets at which the lines of a text begin, by all ends of lines that editors know. */
function editorLines(text: string): number[] {
  if (!text.includes("\r")) return lineStarts(text);
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isLineEnd(code)) continue;
    if (code === CR && text.charCodeAt(at + 1) === LF) at++;
    starts.push(at + 1);
  }
  return starts;
}
