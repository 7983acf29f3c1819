/**
 * Backslash escapes of jail.conf(5), the same in bare text, in both kinds of quotes and inside `${...}`.
 * Source: usr.sbin/jail/jaillex.l (text2lval).
 */

const CONTROL: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{0,2})|([\s\S]))/g;

/**
 * Decodes the escapes of one piece of text. A NUL cuts the rest, because the program handles text as C strings;
 * a byte above 0x7f stands for itself as one character (no encoding is assumed).
 */
export function decodeEscapes(raw: string): string {
  if (!raw.includes("\\")) return raw;
  const text = raw.replace(ESCAPE, (_, octal?: string, hex?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hex !== undefined) return String.fromCharCode(hex === "" ? 0 : Number.parseInt(hex, 16));
    if (other === "\n") return "";
    return other === undefined ? "" : (CONTROL[other] ?? other);
  });
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}
