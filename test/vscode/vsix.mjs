/** Checks of the packaged extension: its files, its size, and that the packaged server answers. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { packageExtension, unpacked, vsix } from "./package.mjs";
import { run } from "./process.mjs";

const sizeLimit = 1_000_000;

/** All that may be in the package; the first list must be. */
const required = [
  "package.json",
  "package.nls.json",
  "readme.md",
  "changelog.md",
  "LICENSE.txt",
  "dist/client.js",
  "dist/server.js",
  "dist/cli.js",
  "dist/inspector.js",
  "dist/inspector.css",
  "dist/worker.js",
  "l10n/bundle.l10n.json",
  "docs/images/activity.svg",
  "docs/images/icon.png",
  "syntaxes/jail-conf.tmLanguage.json",
  "syntaxes/zonecfg.language-configuration.json",
  "syntaxes/zonecfg.tmLanguage.json",
  "syntaxes/snippets/zonecfg.json",
];
const allowed =
  /^(syntaxes\/[\w./-]+\.json|syntaxes\/icons\/[\w-]+\.svg|dist\/main\/[\w-]+\.mjs|docs\/walkthrough\/\w+\.(md|png))$/;

/** Runs every check; gives `{ name, milliseconds, error? }` for each, as the suite does. */
export async function checkVsix() {
  const results = [];
  const check = async (name, body) => {
    const start = Date.now();
    const error = await body().then(
      () => undefined,
      (thrown) => String(thrown.message ?? thrown),
    );
    results.push({ name, milliseconds: Date.now() - start, ...(error === undefined ? {} : { error }) });
  };

  let files = new Map();
  await check("vsce packages the extension", async () => {
    files = await packageExtension({ build: false });
  });
  const names = [...files.keys()]
    .filter((name) => name.startsWith("extension/"))
    .map((name) => name.slice(10));
  await check("the package has what it needs and nothing else", async () => {
    const missing = required.filter((name) => !names.includes(name));
    const surplus = names.filter((name) => !required.includes(name) && !allowed.test(name));
    assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
  });
  await check("the package is smaller than 1 MB", async () => {
    const { size } = await stat(vsix);
    console.log(`vsix: ${Math.round(size / 1000)} KB`);
    assert.ok(size < sizeLimit, `${size} bytes`);
  });
  await check("no bundle carries a source map", async () => {
    for (const [name, contents] of files) {
      assert.ok(!name.endsWith(".map") && !contents.includes("sourceMappingURL=data:"), name);
    }
  });
  for (const [label, node] of Object.entries(nodes())) {
    await check(`the packaged server answers "initialize" on ${label}`, async () => {
      const answer = await initialize(node, join(unpacked, "dist", "server.js"));
      assert.ok(answer.result?.capabilities?.textDocumentSync, JSON.stringify(answer));
    });
    await check(`the packaged command line prints its help on ${label}`, async () => {
      const { code, output } = await run(node, [join(unpacked, "dist", "cli.js"), "--help"], {
        timeoutMs: 20_000,
      });
      assert.equal(code, 0, output);
      assert.match(output, /check/);
    });
  }
  await check("the command line can be started as a program", async () => {
    const program = join(unpacked, "dist", "cli.js");
    await chmod(program, 0o755);
    const { code, output } = await run(program, ["--help"], { timeoutMs: 20_000 });
    assert.equal(code, 0, output);
  });
  return results;
}

/** The Node of these tests, and the system's where that is another one. */
function nodes() {
  const system = process.env.ZONEWARDEN_SYSTEM_NODE;
  const own = { [`Node ${process.versions.node}`]: process.execPath };
  return system && system !== process.execPath ? { ...own, "the system's Node": system } : own;
}

/** Starts the server as any editor does, over stdio, and gives its answer to `initialize`. */
function initialize(node, module) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [module, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
    let errors = "";
    let input = Buffer.alloc(0);
    const timer = setTimeout(() => fail("no answer within 20 s"), 20_000);
    const fail = (reason) => {
      clearTimeout(timer);
      child.kill();
      reject(new Error(`${reason}\n${errors}`));
    };
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`the server ended with code ${code}`));
    child.stdout.on("data", (chunk) => {
      input = Buffer.concat([input, chunk]);
      const head = input.indexOf("\r\n\r\n");
      const length = Number(
        /Content-Length: (\d+)/i.exec(input.toString("ascii", 0, Math.max(head, 0)))?.[1],
      );
      if (head < 0 || !(input.length >= head + 4 + length)) return;
      const message = JSON.parse(input.toString("utf8", head + 4, head + 4 + length));
      input = input.subarray(head + 4 + length);
      if (message.id !== 1) return;
      clearTimeout(timer);
      child.removeAllListeners("exit").kill();
      resolve(message);
    });
    const params = { processId: process.pid, rootUri: null, capabilities: {} };
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    child.stdin
      .on("error", () => {})
      .write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
  });
}
