/**
 * Opens the packaged extension in VS Code as a user and takes a picture of each feature:
 *
 *     node test/setup.mjs test/vscode/screenshots.mjs [FOLDER [SCENE…]]
 *
 * FOLDER is .vscode-test/screenshots unless named; those of the README are in docs/images. They are made to be looked
 * at: nothing is compared.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, vsix } from "./package.mjs";
import { cache } from "./paths.mjs";
import { texts } from "./screenshotTexts.mjs";

const [folderName, ...wanted] = process.argv.slice(2);
const target = resolve(folderName ?? join(cache, "screenshots"));

const settings = {
  "workbench.colorTheme": "Default Dark Modern",
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
  "editor.minimap.enabled": false,
  "editor.scrollbar.horizontal": "hidden",
  "editor.stickyScroll.enabled": false,
  "editor.fontSize": 14,
  "editor.hover.delay": 200,
  "breadcrumbs.enabled": true,
  "outline.collapseItems": "alwaysExpand",
};

/** Opens the window with a file in an editor, and waits until the colours and the server are there. */
async function openWindow(page, server, file) {
  const folder = dirname(file);
  await page.goto(server.url(folder, [["openFile", server.remote(file)]]), { timeout: 60_000 });
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 });
  await page.locator("#status\\.languageStatus").waitFor({ timeout: 30_000 });
  // Without findings there is still a picture to take.
  await page
    .locator(".squiggly-error, .squiggly-warning")
    .first()
    .waitFor({ timeout: 5_000 })
    .catch(() => {});
  await page.waitForTimeout(1_000);
}

const word = (page, text) => page.locator(".monaco-editor .view-line span span", { hasText: text }).first();

async function command(page, name) {
  await page.keyboard.press("F1");
  await page.keyboard.type(name, { delay: 5 });
  await page.waitForTimeout(500);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(800);
}

/** Goes to a line, which then is in the middle of the editor. */
async function goTo(page, line) {
  await page.keyboard.press("Control+G");
  await page.keyboard.type(String(line), { delay: 5 });
  await page.keyboard.press("Enter");
  await page.waitForTimeout(500);
}

/** The Problems panel below the editor. */
async function problems(page) {
  await command(page, "View: Toggle Problems");
  await page.mouse.move(900, 20);
}

/** The hover on a word. */
async function hover(page, text) {
  await command(page, "View: Close Primary Side Bar");
  await word(page, text).hover();
  await page
    .locator(".monaco-hover:visible")
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => {});
  await page.waitForTimeout(500);
}

/** What is offered when a text is typed into a new line below a word. */
async function completion(page, below, typed) {
  await command(page, "View: Close Primary Side Bar");
  await word(page, below).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type(typed, { delay: 60 });
  await page.waitForTimeout(1_200);
  // The documentation beside the list.
  await page.keyboard.press("Control+Space");
  await page.waitForTimeout(1_200);
}

/** The outline, with all the room that the side bar has. */
async function outline(page) {
  await command(page, "Explorer: Focus on Outline View");
  await page.locator(".pane-header", { hasText: "webhost" }).click();
  await page.waitForTimeout(1_000);
  await page.mouse.move(900, 20);
}

/** Boots all that is configured and opens the inspector of the host, or that of one container from its diagram. */
async function inspector(page, container) {
  await command(page, "View: Close Primary Side Bar");
  await command(page, "Zonewarden: Boot All");
  await page.waitForTimeout(3_000);
  await command(page, "Zonewarden: Inspect Host");
  const frame = await inspectorFrame(page);
  if (!container) return frame.locator(".item").first().click();
  await frame.locator(".item", { hasText: container }).first().dblclick();
  await page.waitForTimeout(2_000);
}

/** The page inside of the two frames that VS Code puts a webview into. */
async function inspectorFrame(page) {
  const frame = page.frameLocator("iframe.webview").first().frameLocator("iframe");
  await frame.locator("#inspector .section").first().waitFor({ timeout: 20_000 });
  return frame;
}

/** The way of packets out of a container, in its inspector. */
async function way(page, container) {
  await inspector(page, container);
  const frame = page.frameLocator("iframe.webview").last().frameLocator("iframe");
  await frame.locator(".section.network").first().scrollIntoViewIfNeeded();
  await frame.locator(".path").hover();
  await page.waitForTimeout(800);
}

/** A text as it was written, and as it is formatted: the picture before is taken here. */
async function format(page, before) {
  await command(page, "View: Close Primary Side Bar");
  await page.waitForTimeout(500);
  await before();
  await command(page, "Format Document");
  await page.waitForTimeout(1_500);
}

const zones = ["pooled/zones.zonecfg", "pooled/zonewarden.host.json"];
const web1 = ["web1.jail.conf", "zonewarden.host.json"];

/** Each scene begins in a fresh window, on a folder with its files; the first one is open. */
const scenes = {
  diagnostics: { files: ["jail.conf"], play: problems },
  hover: { files: ["jail.conf"], play: (page) => hover(page, "mount.devfs") },
  completion: { files: ["jail.conf"], play: (page) => completion(page, "depend", "allow.") },
  outline: { files: ["jail.conf"], play: outline },
  status: {
    files: ["jail.conf"],
    async play(page) {
      await command(page, "View: Close Primary Side Bar");
      await page.locator("#status\\.languageStatus").hover();
      await page.waitForTimeout(1_200);
    },
  },
  "zonecfg-diagnostics": {
    files: ["shared.zonecfg"],
    async play(page) {
      await problems(page);
      await command(page, "View: Focus Active Editor Group");
      await goTo(page, 41);
    },
  },
  "zonecfg-hover": { files: ["archive.zonecfg"], play: (page) => hover(page, "limitpriv") },
  "zonecfg-completion": {
    files: ["web.zonecfg"],
    play: (page) => completion(page, "allowed-address", "set "),
  },
  "zonecfg-outline": { files: ["archive.zonecfg"], play: outline },
  host: {
    files: ["web1.jail.conf", "zonewarden.host.json"],
    async play(page) {
      // The jails are started when nothing has been typed for a while.
      await page.waitForTimeout(2_000);
      await problems(page);
    },
  },
  "inspector-host": { files: web1, play: (page) => inspector(page) },
  "inspector-host-light": { files: web1, theme: "Default Light Modern", play: (page) => inspector(page) },
  "inspector-jail": { files: web1, play: (page) => inspector(page, "www") },
  "inspector-jail-high-contrast": {
    files: web1,
    theme: "Default High Contrast",
    play: (page) => inspector(page, "www"),
  },
  "inspector-past": {
    files: web1,
    async play(page) {
      await inspector(page, "db");
      // Its own page is the last one that was opened.
      const frame = page.frameLocator("iframe.webview").last().frameLocator("iframe");
      const slider = frame.getByRole("slider");
      await slider.focus();
      for (let step = 0; step < 12; step++) await slider.press("ArrowLeft");
      await page.waitForTimeout(1_000);
    },
  },
  "inspector-pools": { files: zones, play: (page) => inspector(page) },
  "inspector-pools-high-contrast-light": {
    files: zones,
    theme: "Default High Contrast Light",
    play: (page) => inspector(page),
  },
  "inspector-way": { files: zones, play: (page) => way(page, "web") },
  "inspector-way-high-contrast-light": {
    files: zones,
    theme: "Default High Contrast Light",
    width: 420,
    play: (page) => way(page, "web"),
  },
  "inspector-reloaded": {
    files: zones,
    async play(page) {
      await inspector(page, "web");
      await page.waitForTimeout(2_000);
      // With the file that it was opened with, the window would show nothing but that.
      const url = new URL(page.url());
      url.searchParams.delete("payload");
      await page.goto(url.href, { timeout: 60_000 });
      const frame = page.frameLocator("iframe.webview").last().frameLocator("iframe");
      const slider = frame.getByRole("slider");
      await slider.waitFor({ timeout: 60_000 });
      await page.waitForTimeout(4_000);
      await slider.focus();
      for (let step = 0; step < 8; step++) await slider.press("ArrowLeft");
      await page.waitForTimeout(1_500);
    },
  },
  "inspector-many": {
    files: ["many.jail.conf"],
    async play(page) {
      await inspector(page);
      const frame = await inspectorFrame(page);
      await frame.locator(".item", { hasText: "app12" }).click();
      await page.waitForTimeout(1_000);
    },
  },
  "inspector-reach": {
    files: ["crowd.jail.conf"],
    async play(page, before) {
      await inspector(page, "app7");
      const frame = page.frameLocator("iframe.webview").last().frameLocator("iframe");
      const list = frame.getByRole("listbox", { name: "Reaches" });
      await list.focus();
      await list.press("End");
      await page.waitForTimeout(800);
      await before();
      await frame.locator(".section.network input[type=search]").pressSequentially("app13", { delay: 80 });
      await page.waitForTimeout(1_500);
    },
  },
  "console-boot": {
    files: zones,
    async play(page) {
      await command(page, "View: Close Primary Side Bar");
      await command(page, "Zonewarden: Boot All");
      await page.waitForTimeout(3_000);
      await command(page, "Zonewarden: Open Zone Console");
      await page.keyboard.type("db", { delay: 20 });
      await page.keyboard.press("Enter");
      await page.waitForTimeout(2_000);
      await command(page, "Zonewarden: Reboot");
      await page.keyboard.type("db", { delay: 20 });
      await page.keyboard.press("Enter");
      await page.waitForTimeout(3_000);
    },
  },
  "format-jail": { files: ["messy.jail.conf"], play: format },
  "format-jail-light": { files: ["messy.jail.conf"], theme: "Default Light Modern", play: format },
  "format-zonecfg": { files: ["messy.zonecfg"], play: format },
  "format-zonecfg-light": { files: ["messy.zonecfg"], theme: "Default Light Modern", play: format },
  "inspector-jail-narrow": { files: web1, width: 420, play: (page) => inspector(page, "www") },
  both: {
    files: ["jail.conf", "shared.zonecfg"],
    async play(page) {
      await command(page, "View: Close Primary Side Bar");
      await page.keyboard.press("Control+P");
      await page.keyboard.type("shared.zonecfg", { delay: 5 });
      await page.waitForTimeout(500);
      await page.keyboard.press("Control+Enter");
      await page.waitForTimeout(1_500);
      await goTo(page, 24);
    },
  },
};

await packageExtension();
await mkdir(target, { recursive: true });
const work = await mkdtemp(join(tmpdir(), "zonewarden-pictures-"));
const folder = join(work, "webhost");
const server = await startServer({ vsix, settings });
const { browser, stop } = await openBrowser();
try {
  for (const [name, { files, play, theme, width = 1280 }] of Object.entries(scenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), texts[file]);
    }
    if (theme) {
      const opened = join(dirname(join(folder, files[0])), ".vscode");
      await mkdir(opened);
      const own = JSON.stringify({ "workbench.colorTheme": theme });
      await writeFile(join(opened, "settings.json"), own);
    }
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: "dark" });
    const page = await context.newPage();
    await openWindow(page, server, join(folder, files[0]));
    const picture = async (suffix = "") => {
      const path = join(target, `${name}${suffix}.png`);
      await page.screenshot({ path });
      console.log(`screenshots: ${path}`);
    };
    await play(page, () => picture("-before"));
    await picture();
    await context.close();
  }
} finally {
  await stop();
  await server.stop();
  await rm(work, { recursive: true, force: true });
}
