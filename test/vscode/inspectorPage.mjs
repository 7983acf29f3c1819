/**
 * Opens the page of the inspector in a browser, without VS Code, with a host of 500 jails and one with 20,000 processes,
 * and prints how long it takes to draw; takes pictures of it in each kind of theme:
 *
 *     node test/setup.mjs test/vscode/inspectorPage.mjs [FOLDER]
 */
import { mkdir, readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { openBrowser } from "./host.mjs";
import { cache, root } from "./paths.mjs";
import { themes } from "./themes.mjs";

const target = resolve(process.argv[2] ?? join(cache, "inspector"));

// The words of the page come from VS Code's translations; here they are those of the source.
registerHooks({
  resolve: (name, context, next) =>
    name === "vscode"
      ? { url: "data:text/javascript,export const l10n = { t: (text) => text };", shortCircuit: true }
      : next(name, context),
});
const { inspectorTexts } = await import("../../client/src/inspector/texts.ts");
const { guardedPath, hostInspection, jailInspection, pooledInspection, sceneOf, ...fixtures } = await import(
  "../client/inspector/fixtures.ts"
);

const jail = jailInspection();
const past = jailInspection({ at: 37, clock: 4_900 });
const earlier = jailInspection({
  at: 36,
  processes: jail.processes.filter(({ command }) => command !== "nginx"),
  limits: jail.limits.map((limit) => (limit.name === "maxproc" ? { ...limit, used: 3 } : limit)),
});

const scenes = {
  host: sceneOf(hostInspection(5)),
  "host-one": sceneOf(hostInspection(1)),
  "host-12": sceneOf(hostInspection(12)),
  "host-500": sceneOf(hostInspection(500)),
  pooled: sceneOf(pooledInspection(4)),
  stopped: sceneOf(jailInspection({ network: { ...jail.network, path: guardedPath } })),
  jail: sceneOf(jail),
  cut: sceneOf(jailInspection({ network: { ...jail.network, untried: 412 }, earlier: 1_204 })),
  crowded: sceneOf(
    jailInspection({
      processes: Array.from({ length: 20_000 }, (_, at) => fixtures.process(at + 2, 1, "sleep")),
    }),
  ),
  past: sceneOf(past, { before: earlier, following: false }),
};

/** Name, scene, theme, width. */
const pictures = [
  ["host-dark", "host", "vscode-dark", 1280],
  ["host-light", "host", "vscode-light", 1000],
  ["host-narrow", "host", "vscode-dark", 300],
  ["host-one", "host-one", "vscode-dark", 800],
  ["host-12", "host-12", "vscode-dark", 1280],
  ["host-500", "host-500", "vscode-dark", 1280],
  ["host-high-contrast", "host", "vscode-high-contrast", 1000],
  ["jail-dark", "jail", "vscode-dark", 1280],
  ["jail-light", "jail", "vscode-light", 1000],
  ["jail-narrow", "jail", "vscode-dark", 300],
  ["jail-high-contrast", "past", "vscode-high-contrast", 1000],
  ["jail-high-contrast-light", "jail", "vscode-high-contrast vscode-high-contrast-light", 700],
  ["pooled-dark", "pooled", "vscode-dark", 1280],
  ["pooled-narrow", "pooled", "vscode-light", 300],
  ["pooled-high-contrast-light", "pooled", "vscode-high-contrast vscode-high-contrast-light", 900],
  ["stopped-dark", "stopped", "vscode-dark", 1000],
  ["stopped-narrow", "stopped", "vscode-high-contrast vscode-high-contrast-light", 300],
  ["cut-dark", "cut", "vscode-dark", 1280],
  ["cut-narrow", "cut", "vscode-light", 300],
  ["past-dark", "past", "vscode-dark", 1280],
];

const [script, style] = await Promise.all(
  ["inspector.js", "inspector.css"].map((name) => readFile(join(root, "dist", name), "utf8")),
);

/** A page with the same policy as in VS Code, but for the address of the files. */
async function open(browser, theme, width) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.on("pageerror", (error) => console.error(`inspector page: ${error.stack}`));
  page.on(
    "console",
    (message) => message.type() === "error" && console.error(`inspector page: ${message.text()}`),
  );
  const html = `<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; script-src 'nonce-x'; style-src http://page/"><link rel="stylesheet" href="theme.css">
    <link rel="stylesheet" href="inspector.css"></head><body class="${theme}"><main id="inspector"></main>
    <script nonce="x">window.posted = []; window.acquireVsCodeApi = () => { let state; return {
      postMessage: (message) => window.posted.push(message), getState: () => state, setState: (next) => { state = next; } }; };</script>
    <script nonce="x" src="inspector.js"></script></body></html>`;
  const files = {
    "/": ["text/html", html],
    "/theme.css": ["text/css", themes[theme]],
    "/inspector.js": ["text/javascript", script],
    "/inspector.css": ["text/css", style],
  };
  await page.route("http://page/**", (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? ["text/plain", ""];
    return route.fulfill({ contentType, body });
  });
  await page.goto("http://page/");
  return page;
}

/** Milliseconds until all is drawn and laid out. */
function show(page, scene) {
  return page.evaluate(
    async ([texts, shown]) => {
      const send = (data) => window.dispatchEvent(new MessageEvent("message", { data }));
      send({ kind: "start", texts, subject: { host: "default:freebsd" } });
      const start = performance.now();
      send({ kind: "show", scene: shown });
      document.body.getBoundingClientRect();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - start;
    },
    [inspectorTexts(), scene],
  );
}

await mkdir(target, { recursive: true });
const { browser, stop } = await openBrowser();
try {
  for (const [name, scene, theme, width] of pictures) {
    const page = await open(browser, theme, width);
    await show(page, scenes[scene]);
    await page
      .locator(".item")
      .nth(1)
      .click({ timeout: 500 })
      .catch(() => {});
    await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
    await page.close();
  }
  const page = await open(browser, "vscode-dark", 1280);
  const first = await show(page, scenes["host-500"]);
  const again = await show(page, scenes["host-500"]);
  console.log(
    `inspector page: 500 containers drawn in ${Math.round(first)} ms, drawn again in ${Math.round(again)} ms`,
  );
  const crowd = await open(browser, "vscode-dark", 1280);
  const crowded = await show(crowd, scenes.crowded);
  const crowdedAgain = await show(crowd, scenes.crowded);
  console.log(
    `inspector page: 20,000 processes drawn in ${Math.round(crowded)} ms, drawn again in ${Math.round(crowdedAgain)} ms`,
  );
} finally {
  await stop();
}
