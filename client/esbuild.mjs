/** Bundles the extension: `node client/esbuild.mjs [--dev] [--watch]`, options as in server/esbuild.mjs. */
import { bundle } from "../server/esbuild.mjs";

// One bundle for processes and for workers of browsers: each loads its own part of it when it begins.
const conditions = ["node", "browser"];
await bundle({
  entry: "client/src/extension.ts",
  output: "dist/client.js",
  external: ["vscode"],
  conditions,
});

const page = { platform: "browser", format: "iife" };
for (const [entry, output] of [
  ["client/web/worker.js", "dist/worker.js"],
  ["client/webview/inspector/main.ts", "dist/inspector.js"],
  ["client/webview/inspector/style.css", "dist/inspector.css"],
])
  await bundle({ entry, output, ...page });
