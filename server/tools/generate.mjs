/**
 * Writes the pages under `docs` that come from tables: the rules, the parameters, the settings, the host file; and the
 * JSON schema of host files.
 *
 *     node server/tools/generate.mjs
 *
 * Needs a Node that runs TypeScript (22.18 or later).
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pages, schemaFile } from "./pages.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const docs = join(root, "docs");
const json = async (name) => JSON.parse(await readFile(join(root, name), "utf8"));

const wanted = pages(await json("package.json"), await json("package.nls.json"));
let written = 0;
const files = [...wanted].map(([path, content]) => [join(docs, path), content]);
files.push([join(root, schemaFile.path), schemaFile.content()]);
for (const [file, content] of files) {
  if ((await readFile(file, "utf8").catch(() => undefined)) === content) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  written++;
}

// A rule that is gone or renamed leaves no page behind.
let removed = 0;
for (const name of await readdir(join(docs, "rules"), { recursive: true })) {
  const path = `rules/${name.replaceAll("\\", "/")}`;
  if (!path.endsWith(".md") || wanted.has(path)) continue;
  await rm(join(docs, path));
  removed++;
}
console.log(`docs: ${wanted.size} pages and a schema, ${written} written, ${removed} removed`);
