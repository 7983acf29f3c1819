import { observe } from "@zonewarden/grammars/jail-conf/observed/parser";
import { describe, expect, it } from "vitest";

/** What the observed errors of a text look like in one line each. */
function errorsOf(text: string, modern = true): string[] {
  return observe(text, { modern }).errors.map((e) =>
    [e.line ?? "-", e.kind, ...(e.token === undefined ? [] : [e.token])].join(" "),
  );
}

describe("the observed parser", () => {
  const accepted: Record<string, string> = {
    nothing: "",
    "only semicolons": ";;\n;",
    "a value without an operator": 'plover { path "/p"; }',
    "a flag that swallows the next": "plover { persist mount.devfs; }",
    "nested blocks": "plover { egg { persist; } exec.clean; };",
    "glued pieces": `plover { path = /p"q r"'s'$t\${u}*; }`,
    "a comment in place of a blank": "plover { path/**//p; }",
    "a quote that is closed much later": "plover { a = don't; }\nb { a = don't; }",
    "dollars that start no variable": 'plover { exec.start = "$(date) $1 $"; }',
    "CR as white space": "plover {\r\n\tpersist;\r\n}\r\n",
  };
  for (const [title, text] of Object.entries(accepted))
    it(`accepts ${title}`, () => expect(errorsOf(text)).toEqual([]));

  const rejected: Record<string, [string, ...string[]]> = {
    "a missing semicolon, on the next line": ["plover {\n path = /p\n persist;\n}", "3 syntax persist"],
    "a missing semicolon before the brace": ["plover { path = /p }\negg { persist; }", "1 syntax }"],
    "a jail name of two pieces, and then gives up": ["plover.* { persist; }", "1 syntax *"],
    "a stray brace, and then is silent": ["plover { } }\negg { = ; }", "1 syntax }"],
    "two errors three tokens apart": ["a = = 1; b = 2; c = = 3;", "1 syntax =", "1 syntax ="],
    "an error too soon after another only once": ["a = = 1; = 3; b = 1;", "1 syntax ="],
    "an empty value": ["plover { path = ; }", "1 syntax ;"],
    "the end of the file in a block": ["plover { persist;", "- unexpected-eof"],
    "the end of the file after a word": ["plover", "- unexpected-eof"],
    "an unclosed quote for its line only": ['plover { path = "/p;\n persist; }\n', "1 unterminated-string"],
    "an unclosed comment at the last line": ["plover { } /* x\n\n", "3 unterminated-comment"],
    "an unclosed variable": [`plover { path = "\${p"; }`, "1 unterminated-variable"],
    "a form feed": ["plover\f{ }", "1 syntax \f"],
    "a typographic quote": ["plover { path = \u201c/p\u201d; }", "1 syntax \u201c"],
    "the first piece of a string that is not wanted": ['plover { a = b "c$d"; }', '1 syntax "c'],
  };
  for (const [title, [text, ...errors]] of Object.entries(rejected))
    it(`reports ${title}`, () => expect(errorsOf(text)).toEqual(errors));

  it("takes nested blocks, CR and .include only since 14.0", () => {
    expect(errorsOf("plover { egg { } }", false)).toEqual(["1 syntax {"]);
    expect(errorsOf("plover { }\r\n", false)).toEqual(["1 syntax \r"]);
    expect(observe('.include "x";', { modern: false }).includes).toEqual([]);
  });

  it("tells the names of included files, and refuses variables in them", () => {
    const { includes, errors } = observe('.include "a".conf, \'b\\x2econf\';\n.include = c;\n.include "$d";');
    expect(includes.map((i) => i.name)).toEqual(["a.conf", "b.conf"]);
    expect(errors).toMatchObject([{ kind: "include-variable", line: 3 }]);
  });
});
