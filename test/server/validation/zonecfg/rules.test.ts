import { rules } from "@zonewarden/server/validation/zonecfg/topics";
import { describe, expect, it } from "vitest";
import { check, codes, errors } from "./harness.ts";

/** Rules that need to know the platform: without it, what some platform takes is right. */
const PLATFORM: Readonly<Record<string, "illumos">> = { "syntax/quoted-in-complex": "illumos" };

/** The examples of each rule's documentation are its tests: one that gives the code, and a near miss. */
describe.each([...rules.values()])("$code", (rule) => {
  const platform = PLATFORM[rule.code];

  it("is given by its bad example, with its severity", () => {
    const found = check(rule.bad, platform).filter((seen) => seen.code === rule.code);
    expect(found.map((seen) => seen.severity)).toContain(rule.severity);
  });

  it("is not given by its good example, nor is any error", () => {
    expect(codes(rule.good, platform)).not.toContain(rule.code);
    expect(errors(rule.good, platform)).toEqual([]);
  });

  it("is the only error of its bad example, or there is none", () => {
    const others = errors(rule.bad, platform).filter((error) => !error.endsWith(` ${rule.code}`));
    expect(others).toEqual([]);
  });
});
