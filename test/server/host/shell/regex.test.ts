import { compileRegex } from "@zonewarden/server/host/shell/regex";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../properties.ts";

function find(source: string, text: string, extended = false) {
  const regex = compileRegex(source, { extended });
  if (typeof regex === "string") return regex;
  const at = regex.match(text);
  return at ? text.slice(at[0], at[1]) : undefined;
}

test.each([
  ["a*b", "xaab", false, "aab"],
  ["a+b", "a+b", false, "a+b"],
  ["a+b", "aab", true, "aab"],
  ["^a$", "a", false, "a"],
  ["a^b", "a^b", false, "a^b"],
  ["\\(ab\\)*c", "ababc", false, "ababc"],
  ["a\\{2,3\\}", "aaaa", false, "aaa"],
  ["[[:digit:]]+", "ab12", true, "12"],
  ["[^a-c]", "abcd", false, "d"],
  ["[]x]", "]", false, "]"],
  ["cat|dog", "hotdog", true, "dog"],
  ["(", "", true, "parentheses not balanced"],
  ["[a", "", false, "brackets ([ ]) not balanced"],
  ["\\(a\\)\\1", "aa", false, "not modelled: back references"],
  ["a{0}{255}{255}{255}{255}", "", true, "regular expression too big"],
] as const)("%s in %s", (source, text, extended, expected) => {
  expect(find(source, text, extended)).toBe(expected);
});

describe("against the engine of JavaScript", () => {
  const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)", "(a*b)");
  const piece = fc
    .tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}"))
    .map((parts) => parts.join(""));
  const source = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });

  test("the same texts match, at the same place", () => {
    fc.assert(
      fc.property(source, text, (pattern, line) => {
        const regex = compileRegex(pattern, { extended: true });
        if (typeof regex === "string") throw new Error(regex);
        expect(regex.match(line)?.slice(0, 2)).toEqual(
          (() => {
            const found = new RegExp(pattern).exec(line);
            return found ? [found.index, found.index + found[0].length] : undefined;
          })(),
        );
      }),
      { numRuns: runs(1000) },
    );
  });
});
