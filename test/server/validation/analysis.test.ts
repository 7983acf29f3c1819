import { Analysis } from "@zonewarden/server/validation/jail-conf/analysis";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { Editor } from "./editor.ts";
import { check } from "./harness.ts";

const JAILS = 150;

/** Many jails that depend on each other, share addresses, and have something wrong here and there. */
function manyJails(): string {
  let text = "$root = /jails;\nmount.devfs;\nexec.clean;\npath = $root/$name;\n";
  for (let i = 0; i < JAILS; i++)
    text += `j${i} {\n\tpersist;\n\tip4.addr = 192.0.2.${i % 90};\n\tdepend = j${(i * 7) % JAILS};\n\tdevfs_ruleset = ${i % 11 ? 4 : "x"};\n}\n`;
  return text;
}

function seen(analysis: Analysis): string[] {
  analysis.work(Number.POSITIVE_INFINITY);
  const lines: string[] = [];
  for (const found of analysis.findings().values())
    for (const { finding, jails } of found) {
      const { section, range } = finding.origin;
      const names = [...jails].map((jail) => jail.name).sort();
      lines.push(
        `${section.start + range.start}-${section.start + range.end} ${finding.code} ${finding.message} ${names}`,
      );
    }
  return lines.sort();
}

const pieces = [
  "",
  "x",
  ";",
  "\n",
  "}",
  "persist;\n",
  "vnet;\n",
  "depend = j3;\n",
  "$root = /other;\n",
  '"',
  "j7 { persist; }\n",
  "no",
];

it("after edits finds what a fresh look finds, also when work was left undone between them", () => {
  const edit = fc.record({
    at: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    length: fc.nat(30),
    insert: fc.constantFrom(...pieces),
    milliseconds: fc.constantFrom(0, 0.2, Number.POSITIVE_INFINITY),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const editor = new Editor(manyJails());
      const analysis = new Analysis({ release: 15, fragment: false });
      analysis.update(editor.resolve());
      for (const { at, length, insert, milliseconds } of edits) {
        editor.edit(Math.floor(at * editor.text.length), length, insert);
        analysis.update(editor.resolve());
        analysis.work(milliseconds);
        analysis.findings();
      }
      const fresh = new Editor(editor.text);
      const other = new Analysis({ release: 15, fragment: false });
      other.update(fresh.resolve());
      expect(seen(analysis)).toEqual(seen(other));
    }),
    { numRuns: runs(60) },
  );
}, 20_000);

it("takes a jail with more findings than a call has arguments", () => {
  const addresses = Array.from({ length: 150_000 }, (_, i) => `1.2.3.${i}`).join(",");
  expect(check(`a { path = /; persist; ip4.addr = ${addresses}; }\n`).length).toBeGreaterThan(100_000);
});
