/**
 * Bundles the language server and the command line.
 *
 *     node server/esbuild.mjs [--dev] [--watch]
 *
 * By default the bundles are minified and have no source maps: what is tested is what is shipped.
 */
import { existsSync } from "node:fs";
import { chmod, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = new Set(process.argv.slice(2));
const dev = options.has("--dev") || options.has("--watch");

/** Chevrotain 12 and later build their parsers with `Object.groupBy`, which Node 20 does not have yet. */
const groupByForNode20 =
  "Object.groupBy??=(items,key)=>{const groups=Object.create(null);let i=0;" +
  "for(const item of items)(groups[key(item,i++)]??=[]).push(item);return groups};";

/** Bundles one entry file of a workspace into `dist`; prints its name and size. */
export async function bundle({ entry, output, external = [], banner = "" }) {
  // A build that fails must not leave an older bundle to be tested or shipped.
  await rm(join(root, output), { force: true });
  const context = await esbuild.context({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external,
    banner: { js: banner },
    minify: !dev,
    sourcemap: dev,
    // Its main file loads its parts in a way that no bundler follows.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    legalComments: "eof",
    logLevel: "warning",
  });
  if (options.has("--watch")) {
    await context.watch();
    console.log(`build: watching ${entry}`);
    return;
  }
  try {
    await context.rebuild();
  } catch (error) {
    // esbuild has printed what is wrong with the source; anything else is a mistake of this script.
    if (!Array.isArray(error.errors)) throw error;
    process.exitCode = 1;
    return;
  } finally {
    await context.dispose();
  }
  const { size } = await stat(join(root, output));
  console.log(`build: ${output} ${Math.round(size / 1024)} KB`);
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  await bundle({ entry: "server/src/server.ts", output: "dist/server.js", banner: groupByForNode20 });
  const cli = { entry: "server/src/cli/main.ts", output: "dist/cli.js" };
  await bundle({ ...cli, banner: `#!/usr/bin/env node\n${groupByForNode20}` });
  if (existsSync(join(root, cli.output))) await chmod(join(root, cli.output), 0o755);
}
