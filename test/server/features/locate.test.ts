import { literal } from "@zonewarden/grammars/jail-conf/tree";
import { locate } from "@zonewarden/server/features/jail-conf/locate";
import { describe, expect, it } from "vitest";
import { crlf, marked } from "./harness.ts";

/** What is at the caret: the blocks around it, and the spot in words. */
function at(text: string): string {
  const { context, offset } = marked(text);
  const { blocks, spot } = locate(context.document, offset);
  const path = blocks.map((block) => `${literal(block.name)} > `).join("");
  switch (spot.in) {
    case "header":
    case "name":
      return `${path}${spot.in} ${literal(spot.node) ?? "$"}`;
    case "value":
      return `${path}value ${spot.index} of ${literal(spot.statement.name) ?? "$"}`;
    default:
      return path + spot.in;
  }
}

const cases: readonly [string, string][] = [
  ["<|>", "start"],
  ["we<|>b {\n}\n", "header web"],
  ["web<|> {\n}\n", "header web"],
  ["web <|>{\n}\n", "between"],
  ["web {<|>}\n", "web > start"],
  ["web {\n  <|>\n}\n", "web > start"],
  ["web {\n}<|>\n", "start"],
  ["web {\n}\n<|>\ndb {\n}\n", "start"],
  ["web {\n}\n<|>db {\n}\n", "header db"],
  ["web {\n  pa<|>th = /x;\n}\n", "web > name path"],
  ["web {\n  path <|>= /x;\n}\n", "web > between"],
  ["web {\n  path = <|>/x;\n}\n", "web > value 0 of path"],
  ["web {\n  path = /x<|>;\n}\n", "web > value 0 of path"],
  ["web {\n  path = /x;<|>\n}\n", "web > start"],
  ["web {\n  path = /x; <|>persist;\n}\n", "web > name persist"],
  ["web {\n  depend = a, b<|>;\n}\n", "web > value 1 of depend"],
  ["web {\n  depend = a, <|>;\n}\n", "web > value 1 of depend"],
  ["web {\n  depend = a <|>;\n}\n", "web > between"],
  ["a {\n  b {\n    <|>\n  }\n}\n", "a > b > start"],
  ["a {\n  b {\n  }\n  <|>\n}\n", "a > start"],
  ["# c<|>omment\nweb {\n}\n", "comment"],
  ["# comment<|>\nweb {\n}\n", "comment"],
  ["<|># comment\n", "start"],
  ["web {\n  path = /x; # he<|>re\n}\n", "web > comment"],
  ["web {\n  path = /* he<|>re */ /x;\n}\n", "web > comment"],
  ["web {\n  path = /* here */<|> /x;\n}\n", "web > value 0 of path"],
  ["web { /* open<|>", "web > comment"],
  // Broken text.
  ["path = <|>", "value 0 of path"],
  ["path <|>", "value 0 of path"],
  ["web {\n  path = <|>\n}\n", "web > value 0 of path"],
  ["web {\n  path = /x\n  <|>\n}\n", "web > start"],
  ["web {\n  path = /x <|>\n}\n", "web > between"],
  ["web {\n  path = a b c<|>\n}\n", "web > between"],
  ["web {\n  path = a b c\n  <|>\n}\n", "web > start"],
  ["web {\n  ip4.ad<|>\n  path = /x;\n}\n", "web > name ip4.ad"],
  ["web {\n  ip4.ad<|>\n  persist;\n}\n", "web > name ip4.ad"],
  ["web {\n  path = <|>\n  host.hostname = x;\n}\n", "web > value 0 of path"],
  ["web {\n  path =\n  host.host<|>name = x;\n}\n", "web > name host.hostname"],
  ["web {\n  path =\n    /jai<|>ls;\n}\n", "web > value 0 of path"],
  ['web {\n  exec.start = "/bin/<|>\n  exec.stop = "/bin/sh";\n}\n', "web > value 0 of exec.start"],
  ['web {\n  exec.start = "<|>', "web > value 0 of exec.start"],
  ["web {\n  <|>", "web > start"],
  ["web {\n  path = /x;\n  <|>\n\ndb {\n}\n", "web > start"],
  ["web {\n  path = /x;\n\n<|>\n# about db\ndb {\n}\n", "web > start"],
  ["web {\n  path = /x;\n\n# about db<|>\ndb {\n}\n", "web > comment"],
  ["web {\n}\n}\n<|>", "start"],
];

describe("locate", () => {
  for (const [text, expected] of cases) it(JSON.stringify(text), () => expect(at(text)).toBe(expected));

  it("says the same in CRLF text", () => {
    for (const [text, expected] of cases) expect(at(crlf(text)), JSON.stringify(text)).toBe(expected);
  });

  it("says the same behind other sections and non-ASCII text", () => {
    const before = '# é 😀\nother {\n  host.hostname = "naïve 😀";\n}\n\n';
    for (const [text, expected] of cases) expect(at(before + text), JSON.stringify(text)).toBe(expected);
  });
});
