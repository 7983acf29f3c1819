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

/**
 * A test for paths against a pattern. `*`, `?` and sets match no `/`, and no dot that begins a name. Made for a
 * `Sources` that has a list of names; the pattern must be in the same form as they are (absolute, without `..`).
 */
export function globTest(pattern: string): (path: string) => boolean {
  const source = splitSegments(pattern).map(segmentSource).join("/");
  const test = new RegExp(`^${source}$`, "su");
  return (path) => test.test(path);
}

function splitSegments(pattern: string): string[] {
  return pattern.split("/");
}

function segmentSource(segment: string): string {
  let source = /^(?:[*?]|\[)/.test(segment) ? "(?!\\.)" : "";
  for (let at = 0; at < segment.length; ) {
    const c = String.fromCodePoint(segment.codePointAt(at) as number);
    at += c.length;
    if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (c === "\\" && at < segment.length) {
      const next = String.fromCodePoint(segment.codePointAt(at) as number);
      at += next.length;
      source += quote(next);
    } else if (c === "[") {
      const end = setEnd(segment, at - 1);
      if (end === undefined) source += quote(c);
      else {
        source += setSource(segment.slice(at, end));
        at = end + 1;
      }
    } else source += quote(c);
  }
  return source;
}

/** The members of a set as a class; a range whose ends are the wrong way round has no members. */
function setSource(members: string): string {
  const negated = members.startsWith("!");
  const chars = [...(negated ? members.slice(1) : members)];
  let source = "";
  for (let i = 0; i < chars.length; ) {
    const from = chars[i++] as string;
    const to = chars[i] === "-" ? chars[i + 1] : undefined;
    if (to === undefined) {
      source += quote(from);
      continue;
    }
    i += 2;
    if (from <= to) source += `${quote(from)}-${quote(to)}`;
  }
  if (source === "") return negated ? "[^/]" : "(?!)";
  return negated ? `[^/${source}]` : `(?!/)[${source}]`;
}

function quote(char: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
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
