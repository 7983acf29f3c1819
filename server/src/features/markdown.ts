/** Small helpers with text, Markdown above all, that the features of every language are made of. */

/** Text as a code span, whatever quotes and line breaks are in it; at most `most` characters. */
export function code(text: string, most = 80): string {
  const line = shorten(text, most);
  if (line === "") return '`""`';
  let fence = "`";
  while (line.includes(fence)) fence += "`";
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return fence + pad + line + pad + fence;
}

/** Text on one line, cut where it is too long. */
export function shorten(text: string, most = 80): string {
  // A cut first: the text may be a whole file that a forgotten quote has swallowed.
  const line = text
    .slice(0, most * 4)
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  // Not through the middle of a character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** `2,000`. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 jail`, `2,000 jails`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first few of a list, and how many more there are. */
export function some(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  const rest = items.length - most;
  return rest > 0 ? `${shown} and ${grouped(rest)} more` : shown;
}

/** Whether a name has the letters of a query in their order, as editors match. */
export function hasLetters(name: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at);
    if (at < 0) return false;
    at += letter.length;
  }
  return true;
}
