import { readdirectory, stat } from "../filesystem/files.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";

/** Patterns of file names. Source: glob(7), fnmatch(3). In a pattern a backslash makes the next character a plain one. */

export function hasWildcard(pattern: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(pattern);
}

/** The text that a pattern without wildcards stands for. */
export function unescaped(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, "$1");
}

export function escaped(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}

interface Item {
  /** `*`: any number of characters. Otherwise one character that it accepts. */
  readonly star: boolean;
  accepts(c: string): boolean;
}

/** Whether a whole text matches. Takes time in proportion to the product of both lengths at most. */
export function matchesPattern(pattern: string, text: string): boolean {
  const items = itemsOf(pattern);
  let at = 0;
  let item = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const current = items[item];
    if (current?.star) {
      star = item++;
      resume = at;
    } else if (current?.accepts(text[at] as string)) {
      item++;
      at++;
    } else if (star >= 0) {
      item = star + 1;
      at = ++resume;
    } else return false;
  }
  while (items[item]?.star) item++;
  return item === items.length;
}

function itemsOf(pattern: string): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const set = c === "[" ? bracket(pattern, i) : undefined;
    if (set) {
      items.push({ star: false, accepts: set.accepts });
      i = set.end;
    } else if (c === "*") items.push({ star: true, accepts: () => true });
    else if (c === "?") items.push({ star: false, accepts: () => true });
    else {
      const literal = c === "\\" && i + 1 < pattern.length ? (pattern[++i] as string) : c;
      items.push({ star: false, accepts: (other) => other === literal });
    }
  }
  return items;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** A bracket expression that begins at an offset; undefined where it has no end. Also one of regular expressions. */
export function bracket(
  pattern: string,
  start: number,
): { accepts: (c: string) => boolean; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const c = pattern[at];
    if (c === undefined) return undefined;
    if (c === "]" && !first) break;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at, at + 12));
    if (named) {
      const known = CLASSES[named[1] ?? ""];
      if (known) tests.push((other) => known.test(other));
      at += named[0].length;
      continue;
    }
    const high = pattern[at + 2];
    if (pattern[at + 1] === "-" && high !== undefined && high !== "]") {
      tests.push((other) => other >= c && other <= high);
      at += 3;
    } else {
      tests.push((other) => other === c);
      at++;
    }
  }
  return { accepts: (c) => tests.some((test) => test(c)) !== negated, end: at };
}

/** The paths that a pattern matches for a process, sorted; none if it matches nothing. */
export function expandPattern(host: Host, process: Process, pattern: string): string[] {
  const absolute = pattern.startsWith("/");
  let found = [absolute ? "/" : ""];
  const parts = pattern.split("/").filter((part) => part !== "");
  for (const part of parts) {
    found = found.flatMap((base) => {
      if (!hasWildcard(part)) return [join(base, unescaped(part))];
      const entries = readdirectory(host, process, base || ".");
      if (!entries.ok) return [];
      return entries.value
        .map(({ name }) => name)
        .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && matchesPattern(part, name))
        .map((name) => join(base, name));
    });
  }
  return found.filter((path) => stat(host, process, path, { follow: false }).ok).sort();
}

function join(base: string, name: string): string {
  return base === "" || base.endsWith("/") ? base + name : `${base}/${name}`;
}
