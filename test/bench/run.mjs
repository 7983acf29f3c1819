/**
 * `npm run bench [-- --quick]`: what things cost, beside the figures that the project holds itself to. Nothing here
 * fails: a busy machine is no defect.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import esbuild from "esbuild";
import "../../server/esbuild.mjs";
import { bundle } from "../../server/esbuild.mjs";
import { cache, root } from "../vscode/paths.mjs";
import { generate } from "./generate.mjs";
import { Lsp } from "./lsp.mjs";

const quick = process.argv.includes("--quick");
const SIZES = quick ? [1_000, 10_000] : [100, 1_000, 10_000, 40_000];
const EDITS = quick ? 60 : 200;
const uri = "file:///bench/jail.conf";
const server = join(root, "dist", "server.js");

const rows = [];
const row = (what, measured, target = "", met = "") => {
  rows.push({ what, measured, target, met: met === "" ? "" : met ? "met" : "not met" });
};
const percentile = (times, p) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * p))];
const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

async function build(entry, name) {
  const outfile = join(cache, name);
  await esbuild.build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: "warning",
  });
  return outfile;
}

async function inProcess() {
  const { measure } = await import(pathToFileURL(await build("test/bench/inProcess.ts", "inProcess.mjs")));
  for (const size of SIZES.filter((s) => s >= 10_000)) {
    const text = generate(size);
    const mb = text.length / 1e6;
    const times = measure(text, quick ? 5 : 15);
    for (const [stage, { cold, warm }] of Object.entries(times))
      row(
        `${stage}, ${size} lines, CPU`,
        `${ms(warm)} warm (${(mb / (warm / 1000)).toFixed(0)} MB/s), ${ms(cold)} cold`,
      );
    const both = times.parse.warm + times.resolve.warm;
    const limit = (67 * mb) / 1.18;
    row(`parse + resolve, ${size} lines, CPU`, ms(both), `${ms(limit)} (jail(8), by size)`, both <= limit);
  }
}

/** From the start of the process to the first diagnostics of a small document. */
async function coldStart(script) {
  const times = [];
  for (let i = 0; i < (quick ? 3 : 7); i++) {
    const start = performance.now();
    const lsp = new Lsp(script);
    await lsp.initialize();
    lsp.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "jail-conf", version: 1, text: "a { persist; path = ; }\n" },
    });
    await lsp.published();
    times.push(performance.now() - start);
    lsp.stop();
  }
  return percentile(times, 0.5);
}

async function openDocument(text) {
  const lsp = new Lsp(server);
  await lsp.initialize();
  const start = performance.now();
  lsp.notify("textDocument/didOpen", { textDocument: { uri, languageId: "jail-conf", version: 1, text } });
  await lsp.published();
  const opened = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return { lsp, opened };
}

/**
 * Latency of edits, from sending a change to the diagnostics that it leads to. Each pair of edits makes a parameter
 * unknown and mends it, so that diagnostics come every time.
 */
async function edits(lsp, text, lineOf, toggle, count) {
  const lines = text.split("\n");
  const times = [];
  let version = lsp.version ?? 1;
  const before = lsp.cpu();
  for (let i = 0; i < count; i++) {
    const line = lineOf(lines, Math.floor(i / 2));
    const change = toggle(line, i % 2 === 0);
    const published = lsp.published();
    const start = performance.now();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++version },
      contentChanges: [change],
    });
    await published;
    times.push(performance.now() - start);
  }
  lsp.version = version;
  return { times, cpu: (lsp.cpu() - before) / count };
}

const inserted = (line, character, text) => (on) => ({
  range: { start: { line, character }, end: { line, character: character + (on ? 0 : text.length) } },
  text: on ? text : "",
});
/** The n-th of the lines with `allow.raw_sockets`, spread over the file. */
const spread = (lines, n) => {
  let line = (n * 7919) % lines.length;
  while (!lines[line].includes("allow.raw_sockets")) line = (line + 1) % lines.length;
  return line;
};
const typo = (line, on) => inserted(line, 1, "x")(on);
const openQuote = (line, on) => inserted(line, 1, 'a = "')(on);
const openBrace = (line, on) => inserted(line, 1, "a {")(on);

async function overTheWire() {
  const cpu = new Map();
  for (const size of SIZES) {
    const text = generate(size);
    const { lsp, opened } = await openDocument(text);
    row(
      `open → first diagnostics, ${size} lines`,
      ms(opened),
      size === 40_000 ? "250 ms" : "",
      size === 40_000 ? opened <= 250 : "",
    );
    await edits(lsp, text, spread, typo, 40);
    const typed = await edits(lsp, text, spread, typo, EDITS);
    cpu.set(size, typed.cpu);
    const limit = { 10000: 8, 40000: 10 }[size];
    const p95 = percentile(typed.times, 0.95);
    row(
      `edit → diagnostics, ${size} lines`,
      `p50 ${ms(percentile(typed.times, 0.5))}, p95 ${ms(p95)}, CPU ${ms(typed.cpu)}`,
      limit ? `p95 ${limit} ms` : "",
      limit ? p95 <= limit : "",
    );
    if (size >= 10_000) {
      for (const [name, toggle] of [
        ["unclosed quote", openQuote],
        ["unclosed brace", openBrace],
      ]) {
        const { times } = await edits(lsp, text, spread, toggle, Math.floor(EDITS / 2));
        row(
          `${name} typed and taken back, ${size} lines`,
          `p50 ${ms(percentile(times, 0.5))}, p95 ${ms(percentile(times, 0.95))}`,
        );
      }
      const global = await edits(
        lsp,
        text,
        () => 5,
        (line, on) => inserted(line, 0, "x")(on),
        20,
      );
      row(`edit of a global, ${size} lines, first answer`, `p50 ${ms(percentile(global.times, 0.5))}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await burst(lsp, text, size);
      await completion(lsp, text, size);
      row(`memory of the server, ${size} lines, after ${EDITS * 2} edits`, `${lsp.memory().toFixed(0)} MB`);
    }
    lsp.stop();
  }
  if (cpu.has(40_000)) {
    const exponent = Math.log(cpu.get(40_000) / cpu.get(10_000)) / Math.log(4);
    row(
      "growth of CPU per edit, 10,000 to 40,000 lines",
      `exponent ${exponent.toFixed(2)}`,
      "0.5",
      exponent <= 0.5,
    );
  }
}

async function burst(lsp, text, size) {
  const line = spread(text.split("\n"), 17);
  const published = lsp.published();
  const start = performance.now();
  for (let i = 0; i < 50; i++)
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++lsp.version },
      contentChanges: [inserted(line, 1, "x")(true)],
    });
  await published;
  const settled = performance.now() - start;
  row(`burst of 50 edits settled, ${size} lines`, ms(settled), "10 ms", settled <= 10);
  const mended = lsp.published();
  lsp.notify("textDocument/didChange", {
    textDocument: { uri, version: ++lsp.version },
    contentChanges: [inserted(line, 1, "x".repeat(50))(false)],
  });
  await mended;
}

async function completion(lsp, text, size) {
  const lines = text.split("\n");
  const times = [];
  for (let i = 0; i < 40; i++) {
    const line = spread(lines, i * 3);
    const published = lsp.published();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++lsp.version },
      contentChanges: [inserted(line, 1, "x")(true)],
    });
    const start = performance.now();
    await lsp.request("textDocument/completion", { textDocument: { uri }, position: { line, character: 2 } });
    times.push(performance.now() - start);
    await published;
    const mended = lsp.published();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++lsp.version },
      contentChanges: [inserted(line, 1, "x")(false)],
    });
    await mended;
  }
  const p95 = percentile(times, 0.95);
  row(
    `completion after a key, ${size} lines`,
    `p50 ${ms(percentile(times, 0.5))}, p95 ${ms(p95)}`,
    size === 40_000 ? "5 ms" : "",
    size === 40_000 ? p95 <= 5 : "",
  );
}

mkdirSync(cache, { recursive: true });
await bundle({
  entry: "server/src/server.ts",
  output: "dist/server.js",
  banner:
    "Object.groupBy??=(items,key)=>{const g={};let i=0;for(const x of items)(g[key(x,i++)]??=[]).push(x);return g};",
});
await inProcess();
const empty = await coldStart(await build("test/bench/emptyServer.ts", "emptyServer.mjs"));
const ours = await coldStart(server);
row(
  "cold start → first diagnostics",
  `${ms(ours)}, an empty server ${ms(empty)}: ${(ours / empty).toFixed(2)} times`,
  "1.5 times",
  ours / empty <= 1.5,
);
await overTheWire();

const width = (key) => Math.max(...rows.map((r) => r[key].length), key.length);
const widths = { what: width("what"), measured: width("measured"), target: width("target"), met: 8 };
for (const r of [{ what: "what", measured: "measured", target: "target", met: "" }, ...rows])
  console.log(
    Object.entries(widths)
      .map(([key, w]) => r[key].padEnd(w))
      .join("  ")
      .trimEnd(),
  );
