import { type Dialect, dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { validateGrammar } from "@zonewarden/grammars/zonecfg/parser";
import { isRefused } from "@zonewarden/grammars/zonecfg/tree";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { anyText } from "./arbitrary.ts";

const refused = (text: string, dialect: Dialect) =>
  ZoneDocument.parse(text, dialect)
    .sections.flatMap((section) => section.errors)
    .filter(isRefused);

/** The sections without what only says how they were found. */
const shape = (document: ZoneDocument) =>
  document.sections.map(({ start, length, commands, comments, errors }) => ({
    start,
    length,
    commands,
    comments,
    errors,
  }));

it("the grammar has no ambiguities", () => {
  expect(validateGrammar).not.toThrow();
});

describe.each(Object.values(dialects))("$name", (dialect) => {
  it("has errors exactly where the real parser refuses the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(refused(text, dialect).length === 0, JSON.stringify(text)).toBe(
          observe(text, dialect).accepted,
        );
      }),
      { numRuns: runs(1500) },
    );
  });
});

it("after edits is what a fresh parse makes", () => {
  const edit = fc.record({ at: fc.nat(), length: fc.nat(12), insert: anyText });
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.boolean(),
      fc.array(edit, { maxLength: 4 }),
      (head, tail, script, edits) => {
        const call = script ? "#!/bin/sh\nzonecfg -z web <<EOF\n" : "";
        let text = `${call}${head}\nadd net\nset physical=a0\nadd options a\nend\n${tail}`;
        const document = ZoneDocument.parse(text, dialects.any);
        for (const { at, length, insert } of edits) {
          const start = at % (text.length + 1);
          const oldEnd = Math.min(text.length, start + length);
          text = text.slice(0, start) + insert + text.slice(oldEnd);
          document.edit(text, { start, oldEnd, newEnd: start + insert.length });
        }
        expect(shape(document)).toEqual(shape(ZoneDocument.parse(text, dialects.any)));
      },
    ),
    { numRuns: runs(500) },
  );
});

it("sections tile the text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let at = 0;
      for (const { start, length } of ZoneDocument.parse(text, dialects.any).sections) {
        expect(start).toBe(at);
        at += length;
      }
      expect(at).toBe(text.length);
    }),
  );
});

it("in a shell script reads the here-documents for zonecfg alone", () => {
  const text = [
    "#!/bin/sh",
    "set -e",
    "NAME=web",
    "if true; then",
    "  zonecfg -z $NAME <<EOF",
    "create -b",
    "set zonepath=/zones/$NAME",
    "EOF",
    "fi",
    "cat <<'X' > notes.txt",
    "hello",
    "X",
    "exit 0",
    "",
  ].join("\n");
  const document = ZoneDocument.parse(text, dialects.any);
  const words = document.sections.flatMap(({ start, commands }) =>
    commands.map(({ word }) => text.slice(start + word.start, start + word.end)),
  );
  expect(words).toEqual(["create", "set"]);
  expect(document.sections.flatMap((s) => s.errors.map((e) => e.kind))).toEqual(["shell-line"]);
});
