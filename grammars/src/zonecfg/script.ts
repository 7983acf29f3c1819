/**
 * Shell scripts that hand commands to zonecfg(8) in here-documents. What belongs to the shell is blanked out, character
 * by character, so that every offset stays what it was; the line that calls zonecfg stays as a foreign line.
 */

/** A here-document begins: its delimiter, after which the body follows on the next lines. */
const HERE = /<<-?[ \t]*(?:\\|(["']))?([A-Za-z_][A-Za-z0-9_]*)\1?/;
const SHELL = /^#![^\n]*\b(?:ba|da|k|z)?sh\b/;
/** How the body of a here-document for zonecfg begins; others are none of our business. */
const BODY = /^[ \t]*(?:#[^\n]*\n[ \t]*)*(?:create|add|set|select|remove|delete|clear|info|export)\b/;

/** Whether a text is a script rather than a command file. */
export function isScript(text: string): boolean {
  return SHELL.test(text) || (text.includes("<<") && /^[^\n#]*\bzonecfg\b[^\n]*<</m.test(text));
}

/** The text with all that belongs to the shell blanked out; the text itself where it is no script. */
export function withoutShell(text: string): string {
  if (!isScript(text)) return text;
  const result: string[] = [];
  /** The delimiter of the body at hand, and whether it is one for zonecfg. */
  let body: { readonly delimiter: string; readonly ours: boolean } | undefined;
  let offset = 0;
  for (const line of text.split("\n")) {
    const next = offset + line.length + 1;
    if (body) {
      if (line.replace(/^\t+/, "").trimEnd() === body.delimiter) body = undefined;
      result.push(body?.ours ? line : blank(line));
    } else {
      const here = HERE.exec(line);
      const ours = here !== null && (/\bzonecfg\b/.test(line) || BODY.test(text.slice(next, next + 2000)));
      if (here) body = { delimiter: here[2] as string, ours };
      result.push(ours ? call(line) : blank(line));
    }
    offset = next;
  }
  return result.join("\n");
}

/** A line as a comment of the same length. */
function blank(line: string): string {
  return line === "" ? "" : `#${" ".repeat(line.length - 1)}`;
}

/** The line of the call: from `zonecfg` on it is kept, for it names the zone. */
function call(line: string): string {
  const at = line.search(/\bzonecfg\b/);
  if (at >= 0) return " ".repeat(at) + line.slice(at);
  return line.length >= 7 ? "zonecfg".padEnd(line.length) : blank(line);
}
