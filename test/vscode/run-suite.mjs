/**
 * Runs test/vscode/suite in a real VS Code, against the packaged extension:
 *
 *     node test/setup.mjs test/vscode/run-suite.mjs
 *
 * Host: @vscode/test-electron where it can download and show a window, else VS Code's server with a headless browser.
 * ZONEWARDEN_TEST_HOST=electron|browser decides by hand.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, unpacked } from "./package.mjs";
import { cache, root } from "./paths.mjs";
import { waitFor } from "./process.mjs";

const suite = join(cache, "suite", "index.cjs");
const limitMs = 300_000;

/** Settings of the workspace under test that are not a user's defaults. */
const settings = {
  "files.autoSave": "off",
  "files.hotExit": "off",
  // What is saved in a window must be known without the watcher, which may be late or miss it.
  "files.watcherExclude": { "**/parts/**": true },
  "window.confirmSaveUntitledWorkspace": false,
};

async function bundleSuite() {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["test/vscode/suite/index.ts"],
    outfile: suite,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}

async function chooseHost() {
  const wish = process.env.ZONEWARDEN_TEST_HOST;
  if (wish === "electron" || wish === "browser") return wish;
  const canShow = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!canShow) return "browser";
  const reachable = await fetch("https://update.code.visualstudio.com/api/releases/stable", {
    signal: AbortSignal.timeout(3_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
  return reachable ? "electron" : "browser";
}

async function runInElectron(workspace, resultFile) {
  const { runTests } = await import("@vscode/test-electron");
  const [major, minor] = process.versions.node.split(".");
  console.log(`suite: VS Code desktop through @vscode/test-electron (Node ${major}.${minor})`);
  await runTests({
    cachePath: cache,
    extensionDevelopmentPath: unpacked,
    extensionTestsPath: suite,
    extensionTestsEnv: { ZONEWARDEN_SUITE_RESULT: resultFile },
    launchArgs: [workspace, "--disable-extensions", "--disable-workspace-trust", "--skip-welcome"],
  }).catch((error) => {
    // Failed tests are in the result file; anything else is told by the lack of one.
    if (!existsSync(resultFile)) throw error;
  });
}

async function runInBrowser(workspace, resultFile) {
  const server = await startServer({
    settings,
    testDriver: true,
    env: { ZONEWARDEN_SUITE_RESULT: resultFile },
  });
  try {
    const { browser, stop } = await openBrowser();
    try {
      console.log("suite: VS Code's server (code-server) with a headless browser");
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const url = server.url(workspace, [
        ["extensionDevelopmentPath", server.remote(unpacked)],
        ["extensionTestsPath", server.remote(suite)],
      ]);
      await page.goto(url, { timeout: 60_000 });
      await waitFor("the end of the suite", () => existsSync(resultFile), limitMs);
    } finally {
      await stop();
    }
  } catch (error) {
    const log = existsSync(`${resultFile}.log`)
      ? await readFile(`${resultFile}.log`, "utf8")
      : "no test finished";
    throw new Error(`${error.message}\n${log}\n${server.logs ? await server.logs() : ""}`);
  } finally {
    await server.stop();
  }
}

/** Runs the suite; gives its results, one per test: `{ name, milliseconds, error? }`. */
export async function runSuite() {
  await bundleSuite();
  const work = await mkdtemp(join(tmpdir(), "zonewarden-suite-"));
  const [workspace, resultFile] = [join(work, "workspace"), join(work, "result.json")];
  await mkdir(workspace);
  try {
    if ((await chooseHost()) === "electron") await runInElectron(workspace, resultFile);
    else await runInBrowser(workspace, resultFile);
    return JSON.parse(await readFile(resultFile, "utf8"));
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Prints results as they are read best: failures with their reason. */
export function printResults(results) {
  for (const { name, milliseconds, error } of results) {
    console.log(`  ${error === undefined ? "✓" : "✗"} ${name} (${milliseconds} ms)`);
    if (error !== undefined) console.log(error.replace(/^/gm, "      "));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await packageExtension();
  const results = await runSuite();
  printResults(results);
  const failed = results.filter(({ error }) => error !== undefined).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
