import type { PathView } from "@zonewarden/server/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenLines, layoutPath, pathText, rowsOf } from "../../../client/webview/inspector/pathLayout.ts";
import { runs } from "../../properties.ts";
import { guardedPath } from "./fixtures.ts";
import { measure, texts } from "./texts.ts";

const station = (id: string, ...to: string[]): PathView => ({ id, kind: "link", name: id, detail: "", to });

describe("the picture of the way out", () => {
  it("has a row for each step, the outside below", () => {
    expect(rowsOf(guardedPath).map((row) => row.map(({ id }) => id))).toEqual([
      ["container"],
      ["net0", "net1"],
      ["aggr0", "stub0"],
      ["igb0", "igb1"],
      ["gateway"],
      ["outside"],
    ]);
    const alone: readonly PathView[] = [
      { ...station("a"), kind: "container" },
      { ...station("o"), kind: "outside" },
    ];
    expect(rowsOf(alone).map((row) => row.map(({ id }) => id))).toEqual([["a"], ["o"]]);
  });

  it("ends even where links go round in a ring", () => {
    expect(rowsOf([station("a", "b"), station("b", "c"), station("c", "b")]).flat()).toHaveLength(3);
  });

  it("keeps inside of its width, however many stations a row has", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 200, max: 900 }), (count, width) => {
        const links = Array.from({ length: count }, (_, index) => station(`net${index}`, "outside"));
        const path = [station("container", ...links.map(({ id }) => id)), ...links, ...guardedPath.slice(-1)];
        const { front, height } = layoutPath(path, width, measure, texts);
        for (const shape of front)
          if (shape.kind === "box") {
            expect(shape.x).toBeGreaterThanOrEqual(0);
            expect(shape.x + shape.width).toBeLessThanOrEqual(width);
            expect(shape.y + shape.height).toBeLessThan(height);
          } else if (shape.kind === "text")
            expect(shape.x + measure(shape.text)).toBeLessThanOrEqual(width + 8);
      }),
      { numRuns: runs(40) },
    );
  });

  it("says what stops packets, beside the shape of the line", () => {
    const { front, back } = layoutPath(guardedPath, 800, measure, texts);
    const said = front.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
    expect(said).toContain("✕ net1 is down.");
    expect(said.some((text) => text.startsWith("! Link protection"))).toBe(true);
    expect(back.filter(({ kind }) => kind === "line").map((line) => "name" in line && line.name)).toEqual([
      ...["way", "way", "way", "way stopped", "way", "way", "way", "way", "way"],
    ]);
  });

  it("is told in words", () => {
    expect(pathText(guardedPath.slice(-2), texts)).toBe("gateway 192.0.2.1; outside");
    expect(pathText(guardedPath.slice(2, 3), texts)).toBe("net1, vnic 10.0.0.7/24, net1 is down.");
  });
});

describe("sentences in boxes", () => {
  it("are broken at spaces, and cut in the third line", () => {
    const lines = brokenLines("one two three four five six seven eight", 70, measure);
    expect(lines).toEqual(["one two", "three four", "five six …"]);
    expect(brokenLines("short", 70, measure)).toEqual(["short"]);
  });
});
