import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parameters } from "@zonewarden/server/catalog/jail-conf/lookup";
import { describe, expect, it } from "vitest";

interface Pattern {
  comment?: string;
  name: string;
  match: string;
}

const grammar: { repository: { parameter: { patterns: Pattern[] } } } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "syntaxes", "jail-conf.tmLanguage.json"), "utf8"),
);
const patterns = grammar.repository.parameter.patterns;
/** The last one takes every name that no family knows. */
const families = patterns.slice(0, -1);

/** The scope a name gets, as the grammar decides it: the first pattern that matches it whole. */
function scopeOf(name: string): string | undefined {
  return patterns.find(({ match }) => new RegExp(match).exec(name)?.[0] === name)?.name;
}

const known = parameters.flatMap(({ name, negation }) => [
  name.replace("*", "key"),
  ...(negation ? [negation] : []),
]);

describe("names in the TextMate grammar", () => {
  it.each(known)("%s of the catalog is known", (name) => {
    expect(families.map((family) => family.name)).toContain(scopeOf(name));
  });

  it("are components of names in the catalog", () => {
    const components = new Set(known.flatMap((name) => name.split(".")));
    const words = families.flatMap(({ match }) => {
      // Without the character classes before and after a name, and the group for the `no` forms.
      const names = match
        .replaceAll(/\(\?<?!(?:\[(?:\\.|[^\]])*\]|[^()])*(?:\(\?!.*?\))?\)/g, "")
        .replaceAll("(no)?", "");
      return names.match(/\w{3,}/g) ?? [];
    });
    expect(words.length).toBeGreaterThan(60);
    expect(words.filter((word) => !components.has(word))).toEqual([]);
  });

  it.each([
    "exec.starts",
    "allow.nothing",
    "nopath",
    "persistent",
    "mount.nofstab",
    "ip5.addr",
    "allow.nomount.zfs",
  ])("%s is not known", (name) => {
    expect(scopeOf(name)).toBe("variable.other.jail-conf");
  });
});
