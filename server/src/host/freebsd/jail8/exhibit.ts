import type { DefinedParameter, JailDefinition } from "./definition.ts";

/**
 * `jail -e`: one line for each configured jail, with its parameters and a separator between them. Source: show_jails() and
 * quoted_print() in usr.sbin/jail/jail.c.
 */
export function exhibit(definitions: readonly JailDefinition[], separator: string): string {
  return definitions
    .map(({ parameters }) => {
      const shown = parameters.filter(({ plain }) => plain !== "jid");
      return `${shown.map(entryOf).join(separator)}\n`;
    })
    .join("");
}

function entryOf({ name, values }: DefinedParameter): string {
  return values.length === 0 ? name : `${name}=${quoted(values.map(({ text }) => text).join(","))}`;
}

/** Quotes where a shell would need them: the one that the text has not, if it has one. */
function quoted(text: string): string {
  if (text === "") return '""';
  const quote = text.includes('"') ? "'" : /[' \t]/.test(text) ? '"' : "";
  if (quote === "") return text;
  return quote + text.replaceAll(new RegExp(`[\\\\${quote}]`, "g"), "\\$&") + quote;
}
