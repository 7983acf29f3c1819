import { type DialectName, dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { describe, expect, it } from "vitest";
import { manifest, read } from "./manifest.ts";

const configuration = JSON.parse(read("syntaxes/zonecfg.language-configuration.json"));
const snippets: Record<string, { prefix: string; description: string; body: string[] }> = JSON.parse(
  read("syntaxes/snippets/zonecfg.json"),
);

describe("the language zonecfg", () => {
  it("has a grammar, snippets and a configuration", () => {
    const { languages, grammars, snippets } = manifest.contributes;
    expect(languages.find(({ id }) => id === "zonecfg")?.configuration).toBe(
      "./syntaxes/zonecfg.language-configuration.json",
    );
    expect(grammars.map(({ language }) => language)).toContain("zonecfg");
    expect(snippets.map(({ language }) => language)).toContain("zonecfg");
  });
});

describe("words", () => {
  const pattern = new RegExp(configuration.wordPattern, "g");
  it.each([
    ["add capped-memory", ["add", "capped-memory"]],
    ["set name=zone.cpu-cap", ["set", "name", "zone.cpu-cap"]],
    ["set limitpriv=default,!proc_fork", ["set", "limitpriv", "default", "proc_fork"]],
    ["create -t lx; end", ["create", "t", "lx", "end"]],
    ["(priv=privileged,limit=10)", ["priv", "privileged", "limit", "10"]],
  ])("of %j", (text, words) => {
    expect([...text.matchAll(pattern)].map(([word]) => word)).toEqual(words);
  });
});

describe("indentation", () => {
  const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
  const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);
  const enter = new RegExp(configuration.onEnterRules[0].beforeText);

  it.each([
    "add net",
    "  add capped-memory",
    "\tadd inherit-pkg-dir ",
    "select capped-cpu",
    "select fs dir=/export",
    "add fs;",
  ])("%j indents the next line", (line) => {
    expect(increase.test(line)).toBe(true);
    expect(enter.test(line)).toBe(true);
  });
  it.each(["add net; set physical=a0", "end; add fs", "set pool=a; add fs", "zonecfg:web> add net"])(
    "%j indents it, too",
    (line) => {
      expect(increase.test(line)).toBe(true);
    },
  );
  it.each([
    "# add net",
    "add options ro",
    "add value (priv=privileged,limit=1,action=deny)",
    "add",
    "add net; set physical=a0; end",
    "add net; set physical=a0; cancel; verify",
    "select fs dir=/a; set dir=/b; end",
    "remove net",
    "set pool=add",
    "set bootargs=add net",
    "end",
    "",
  ])("%j does not", (line) => {
    expect(increase.test(line)).toBe(false);
    expect(enter.test(line)).toBe(false);
  });
  it.each(["end", "\tend", "  cancel ", "end; add fs"])("%j goes back", (line) => {
    expect(decrease.test(line)).toBe(true);
  });
  it.each(["set physical=a0; end", "# end", "endless", "set name=end"])("%j does not go back", (line) => {
    expect(decrease.test(line)).toBe(false);
  });
  it("takes no time over a long line", () => {
    const line = `${"add net; ".repeat(5000)}#`;
    const start = performance.now();
    increase.test(line);
    decrease.test(line);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

/** Where snippets hold; the others hold everywhere. */
const platforms: Readonly<Record<string, readonly DialectName[]>> = {
  "zone-omnios": ["omnios"],
  "zone-lx": ["omnios"],
  "zone-bhyve": ["omnios"],
  "zone-smartos": ["smartos"],
  "zone-sparse": ["solaris10"],
  "zone-solaris11": ["solaris11"],
  "add net vnic": ["omnios", "smartos"],
  "add anet": ["solaris11"],
  "add property": ["omnios", "smartos"],
  zone: ["illumos", "omnios", "smartos", "solaris11"],
  "add net": ["illumos", "omnios", "smartos", "solaris11"],
  "add admin": ["illumos", "omnios", "smartos", "solaris11"],
  "add security-flags": ["illumos", "omnios", "smartos", "solaris11"],
};
const everywhere: readonly DialectName[] = ["illumos", "omnios", "smartos", "solaris10", "solaris11"];

/** The texts that a snippet can become: with its defaults, and with each of its choices in turn. */
function expansions(body: readonly string[]): string[] {
  const text = body.join("\n");
  const choices = [...text.matchAll(/\$\{(\d+)\|([^}]*)\|\}/g)].flatMap(([, number, list]) =>
    (list as string).split(",").map((value) => [number as string, value] as const),
  );
  return [undefined, ...choices].map((choice) => {
    const values = new Map<string, string>(choice ? [choice] : []);
    return text
      .replace(/\$\{(\d+)(?::([^}]*)|\|([^,|}]*)[^}]*)\}/g, (_all, number, value, first) => {
        if (!values.has(number)) values.set(number, value ?? first);
        return values.get(number) as string;
      })
      .replace(/\$(\d+)/g, (_all, number) => values.get(number) ?? "");
  });
}

describe("snippets", () => {
  it("have different prefixes and a description", () => {
    const all = Object.values(snippets);
    expect(new Set(all.map(({ prefix }) => prefix)).size).toBe(all.length);
    for (const { description } of all) expect(description).toBeTruthy();
    expect(Object.keys(platforms).filter((prefix) => !all.some((one) => one.prefix === prefix))).toEqual([]);
  });

  it.each(Object.entries(snippets))(
    "%s has every placeholder number from 1 on, and a last position",
    (_name, { body }) => {
      const numbers = new Set(
        [...body.join("\n").matchAll(/\$\{?(\d+)/g)].map(([, number]) => Number(number)),
      );
      expect([...numbers].toSorted((a, b) => a - b)).toEqual([...Array(numbers.size).keys()]);
    },
  );

  it.each(Object.entries(snippets))("%s is right by the real parser", (_name, { prefix, body }) => {
    for (const text of expansions(body)) {
      expect(text).not.toMatch(/\$\d|\$\{\d/);
      for (const platform of platforms[prefix] ?? everywhere) {
        const { accepted, errors, droppedAtEof, commands } = observe(text, dialects[platform]);
        expect({ platform, accepted, errors, droppedAtEof }).toEqual({
          platform,
          accepted: true,
          errors: [],
        });
        const opened = commands.filter(({ command, resource }) => command === "add" && resource).length;
        expect(commands.filter(({ command }) => command === "end").length).toBe(opened);
      }
    }
  });

  it.each(Object.entries(snippets))("%s gives no word that its platform does not know", (_name, snippet) => {
    for (const platform of platforms[snippet.prefix] ?? everywhere) {
      const { commands } = observe(expansions(snippet.body)[0] as string, dialects[platform]);
      // An unknown resource parses: it is refused when the command runs.
      expect(commands.filter(({ command, args }) => command === "add" && args)).toEqual([]);
    }
  });
});
