/**
 * `npm test`: everything, in order, going on after a failure. The last line is `N passed, N failed` over all of it;
 * build, typecheck and lint count as one each.
 *
 *     npm test [-- STEP…]      only the named steps
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { packageExtension } from "./vscode/package.mjs";
import { cache, root } from "./vscode/paths.mjs";
import { runPerson } from "./vscode/person.mjs";
import { run } from "./vscode/process.mjs";
import { printResults, runSuite } from "./vscode/run-suite.mjs";
import { checkVsix } from "./vscode/vsix.mjs";

const modules = join(root, "node_modules");
const biome = join(modules, "@biomejs", "biome", "bin", "biome");
const tsc = join(modules, "typescript", "bin", "tsc");
const vitest = join(modules, "vitest", "vitest.mjs");
const grammarTest = join(modules, "vscode-tmgrammar-test", "dist", "unit.js");

/** Programs that write into our pipe cannot see whether there is a terminal behind it. */
const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
const inRoot = { cwd: root, env: { ...process.env, ...colours }, timeoutMs: 300_000 };

/** Runs programs one after the other; together they are one thing that passes or fails. */
async function together(...commands) {
  let failed = 0;
  for (const command of commands) {
    const { code } = await run(process.execPath, command, { ...inRoot, show: true });
    if (code !== 0) failed = 1;
  }
  return { passed: 1 - failed, failed };
}

async function unit() {
  const file = join(cache, "vitest.json");
  await mkdir(cache, { recursive: true });
  await rm(file, { force: true });
  const report = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { code } = await run(process.execPath, [vitest, "run", "--root", "test", ...report], {
    cwd: root,
    show: true,
  });
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(await readFile(file, "utf8"));
  // A file that cannot be loaded, or an unhandled rejection, fails the run without a failed test.
  const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed };
}

async function textMate() {
  const { code, output } = await run(
    process.execPath,
    [grammarTest, "test/syntaxes/*.jail.conf", "test/syntaxes/*.zonecfg"],
    {
      cwd: root,
    },
  );
  process.stdout.write(output);
  const passed = output.match(/^.*✓/gm)?.length ?? 0;
  const failed = output.match(/^.*✖/gm)?.length ?? 0;
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

async function listed(running) {
  const results = await running;
  printResults(results);
  const failed = results.filter(({ error }) => error !== undefined).length;
  return { passed: results.length - failed, failed };
}

/** Results of the steps so far. */
const summary = [];

const steps = {
  build: () => together(["server/esbuild.mjs"], ["client/esbuild.mjs"]),
  typecheck: () =>
    together(
      ...["grammars", "server", "client", "client/webview", "test"].map((folder) => [
        tsc,
        "--noEmit",
        "-p",
        folder,
      ]),
    ),
  lint: () => together([biome, "ci", `--colors=${process.stdout.isTTY ? "force" : "off"}`, "."]),
  unit,
  textmate: textMate,
  package: () => listed(checkVsix()),
  editor: async () => {
    // The suite runs what the step before packaged.
    if (!summary.some(({ name }) => name === "package")) await packageExtension();
    return listed(runSuite());
  },
  person: async () => {
    if (!summary.some(({ name }) => name === "package")) await packageExtension();
    return listed(runPerson());
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`Unknown step ${unknown.join(", ")}; there are: ${Object.keys(steps).join(", ")}`);
  process.exit(2);
}

for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const start = Date.now();
  const counts = await step().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  summary.push({ name, ...counts, seconds });
  console.log(`-- ${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
}

console.log("");
for (const { name, passed, failed, seconds } of summary) {
  console.log(`${failed ? "✗" : "✓"} ${name.padEnd(10)} ${passed} passed, ${failed} failed  ${seconds} s`);
}
const total = (key) => summary.reduce((sum, counts) => sum + counts[key], 0);
console.log(`${total("passed")} passed, ${total("failed")} failed`);
process.exitCode = total("failed") > 0 ? 1 : 0;
