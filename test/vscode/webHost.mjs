/**
 * VS Code in a browser and nothing else: no server but one for files, so that extensions run in a worker, as on
 * vscode.dev. The workbench is the one of the npm package `code-server`; https://github.com/microsoft/vscode-test-web
 * does the same with a build that it downloads.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { calm, installHost, vscode } from "./host.mjs";
import { unpacked } from "./package.mjs";
import { onEnd } from "./process.mjs";

const types = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".css": "text/css",
  ".html": "text/html",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};
/** Starts it on a folder of this machine; `settings` are for its window. */
export async function startWeb({ folder, settings = {} }) {
  await installHost();
  const roots = [
    ["/code/", vscode],
    ["/extension/", unpacked],
    ["/web-files/", join(import.meta.dirname, "webFiles")],
    ["/files/", folder],
  ];
  const server = createServer((request, response) => {
    void answer(request, response).catch((error) => send(response, error.code === "ENOENT" ? 404 : 500));
  });
  const answer = async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://web");
    if (pathname === "/") return send(response, 200, await page(request.headers.host, settings), ".html");
    const found = roots.find(([prefix]) => `${pathname}/`.startsWith(prefix));
    if (!found) return send(response, 404);
    const [prefix, root] = found;
    const path = join(root, normalize(`/${decodeURIComponent(pathname.slice(prefix.length))}`));
    if (request.method === "GET") {
      const content = await readFile(path);
      return send(response, 200, pathname === WORKBENCH ? withoutServer(content) : content, extname(path));
    }
    if (prefix !== "/files/") return send(response, 405);
    return files(request, response, path);
  };
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const authority = `127.0.0.1:${server.address().port}`;
  const stop = onEnd(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return {
    /** Address of a window on the folder. */
    url: () => `http://${authority}/`,
    logs: async () => "",
    stop,
  };
}

const WORKBENCH = "/code/out/vs/code/browser/workbench/workbench.js";

/** What code-server changed in the workbench, turned back: it takes for granted that there is a server behind it. */
const changes = [
  ["remoteAuthority:location.host", "remoteAuthority:undefined"],
  [
    /(\w+)\.file\(this\.userDataPath\)\.with\(\{scheme:(\w+)\.vscodeRemote\}\)/,
    '$1.file("/").with({scheme:$2.vscodeUserData})',
  ],
];

function withoutServer(workbench) {
  return changes.reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text)
      throw new Error("The workbench of code-server is another one than webHost.mjs knows");
    return changed;
  }, workbench.toString("utf8"));
}

function send(response, status, body = "", type = ".html") {
  response.writeHead(status, {
    "content-type": types[type] ?? "application/octet-stream",
    // Webviews and workers have origins of their own.
    "access-control-allow-origin": "*",
  });
  response.end(body);
}

/** What the file system provider of `webFiles` asks. */
async function files(request, response, path) {
  const json = (value) => send(response, 200, JSON.stringify(value), ".json");
  switch (request.method) {
    case "OPTIONS": {
      const found = await stat(path);
      const { mtimeMs: mtime, ctimeMs: ctime, size } = found;
      return json({ type: found.isDirectory() ? 2 : 1, mtime, ctime, size });
    }
    case "PROPFIND": {
      const entries = await readdir(path, { withFileTypes: true });
      return json(entries.map((entry) => [entry.name, entry.isDirectory() ? 2 : 1]));
    }
    case "PUT": {
      const parts = [];
      for await (const part of request) parts.push(part);
      await writeFile(path, Buffer.concat(parts));
      return json({});
    }
    case "MKCOL":
      await mkdir(path, { recursive: true });
      return json({});
    case "DELETE":
      await rm(path, { recursive: true });
      return json({});
    default:
      return send(response, 405);
  }
}

/** The page of the workbench with what it should open. */
async function page(authority, settings) {
  const template = await readFile(
    join(vscode, "out", "vs", "code", "browser", "workbench", "workbench.html"),
    "utf8",
  );
  const at = (path) => ({ scheme: "http", authority, path });
  const configuration = {
    folderUri: { scheme: "webfiles", authority, path: "/" },
    additionalBuiltinExtensions: [at("/extension"), at("/web-files")],
    configurationDefaults: { ...calm, ...settings },
    productConfiguration: {
      enableTelemetry: false,
      webviewContentExternalBaseUrlTemplate: `http://${authority}/code/out/vs/workbench/contrib/webview/browser/pre/`,
    },
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
  };
  const text = JSON.stringify(configuration).replaceAll('"', "&quot;");
  return template
    .replaceAll("{{WORKBENCH_WEB_CONFIGURATION}}", text)
    .replaceAll("{{WORKBENCH_WEB_BASE_URL}}", `http://${authority}/code`)
    .replaceAll("{{WORKBENCH_AUTH_SESSION}}", "")
    .replaceAll("{{WORKBENCH_NLS_FALLBACK_URL}}", `http://${authority}/code/out/nls.messages.js`)
    .replaceAll("{{WORKBENCH_NLS_URL}}", `http://${authority}/code/out/nls.messages.js`)
    .replaceAll(/\{\{(VS_)?BASE\}\}/g, "")
    .replaceAll("{{WORKBENCH_SCRIPT_NONCE}}", "test");
}
