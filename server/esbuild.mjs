/**
 * Bundles the language server and the command line.
 *
 *     node server/esbuild.mjs [--dev] [--watch]
 *
 * By default the bundles are minified and have no source maps: what is tested is what is shipped.
 */
import { existsSync } from "node:fs";
import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { minify } from "terser";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = new Set(process.argv.slice(2));
const dev = options.has("--dev") || options.has("--watch");

/** Bundles one entry file of a workspace into `dist`; prints its name and size. */
export async function bundle({ entry, output, platform = "node", format = "cjs", ...own }) {
  // A build that fails must not leave an older bundle to be tested or shipped.
  await rm(join(root, output), { force: true });
  const target = platform === "node" ? "node20" : "es2022";
  await build({ ...common, ...own, entryPoints: [entry], outfile: output, format, platform, target }, entry);
  if (existsSync(join(root, output))) await report(output);
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  minify: !dev,
  sourcemap: dev,
  // Its main file loads its parts in a way that no bundler follows.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  legalComments: "eof",
  logLevel: "warning",
};

async function build(settings, name) {
  const context = await esbuild.context(settings);
  if (options.has("--watch")) {
    await context.watch();
    console.log(`build: watching ${name}`);
    return;
  }
  try {
    return (await context.rebuild()).metafile;
  } catch (error) {
    // esbuild has printed what is wrong with the source; anything else is a mistake of this script.
    if (!Array.isArray(error.errors)) throw error;
    process.exitCode = 1;
  } finally {
    await context.dispose();
  }
}

async function report(output) {
  const { size } = await stat(join(root, output));
  console.log(`build: ${output} ${Math.round(size / 1024)} KB`);
}

/** Fails where something that a browser loads would ask for Node. */
function withoutNode(entry, outputs) {
  const seen = new Set([entry]);
  for (const name of seen)
    for (const { path, external } of outputs[name].imports) {
      if (!external) seen.add(path);
      else if (path.startsWith("node:")) {
        console.error(
          `build: ${entry} would load ${path} in a browser, by ${Object.keys(outputs[name].inputs)}`,
        );
        process.exitCode = 1;
      }
    }
}

/** Where the parts of the server and the command line go. */
const parts = "dist/main";

/**
 * What modules want of Node they get by a `require` of Node's own, whatever way they ask for it. An import would make
 * Node read all that its module exports, and so load streams, promises and readline with `fs`, before the server can
 * begin. And only parts that ask for Node import it, so that those that run in a browser too have nothing of it. What the
 * protocol's library has no use for in most sessions is loaded when a function of it is called.
 */
const requireOfNode = {
  name: "require-of-node",
  setup(build) {
    const own = new Set(builtinModules);
    const seldom = new Set(["crypto", "child_process"]);
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, namespace, kind }) => {
      const name = path.replace(/^node:/, "");
      if (name === "require" && namespace.endsWith("of-node")) return { path, namespace: "require-itself" };
      if (!own.has(name)) return undefined;
      if (namespace === "require-itself") return { path: "node:module", external: true };
      const isSeldom = kind === "require-call" && seldom.has(name);
      return { path: `node:${name}`, namespace: isSeldom ? "seldom-of-node" : "required-of-node" };
    });
    build.onLoad({ filter: /.*/, namespace: "required-of-node" }, ({ path }) => ({
      contents: `module.exports = require("require").require("${path}");`,
    }));
    build.onLoad({ filter: /.*/, namespace: "seldom-of-node" }, ({ path }) => ({
      contents: `const get = (_, name) => require("require").require("${path}")[name]; module.exports = new Proxy({}, { get });`,
    }));
    build.onLoad({ filter: /.*/, namespace: "require-itself" }, () => ({
      contents: `import { createRequire } from "node:module"; export const require = createRequire(import.meta.url);`,
    }));
  },
};

/**
 * Bundles the server and the command line into parts that all share and that are loaded when they are needed: the
 * simulated host is larger than all the rest. The server has an entry for Node and one for a worker of a browser. The
 * files that editors and shells call stay where they were.
 */
export async function bundleServer() {
  await rm(join(root, parts), { recursive: true, force: true });
  const settings = {
    ...common,
    entryPoints: {
      server: "server/src/server.ts",
      web: "server/src/webServer.ts",
      cli: "server/src/cli/main.ts",
    },
    conditions: ["node", "browser"],
    plugins: [requireOfNode],
    outdir: parts,
    outExtension: { ".js": ".mjs" },
    chunkNames: "part-[hash]",
    format: "esm",
    splitting: true,
  };
  const built = await build({ ...settings, metafile: true }, "server and cli");
  if (built) withoutNode(`${parts}/web.mjs`, built.outputs);
  if (!dev) await squeeze();
  for (const [name, js] of [
    ["server", ""],
    ["cli", "#!/usr/bin/env node"],
  ]) {
    const output = `dist/${name}.js`;
    const part = `./main/${name}.mjs`;
    const define = { PART: JSON.stringify(part) };
    await bundle({ entry: "server/src/starter.ts", output, define, external: [part], banner: { js } });
    if (js) await chmod(join(root, output), 0o755);
  }
  for (const name of (await readdir(join(root, parts))).sort()) await report(`${parts}/${name}`);
}

/** A second minifier makes the parts smaller by a thirtieth: they are most of what is shipped. */
async function squeeze() {
  for (const name of await readdir(join(root, parts))) {
    const path = join(root, parts, name);
    const { code } = await minify(await readFile(path, "utf8"), {
      module: true,
      ecma: 2022,
      compress: { passes: 2 },
      format: { comments: "some" },
    });
    await writeFile(path, code);
  }
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) await bundleServer();
