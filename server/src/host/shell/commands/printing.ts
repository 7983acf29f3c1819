/** echo(1): `-n` leaves the newline out, and a `\c` at the end too. */
export function echoText(args: readonly string[]): string {
  const bare = args[0] === "-n";
  const text = (bare ? args.slice(1) : args).join(" ");
  if (text.endsWith("\\c")) return text.slice(0, -2);
  return bare ? text : `${text}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Widest field of printf(1), in characters. */
const WIDEST = 1024;

function unescapeText(text: string): string {
  return text.replace(/\\(?:0?([0-7]{1,3})|([\s\S]))/g, (whole, octal?: string, letter?: string) =>
    octal !== undefined ? String.fromCharCode(Number.parseInt(octal, 8)) : (ESCAPES[letter ?? ""] ?? whole),
  );
}

/** printf(1) with `%s`, `%d`, `%i`, `%u`, `%o`, `%x`, `%X`, `%c`, `%b` and `%%`; the format is used again for more words. */
export function printfText(
  [format = "", ...args]: readonly string[],
  charge: (characters: number) => void,
): { text: string; error?: string } {
  let left = [...args];
  let text = "";
  let error: string | undefined;
  do {
    const before = left.length;
    text += format.replace(
      /%(-?)(0?)(\d*)(?:\.(\d*))?([a-zA-Z%])|\\(?:0?[0-7]{1,3}|[\s\S])/g,
      (whole, minus: string, zero: string, width: string, precision: string | undefined, kind?: string) => {
        if (kind === undefined) return unescapeText(whole);
        if (kind === "%") return "%";
        const [word = "", ...rest] = left;
        left = rest;
        const value = convert(kind, word, precision);
        if (value === undefined) {
          error ??= `not modelled: %${kind}`;
          return "";
        }
        if ("diuoxX".includes(kind) && word !== "" && !/^[-+]?(?:0x[\da-f]+|\d+)$/i.test(word))
          error ??= `${word}: expected numeric value`;
        const most = Math.min(Number(width || 0), WIDEST);
        charge(most);
        return minus ? value.padEnd(most) : value.padStart(most, zero && kind !== "s" ? "0" : " ");
      },
    );
    charge(format.length);
    if (left.length === before) break;
  } while (left.length > 0);
  return error === undefined ? { text } : { text, error };
}

function convert(kind: string, word: string, precision: string | undefined): string | undefined {
  const number = Math.trunc(Number(word)) || 0;
  switch (kind) {
    case "s":
      return precision === undefined ? word : word.slice(0, Number(precision || 0));
    case "b":
      return unescapeText(word);
    case "c":
      return word.slice(0, 1);
    case "d":
    case "i":
    case "u":
      return String(number);
    case "o":
      return number.toString(8);
    case "x":
      return number.toString(16);
    case "X":
      return number.toString(16).toUpperCase();
    default:
      return undefined;
  }
}
