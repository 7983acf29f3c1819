/**
 * Makes the animation of the README from pictures of a real window: `node test/setup.mjs test/vscode/animation.mjs`.
 * Needs ffmpeg (Debian package `ffmpeg`); writes docs/images/tour.gif.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser, startServer } from "./host.mjs";
import { packageExtension, vsix } from "./package.mjs";
import { choose, command, row, see, showHosts, terminalShows, webview, word } from "./page.mjs";
import { root } from "./paths.mjs";
import { run, which } from "./process.mjs";

const target = join(root, "docs", "images", "tour.gif");

const sample = `# Two jails of a small web host.
$domain = "example.org";

path = "/jails/$name";
host.hostname = "$name.$domain";
interface = "em0";
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;

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
  "workbench.layoutControl.enabled": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 13,
  "terminal.integrated.gpuAcceleration": "off",
};

const ffmpeg = which("ffmpeg");
if (!ffmpeg) throw new Error("ffmpeg is missing: install the package `ffmpeg`");

const work = await mkdtemp(join(tmpdir(), "zonewarden-tour-"));
const folder = join(work, "webhost");
await mkdir(folder);
await writeFile(join(folder, "jail.conf"), sample);
/** What the animation is made of: each picture with how long it is seen, in seconds. */
const frames = [];

await packageExtension();
const server = await startServer({ vsix, settings });
const { browser, stop } = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 700 } });
  const look = async (seconds) => {
    const file = join(work, `${frames.length}.png`);
    await page.screenshot({ path: file });
    frames.push({ file, seconds });
  };
  await play(page, look);
  await writeAnimation();
} finally {
  await stop();
  await server.stop();
  await rm(work, { recursive: true, force: true });
}

async function play(page, look) {
  await page.goto(server.url(folder, [["openFile", server.remote(join(folder, "jail.conf"))]]));
  await page.locator(".squiggly-error").first().waitFor({ timeout: 60_000 });
  await showHosts(page);
  const lens = (text) => page.locator(".codelens-decoration a", { hasText: text });
  await see(page, "code lenses", lens(/^Boot$/).nth(1));
  await page.waitForTimeout(1_000);
  await look(2);

  await word(page, "192.0.2.10").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Control+.");
  await see(page, "the fix", page.locator(".action-widget .monaco-list-row", { hasText: "Insert" }));
  await page.waitForTimeout(300);
  await look(1.4);
  await page.keyboard.press("Enter");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  await page.keyboard.press("Control+S");
  await lens(/^Boot$/)
    .nth(1)
    .hover();
  await page.waitForTimeout(500);
  await look(1.2);

  await lens(/^Boot$/)
    .nth(1)
    .click();
  await see(page, "that both run", lens("Running: halt").nth(1));
  await page.waitForTimeout(700);
  await look(1.6);

  await choose(page, row(page, /\bweb\b.*running/).first(), "Open Console");
  await terminalShows(page, /#\s*$/);
  for (const [line, shown, seconds] of [
    ["ps -ax", /syslogd/, 1.4],
    ["ping -c 1 192.0.2.11", "↳", 2.6],
  ]) {
    await page.keyboard.type(line, { delay: 20 });
    await look(0.7);
    await page.keyboard.press("Enter");
    await terminalShows(page, shown);
    await page.waitForTimeout(300);
    await look(seconds);
  }

  await choose(page, row(page, /\bweb\b.*running/).first(), "Inspect");
  const frame = await webview(page);
  await frame.getByText("syslogd").first().waitFor();
  await command(page, "View: Toggle Panel Visibility");
  await page.waitForTimeout(1_200);
  await look(2.4);
  await frame.locator('input[type="range"]').first().focus();
  await page.keyboard.press("Home");
  for (let step = 0; step < 5; step++) {
    await page.waitForTimeout(900);
    await look(1);
    for (let event = 0; event < 5; event++) await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("End");
  await page.waitForTimeout(1_000);
  await look(2.5);
}

/** One palette for all pictures, so that colours do not flicker. */
async function writeAnimation() {
  const list = join(work, "frames.txt");
  // The last one is named twice: ffmpeg takes no notice of the duration of the very last line.
  const lines = [...frames, frames.at(-1)].map(
    ({ file, seconds }) => `file '${file}'\nduration ${seconds}\n`,
  );
  await writeFile(list, lines.join(""));
  const filter =
    "fps=5,scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=none:diff_mode=rectangle";
  const { code, output } = await run(ffmpeg, [
    ...["-y", "-f", "concat", "-safe", "0", "-i", list],
    ...["-filter_complex", filter, "-loop", "0", target],
  ]);
  if (code !== 0) throw new Error(`ffmpeg failed:\n${output}`);
  console.log(`animation: ${target}`);
}
