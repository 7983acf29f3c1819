import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Quote, StringNode } from "@zonewarden/grammars/jail-conf/tree";
import type { Location } from "../locate.ts";

/** What a completion replaces: the text around the caret that it competes with. All offsets are absolute. */
export interface Word extends TextRange {
  /** The quote that is open at the caret. */
  readonly quote: Quote | undefined;
  /** The text in front of the caret. */
  readonly prefix: string;
  /** The caret is behind a quote that ends the string: nothing can be added. */
  readonly closed: boolean;
}

const BARE = /[^\s,;={}"'#]/;

/** A bare word around the caret, as in the name of a statement. */
export function bareWord({ document, offset }: Location, from: number): Word {
  const { text } = document;
  let start = offset;
  while (start > from && BARE.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (BARE.test(text.charAt(end)) && !/^\/[/*]/.test(text.slice(end, end + 2))) end++;
  return { start, end, quote: undefined, prefix: text.slice(start, offset), closed: false };
}

/** The part of a value around the caret: within its quotes, if it has any, and on the caret's line. */
export function valueWord(location: Location, node: StringNode | undefined): Word {
  const { document, offset, section } = location;
  if (!node || !section) return bareWord(location, offset);
  const { text } = document;
  let quote: Quote | undefined;
  let start = section.start + node.start;
  let closed = false;
  for (let at = start; at < offset; at++) {
    const c = text.charAt(at);
    if (c === "\\") at++;
    else if (quote ? c === quote : c === '"' || c === "'") {
      closed = quote !== undefined;
      quote = closed ? undefined : (c as Quote);
      start = at + 1;
    } else if (!quote) closed = false;
    if (quote && c === "\n") start = at + 1;
  }
  if (!quote) return { ...bareWord(location, start), closed };
  let end = offset;
  // The quote may be one that was forgotten, and then everything behind it looks like its text.
  while (end < text.length && !`${quote}\n\r;`.includes(text.charAt(end))) end++;
  return { start, end, quote, prefix: text.slice(start, offset), closed: false };
}

/** A `$name` that is being typed at the caret. */
export interface Reference extends TextRange {
  readonly braced: boolean;
}

/** The reference that the caret is in, if the text in front of it begins one. */
export function referenceAt({ document, offset }: Location, from: number): Reference | undefined {
  const { text } = document;
  const before = /\$(?:\{[^\n{}"']*|[A-Za-z_]\w*)?$/.exec(text.slice(Math.max(from, offset - 256), offset));
  if (!before) return undefined;
  const start = offset - before[0].length;
  let backslashes = 0;
  while (start - backslashes > from && text.charAt(start - backslashes - 1) === "\\") backslashes++;
  if (backslashes % 2 === 1) return undefined;
  const braced = before[0].startsWith("${");
  const after = (braced ? /[^\n{}"';$/ ]*\}/y : /\w*/y) as RegExp;
  after.lastIndex = offset;
  return { start, end: offset + (after.exec(text)?.[0].length ?? 0), braced };
}
