import { TextDocument } from "vscode-languageserver-textdocument";
import type { Place } from "../host/decision.ts";
import type { Location } from "../protocol.ts";

/** A document as it is now. */
export interface CurrentText {
  readonly uri: string;
  readonly text: string;
}

/** A text that a host was told of, as it was then. Plain JSON. */
export interface KeptText {
  readonly path: string;
  readonly text: string;
}

/** Versions of one file that are kept: what happened before them has no place any more. */
const MOST_VERSIONS = 32;

/**
 * The texts that configurations were read from. What happens on a host names places in the text of that moment; the
 * file may be edited afterwards. So causes name *versions* of files, and a place in an old version is found again in
 * the text of now.
 */
export class Texts {
  private readonly current: (path: string) => CurrentText | undefined;
  private readonly versions = new Map<string, KeptText>();
  /** By path: the key of the newest version. */
  private readonly newest = new Map<string, string>();
  /** Versions that a host was told of. */
  private readonly used = new Set<string>();
  private readonly maps = new Map<string, TextMap>();
  private serial: number;

  constructor(
    current: (path: string) => CurrentText | undefined,
    kept: Readonly<Record<string, KeptText>> = {},
  ) {
    this.current = current;
    for (const [key, version] of Object.entries(kept)) {
      this.versions.set(key, version);
      this.newest.set(version.path, key);
      this.used.add(key);
    }
    this.serial = Math.max(0, ...Object.keys(kept).map((key) => Number.parseInt(key, 10) || 0));
  }

  /** How causes call a file with a certain text. */
  keyOf(path: string, text: string): string {
    const known = this.newest.get(path);
    if (known !== undefined) {
      if (this.versions.get(known)?.text === text) return known;
      if (!this.used.has(known)) this.versions.delete(known);
    }
    const key = `${++this.serial}:${path}`;
    this.versions.set(key, { path, text });
    this.newest.set(path, key);
    return key;
  }

  /** From now on something that happened may refer to the newest versions. */
  use(): void {
    for (const [path, key] of this.newest) {
      if (this.used.has(key)) continue;
      this.used.add(key);
      const own = [...this.used].filter((used) => this.versions.get(used)?.path === path);
      for (const old of own.slice(0, -MOST_VERSIONS)) this.forget(old);
    }
  }

  /** What a snapshot has to keep. */
  get kept(): Record<string, KeptText> {
    return Object.fromEntries([...this.versions].filter(([key]) => this.used.has(key)));
  }

  /** Where a place is now. Nothing for a file that is gone, or a version that is no longer kept. */
  locate({ path: key, start, end }: Place): Location | undefined {
    const version = this.versions.get(key);
    const now = version && this.current(version.path);
    if (!version || !now) return undefined;
    let map = this.maps.get(key);
    if (map?.to !== now.text) {
      map = new TextMap(version.text, now.text, now.uri);
      this.maps.set(key, map);
    }
    return map.locate(start, end);
  }

  /** What stands at a place, in the text of that moment. */
  textOf({ path: key, start, end }: Place): string | undefined {
    return this.versions.get(key)?.text.slice(start, end);
  }

  /** A place as people read it: `jail.conf:12`, in the text of that moment. */
  lineOf({ path: key, start }: Place): string | undefined {
    const version = this.versions.get(key);
    if (!version) return undefined;
    const line = version.text.slice(0, start).split("\n").length;
    return `${version.path.slice(version.path.lastIndexOf("/") + 1)}:${line}`;
  }

  private forget(key: string) {
    this.versions.delete(key);
    this.used.delete(key);
    this.maps.delete(key);
  }
}

/** Finds places of one text in another one that came from it by edits. */
class TextMap {
  readonly to: string;
  private readonly from: string;
  private readonly uri: string;
  private readonly lines: TextDocument;
  /** So much is the same at the beginning and at the end. */
  private readonly head: number;
  private readonly tail: number;

  constructor(from: string, to: string, uri: string) {
    this.from = from;
    this.to = to;
    this.uri = uri;
    this.lines = TextDocument.create(uri, "", 0, to);
    const most = Math.min(from.length, to.length);
    let head = from === to ? most : 0;
    while (head < most && from.charCodeAt(head) === to.charCodeAt(head)) head++;
    let tail = 0;
    while (
      tail < most - head &&
      from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail)
    )
      tail++;
    this.head = head;
    this.tail = tail;
  }

  locate(start: number, end: number): Location {
    const range = this.range(start, end);
    return {
      uri: this.uri,
      range: { start: this.lines.positionAt(range.start), end: this.lines.positionAt(range.end) },
    };
  }

  private range(start: number, end: number): { start: number; end: number } {
    const { from, to, head, tail } = this;
    if (end <= head) return { start, end };
    const shift = to.length - from.length;
    if (start >= from.length - tail) return { start: start + shift, end: end + shift };
    // Within what changed, the same words are looked for, the nearest first.
    const words = from.slice(start, end);
    const stretch = to.slice(head, to.length - tail + words.length);
    const expected = start - head;
    let best: number | undefined;
    for (let at = stretch.indexOf(words); words !== "" && at >= 0; at = stretch.indexOf(words, at + 1)) {
      if (best !== undefined && Math.abs(at - expected) >= Math.abs(best - expected)) break;
      best = at;
    }
    if (best !== undefined) return { start: head + best, end: head + best + words.length };
    const nearest = Math.min(Math.max(start, head), to.length - tail);
    return { start: Math.min(start, nearest), end: Math.min(start, nearest) };
  }
}
