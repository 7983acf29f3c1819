/**
 * The pass of a person, with mouse and keyboard, through a window of VS Code: sees mistakes and mends them, boots jails
 * and zones, enters them, looks why something is denied, goes back in time in the inspector, reloads the window.
 *
 *     node test/setup.mjs test/vscode/person.mjs [PASS…]
 *
 * Each pass leaves pictures in .vscode-test/person, to be looked at.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, vsix } from "./package.mjs";
import { cache } from "./paths.mjs";
import { accidents } from "./person/accidents.mjs";
import { explorer } from "./person/explorer.mjs";
import { jailConf, jails } from "./person/jails.mjs";
import { machines } from "./person/machines.mjs";
import { commandFiles, zones, zonesInDepth } from "./person/zones.mjs";
import { printResults } from "./run-suite.mjs";
import { startWeb } from "./webHost.mjs";

/** Where pictures go. */
const pictures = join(cache, "person");

const settings = {
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  // Rows of text instead of a picture, so that they can be read here.
  "terminal.integrated.gpuAcceleration": "off",
};

/** Files with a mistake each, and what becomes of them. */
const wrong = { "jail.conf": jailConf, ...commandFiles };
const right = {
  ...wrong,
  "jail.conf": jailConf.replace("192.0.2.10", "192.0.2.10;"),
  "mail.zonecfg": commandFiles["mail.zonecfg"].replace("alowed", "allowed"),
};

const [dark, light, contrast] = ["Default Dark Modern", "Default Light Modern", "Default High Contrast"];
const short = [...jails, ...zones];
/** Windows are reloaded the same way in every theme. */
const shorter = short.filter(([what]) => !what.includes("reloads"));
/** What a person does, in order: each step begins where the one before ended. */
const passes = {
  dark: { host: "server", theme: dark, files: wrong, steps: [...short, ...zonesInDepth] },
  light: { host: "server", theme: light, files: wrong, steps: shorter },
  "high-contrast": { host: "server", theme: contrast, files: wrong, steps: shorter },
  "in-browser": { host: "web", theme: dark, files: wrong, steps: short },
  explorer: { host: "server", theme: dark, files: right, steps: explorer },
  machines: { host: "server", theme: light, files: right, steps: machines },
  // The processes of its server are ended.
  accidents: { host: "own server", theme: dark, files: right, steps: accidents },
};

/** So many at a time: most of the time is spent waiting. */
const AT_A_TIME = 2;

/** Lets a person through one pass; gives a result for each step. */
async function go(name, { host, theme, files, steps }, browser, shared) {
  const work = await mkdtemp(join(tmpdir(), "zonewarden-person-"));
  const folder = join(work, "acme");
  await mkdir(folder);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const look = { "workbench.colorTheme": theme };
  await mkdir(join(folder, ".vscode"));
  await writeFile(join(folder, ".vscode", "settings.json"), JSON.stringify(look));
  const own = { ...settings, ...look };
  const server =
    host === "web"
      ? await startWeb({ folder, settings: own })
      : host === "server"
        ? await shared()
        : await startServer({ vsix, settings: own });
  const results = [];
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  try {
    await page.goto(server.url(folder), { timeout: 60_000 });
    for (const [what, play] of steps) {
      const start = Date.now();
      const result = { name: `${name}: a person ${what}`, milliseconds: 0 };
      results.push(result);
      try {
        await play({ page, server, folder, note: (text) => (result.name += ` (${text})`) });
      } catch (error) {
        result.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      result.milliseconds = Date.now() - start;
      await page.screenshot({
        path: join(pictures, `${name}-${String(results.length).padStart(2, "0")}.png`),
      });
      // What follows begins where this ended.
      if (result.error !== undefined) break;
    }
  } finally {
    await context.close();
    if (host !== "server") await server.stop();
    await rm(work, { recursive: true, force: true });
  }
  return results;
}

/**
 * Walks through a pass once more, in a fresh window, where the first walk failed: a window that is slow to follow is no
 * mistake of the extension. What failed at first is told.
 */
async function twice(walk) {
  const first = await walk();
  const failed = first.find(({ error }) => error !== undefined);
  if (!failed) return first;
  console.log(`person: ${failed.name}: failed, once more\n${failed.error}`);
  return walk();
}

/** Runs passes, all unless some are named. */
export async function runPerson(names = Object.keys(passes)) {
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  const { browser, stop } = await openBrowser();
  let server;
  /** One for all windows that need no other. */
  const shared = () => {
    server ??= startServer({ vsix, settings });
    return server;
  };
  try {
    const results = new Map(names.map((name) => [name, []]));
    const waiting = [...names];
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        results.set(name, await twice(() => go(name, passes[name], browser, shared)));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return [...results.values()].flat();
  } finally {
    await stop();
    await (await server)?.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  await packageExtension();
  const results = await runPerson(names.length > 0 ? names : undefined);
  printResults(results);
  process.exitCode = results.some(({ error }) => error !== undefined) ? 1 : 0;
}
