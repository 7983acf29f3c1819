/** Bundles the extension: `node client/esbuild.mjs [--dev] [--watch]`, options as in server/esbuild.mjs. */
import { bundle } from "../server/esbuild.mjs";

await bundle({ entry: "client/src/extension.ts", output: "dist/client.js", external: ["vscode"] });
