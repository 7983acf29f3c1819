/**
 * The pass of a person, with mouse and keyboard, through a window of VS Code: sees a mistake and mends it, boots a jail,
 * enters it, looks why something is denied, goes back in time in the inspector, reloads the window.
 *
 *     node test/setup.mjs test/vscode/person.mjs [PASS…]
 *
 * Each pass leaves pictures in .vscode-test/person, to be looked at.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, vsix } from "./package.mjs";
import { choose, command, row, see, showHosts, terminalShows, webview, word } from "./page.mjs";
import { cache } from "./paths.mjs";
import { printResults } from "./run-suite.mjs";
import { startWeb } from "./webHost.mjs";

/** Where pictures go. */
const pictures = join(cache, "person");

const jails = `# Two jails of a small web host.
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
path = "/jails/$name";
interface = "em0";

db {
	ip4.addr = 192.0.2.11;
}

web {
	ip4.addr = 192.0.2.10
	depend = db;
}
`;

const settings = {
  "workbench.colorTheme": "Default Dark Modern",
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  // Rows of text instead of a picture, so that they can be read here.
  "terminal.integrated.gpuAcceleration": "off",
};

const passes = {
  dark: { host: "server", theme: "Default Dark Modern" },
  light: { host: "server", theme: "Default Light Modern" },
  "high-contrast": { host: "server", theme: "Default High Contrast" },
  "in-browser": { host: "web", theme: "Default Dark Modern" },
};

/** What a person does, in order: each step begins where the one before ended. */
const steps = [
  [
    "sees the mistake",
    async ({ page }) => {
      await see(page, "a squiggle", page.locator(".squiggly-error"));
      // Lines move when they come.
      await see(page, "code lenses", page.locator(".codelens-decoration a", { hasText: /^Boot$/ }).nth(1));
    },
  ],
  [
    "mends it with the offered fix, and saves",
    async ({ page }) => {
      await word(page, "192.0.2.10").click();
      await page.keyboard.press("End");
      await page.keyboard.press("Control+.");
      await see(
        page,
        "the offered fix",
        page.locator(".action-widget .monaco-list-row", { hasText: "Insert" }),
      );
      await page.keyboard.press("Enter");
      await page.locator(".squiggly-error").first().waitFor({ state: "detached", timeout: 10_000 });
      await page.keyboard.press("Control+S");
    },
  ],
  [
    "boots both jails by the code lens above the second",
    async ({ page }) => {
      const boot = page.locator(".codelens-decoration a", { hasText: /^Boot$/ });
      await see(page, "two code lenses", boot.nth(1));
      await boot.nth(1).click();
      await see(page, "that it runs", page.locator(".codelens-decoration a", { hasText: "Running: halt" }));
    },
  ],
  [
    "finds them running in the view of hosts",
    async ({ page }) => {
      await showHosts(page);
      await see(page, "web in the view", row(page, /\bweb\b.*running/));
      await see(page, "db in the view: web depends on it", row(page, /\bdb\b.*running/));
    },
  ],
  [
    "opens a console in a jail and types ps",
    async ({ page }) => {
      await choose(page, row(page, /\bweb\b.*running/).first(), "Open Console");
      await terminalShows(page, /#\s*$/);
      await page.keyboard.type("ps -ax\n", { delay: 10 });
      await terminalShows(page, /syslogd|cron/);
    },
  ],
  [
    "is told which rule refuses to load a module",
    async ({ page }) => {
      await page.keyboard.type("kldload zfs\n", { delay: 10 });
      await terminalShows(page, "↳");
    },
  ],
  [
    "opens the inspector and goes back in time",
    async ({ page }) => {
      await choose(page, row(page, /\bweb\b.*running/).first(), "Inspect");
      const frame = await webview(page);
      await frame.getByText("syslogd").first().waitFor({ timeout: 20_000 });
      const slider = frame.locator('input[type="range"]').first();
      const before = await slider.inputValue();
      await slider.focus();
      await page.keyboard.press("Home");
      await page.waitForTimeout(800);
      assert.notEqual(await slider.inputValue(), before);
    },
  ],
  [
    "reloads the window and finds all as it was",
    async ({ page }) => {
      await command(page, "Developer: Reload Window");
      // What is there is the old window until it goes.
      await page.waitForEvent("load", { timeout: 20_000 });
      await see(page, "web in the view, still running", row(page, /\bweb\b.*running/), { timeout: 60_000 });
      await see(page, "the inspector", page.locator(".tab", { hasText: "Inspect" }));
      await terminalShows(page, /root@.* #\s*$/);
    },
  ],
  [
    "changes the configuration and is told what that needs",
    async ({ page }) => {
      await page.locator(".tab", { hasText: "jail.conf" }).first().click();
      await word(page, "depend").click();
      await page.keyboard.press("Home");
      await page.keyboard.type("allow.raw_sockets;\n", { delay: 10 });
      await see(page, "that the configuration changed", row(page, /\bweb\b.*configuration changed/));
    },
  ],
];

/** Lets a person through one pass; gives a result for each step. */
async function go(name, { host, theme }, browser) {
  const folder = await mkdtemp(join(tmpdir(), "zonewarden-person-"));
  await writeFile(join(folder, "jail.conf"), jails);
  const own = { ...settings, "workbench.colorTheme": theme };
  const server =
    host === "web" ? await startWeb({ folder, settings: own }) : await startServer({ vsix, settings: own });
  const results = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  try {
    await page.goto(server.url(folder), { timeout: 60_000 });
    const file = page.locator(".explorer-folders-view").getByRole("treeitem", { name: "jail.conf" });
    await file.waitFor({ timeout: 60_000 });
    await file.dblclick();
    await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 });
    for (const [what, play] of steps) {
      const start = Date.now();
      const result = { name: `${name}: a person ${what}`, milliseconds: 0 };
      results.push(result);
      try {
        await play({ page, server });
      } catch (error) {
        result.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      result.milliseconds = Date.now() - start;
      await page.screenshot({ path: join(pictures, `${name}-${results.length}.png`) });
      // What follows begins where this ended.
      if (result.error !== undefined) break;
    }
  } finally {
    await context.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

/** Runs passes, all unless some are named. */
export async function runPerson(names = Object.keys(passes)) {
  await mkdir(pictures, { recursive: true });
  const { browser, stop } = await openBrowser();
  try {
    const results = [];
    for (const name of names) results.push(...(await go(name, passes[name], browser)));
    return results;
  } finally {
    await stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  await packageExtension();
  const results = await runPerson(names.length > 0 ? names : undefined);
  printResults(results);
  process.exitCode = results.some(({ error }) => error !== undefined) ? 1 : 0;
}
