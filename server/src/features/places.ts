import { lineStarts } from "@zonewarden/grammars/common/lines";
import { type AnyDocument, absolute, type Origin } from "../configuration/origin.ts";
import type { Place } from "./types.ts";

export function placeOf(origin: Origin): Place {
  return { path: origin.document.path, range: absolute(origin) };
}

/** Drops places that are there already: a file may be included twice. */
export function distinct<T extends Place>(places: readonly T[]): T[] {
  const seen = new Set<string>();
  return places.filter(({ path, range }) => {
    const key = `${range.start}:${range.end}:${path}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Line starts of the documents that were asked about last. */
const lineIndexes = new WeakMap<AnyDocument, { readonly text: string; readonly starts: readonly number[] }>();

/** The line of an offset, counted from 1. */
export function lineOf(document: AnyDocument, offset: number): number {
  const { text } = document;
  let index = lineIndexes.get(document);
  if (index?.text !== text) {
    index = { text, starts: lineStarts(text) };
    lineIndexes.set(document, index);
  }
  return lastAtOrBefore(index.starts, offset, (start) => start) + 1;
}

/** The index of the last item of an ordered list that starts at or before an offset; -1 without one. */
export function lastAtOrBefore<T>(items: readonly T[], offset: number, startOf: (item: T) => number): number {
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (startOf(items[middle] as T) <= offset) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** `jail.conf:12`, with as much of the path as tells it from the document at hand. */
export function lineName({ document }: { readonly document: AnyDocument }, origin: Origin): string {
  const line = lineOf(origin.document, absolute(origin).start);
  const folder = document.path.slice(0, document.path.lastIndexOf("/") + 1);
  const { path } = origin.document;
  const name = path.startsWith(folder) ? path.slice(folder.length) : path;
  return `${name}:${line}`;
}
