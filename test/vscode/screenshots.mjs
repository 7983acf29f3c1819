/**
 * Opens the packaged extension in VS Code as a user and takes a picture of each feature:
 *
 *     node test/setup.mjs test/vscode/screenshots.mjs [FOLDER]
 *
 * FOLDER is .vscode-test/screenshots unless named; those of the README are in docs/images. They are made to be looked
 * at: nothing is compared.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, vsix } from "./package.mjs";
import { cache } from "./paths.mjs";

const target = resolve(process.argv[2] ?? join(cache, "screenshots"));

/** What is on the pictures: a set-up with mistakes people make. */
const sample = `# jail.conf of a small web host
$base = "/jails";
$domain = "example.org";

exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
host.hostname = "$name.$domain";
path = "$base/$name";

www {
	ip4.addr = "em0|192.0.2.10/24";
	allow.raw_socket;
	depend = db, cache;
}

db {
	ip4.addr = "em0|192.0.2.11/33"
	allow.sysvipc;
	exec.prestart = "mkdir -p $bse/db/data";
}

"*" {
	persist mount.fdescfs;
	enforce_statfs = 3;
}
`;

const settings = {
  "workbench.colorTheme": "Default Dark Modern",
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 14,
  "editor.hover.delay": 200,
  "breadcrumbs.enabled": true,
  "outline.collapseItems": "alwaysExpand",
};

/** Opens the window with the sample in an editor, and waits until the colours and the server are there. */
async function openWindow(page, server, folder) {
  await page.goto(server.url(folder, [["openFile", server.remote(join(folder, "jail.conf"))]]), {
    timeout: 60_000,
  });
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 });
  await page
    .locator(".monaco-editor .view-line", { hasText: "allow.raw_socket" })
    .waitFor({ timeout: 30_000 });
  // Without findings there is still a picture to take.
  await page
    .locator(".squiggly-error, .squiggly-warning")
    .first()
    .waitFor({ timeout: 15_000 })
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

/** Each scene begins in a fresh window. */
const scenes = {
  async diagnostics(page) {
    await command(page, "View: Toggle Problems");
    await page.mouse.move(900, 20);
  },
  async hover(page) {
    await command(page, "View: Close Primary Side Bar");
    await word(page, "mount.devfs").hover();
    await page
      .locator(".monaco-hover:visible")
      .first()
      .waitFor({ timeout: 10_000 })
      .catch(() => {});
    await page.waitForTimeout(500);
  },
  async completion(page) {
    await command(page, "View: Close Primary Side Bar");
    await word(page, "depend").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("allow.", { delay: 60 });
    await page.waitForTimeout(1_200);
    // The documentation beside the list.
    await page.keyboard.press("Control+Space");
    await page.waitForTimeout(1_200);
  },
  async outline(page) {
    await command(page, "Explorer: Focus on Outline View");
    await page.waitForTimeout(1_000);
    await page.mouse.move(900, 20);
  },
  async status(page) {
    await command(page, "View: Close Primary Side Bar");
    await page.locator("#status\\.languageStatus").hover();
    await page.waitForTimeout(1_200);
  },
};

await packageExtension();
await mkdir(target, { recursive: true });
const work = await mkdtemp(join(tmpdir(), "zonewarden-pictures-"));
const folder = join(work, "webhost");
await mkdir(folder);
const server = await startServer({ vsix, settings });
const { browser, stop } = await openBrowser();
try {
  for (const [name, scene] of Object.entries(scenes)) {
    await writeFile(join(folder, "jail.conf"), sample);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" });
    const page = await context.newPage();
    await openWindow(page, server, folder);
    await scene(page);
    await page.screenshot({ path: join(target, `${name}.png`) });
    console.log(`screenshots: ${join(target, `${name}.png`)}`);
    await context.close();
  }
} finally {
  await stop();
  await server.stop();
  await rm(work, { recursive: true, force: true });
}
