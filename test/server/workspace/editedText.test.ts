import { EditedText } from "@zonewarden/server/workspace/editedText";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { runs } from "../../properties.ts";

const piece = fc.constantFrom("\n", "\r\n", "\r", "a", "bc", "", "😀", "\n\n", "x\ny\r\nz");
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
/** Where an edit begins and ends, in parts of the text, and what it puts there. */
const edit = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  text,
);
const far = "line\n".repeat(2000);

/** Everything that is asked of a text must be what a fresh document says. */
function expectLike(edited: EditedText, wanted: string) {
  const fresh = TextDocument.create("file:///x", "x", 1, wanted);
  expect(edited.length).toBe(wanted.length);
  for (let line = -1; line <= fresh.lineCount + 1; line++)
    for (let character = -1; character < 6; character++) {
      const position = { line, character };
      expect(edited.offsetAt(position), JSON.stringify({ wanted, position })).toBe(fresh.offsetAt(position));
    }
  for (let offset = -1; offset <= wanted.length + 1; offset++)
    expect(edited.positionAt(offset), JSON.stringify({ wanted, offset })).toEqual(fresh.positionAt(offset));
  expect(edited.text).toBe(wanted);
}

function apply(edited: EditedText, wanted: string, [a, b, by]: readonly [number, number, string]): string {
  const [start, end] = [Math.round(a * wanted.length), Math.round(b * wanted.length)].sort((x, y) => x - y);
  edited.replace(start as number, end as number, by);
  return wanted.slice(0, start) + by + wanted.slice(end);
}

describe("a text under edits", () => {
  it("is what a fresh document of the same text is", () => {
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 8 }), fc.boolean(), (first, edits, looks) => {
        const edited = new EditedText(first);
        let wanted = first;
        for (const one of edits) {
          wanted = apply(edited, wanted, one);
          if (looks) expectLike(edited, wanted);
        }
        expectLike(edited, wanted);
      }),
      { numRuns: runs(800) },
    );
  });

  it("takes edits that lie far from one another", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const edited = new EditedText(far);
        let wanted = far;
        for (const [a, , by] of edits) wanted = apply(edited, wanted, [a, a + 3 / wanted.length, by]);
        const fresh = TextDocument.create("file:///x", "x", 1, wanted);
        for (let offset = 0; offset < wanted.length; offset += 97)
          expect(edited.positionAt(offset)).toEqual(fresh.positionAt(offset));
        expect(edited.text).toBe(wanted);
      }),
      { numRuns: runs(200) },
    );
  });

  it("counts a line end anew that an edit cuts or joins", () => {
    const edited = new EditedText("a\rb\nc");
    edited.replace(2, 3, "");
    expectLike(edited, "a\r\nc");
    edited.replace(2, 2, "x");
    expectLike(edited, "a\rx\nc");
    edited.replace(5, 5, "\r");
    edited.replace(6, 6, "\n");
    expectLike(edited, "a\rx\nc\r\n");
  });
});
