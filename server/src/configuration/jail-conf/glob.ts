/**
 * File name patterns of `.include`: glob(3) without its extensions. Source: usr.sbin/jail/config.c (include_config).
 */

/** Whether a name has an unescaped `*`, `?` or `[...]`; else it names one file, backslashes included. */
export function isPattern(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const c = name.charAt(at);
    if (c === "\\") at++;
    else if (c === "*" || c === "?") return true;
    else if (c === "[" && setEnd(name, at) !== undefined) return true;
  }
  return false;
}

/** The offset of the `]` that ends the set begun at `open`: the first one behind the first member. */
function setEnd(pattern: string, open: number): number | undefined {
  const first = pattern.charAt(open + 1) === "!" ? open + 2 : open + 1;
  const end = pattern.indexOf("]", first + 1);
  return first < pattern.length && end >= 0 ? end : undefined;
}

/** One element of a pattern: a character, any character, any run of characters, or a set. */
type Element = string | typeof ANY | typeof RUN | ReadonlySetOfRanges;
const ANY = Symbol("?");
const RUN = Symbol("*");
interface ReadonlySetOfRanges {
  readonly negated: boolean;
  /** First and last character of each range. */
  readonly ranges: readonly (readonly [string, string])[];
}

/**
 * A test for paths against a pattern. `*`, `?` and sets match no `/`, and no dot that begins a name. Made for a
 * `Sources` that has a list of names; the pattern must be in the same form as they are (absolute, without `..`).
 * Takes time in proportion to pattern times name, whatever the pattern: it comes from a file that nobody vouches for.
 */
export function globTest(pattern: string): (path: string) => boolean {
  const segments = pattern.split("/").map(elements);
  return (path) => {
    const names = path.split("/");
    return (
      names.length === segments.length && names.every((name, i) => matches(segments[i] as Element[], name))
    );
  };
}

function elements(segment: string): Element[] {
  const list: Element[] = [];
  for (let at = 0; at < segment.length; ) {
    const c = String.fromCodePoint(segment.codePointAt(at) as number);
    at += c.length;
    if (c === "*") list.push(RUN);
    else if (c === "?") list.push(ANY);
    else if (c === "\\" && at < segment.length) {
      const next = String.fromCodePoint(segment.codePointAt(at) as number);
      at += next.length;
      list.push(next);
    } else if (c === "[") {
      const end = setEnd(segment, at - 1);
      if (end === undefined) list.push(c);
      else {
        list.push(setOf(segment.slice(at, end)));
        at = end + 1;
      }
    } else list.push(c);
  }
  return list;
}

/** The members of a set; a range whose ends are the wrong way round has no members. */
function setOf(members: string): ReadonlySetOfRanges {
  const negated = members.startsWith("!");
  const chars = [...(negated ? members.slice(1) : members)];
  const ranges: [string, string][] = [];
  for (let i = 0; i < chars.length; ) {
    const from = chars[i++] as string;
    const to = chars[i] === "-" ? chars[i + 1] : undefined;
    if (to !== undefined) i += 2;
    ranges.push([from, to ?? from]);
  }
  return { negated, ranges };
}

/** Matches a name; a run is first taken as empty and grows by one where what follows does not fit. */
function matches(pattern: readonly Element[], name: string): boolean {
  const chars = [...name];
  if (chars[0] === "." && typeof pattern[0] !== "string" && pattern.length > 0) return false;
  let p = 0;
  let c = 0;
  let run = -1;
  let runAt = 0;
  while (c < chars.length) {
    const element = pattern[p];
    if (element === RUN) {
      run = p++;
      runAt = c;
    } else if (element !== undefined && fits(element, chars[c] as string)) {
      p++;
      c++;
    } else if (run >= 0) {
      p = run + 1;
      c = ++runAt;
    } else return false;
  }
  while (pattern[p] === RUN) p++;
  return p === pattern.length;
}

function fits(element: Element, char: string): boolean {
  if (typeof element === "string") return element === char;
  if (typeof element === "symbol") return true;
  return (
    element.negated !==
    element.ranges.some(([from, to]) => byteOrder(from, char) <= 0 && byteOrder(char, to) <= 0)
  );
}

/** The order of glob(3): by bytes of UTF-8, which is by code points. */
export function byteOrder(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === a.length || at === b.length) return a.length - b.length;
  // The lower half of a pair that differs means that the upper halves were equal: step back to the whole character.
  if ((a.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0) at--;
  return (a.codePointAt(at) as number) - (b.codePointAt(at) as number);
}
