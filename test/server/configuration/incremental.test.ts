import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import type { SourceDocument, Sources } from "@zonewarden/server/configuration/jail-conf/sources";
import type { Configuration } from "@zonewarden/server/configuration/jail-conf/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";

/** Open files that are edited in place, as in an editor. */
class Editor implements Sources {
  private readonly files = new Map<string, JailDocument>();
  private readonly documents = new Map<string, SourceDocument>();
  configuration: Configuration | undefined;

  constructor(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) {
      const file = JailDocument.parse(text);
      this.files.set(path, file);
      this.documents.set(path, {
        path,
        get text() {
          return file.text;
        },
        get sections() {
          return file.sections;
        },
      });
    }
    this.resolve();
  }

  open(path: string) {
    return this.documents.get(path);
  }

  glob() {
    return [];
  }

  /** Replaces the first occurrence of a text. */
  replace(path: string, from: string, to: string) {
    const file = this.files.get(path) as JailDocument;
    const start = file.text.indexOf(from);
    if (start < 0) throw new Error(`no ${from}`);
    this.splice(path, start, from.length, to);
  }

  splice(path: string, start: number, length: number, to: string) {
    const file = this.files.get(path) as JailDocument;
    const text = file.text.slice(0, start) + to + file.text.slice(start + length);
    file.edit(text, { start, oldEnd: start + length, newEnd: start + to.length });
    this.resolve();
  }

  text(path: string) {
    return (this.files.get(path) as JailDocument).text;
  }

  private resolve() {
    this.configuration = resolveAll(this.open("jail.conf") as SourceDocument, this, 15, this.configuration);
  }

  /** What was resolved, and what comes out when it is done afresh, without places. */
  summaries(): [unknown, unknown] {
    const fresh = new Editor(Object.fromEntries([...this.files].map(([path, file]) => [path, file.text])));
    return [summary(this.configuration), summary(fresh.configuration)];
  }
}

function summary(configuration: Configuration | undefined) {
  return configuration?.jails.map((jail) => ({
    name: jail.name,
    parent: jail.block.parent?.settings.length,
    failures: jail.failures.map((failure) => failure.message),
    parameters: jail.parameters.map((parameter) => [
      parameter.name,
      parameter.values.map((value) => [value.text, value.substitutions.map((s) => s.source?.name)]),
      parameter.contributions.map((c) => [c.setting.name, c.block.name, c.overridden]),
    ]),
  }));
}

const FILES = {
  "jail.conf":
    '$v = 1;\nx = $v;\n\na {\n  y = 1;\n}\n\nb {\n  y = 2;\n  .include inc;\n}\n\n"c.*" {\n  z;\n}\n\nc {\n  d { }\n}\n',
  inc: "w = 1;\n\ne {\n  y = 3;\n}\n",
};

/** Which jails are other objects than before. */
function changed(editor: Editor, edit: () => void): string[] {
  const before = new Set(editor.configuration?.jails);
  edit();
  return (editor.configuration?.jails ?? []).filter((jail) => !before.has(jail)).map((jail) => jail.name);
}

describe("resolving again after an edit", () => {
  const cases: Record<string, [path: string, from: string, to: string, changed: string[]]> = {
    "a value in a jail": ["jail.conf", "y = 1", "y = 11", ["a"]],
    "a global variable": ["jail.conf", "$v = 1", "$v = 9", ["a", "b", "b.e", "c", "c.d"]],
    "a wildcard block": ["jail.conf", "z;", "zz;", ["c.d"]],
    "a statement included into a jail": ["inc", "w = 1", "w = 2", ["b"]],
    "a jail included into a jail": ["inc", "y = 3", "y = 4", ["b.e"]],
  };
  for (const [title, [path, from, to, expected]] of Object.entries(cases))
    it(`renews what it reaches: ${title}`, () => {
      const editor = new Editor(FILES);
      expect(changed(editor, () => editor.replace(path, from, to))).toEqual(expected);
      const [incremental, fresh] = editor.summaries();
      expect(incremental).toEqual(fresh);
    });

  it("renews what a new wildcard matches, and nothing else that was not touched", () => {
    const editor = new Editor(FILES);
    const seen = changed(editor, () => editor.replace("jail.conf", '"c.*"', '"b.*" {\n}\n\n"c.*"'));
    expect(seen).toContain("b.e");
    for (const name of ["a", "b", "c"]) expect(seen).not.toContain(name);
  });

  it("keeps origins right in jails that were not renewed", () => {
    const editor = new Editor(FILES);
    editor.replace("jail.conf", "y = 1", "yellow = 1");
    const jail = editor.configuration?.jails.find((j) => j.name === "b");
    const origin = jail?.find("y")?.values[0]?.origin;
    const at = (origin?.section.start ?? 0) + (origin?.range.start ?? 0);
    expect(editor.text("jail.conf").slice(at - 4)).toMatch(/^y = 2;/);
  });

  it("comes to the same as resolving afresh, whatever the edits", () => {
    const parts = [
      "}",
      "{",
      ";",
      "a",
      "b {",
      "$v",
      " = 1;",
      ".include inc;",
      '"*" { q; }',
      "\n",
      '"',
      "x += 2;",
      "# ",
    ];
    const edit = fc.record({
      file: fc.constantFrom("jail.conf", "inc"),
      at: fc.nat(120),
      length: fc.nat(6),
      text: fc.array(fc.constantFrom(...parts), { maxLength: 3 }).map((list) => list.join("")),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const editor = new Editor(FILES);
        for (const { file, at, length, text } of edits) {
          const size = editor.text(file).length;
          const start = Math.min(at, size);
          editor.splice(file, start, Math.min(length, size - start), text);
        }
        const [incremental, fresh] = editor.summaries();
        expect(incremental).toEqual(fresh);
      }),
      { numRuns: runs(150) },
    );
  });
});
