/**
 * A real VS Code without a desktop and without the update server: VS Code's own server out of the npm package
 * `code-server`, and a headless Chromium as its window.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cache } from "./paths.mjs";
import { endGroup, groups, npm, onEnd, run, waitFor } from "./process.mjs";

const pinned = { "code-server": "4.139.1", "@sparticuz/chromium": "153.0.0" };
const home = join(cache, "browser-host");
export const vscode = join(home, "node_modules", "code-server", "lib", "vscode");
const serverMain = join(vscode, "out", "server-main.js");

/** Settings that keep a fresh VS Code from talking about itself. */
export const calm = {
  "security.workspace.trust.enabled": false,
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
};

/** Installs VS Code's server and Chromium from npm, once. About 12 seconds and 670 MB. */
export async function installHost() {
  const marker = join(home, "installed.json");
  const wanted = JSON.stringify(pinned);
  if (existsSync(serverMain) && existsSync(marker) && (await readFile(marker, "utf8")) === wanted) return;
  const versions = Object.entries(pinned).map(([name, version]) => `${name}@${version}`);
  console.log(`host: installing ${versions.join(" and ")} into ${home}`);
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), '{ "private": true }\n');
  // Without install scripts nothing is compiled; what is missing then (native logging, watchdog) does no harm.
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await must("npm install", npm(["install", "--save-exact", ...quiet, ...versions], home));
  await must("npm install in VS Code", npm(["install", "--omit=dev", ...quiet], vscode));
  await writeFile(marker, wanted);
}

async function must(what, running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${what} failed:\n${output}`);
}

/**
 * Starts VS Code's server with its own fresh user data. `vsix` is installed into it; `settings` and `env` are for
 * its windows and its extension host; `testDriver` makes it accept a test suite in the address.
 */
export async function startServer({ vsix, settings = {}, env = {}, port, testDriver = false } = {}) {
  await installHost();
  const data = await mkdtemp(join(tmpdir(), "zonewarden-vscode-"));
  const [user, extensions] = [join(data, "user"), join(data, "extensions")];
  await mkdir(join(user, "User"), { recursive: true });
  await writeFile(join(user, "User", "settings.json"), JSON.stringify({ ...calm, ...settings }, null, 2));
  if (vsix) {
    const install = [serverMain, "--install-extension", vsix, "--extensions-dir", extensions];
    const state = ["--server-data-dir", join(data, "server"), "--user-data-dir", user];
    await must("Installing the VSIX", run(process.execPath, [...install, ...state], { timeoutMs: 60_000 }));
  }
  const number = port ?? (await freePort());
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "guard.mjs"),
      serverMain,
      ...["--host", "127.0.0.1", "--port", String(number), "--without-connection-token"],
      ...["--accept-server-license-terms", "--telemetry-level", "off"],
      ...["--user-data-dir", user, "--extensions-dir", extensions, "--server-data-dir", join(data, "server")],
      ...(testDriver ? ["--enable-smoke-test-driver"] : []),
    ],
    { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"], detached: groups },
  );
  let output = "";
  const keep = (chunk) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const stop = onEnd(async () => {
    await end(child);
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const authority = `127.0.0.1:${number}`;
  const answers = async () => {
    if (child.exitCode !== null) throw new Error(`VS Code's server ended at once:\n${output}`);
    return fetch(`http://${authority}/version`).then(
      (response) => response.ok,
      () => false,
    );
  };
  try {
    await waitFor("VS Code's server", answers, 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    /** Address of a window on a folder, or on none; `payload` are pairs for the window, such as the suite to run. */
    url: (folder, payload) =>
      `http://${authority}/?${folder === undefined ? "ew=true" : `folder=${encodeURI(folder)}`}${payload ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ""}`,
    remote: (path) => `vscode-remote://${authority}${path}`,
    /** Where extensions are installed, and where windows keep what they store. */
    extensions,
    storage: join(user, "User", "workspaceStorage"),
    logs: () => hostLogs(user, output),
    stop,
  };
}

/** The guard ends the server when its input closes, whether we close it or die. */
async function end(child) {
  child.stdin.end();
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  await waitFor("the end of VS Code's server", ended, 8_000).catch(() => endGroup(child, "SIGKILL"));
}

/** What a failure should print: the end of the extension host's log and of the server's output. */
async function hostLogs(user, output) {
  const tail = (text) => text.split("\n").slice(-40).join("\n");
  const parts = [`--- VS Code's server\n${tail(output)}`];
  for await (const file of glob("**/{remoteexthost,*Zonewarden*}.log", { cwd: user })) {
    parts.push(`--- ${file}\n${tail(await readFile(join(user, file), "utf8"))}`);
  }
  return parts.join("\n");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a headless browser: the one in ZONEWARDEN_BROWSER, the system's Chromium, or the one from npm. */
export async function openBrowser() {
  const { chromium } = await import("playwright-core");
  const own = [process.env.ZONEWARDEN_BROWSER, "/usr/bin/chromium"].find((path) => path && existsSync(path));
  const { executablePath, env } = own ? { executablePath: own, env: process.env } : await npmChromium();
  const browser = await chromium.launch({
    executablePath,
    env,
    headless: true,
    timeout: 60_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
  const stop = onEnd(() => browser.close());
  return { browser, stop };
}

/** `@sparticuz/chromium` unpacks its own shared libraries, but only if it believes to be in AWS Lambda. */
async function npmChromium() {
  await installHost();
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
    AWS_LAMBDA_JS_RUNTIME: "nodejs22.x",
  });
  try {
    const file = createRequire(join(home, "package.json")).resolve("@sparticuz/chromium");
    const { default: chromium } = await import(pathToFileURL(file).href);
    const executablePath = await chromium.executablePath();
    const env = { ...process.env };
    // It brings one proportional font; where the system has fonts of its own, code is easier to read with them.
    if (existsSync("/etc/fonts/fonts.conf") && existsSync("/usr/share/fonts/truetype"))
      delete env.FONTCONFIG_PATH;
    return { executablePath, env };
  } finally {
    // Its LD_LIBRARY_PATH is for the browser alone.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
