import type { TextRange } from "@zonewarden/grammars/common/range";
import type { CompletionItemKind } from "vscode-languageserver-types";
import type { Platform } from "../../../catalog/zonecfg/property.ts";
import type { ZonePart } from "../../../configuration/zonecfg/types.ts";
import type { CompletionEntry } from "../../types.ts";
import type { FeatureContext } from "../context.ts";
import { absoluteIn, type Location } from "../locate.ts";
import { existsOnSome, partAt, platformsOf, textOfProperty } from "../part.ts";

/** All that completion looks at. */
export interface Place {
  readonly context: FeatureContext;
  readonly location: Location;
  readonly part: ZonePart | undefined;
  readonly platforms: readonly Platform[];
  readonly brand: string | undefined;
}

export function placeAt(context: FeatureContext, location: Location): Place {
  const part = partAt(context, location.offset);
  return {
    context,
    location,
    part,
    platforms: platformsOf(context, part),
    brand: textOfProperty(part, "brand"),
  };
}

/** Whether the zone may have an item: a platform that is possible has it, and so does its brand, if that is known. */
export function fits(
  item: { readonly platforms?: readonly Platform[]; readonly brands?: readonly string[] },
  { platforms, brand }: Place,
): boolean {
  if (item.brands && brand !== undefined && !item.brands.includes(brand)) return false;
  return existsOnSome(item, platforms);
}

const BARE = /[^\s=,;()[\]"]/;

/** The bare word around the caret, on its line. Absolute. */
export function wordAt({ document, offset }: Location): TextRange {
  const { text } = document;
  let start = offset;
  while (start > 0 && BARE.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && BARE.test(text.charAt(end))) end++;
  return { start, end };
}

/** A word of the tree, as far as it is on the caret's line: a carriage return may be in the middle of one. Absolute. */
export function nodeAt(location: Location, node: TextRange): TextRange {
  const { document, offset } = location;
  const range = absoluteIn(location, node);
  let { start, end } = { start: offset, end: offset };
  while (start > range.start && !isLineEnd(document.text.charAt(start - 1))) start--;
  while (end < range.end && !isLineEnd(document.text.charAt(end))) end++;
  return { start, end };
}

function isLineEnd(c: string): boolean {
  return c === "\n" || c === "\r";
}

/** The part of a value around the caret that a completion replaces. Absolute, on the caret's line. */
export interface ValueWord extends TextRange {
  readonly quoted: boolean;
  /** The caret is behind the quote that ends the value: nothing can be added. */
  readonly closed: boolean;
  /** All that stands in the value's quotes, or in its place without any. */
  readonly whole: TextRange;
}

export function valueWord(
  location: Location,
  node: (TextRange & { readonly quoted: boolean }) | undefined,
): ValueWord {
  const { document, offset } = location;
  if (!node) {
    const none = { start: offset, end: offset };
    return { ...none, quoted: false, closed: false, whole: none };
  }
  const { text } = document;
  const range = absoluteIn(location, node);
  const start = Math.min(range.start + (node.quoted ? 1 : 0), range.end);
  let end = start;
  while (end < range.end && text.charAt(end) !== '"' && !isLineEnd(text.charAt(end))) end++;
  const inside = start <= offset && offset <= end;
  const whole = inside ? { start, end } : { start: offset, end: offset };
  return { ...whole, whole, quoted: node.quoted, closed: !inside };
}

/** The one of several words with commas between them that the caret is in; `!` and `-` before it are left out. */
export function listWord({ document, offset }: Location, word: ValueWord): ValueWord {
  const { text } = document;
  let start = offset;
  while (start > word.whole.start && text.charAt(start - 1) !== ",") start--;
  let end = offset;
  while (end < word.whole.end && text.charAt(end) !== ",") end++;
  if (start < offset && /[!-]/.test(text.charAt(start))) start++;
  return { ...word, start, end };
}

/** What follows an offset up to where its command ends; at most some of it. */
export function restOfLine({ document }: Location, from: number): string {
  return /^[^\n\r;]*/.exec(document.text.slice(from, from + 200))?.[0] ?? "";
}

/** What an entry is made of; the rest is worked out. */
export interface Draft {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** How far up: letters before others. */
  readonly rank: string;
  readonly insertText?: string;
  readonly snippet?: boolean;
  readonly detail?: string;
  readonly description?: string;
  readonly documentation?: string;
  readonly again?: boolean;
}

export function entry({ rank, label, ...draft }: Draft, { start, end }: TextRange): CompletionEntry {
  const insertText = draft.insertText ?? label;
  return {
    ...draft,
    label,
    sortText: `${rank}${label}`,
    filterText: label,
    insertText,
    snippet: draft.snippet ?? false,
    range: { start, end },
  };
}

/** The place of an item in a list, as text that sorts. */
export function ranked(letter: string, index: number): string {
  return `${letter}${String(index).padStart(4, "0")}`;
}
