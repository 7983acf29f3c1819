import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { readHostFile } from "@zonewarden/server/workspace/hostFile";
import { describe, expect, it } from "vitest";
import { hostProblems } from "../../server/tools/hostProblems.ts";
import { anchorsOf, type Manifest, pages, rules } from "../../server/tools/pages.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const json = (path: string) => JSON.parse(read(path)) as unknown;

const COMMAND = "node server/tools/generate.mjs";
const generated = pages(json("package.json") as Manifest, json("package.nls.json") as Record<string, string>);
const onDisk = (path: string) =>
  existsSync(new URL(`docs/${path}`, ROOT)) ? read(`docs/${path}`) : undefined;

describe("the generated pages", () => {
  it.each([...generated.keys()])("%s is up to date", (path) => {
    expect(onDisk(path) === generated.get(path), `docs/${path} is out of date: run "${COMMAND}"`).toBe(true);
  });

  it("exist for every rule, and for nothing else", () => {
    const found = readdirSync(new URL("docs/rules/", ROOT), { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".md") && path !== "README.md");
    const ofHostFiles = Object.keys(hostProblems).map((kind) => `host/${kind}.md`);
    const wanted = [...rules.map((rule) => `${rule.code}.md`), ...ofHostFiles];
    expect(found.sort(), `run "${COMMAND}"`).toEqual(wanted.sort());
  });

  it.each(Object.entries(hostProblems))("show a host file with the mistake %s and without", (kind, page) => {
    expect(readHostFile(page.bad).problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(readHostFile(page.good).problems).toEqual([]);
  });

  it("have no text of the manifest unresolved", () => {
    expect(generated.get("settings.md")).not.toMatch(/%[\w.]+%/);
  });
});

/** Pages by their path in the project: the generated ones, and those written by hand. */
const documents = new Map([...generated].map(([path, content]) => [`docs/${path}`, content]));
for (const path of ["README.md", "CHANGELOG.md", "ARCHITECTURE.md"])
  if (existsSync(new URL(path, ROOT))) documents.set(path, read(path));

/** The links of a page that lead to places in the project. */
function linksOf(page: string): string[] {
  const text = page.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "``");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((m) => m[1] as string)
    .filter((link) => !/^\w+:/.test(link));
}

describe("links", () => {
  it.each([...documents.keys()])("of %s lead somewhere", (path) => {
    const broken = linksOf(documents.get(path) ?? "").filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      // Screenshots are made by a program of their own.
      if (target.startsWith("docs/images/")) return false;
      if (!existsSync(new URL(target, ROOT))) return true;
      return anchor !== undefined && !anchorsOf(documents.get(target) ?? read(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});
