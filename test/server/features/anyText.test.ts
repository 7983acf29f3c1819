// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of jail.conf
import { complete } from "@zonewarden/server/features/jail-conf/completion";
import type { FeatureContext } from "@zonewarden/server/features/jail-conf/context";
import { definition } from "@zonewarden/server/features/jail-conf/definition";
import { documentLinks } from "@zonewarden/server/features/jail-conf/documentLinks";
import { foldings } from "@zonewarden/server/features/jail-conf/folding";
import { hover } from "@zonewarden/server/features/jail-conf/hover";
import { documentHighlights, references } from "@zonewarden/server/features/jail-conf/references";
import { documentSymbols, workspaceSymbols } from "@zonewarden/server/features/jail-conf/symbols";
import type { SymbolNode } from "@zonewarden/server/features/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../grammars/jail-conf/arbitrary.ts";
import { runs } from "../../properties.ts";
import { marked } from "./harness.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Fragments of real text with places of interest, besides the grammar's. */
const someText = fc.oneof(
  anyText,
  fc
    .array(
      fc.constantFrom(
        "web {\n",
        "db {\n",
        "* {\n",
        "a { b {\n",
        "}\n",
        "depend = web, db;\n",
        "depend = ",
        '$x = "a";\n',
        'path = "$x/${host.hostname}";\n',
        'path = "$',
        '"${',
        '.include "x.conf";\n',
        ".include ",
        'ip4.addr += "em0|192.0.2.1",\n  a;\n',
        "mount.no",
        "vnet = ",
        "# region a\n",
        "# endregion\n",
        "# c\n",
        "/* c\n */",
        "devfs_ruleset = 4;\n",
        "😀",
        "\r\n",
        " ",
        ";",
        ",",
        "host.",
        "constructor",
        "__proto__",
        "toString = constructor;\n",
        "=",
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join("")),
);

function inDocument(context: FeatureContext, ranges: readonly Range[]) {
  const { length } = context.document.text;
  for (const { start, end } of ranges)
    if (!(start >= 0 && start <= end && end <= length)) throw new Error(`${start}-${end} is not in the text`);
}

function inTree(nodes: readonly SymbolNode[], parent: Range) {
  for (const { name, range, selection, children } of nodes) {
    expect(name).not.toBe("");
    for (const [inner, outer] of [
      [range, parent],
      [selection, range],
    ] as const)
      if (inner.start < outer.start || inner.end > outer.end) throw new Error(`${name} is not in its parent`);
    inTree(children, range);
  }
}

describe("any text, any offset", () => {
  it("throws nowhere and stays in the document", () => {
    fc.assert(
      fc.property(
        someText,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(13 as const, 15 as const),
        (text, at, release) => {
          const files = { "/etc/jail.conf": text, "/etc/x.conf": 'path = "$x";\nw2 { depend = web; }\n' };
          // Marks are no syntax here.
          if (/<\||\|>/.test(text)) return;
          const { context } = marked(files, release);
          const offset = Math.round(at * text.length);
          const result = hover(context, offset);
          if (result) {
            inDocument(context, [result.range]);
            expect(result.range.start <= offset && offset <= result.range.end).toBe(true);
          }
          const { items } = complete(context, offset);
          inDocument(
            context,
            items.map((item) => item.range),
          );
          for (const { range } of items) {
            expect(range.start <= offset && offset <= range.end).toBe(true);
            expect(text.slice(range.start, range.end)).not.toContain("\n");
          }
          const own = (places: readonly { path: string; range: Range }[]) =>
            places.filter((place) => place.path === context.document.path).map((place) => place.range);
          inDocument(context, own(definition(context, offset)));
          inDocument(context, own(references(context, offset, true)));
          inDocument(
            context,
            documentHighlights(context, offset).map((h) => h.range),
          );
          inDocument(
            context,
            documentLinks(context).map((link) => link.range),
          );
          inDocument(context, foldings(context));
          inTree(documentSymbols(context).symbols, { start: 0, end: text.length });
          inDocument(context, own(workspaceSymbols([context.configuration], "")));
        },
      ),
      { numRuns: runs(2000) },
    );
  }, 60_000);
});
