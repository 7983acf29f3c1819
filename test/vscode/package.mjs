/** Packages the extension: `node test/setup.mjs test/vscode/package.mjs` makes .vscode-test/zonewarden.vsix. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, root } from "./paths.mjs";
import { run } from "./process.mjs";
import { readZip, unpack } from "./zip.mjs";

export const vsix = join(cache, "zonewarden.vsix");
/** The unpacked package: suites run what is shipped, not the source folder. */
export const unpacked = join(cache, "extension");

/** Bundles, packages and unpacks the extension. Gives the files of the package. */
export async function packageExtension({ build = true } = {}) {
  await mkdir(cache, { recursive: true });
  // A failure must not leave an older package for the suite to pass with.
  for (const old of [vsix, unpacked]) await rm(old, { recursive: true, force: true });
  const scripts = build ? [["server/esbuild.mjs"], ["client/esbuild.mjs"]] : [];
  const vsce = join("node_modules", "@vscode", "vsce", "vsce");
  scripts.push([vsce, "package", "--no-dependencies", "--out", vsix]);
  for (const script of scripts) {
    const { code, output } = await run(process.execPath, script, { cwd: root });
    if (code !== 0) throw new Error(`${script.join(" ")} failed:\n${output}`);
  }
  const files = await readZip(vsix);
  await unpack(files, "extension/", unpacked);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await packageExtension();
  console.log(`${vsix}: ${files.size} files`);
}
