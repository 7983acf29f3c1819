import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check, errors } from "./harness.ts";

const folder = join(import.meta.dirname, "../../../../../shared/corpus");

/** Files in which the platform's own zonecfg finds an error, too, with the rule and its reason. */
const WRONG: Readonly<Record<string, string>> = {
  "003.zonecfg": "zone/bad-security-flags", // a flag that does not exist; a test of illumos that expects the refusal
  "009.zonecfg": "zone/security-flags-order", // lower beyond default; likewise
  "015.zonecfg": "zone/security-flags-order", // default beyond upper; likewise
  "049.zonecfg": "zone/security-flags-order", // lower beyond upper; likewise
  "091.zonecfg": "zone/not-in-resource", // `remove net;end`: nothing is open
};

interface Verdict {
  readonly accepted: boolean;
  readonly errors: readonly { readonly line: number }[];
}

/** Observed verdicts of the real parser of illumos on files found in the wild. */
describe.skipIf(!existsSync(folder))("the corpus", () => {
  const verdicts = existsSync(folder)
    ? (JSON.parse(readFileSync(join(folder, "verdicts.json"), "utf8")) as Record<string, Verdict>)
    : {};
  const names = existsSync(folder) ? readdirSync(join(folder, "zonecfg")) : [];

  it.each(names)("%s", (name) => {
    const bytes = readFileSync(join(folder, "zonecfg", name));
    const text = bytes.toString("utf8");
    const verdict = verdicts[createHash("sha256").update(bytes).digest("hex")] as Verdict;
    const syntax = (found: string[]) => found.filter((error) => error.includes(" syntax/"));
    const onIllumos = errors(text, "illumos");
    if (verdict.accepted) {
      expect(syntax(onIllumos)).toEqual([]);
      expect(syntax(errors(text))).toEqual([]);
      const own = errors(text).map((error) => error.split(" ")[1]);
      expect(own).toEqual(WRONG[name] === undefined ? [] : [WRONG[name]]);
      return;
    }
    const lines = syntax(onIllumos).map((error) => Number.parseInt(error, 10));
    for (const { line } of verdict.errors)
      expect(
        lines.some((marked) => marked === line || marked === line - 1),
        `line ${line}`,
      ).toBe(true);
  });

  it("boots on machines that nobody described, or they say nothing against it", () => {
    for (const name of names) {
      const found = check(readFileSync(join(folder, "zonecfg", name), "utf8"));
      const refused = found.filter(({ code }) => code.startsWith("host/"));
      expect(
        refused.map(({ message }) => message),
        name,
      ).toEqual([]);
    }
  });

  it("words of other platforms are no errors where no platform is named", () => {
    const words = /\b(?:anet|global-nic|vlan-id|mac-addr|inherit-pkg-dir|autoshutdown|uuid)\b/;
    const having = names.filter((name) => words.test(readFileSync(join(folder, "zonecfg", name), "utf8")));
    expect(having.length).toBeGreaterThan(4);
    for (const name of having) {
      const text = readFileSync(join(folder, "zonecfg", name), "utf8");
      const lines = text.split("\n");
      const found = errors(text).filter((error) => words.test(lines[Number.parseInt(error, 10) - 1] ?? ""));
      expect(found, name).toEqual([]);
    }
  });
});
