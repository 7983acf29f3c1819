/**
 * `npm start`: packages the extension and opens VS Code on examples/: the desktop's `code` if there is one, else VS
 * Code's server for a browser, which stays up until Ctrl-C.
 *
 *     npm start [-- [--browser] [--port N] [FOLDER]]
 */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./host.mjs";
import { packageExtension, unpacked, vsix } from "./package.mjs";
import { root } from "./paths.mjs";
import { which } from "./process.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "boolean", default: false }, port: { type: "string" } },
});
const folder = resolve(positionals[0] ?? join(root, "examples"));

console.log("start: building and packaging the extension");
await packageExtension();

const hasScreen = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
const code = values.browser || !hasScreen ? undefined : which("code");
if (code) {
  // As an extension under development: it is there for this window only, nothing is installed for good.
  console.log(`start: opening ${folder} with ${code}`);
  const args = [`--extensionDevelopmentPath=${unpacked}`, "--new-window", folder];
  spawn(code, args, { stdio: "inherit", shell: process.platform === "win32" });
} else {
  console.log("start: no desktop VS Code here (no `code` or no screen): starting VS Code for the browser");
  const server = await startServer({ vsix, ...(values.port ? { port: Number(values.port) } : {}) });
  console.log(`\n  ${server.url(folder)}\n\nstart: VS Code is ready at this address; Ctrl-C ends it`);
}
