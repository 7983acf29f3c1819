import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amountText,
  bytesText,
  clockText,
  fillIn,
  share,
  shorten,
} from "../../../client/webview/inspector/format.ts";
import { measure } from "./texts.ts";

describe("fillIn", () => {
  it("puts values where their numbers are, also twice", () => {
    expect(fillIn("{1} of {0}, {1}", 4, "three")).toBe("three of 4, three");
  });
  it("leaves what has no value", () => {
    expect(fillIn("{0} {1}", "a")).toBe("a {1}");
  });
  it("does not fill what a value brings", () => {
    expect(fillIn("{0} {1}", "{1}", "b")).toBe("{1} b");
  });
});

describe("bytesText", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KB"],
    [4_300_000, "4.1 MB"],
    [1 << 30, "1 GB"],
  ])("%i is %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));
});

describe("amountText", () => {
  it.each([
    [1536, "bytes", "1.5 KB"],
    [3, "count", "3"],
    [40, "percent of one CPU", "40 %"],
    [2, "seconds", "2 s"],
    [12, "lwps", "12 lwps"],
  ])("%i %s is %s", (amount, unit, text) => expect(amountText(amount, unit)).toBe(text));
});

describe("clockText", () => {
  it.each([
    [0, "0.000 s"],
    [1_234, "1.234 s"],
    [65_250, "1:05.3"],
    [3_725_000, "1:02:05"],
  ])("%i ms is %s", (time, text) => expect(clockText(time)).toBe(text));
});

describe("share", () => {
  it.each([
    [5, null, undefined],
    [5, 10, 0.5],
    [0, 0, 0],
    [1, 0, 1],
  ])("%i of %s is %s", (used, limit, part) => expect(share(used, limit)).toBe(part));
});

describe("shorten", () => {
  it("leaves what fits", () => expect(shorten("zone", 28, measure)).toBe("zone"));
  it("never takes more room than there is, and no less than it can", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme-ascii", minLength: 1 }),
        fc.integer({ min: 7, max: 200 }),
        (text, width) => {
          const short = shorten(text, width, measure);
          expect(measure(short)).toBeLessThanOrEqual(width);
          if (short !== text) expect(measure(short) + 7).toBeGreaterThan(width);
        },
      ),
    );
  });
});
