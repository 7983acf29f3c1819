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

/** Stands for any number of parts: of characters in a name, of directories in a path. */
const ANY = Symbol("any");

type Accepts = (c: string) => boolean;

/**
 * Whether a whole text matches. Takes time in proportion to the product of both lengths at most: a pattern may come from
 * a file that nobody vouches for.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!/[\\*?[]/.test(pattern)) return pattern === text;
  return matchesRow(itemsOf(pattern), text, (accepts, c) => accepts(c));
}

/** Whether a path matches: wildcards stay within one name, as with FNM_PATHNAME. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const names = path.split("/");
  return (
    wanted.length === names.length && wanted.every((part, i) => matchesPattern(part, names[i] as string))
  );
}

/** The same, where a name of `**` stands for any number of directories. */
export function matchesDeepPath(pattern: string, path: string): boolean {
  const wanted = pattern.split("/").map((part) => (part === "**" ? ANY : part));
  return matchesRow(wanted, path.split("/"), matchesPattern);
}

/** `ANY` is first taken as nothing, and grows by one part where what follows does not fit. */
function matchesRow<Item>(
  items: readonly (Item | typeof ANY)[],
  parts: ArrayLike<string>,
  fits: (item: Item, part: string) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let any = -1;
  let resume = 0;
  while (at < parts.length) {
    const current = items[item];
    if (current === ANY) {
      any = item++;
      resume = at;
    } else if (current !== undefined && fits(current, parts[at] as string)) {
      item++;
      at++;
    } else if (any >= 0) {
      item = any + 1;
      at = ++resume;
    } else return false;
  }
  while (items[item] === ANY) item++;
  return item === items.length;
}

function itemsOf(pattern: string): (Accepts | typeof ANY)[] {
  const items: (Accepts | typeof ANY)[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const set = c === "[" ? bracket(pattern, i) : undefined;
    if (set) {
      items.push(set.accepts);
      i = set.end;
    } else if (c === "*") items.push(ANY);
    else if (c === "?") items.push(() => true);
    else {
      const literal = c === "\\" && i + 1 < pattern.length ? (pattern[++i] as string) : c;
      items.push((other) => other === literal);
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
