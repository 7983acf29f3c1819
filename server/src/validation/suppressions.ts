import type { TextRange } from "@zonewarden/grammars/common/range";

/** A comment that switches rules off, with the reason that it must give. */
export interface Suppression {
  /** Codes or `topic/*`. */
  readonly codes: readonly string[];
  readonly reason: string;
  /** The comment's own place, absolute. */
  readonly range: TextRange;
  /** Where findings are dropped: a line, absolute; `undefined` for the whole file. */
  readonly line: TextRange | undefined;
}

const DIRECTIVE =
  /^(?:#|\/\/)[ \t]*zonewarden-ignore-(next-line|file)(?:[ \t]+([^:]*))?(?:[ \t]*:[ \t]*(.*))?$/;

/**
 * Reads `# zonewarden-ignore-next-line CODE[, CODE]: reason` and `# zonewarden-ignore-file CODE: reason`; `undefined`
 * for any other comment. `range` is absolute.
 */
export function parseSuppression(text: string, range: TextRange): Suppression | undefined {
  const match = DIRECTIVE.exec(text.slice(range.start, range.end));
  if (!match) return undefined;
  const codes = (match[2] ?? "").split(/[,\s]+/).filter((code) => code !== "");
  return {
    codes,
    reason: (match[3] ?? "").trim(),
    range,
    line: match[1] === "file" ? undefined : nextLine(text, range.end),
  };
}

/** The line below; lines that hold nothing but further such comments are skipped, so that they can be stacked. */
function nextLine(text: string, from: number): TextRange {
  let start = from;
  for (;;) {
    const newline = text.indexOf("\n", start);
    if (newline < 0) return { start: text.length, end: text.length };
    start = newline + 1;
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    if (!/^[ \t]*(?:#|\/\/)[ \t]*zonewarden-ignore-next-line\b/.test(text.slice(start, end)))
      return { start, end };
  }
}

/** Whether a suppression speaks of a finding: one without a reason has no effect. */
export function suppresses(suppression: Suppression, code: string, range: TextRange): boolean {
  if (suppression.reason === "") return false;
  if (suppression.line && (range.start < suppression.line.start || range.start > suppression.line.end))
    return false;
  return suppression.codes.some((c) => c === code || (c.endsWith("/*") && code.startsWith(c.slice(0, -1))));
}
