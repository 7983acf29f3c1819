import { describe, expect, it } from "vitest";
import { read } from "./manifest.ts";

const configuration = JSON.parse(read("syntaxes/jail-conf.language-configuration.json"));
const snippets: Record<string, { prefix: string; description: string; body: string[] }> = JSON.parse(
  read("syntaxes/snippets/jail-conf.json"),
);

describe("words", () => {
  const pattern = new RegExp(configuration.wordPattern, "g");
  it.each([
    ["ip4.addr = em0", ["ip4.addr", "em0"]],
    ['path = "$name/x";', ["path", "$name", "x"]],
    ["${my-var}", ["my-var"]],
    [".include", [".include"]],
    ["allow.raw_sockets;", ["allow.raw_sockets"]],
  ])("of %j", (text, words) => {
    expect([...text.matchAll(pattern)].map(([word]) => word)).toEqual(words);
  });
});

describe("indentation", () => {
  const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
  const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);

  it.each(["www {", "www{", '"foo.*" {  # comment', "\ta {", "* {"])("%j indents the next line", (line) => {
    expect(increase.test(line)).toBe(true);
  });
  it.each(["# www {", "// www {", "www { persist; }", 'path = "{";', "persist;", ""])(
    "%j does not",
    (line) => {
      expect(increase.test(line)).toBe(false);
    },
  );
  it("brings a closing brace back", () => {
    expect(decrease.test("\t}")).toBe(true);
    expect(decrease.test("\tpersist; }")).toBe(false);
  });
});

describe("folding markers", () => {
  const { start, end } = configuration.folding.markers;
  it("are region comments", () => {
    expect(new RegExp(start).test("  # region web")).toBe(true);
    expect(new RegExp(end).test("// endregion")).toBe(true);
    expect(new RegExp(start).test("# regional")).toBe(false);
  });
});

describe("snippets", () => {
  it("have different prefixes and a description", () => {
    const all = Object.values(snippets);
    expect(new Set(all.map(({ prefix }) => prefix)).size).toBe(all.length);
    for (const { description } of all) expect(description).toBeTruthy();
  });

  it.each(Object.entries(snippets))(
    "%s has every placeholder number from 1 on, and a last position",
    (_name, { body }) => {
      const text = body.join("\n");
      const numbers = new Set([...text.matchAll(/(?<!\\)\$\{?(\d+)/g)].map(([, number]) => Number(number)));
      expect([...numbers].toSorted((a, b) => a - b)).toEqual([...Array(numbers.size).keys()]);
    },
  );
});
