import { matchesDeepPath, matchesPath, matchesPattern } from "@zonewarden/server/host/shell/pattern";
import { describe, expect, it } from "vitest";

describe("a pattern of paths", () => {
  it.each([
    ["pts/*", "pts/0", true],
    ["*", "pts/0", false],
    ["tty[uv]0", "ttyv0", true],
    ["tty[!uv]0", "ttyv0", false],
    ["md?", "md0", true],
    ["ugen0.1", "ugen0x1", false],
    ["a\\*", "a*", true],
    ["dtrace/*", "dtrace/dtrace", true],
    ["dtrace/*", "dtrace/provider/x", false],
    ["vmm*", "vmmctl", true],
    ["null", "nullx", false],
    ["rdsk/c0t0d0s?", "rdsk/c0t0d0s2", true],
    ["(a)+", "aa", false],
  ])("matches %s with %s: %s", (pattern, name, expected) => {
    expect(matchesPath(pattern, name)).toBe(expected);
  });

  it.each(["[z-a]", "[abc", "a[", "[[:nothing:]]"])("may be wrong: %s matches no device", (pattern) => {
    expect(matchesPath(pattern, "b")).toBe(false);
  });
});

describe("a pattern with `**`", () => {
  it.each([
    ["**", "a/b/c", true],
    ["**/jail.conf", "jail.conf", true],
    ["**/jail.conf", "a/b/jail.conf", true],
    ["a/**/c", "a/c", true],
    ["a/**/c", "a/b/b/c", true],
    ["a/**/c", "a/b/d", false],
    ["a/**/b/*.conf", "a/b/b/b/x.conf", true],
    ["etc/**.conf", "etc/x.conf", true],
    ["etc/**.conf", "etc/d/x.conf", false],
    ["*/x", "a/b/x", false],
  ])("matches %s with %s: %s", (pattern, path, expected) => {
    expect(matchesDeepPath(pattern, path)).toBe(expected);
  });
});

it("takes no time that grows with the number of wildcards", () => {
  const start = performance.now();
  expect(matchesPattern(`${"*a".repeat(200)}b`, "a".repeat(5000))).toBe(false);
  expect(matchesDeepPath(`${"**/a/".repeat(50)}b`, "a/".repeat(500))).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});
