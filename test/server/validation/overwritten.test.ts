import { expect, it } from "vitest";
import { check } from "./harness.ts";

/** So many other names come between that they stand in other sections, and that not all of them are followed. */
const others = (prefix: string) => Array.from({ length: 1_100 }, (_, i) => `$${prefix}${i} = x;\n`).join("");

it("a global that is set thrice far apart is reported at both places that have no effect", () => {
  const text = `$a = 1;\n${others("b")}${others("c")}$a = 2;\n${others("d")}$a = 3;\n`;
  const found = check(text).filter(({ code }) => code === "jail/overwritten");
  expect(found.map(({ line }) => line)).toEqual([0, 2_201]);
});
