import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { any } from "@zonewarden/grammars/zonecfg/dialect";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { Kind, Scanner } from "@zonewarden/grammars/zonecfg/observed/scanner";
import * as words from "@zonewarden/grammars/zonecfg/words";
import { describe, expect, it } from "vitest";
import { type Span, spansOf } from "./zonecfg.ts";

const COMMAND = "keyword.control.zonecfg";
const RESOURCE = "entity.name.type.resource.zonecfg";
const PROPERTY = "support.type.property-name.zonecfg";

const commands = [...words.COMMANDS, words.RELOAD];
const resources = [
  ...words.COMMON_RESOURCES,
  ...words.LATER_RESOURCES,
  ...words.SOLARIS10_RESOURCES,
  ...words.SOLARIS11_RESOURCES,
];
const properties = [...any.words.keys()].filter((word) => !resources.includes(word));

/** The scopes of the piece of a line that is exactly this word. */
function scopesOf(line: string, word: string): readonly string[] {
  const start = line.indexOf(word);
  return spansOf(line).find((span) => span.start === start && span.end === start + word.length)?.scopes ?? [];
}

describe("words in the TextMate grammar of zonecfg", () => {
  it.each(commands)("%s is a command", (word) => {
    expect(scopesOf(word, word)).toContain(COMMAND);
    expect(scopesOf(`end; ${word} x`, word)).toContain(COMMAND);
  });

  it.each(resources)("%s is a resource", (word) => {
    for (const command of ["add", "select", "remove", "remove -F", "info"])
      expect(scopesOf(`${command} ${word}`, word)).toContain(RESOURCE);
  });

  it.each(properties)("%s is a property", (word) => {
    expect(scopesOf(`set ${word}=x`, word)).toContain(PROPERTY);
    expect(scopesOf(`clear ${word}`, word)).toContain(PROPERTY);
    expect(scopesOf(`add x (${word}=1)`, word)).toContain(PROPERTY);
  });

  it.each(["sett", "ne", "nets", "capped", "zonepaths", "auto-boot", "max-swap", "mem"])(
    "%s is neither",
    (word) => {
      expect(scopesOf(`add ${word}`, word)).toContain("variable.other.zonecfg");
      expect(scopesOf(`set ${word}=1`, word)).toContain("variable.other.zonecfg");
    },
  );

  it("are all known to the parser", () => {
    const grammar = readFileSync(
      join(import.meta.dirname, "..", "..", "syntaxes", "zonecfg.tmLanguage.json"),
      "utf8",
    );
    const { repository } = JSON.parse(grammar);
    const listed = (match: string) => /^\(\?:([a-z0-9|-]+)\)/.exec(match)?.[1]?.split("|") ?? [];
    expect(listed(repository.resource.match)).toEqual([...resources].toSorted());
    const names = repository.property.patterns.flatMap(({ match }: { match: string }) => listed(match));
    expect(names.toSorted()).toEqual(properties.toSorted());
    const begun = Object.values<{ begin?: string; patterns?: { begin?: string }[] }>(repository)
      .flatMap((rule) => [rule.begin, ...(rule.patterns ?? []).map(({ begin }) => begin)])
      .flatMap((begin) => /^\(([a-z|]+)(?:\|\\\?)?\)/.exec(begin ?? "")?.[1]?.split("|") ?? []);
    expect([...new Set(begun)].toSorted()).toEqual(commands.toSorted());
  });
});

/** Every place where the grammar and the real scanner are not of one mind about a text. */
function disagreements(text: string): string[] {
  const spans = spansOf(text);
  const at = (offset: number): Span | undefined =>
    spans.find(({ start, end }) => start <= offset && offset < end);
  const found: string[] = [];
  const scanner = new Scanner(text, 0, any);
  const takesName = new Set(["add", "clear", "info", "remove", "select", "set"]);
  let before: Kind = Kind.Newline;
  let command = "";
  for (let kind = scanner.next(); kind !== Kind.End; kind = scanner.next()) {
    const { start, end } = scanner;
    const scopes = at(start)?.scopes ?? [];
    const name = JSON.stringify(text.slice(start, end));
    // Behind a stray character the scanner still finds command words; that is of no use to anyone.
    const begins = before === Kind.Newline || before === Kind.Semicolon;
    if (kind === Kind.Command) command = scanner.word;
    if (begins && kind === Kind.Command && !scopes.includes(COMMAND)) found.push(`${name} is a command`);
    if (
      before === Kind.Command &&
      takesName.has(command) &&
      kind === Kind.Resource &&
      !scopes.includes(RESOURCE)
    )
      found.push(`${name} is a resource`);
    if (
      before === Kind.Command &&
      takesName.has(command) &&
      kind === Kind.Property &&
      !scopes.includes(PROPERTY)
    )
      found.push(`${name} is a property`);
    if (kind !== Kind.Newline && scopes.some((scope) => scope.startsWith("comment")))
      found.push(`${name} is no comment`);
    before = kind;
  }
  const lines = text.split("\n");
  const wrong = new Set(observe(text, any).errors.map(({ line }) => line));
  for (const { start, scopes } of spans) {
    const line = text.slice(0, start).split("\n").length;
    if (scopes.some((scope) => scope.startsWith("invalid")) && !wrong.has(line))
      found.push(`line ${line} is right: ${lines[line - 1]}`);
  }
  return found;
}

describe("the TextMate grammar and the real scanner", () => {
  it.each([
    ["comments", "# a\n  # b; c\nend; # d\nset pool=a#b\nverify #x\n"],
    ["words that run together", "addnet\nsetphysical=a0\nendnet\ncreate-b\n"],
    ["keywords as values", "set type=fs\nset name=type\nadd options net\nadd options #x\n"],
    ["brackets that stay open", "set options=[ro\nend\nadd value (priv=a;end\n"],
    ["what is no command", "SET a=b\n) end\n[ x ]; end\n= # a\n"],
    ["quotes", 'set bootargs="a;#b"; end\nset pool="" ; end\n'],
  ])("agree on %s", (_title, text) => {
    expect(disagreements(text)).toEqual([]);
  });
});

describe("the TextMate grammar and the examples", () => {
  const examples = join(import.meta.dirname, "..", "..", "examples", "zones");
  const files = readdirSync(examples, { recursive: true, encoding: "utf8" });
  it.each(files.filter((file) => file.endsWith(".zonecfg")))("agree on %s", (file) => {
    expect(disagreements(readFileSync(join(examples, file), "utf8"))).toEqual([]);
  });
});

const corpus = new URL("../../../shared/corpus/zonecfg/", import.meta.url);

// Real files, where they lie beside the checkout.
describe.runIf(existsSync(corpus))("the TextMate grammar and the corpus", () => {
  const files = existsSync(corpus) ? readdirSync(fileURLToPath(corpus)) : [];
  it.each(files)("agree on %s", (file) => {
    expect(disagreements(readFileSync(new URL(file, corpus), "utf8"))).toEqual([]);
  });
});
