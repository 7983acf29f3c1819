/** One line of fstab(5). */
export interface FstabLine {
  readonly from: string;
  readonly on: string;
  readonly type: string;
  readonly options: string;
}

/** The words of a line; nothing where there are too few. Blanks within words are written as `\040`. */
export function readFstabLine(text: string): FstabLine | undefined {
  const [from, on, type, options = ""] = text
    .trim()
    .split(/[ \t]+/)
    .filter(Boolean);
  if (from === undefined || on === undefined || type === undefined) return undefined;
  return { from: decodeOctal(from), on: decodeOctal(on), type, options };
}

function decodeOctal(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
