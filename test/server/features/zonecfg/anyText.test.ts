import type { TextRange } from "@zonewarden/grammars/common/range";
import type { SymbolNode } from "@zonewarden/server/features/types";
import { featuresOver } from "@zonewarden/server/languages/zonecfg/features";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../grammars/zonecfg/arbitrary.ts";
import { runs } from "../../../properties.ts";
import { contextOf } from "./harness.ts";

/** Fragments of real text with places of interest, besides the grammar's. */
const someText = fc.oneof(
  anyText,
  fc
    .array(
      fc.constantFrom(
        "create\n",
        "create -t bhyve\n",
        "create -t ",
        "set zonename=web\n",
        "set brand=lx\n",
        "set limitpriv=default,!sys_time,",
        'set limitpriv="default,',
        "set bootargs=",
        "add net\n",
        "add fs\nset dir=/a\n",
        "add rctl\nset name=zone.max-lwps\n",
        "add value (priv=privileged,limit=1,",
        "set value=[(priv=",
        "set max-lwps=500\n",
        "add attr\nset name=disk\nset value=",
        "add anet\nadd mac\n",
        "set options=[ro,",
        "add options ",
        "select fs dir=/a\n",
        "select fs ",
        "remove fs dir=/a\n",
        "end\n",
        "cancel\n",
        "exit\n",
        "set constructor=__proto__\n",
        "set limitpriv=default,constructor\n",
        "add constructor\n",
        "add rctl\nset name=constructor\n",
        "add attr\nset name=__proto__\nset type=toString\n",
        "zonecfg:web> ",
        "zonecfg:web:net> set physical=e0\n",
        "web: No such zone configured\n",
        "zonecfg -z web <<EOF\n",
        "EOF\n",
        "# region a\n",
        "# endregion\n",
        "# c\n",
        "\ud83d\ude00",
        "\r\n",
        '"',
        " ",
        ";",
        ",",
        "=",
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join("")),
);

function inText({ length }: string, ranges: readonly TextRange[]) {
  for (const { start, end } of ranges)
    if (!(start >= 0 && start <= end && end <= length)) throw new Error(`${start}-${end} is not in the text`);
}

function inTree(nodes: readonly SymbolNode[], parent: TextRange) {
  for (const { name, range, selection, children } of nodes) {
    expect(name).not.toBe("");
    for (const [inner, outer] of [
      [range, parent],
      [selection, range],
    ] as const)
      if (inner.start < outer.start || inner.end > outer.end || inner.start > inner.end)
        throw new Error(`${name} is not in its parent`);
    inTree(children, range);
  }
}

describe("any text, any offset", () => {
  it("throws nowhere and stays in the document", () => {
    fc.assert(
      fc.property(
        someText,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("omnios" as const, "solaris11" as const, undefined),
        (text, at, platform) => {
          const { document, ...now } = contextOf(text, platform);
          const features = featuresOver(() => now);
          const offset = Math.round(at * text.length);
          const result = features.hover(document, offset);
          if (result) {
            inText(text, [result.range]);
            expect(result.range.start <= offset && offset <= result.range.end).toBe(true);
          }
          for (const { range } of features.complete(document, offset).items) {
            inText(text, [range]);
            expect(range.start <= offset && offset <= range.end).toBe(true);
            expect(text.slice(range.start, range.end)).not.toMatch(/[\r\n]/);
          }
          inText(text, features.foldings(document));
          inTree(features.documentSymbols(document).symbols, { start: 0, end: text.length });
          for (const places of [
            features.definition(document, offset),
            features.references(document, offset, true),
            features.documentHighlights(document, offset),
            features.workspaceSymbols(""),
          ])
            inText(
              text,
              places.map(({ range }) => range),
            );
          const end = Math.min(text.length, offset + 20);
          for (const { edits } of features.actions?.(document, { start: offset, end }) ?? []) {
            inText(
              text,
              edits.map(({ range }) => range),
            );
            edits.forEach(({ range }, i) => {
              if (i > 0) expect(range.start).toBeGreaterThanOrEqual(edits[i - 1]?.range.end ?? 0);
            });
          }
        },
      ),
      { numRuns: runs(3000) },
    );
  }, 120_000);
});
