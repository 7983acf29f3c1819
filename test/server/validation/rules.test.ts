import { rules } from "@zonewarden/server/validation/jail-conf/topics";
import { describe, expect, it } from "vitest";
import { check, codes } from "./harness.ts";

/** The examples of each rule's documentation are its tests: one that gives the code, and a near miss. */
describe.each([...rules.values()])("$code", (rule) => {
  it("is given by its bad example", () => {
    expect(codes(rule.bad)).toContain(rule.code);
  });

  it("is not given by its good example, nor is any error", () => {
    expect(codes(rule.good)).not.toContain(rule.code);
    expect(check(rule.good).filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

it("a relative path that jails inherit is one error, with the jails", () => {
  const found = check('path = "jails/$name";\npersist;\na {\n}\nb {\n}\n');
  expect(found.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "jail/relative-path", text: '"jails/$name"', jails: ["a", "b"] },
  ]);
});
