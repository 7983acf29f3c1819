import { scanItem, tokenCovering } from "@zonewarden/grammars/jail-conf/observed/item";
import { observe } from "@zonewarden/grammars/jail-conf/observed/parser";
import { Kind, Scanner } from "@zonewarden/grammars/jail-conf/observed/scanner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";

const NAMES = Object.fromEntries(Object.entries(Kind).map(([name, kind]) => [kind, name]));

/** The tokens of a text, as `Kind:text`. */
function tokens(text: string): string[] {
  const scanner = new Scanner(text);
  const seen: string[] = [];
  while (scanner.next() !== Kind.End)
    seen.push(`${NAMES[scanner.kind]}:${text.slice(scanner.start, scanner.end)}`);
  return seen;
}

/** Texts that hit the rules of the scanner far more often than arbitrary characters do. */
const fragments = fc.constantFrom(
  ..."a b . / * + = ; , { } # $ \\ \" ' \n \r \t \f \0 \u00e9 \ud83d\ude00".split(" "),
  " ",
  "//",
  "/*",
  "*/",
  "+=",
  "${",
  "$v",
  `\${v}`,
  "\\x4",
  "\\101",
  "a {",
  "b = c;",
  ".include x;",
);
const texts = fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(""));

describe("the observed scanner", () => {
  it("splits bare text into its pieces", () =>
    expect(tokens("/a*b+c\\x41d e")).toEqual([
      "Text:/",
      "TextMore:a",
      "TextMore:*",
      "TextMore:b",
      "TextMore:+",
      "TextMore:c",
      "TextMore:\\x41",
      "TextMore:d",
      "Text:e",
    ]));

  it("splits a double-quoted string at its variables, but no other", () => {
    expect(tokens(`"$a\\$b\${c}d"e`)).toEqual([
      'Text:"',
      "VariableMore:$a",
      "TextMore:\\$",
      "TextMore:b",
      `VariableMore:\${c}`,
      "TextMore:d",
      "TextMore:e",
    ]);
    expect(tokens("\"a\\$b\"'$c'")).toEqual(['Text:"a\\$b"', "TextMore:'$c'"]);
  });

  it("takes the longest of the readings of a braced variable", () => {
    expect(tokens(`\${a\\}b}`)).toEqual([`Variable:\${a\\}b}`]);
    expect(tokens(`\${a\\}b`)).toEqual([`Variable:\${a\\}`, "TextMore:b"]);
  });

  it("reads a run of backslashes in an unclosed variable in linear time", () => {
    const text = `\${${"\\".repeat(20_000)}`;
    expect(tokens(text)).toEqual([`UnterminatedVariable:${text}`]);
  });

  it("never throws, ends, and gives tokens in order and inside of the text", () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), fc.boolean(), (text, returnIsSpace) => {
        const scanner = new Scanner(text, 0, returnIsSpace);
        let last = 0;
        let count = 0;
        while (scanner.next() !== Kind.End) {
          expect(scanner.start).toBeGreaterThanOrEqual(last);
          expect(scanner.end).toBeGreaterThan(scanner.start);
          expect(scanner.end).toBeLessThanOrEqual(text.length);
          last = scanner.end;
          expect(++count).toBeLessThanOrEqual(text.length);
        }
        observe(text, { modern: returnIsSpace });
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe("scanItem", () => {
  it("ends behind the first block, nested ones included", () => {
    const text = "a = 1;\nb { c { d; } e; }\nf {";
    expect(scanItem(text, 0)).toEqual({ outcome: "complete", end: 24, lookahead: 24 });
    expect(scanItem(text, 24)).toEqual({ outcome: "error", end: 28, errorAt: 28, lookahead: 28 });
  });

  it("ends at the end of the text without a block", () =>
    expect(scanItem("a = 1; # x", 0)).toEqual({ outcome: "eof", end: 10, lookahead: 10 }));

  it("stops at the first token that the grammar refuses", () =>
    expect(scanItem("a { b = c }\nd { }", 0)).toEqual({
      outcome: "error",
      end: 11,
      errorAt: 10,
      lookahead: 12,
    }));

  it("has read everything when a quote has no partner", () =>
    expect(scanItem("a { b = 'c; }\nd { }", 0)).toMatchObject({
      outcome: "error",
      errorAt: 8,
      lookahead: 19,
    }));

  it("agrees with the parser, and depends on nothing behind its lookahead", () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const scan = scanItem(text, 0);
        if (scan.outcome === "eof") expect(observe(text).errors).toEqual([]);
        if (scan.outcome === "error") expect(observe(text).errors[0]?.offset).toBe(scan.errorAt);
        if (scan.outcome === "complete") expect(observe(text.slice(0, scan.end)).errors).toEqual([]);
        if (scan.lookahead < text.length) {
          const { outcome, errorAt } = scanItem(text.slice(0, scan.lookahead) + other, 0);
          expect([outcome, errorAt]).toEqual([scan.outcome, scan.errorAt]);
        }
      }),
      { numRuns: runs(5000) },
    );
  });
});

describe("tokenCovering", () => {
  const text = "a = 'b c'; /* d\n e */ f = \"g $h i\"j; # k\nl";
  const covering = (part: string) => {
    const found = tokenCovering(text, 0, text.indexOf(part)).token;
    return found && `${text.slice(found.start, found.end)}>${NAMES[found.followedBy]}`;
  };
  it("finds strings and comments", () => {
    expect(covering(" c")).toBe("'b c'>Semicolon");
    expect(covering(" e")).toBe("/* d\n e */>Text");
    expect(covering(" i")).toBe('"g $h i">TextMore');
    expect(covering("k")).toBe("# k>Text");
  });
  it("finds nothing at their borders and in words", () => {
    expect(covering("'b")).toBeUndefined();
    expect(covering("; /*")).toBeUndefined();
    expect(covering("/* d")).toBeUndefined();
    expect(covering("l")).toBeUndefined();
  });
  it("depends on nothing behind its lookahead", () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(60), (text, other, offset) => {
        const found = tokenCovering(text, 0, offset);
        if (found.lookahead < text.length)
          expect(tokenCovering(text.slice(0, found.lookahead) + other, 0, offset).token).toEqual(found.token);
      }),
      { numRuns: runs(5000) },
    );
  });
});
