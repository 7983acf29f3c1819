import { foldings } from "@zonewarden/server/features/jail-conf/folding";
import { describe, expect, it } from "vitest";
import { crlf, marked } from "./harness.ts";

/** Folds as `first-last kind`, lines counted from 1. */
function folds(text: string): string[] {
  const { context } = marked(text);
  const line = (offset: number) => context.document.text.slice(0, offset).split("\n").length;
  return foldings(context).map(
    ({ start, end, kind }) => `${line(start)}-${line(end)}${kind ? ` ${kind}` : ""}`,
  );
}

describe("folding", () => {
  const cases: readonly [string, string, string[]][] = [
    ["blocks, the last line left in sight", "web {\n  persist;\n}\n", ["1-2"]],
    ["nested blocks", "a {\n  b {\n    vnet;\n  }\n}\n", ["1-4", "2-3"]],
    ["no block on one line", "a { b { vnet; } }\n", []],
    ["strings over several lines", 'exec.start = "a\nb";\n', ["1-2"]],
    ["lists over several lines", "ip4.addr = a,\n  b,\n  c;\n", ["1-3"]],
    ["runs of comments", "# a\n# b\n\n# c\npersist; # d\n# e\n", ["1-2 comment"]],
    ["comments in blocks", "web {\n  # a\n  // b\n}\n", ["1-3", "2-3 comment"]],
    ["block comments", "/* a\n b */\n", ["1-2 comment"]],
    [
      "regions, across jails",
      "# region web\na { }\n#region inner\nb { }\n# endregion\nc { }\n// #endregion\n# endregion\n",
      ["1-7 region", "3-5 region"],
    ],
    ["blocks that are not closed", "web {\n  persist;\n  vnet;\n\ndb {\n}\n", ["1-3", "5-5"].slice(0, 1)],
    ["nothing of a forgotten semicolon", "path\npersist;\n", []],
    ["block comments that are not closed", "/* a\nb\n", ["1-3 comment"]],
  ];
  for (const [what, text, expected] of cases) it(what, () => expect(folds(text)).toEqual(expected));
  it("the same in CRLF text", () => {
    for (const [what, text, expected] of cases) expect(folds(crlf(text)), what).toEqual(expected);
  });
});
