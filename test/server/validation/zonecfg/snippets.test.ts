import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check } from "./harness.ts";

const root = join(import.meta.dirname, "../../../..");
const snippets = JSON.parse(readFileSync(join(root, "syntaxes/snippets/zonecfg.json"), "utf8")) as Record<
  string,
  { readonly body: string | readonly string[] }
>;

/** The text of a snippet with its defaults: `${1:x}`, the first of `${1|a,b|}`, and again for a bare `$1`. */
function expanded(body: string | readonly string[]): string {
  const text = typeof body === "string" ? body : body.join("\n");
  const values = new Map<string, string>();
  const filled = text.replace(
    /\$\{(\d+)(?::([^{}]*)|\|([^,|]*)[^|]*\|)?\}/g,
    (_, n: string, plain?: string, first?: string) => {
      const value = plain ?? first ?? values.get(n) ?? "";
      values.set(n, value);
      return value;
    },
  );
  return `${filled.replace(/\$(\d+)/g, (_, n: string) => values.get(n) ?? "").trimEnd()}\n`;
}

/** A place where the snippet belongs. */
function placed(text: string): string {
  if (/^create/m.test(text)) return text;
  if (text.startsWith("add value")) return `add rctl\nset name=zone.max-lwps\n${text}end\n`;
  if (text.startsWith("add property")) return `add net\nset physical=net0\n${text}end\n`;
  return `set ip-type=${text.includes("set address=") ? "shared" : "exclusive"}\n${text}`;
}

it.each(Object.entries(snippets))("%s is right as it is offered", (_name, { body }) => {
  const found = check(placed(expanded(body)))
    .filter((seen) => seen.severity === "error" || seen.severity === "warning")
    // What the reader has to fill in has no default.
    .filter((seen) => seen.code !== "zone/missing-property");
  expect(found.map((seen) => `${seen.line} ${seen.code} ${seen.message}`)).toEqual([]);
});
