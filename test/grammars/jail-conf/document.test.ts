import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { observe } from "@zonewarden/grammars/jail-conf/observed/parser";
import type { Item, Section } from "@zonewarden/grammars/jail-conf/tree";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { anyEdit, anyText } from "./arbitrary.ts";

const plain = (document: JailDocument) =>
  document.sections.map(({ start, length, items, comments, errors }) => ({
    start,
    length,
    items,
    comments,
    errors,
  }));

const jailNames = (sections: readonly Section[]) => {
  const names: string[] = [];
  const walk = (items: readonly Item[]) => {
    for (const item of items)
      if (item.kind === "jail") {
        names.push(
          item.name ? item.name.pieces.map((p) => (p.kind === "text" ? p.value : `$${p.name}`)).join("") : "",
        );
        walk(item.items);
      }
  };
  for (const section of sections) walk(section.items);
  return names;
};

describe("a document", () => {
  it("is not cut within a comment behind a jail", () => {
    const { sections } = JailDocument.parse("web {} /* a\n b */ db {\n\tvnet;\n}\npersist;\n");
    expect(sections.flatMap(({ errors }) => errors)).toEqual([]);
    expect(jailNames(sections)).toEqual(["web", "db"]);
  });

  it("cuts one section per jail, and keeps globals apart", () => {
    const text = "exec.clean;\nmount.devfs;\n\n# web\nweb {\n\tpersist;\n}\n\ndb {\n\tpersist;\n}\n";
    const { sections } = JailDocument.parse(text);
    expect(sections.map((s) => text.slice(s.start, s.start + s.length))).toEqual([
      "exec.clean;\nmount.devfs;\n\n",
      "# web\nweb {\n\tpersist;\n}\n",
      "\ndb {\n\tpersist;\n}\n",
    ]);
  });

  it("reports a forgotten brace once, and still sees the jails behind it", () => {
    const document = JailDocument.parse("a {\n\tpersist;\n\nb {\n\tpersist;\n}\nc {\n\tpersist;\n}\n");
    expect(document.sections.flatMap((s) => s.errors.map((e) => e.kind))).toEqual(["missing-brace"]);
    expect(jailNames(document.sections)).toEqual(["a", "b", "c"]);
  });

  it("takes jails nested without indentation as nested", () => {
    const document = JailDocument.parse("a {\npersist;\nb {\npersist;\n}\n}\nc {\npersist;\n}\n");
    expect(document.sections.flatMap((s) => s.errors)).toEqual([]);
    expect(document.sections.map((s) => s.items.length)).toEqual([1, 1]);
  });

  it("reports a forgotten quote once, where it opens", () => {
    const text =
      'a {\n\tpath = "/a;\n\thost.hostname = "a";\n}\nb {\n\tpath = "/b";\n\texec.start = "/bin/sh /etc/rc";\n}\n';
    const document = JailDocument.parse(text);
    const errors = document.sections.flatMap((s) => s.errors.map((e) => [e.kind, s.start + e.start]));
    expect(errors).toEqual([["unterminated-string", text.indexOf('"/a;')]]);
    expect(jailNames(document.sections)).toEqual(["a", "b"]);
  });

  it("takes a long string with braces at the margin as it is", () => {
    const text = "a {\n\texec.start = \"sh -c '\nf() {\n:\n}\nf'\";\n\tpersist;\n}\nb { persist; }\n";
    const document = JailDocument.parse(text);
    expect(document.sections.flatMap((s) => s.errors)).toEqual([]);
    expect(jailNames(document.sections)).toEqual(["a", "b"]);
  });

  it("keeps the sections that an edit does not touch", () => {
    const text = "a {\n\tpersist;\n}\nb {\n\tpersist;\n}\nc {\n\tpersist;\n}\n";
    const document = JailDocument.parse(text);
    const before = [...document.sections];
    const at = text.indexOf("persist", text.indexOf("b {"));
    document.edit(`${text.slice(0, at)}no${text.slice(at)}`, { start: at, oldEnd: at, newEnd: at + 2 });
    expect(document.sections[0]).toBe(before[0]);
    expect(document.sections[1]).not.toBe(before[1]);
    expect(document.sections[2]).toBe(before[2]);
    expect(document.sections[2]?.start).toBe(text.indexOf("c {") + 2);
  });
});

describe("for any text, a document", () => {
  it("tiles the text with its sections", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let at = 0;
        for (const section of JailDocument.parse(text).sections) {
          expect(section.start).toBe(at);
          expect(section.length).toBeGreaterThan(0);
          at += section.length;
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: runs(2000) },
    );
  });

  it("has errors exactly where jail(8) refuses the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const errors = JailDocument.parse(text).sections.flatMap((s) => s.errors);
        expect(errors.length === 0).toBe(observe(text).accepted);
      }),
      { numRuns: runs(5000) },
    );
  });

  it("is after edits what a fresh parse gives", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyEdit, { minLength: 1, maxLength: 5 }), (first, edits) => {
        let text = first;
        const document = JailDocument.parse(text);
        for (const edit of edits) {
          const start = Math.floor(edit.from * text.length);
          const oldEnd = Math.min(text.length, start + edit.length);
          text = text.slice(0, start) + edit.text + text.slice(oldEnd);
          document.edit(text, { start, oldEnd, newEnd: start + edit.text.length });
        }
        expect(plain(document)).toEqual(plain(JailDocument.parse(text)));
      }),
      { numRuns: runs(3000) },
    );
  });
});

describe("after one edit far behind it", () => {
  const run = "a.b = 1;\n".repeat(1000);
  it.each([
    ["a forgotten quote finds its partner", 'c {\n  d$v"}\n}\nx += 2;', "+= 2;", '}";'],
    ["a long run gets a jail in its middle", run, "a.b = 1;\n", "web { persist; }\n", 6000],
    ["a long run gets a brace at its end", run, "}\n", "", 8190],
    ["a long run loses a jail", `${run.slice(0, 6003)}web {\n}\n${run}`, "web {\n}\n", ""],
    ["a long run gets a comment above a jail", `${run}# a\n# b\nweb {\n}\n`, "a.b = 1;\n", "# c\n", 8991],
  ])("a section is as cut afresh: %s", (_, text, from, to, at = 0) => {
    const document = JailDocument.parse(text);
    const start = Math.max(0, text.indexOf(from, at));
    const old = text.startsWith(from, start) ? from.length : 0;
    const changed = text.slice(0, start) + to + text.slice(start + old);
    document.edit(changed, { start, oldEnd: start + old, newEnd: start + to.length });
    expect(plain(document)).toEqual(plain(JailDocument.parse(changed)));
  });
});

describe("hostile text", () => {
  // Each of these once took, or could take, exponential time or the whole stack.
  it.each([
    ["backslashes in an unclosed variable", `a = "\${${"\\\\".repeat(5000)};\n`],
    ["backslashes in a bare variable", `a = \${${"\\\\".repeat(5000)}\n`],
    ["deep nesting", "a {\n".repeat(20_000)],
    ["many pieces of one string", `a = "${"$b".repeat(200_000)}";`],
    ["closing braces", "}\n".repeat(20_000)],
    ["quotes", `${'"'.repeat(20_001)}`],
    ["comment openers", "/*".repeat(20_000)],
    ["a long bare word", `${"a".repeat(200_000)} = ${"\\".repeat(100_001)};`],
    ["merge markers", "<<<<<<< ours\na { persist; }\n=======\nb { persist; }\n>>>>>>> theirs\n".repeat(500)],
  ])("is parsed in time: %s", (_, text) => {
    const { sections } = JailDocument.parse(text);
    expect(sections.reduce((sum, s) => sum + s.length, 0)).toBe(text.length);
  });
});
