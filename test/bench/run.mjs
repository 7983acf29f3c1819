/**
 * `npm run bench [-- --quick] [-- LANGUAGE | host | boot | zones | editor]`: what things cost, beside the figures that the project holds itself to.
 * Nothing here fails: a busy machine is no defect.
 */
import { existsSync, mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import esbuild from "esbuild";
import "../../server/esbuild.mjs";
import { bundleServer } from "../../server/esbuild.mjs";
import { cache, root } from "../vscode/paths.mjs";
import { Lsp } from "./lsp.mjs";
import { subjects } from "./subjects.mjs";

const quick = process.argv.includes("--quick");
const SIZES = quick ? [1_000, 10_000] : [100, 1_000, 10_000, 40_000];
const EDITS = quick ? 60 : 200;
const [language] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const server = join(root, "dist", "server.js");
const compiled = join(root, "dist", "main", "compiled");

let rows = [];
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

async function inProcess(measure, { language, generate, real }) {
  for (const size of SIZES.filter((s) => s >= 10_000)) {
    const text = generate(size);
    const mb = text.length / 1e6;
    const times = measure(language, text, quick ? 5 : 15);
    for (const [stage, { cold, warm }] of Object.entries(times))
      row(
        `${stage}, ${size} lines, CPU`,
        `${ms(warm)} warm (${(mb / (warm / 1000)).toFixed(0)} MB/s), ${ms(cold)} cold`,
      );
    const both = times.parse.warm + times.resolve.warm;
    const limit = real.msPerMb * mb;
    row(
      `parse + resolve, ${size} lines, CPU`,
      ms(both),
      `${ms(limit)} (${real.name}, by size)`,
      both <= limit,
    );
  }
}

/** From the start of the process to the first diagnostics of a small document. */
async function coldStart(script, { language, uri, small }) {
  const times = [];
  for (let i = 0; i < (quick ? 3 : 7); i++) {
    const start = performance.now();
    const lsp = new Lsp(script);
    await lsp.initialize();
    lsp.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: language, version: 1, text: small },
    });
    await lsp.published();
    times.push(performance.now() - start);
    lsp.stop();
  }
  return percentile(times, 0.5);
}

/** Lets a server keep what it compiled for its start, as the first one after an installation does. */
async function untilCompiled(subject) {
  const { lsp } = await openDocument(subject, subject.small);
  while (!existsSync(compiled) || (await readdir(compiled, { recursive: true })).length < 2)
    await new Promise((resolve) => setTimeout(resolve, 200));
  lsp.stop();
}

async function openDocument({ language, uri }, text) {
  const lsp = new Lsp(server);
  await lsp.initialize();
  const start = performance.now();
  lsp.notify("textDocument/didOpen", { textDocument: { uri, languageId: language, version: 1, text } });
  await lsp.published();
  const opened = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return { lsp, opened };
}

/**
 * Latency of edits, from sending a change to the diagnostics that it leads to. Each pair of edits makes a mistake and
 * mends it, so that diagnostics come every time.
 */
async function edits(lsp, uri, lineOf, change, count) {
  const times = [];
  let version = lsp.version ?? 1;
  const before = lsp.cpu();
  for (let i = 0; i < count; i++) {
    const line = lineOf(Math.floor(i / 2));
    const published = lsp.published();
    const start = performance.now();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++version },
      contentChanges: [inserted(line, change, i % 2 === 0)],
    });
    await published;
    times.push(performance.now() - start);
  }
  lsp.version = version;
  return { times, cpu: (lsp.cpu() - before) / count };
}

/** A text is put into a line, or taken out again. */
const inserted = (line, { character, text }, on) => ({
  range: { start: { line, character }, end: { line, character: character + (on ? 0 : text.length) } },
  text: on ? text : "",
});
/** The n-th of the lines with `spot` in them, spread over the file. */
function spreadOver(text, spot) {
  const lines = text.split("\n");
  return (n) => {
    let line = (n * 7919) % lines.length;
    while (!lines[line].includes(spot)) line = (line + 1) % lines.length;
    return line;
  };
}

async function overTheWire(subject) {
  const { uri, generate, spot, typo, unclosed, global } = subject;
  const cpu = new Map();
  for (const size of SIZES) {
    const text = generate(size);
    const spread = spreadOver(text, spot);
    const { lsp, opened } = await openDocument(subject, text);
    row(
      `open → first diagnostics, ${size} lines`,
      ms(opened),
      size === 40_000 ? "250 ms" : "",
      size === 40_000 ? opened <= 250 : "",
    );
    await edits(lsp, uri, spread, typo, 40);
    const typed = await edits(lsp, uri, spread, typo, EDITS);
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
      for (const [name, change] of Object.entries(unclosed)) {
        const { times } = await edits(lsp, uri, spread, change, Math.floor(EDITS / 2));
        row(
          `unclosed ${name} typed and taken back, ${size} lines`,
          `p50 ${ms(percentile(times, 0.5))}, p95 ${ms(percentile(times, 0.95))}`,
        );
      }
      const globalLine = text.split("\n").indexOf(global.line);
      const { times } = await edits(lsp, uri, () => globalLine, global, 20);
      row(`edit of a global, ${size} lines, first answer`, `p50 ${ms(percentile(times, 0.5))}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await burst(lsp, subject, spread(17), size);
      await completion(lsp, subject, spread, size);
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

async function burst(lsp, { uri, typo }, line, size) {
  const change = async (...changes) => {
    const published = lsp.published();
    const start = performance.now();
    for (const contentChange of changes)
      lsp.notify("textDocument/didChange", {
        textDocument: { uri, version: ++lsp.version },
        contentChanges: [contentChange],
      });
    await published;
    return performance.now() - start;
  };
  const times = [];
  for (let i = 0; i < 7; i++) {
    times.push(await change(...Array(50).fill(inserted(line, typo, true))));
    await change(inserted(line, { ...typo, text: typo.text.repeat(50) }, false));
  }
  const settled = percentile(times, 0.5);
  row(`burst of 50 edits settled, ${size} lines`, `p50 ${ms(settled)}`, "10 ms", settled <= 10);
}

async function completion(lsp, { uri, typo }, spread, size) {
  const times = [];
  for (let i = 0; i < 40; i++) {
    const line = spread(i * 3);
    const published = lsp.published();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++lsp.version },
      contentChanges: [inserted(line, typo, true)],
    });
    const start = performance.now();
    const position = { line, character: typo.character + 1 };
    await lsp.request("textDocument/completion", { textDocument: { uri }, position });
    times.push(performance.now() - start);
    await published;
    const mended = lsp.published();
    lsp.notify("textDocument/didChange", {
      textDocument: { uri, version: ++lsp.version },
      contentChanges: [inserted(line, typo, false)],
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

function print(title) {
  const width = (key) => Math.max(...rows.map((r) => r[key].length), key.length);
  const widths = { what: width("what"), measured: width("measured"), target: width("target"), met: 8 };
  console.log(`\n${title}\n`);
  for (const r of [{ what: "what", measured: "measured", target: "target", met: "" }, ...rows])
    console.log(
      Object.entries(widths)
        .map(([key, w]) => r[key].padEnd(w))
        .join("  ")
        .trimEnd(),
    );
}

mkdirSync(cache, { recursive: true });
await bundleServer();
/** Lets what is measured empty the heap before it looks at its size. */
function collectGarbage() {
  setFlagsFromString("--expose-gc");
  globalThis.gc = runInNewContext("gc");
}

/** The system calls of starting and stopping jails one after the other, without jail(8) and rc. */
async function hostCalls() {
  collectGarbage();
  const { measureHost } = await import(pathToFileURL(await build("test/bench/host.ts", "host.mjs")));
  measureHost(200);
  rows = [];
  const results = [1_000, 10_000].map((jails) => ({ jails, ...measureHost(jails) }));
  for (const { jails, start, stop, heap, decide } of results) {
    row(`start ${jails} jails, CPU`, ms(start));
    row(`stop ${jails} jails, CPU`, ms(stop));
    row(`memory of each of ${jails} jails`, `${(heap / jails / 1024).toFixed(1)} KiB`);
    row(`one decision among ${jails} jails, CPU`, `${(1000 * decide).toFixed(0)} µs`);
  }
  const [few, many] = results.map(({ jails, start, stop }) => (start + stop) / jails);
  row(
    "cost of a jail, 10000 against 1000",
    `${(many / few).toFixed(2)} times`,
    "1.5 times (linear)",
    many <= 1.5 * few,
  );
  print("calls of the host");
}

/** Starts and stops of many jails at once in the simulated host. */
async function boots() {
  collectGarbage();
  const { measureBoot } = await import(pathToFileURL(await build("test/bench/boot.ts", "boot.mjs")));
  measureBoot(200);
  rows = [];
  const each = {};
  for (const jails of quick ? [1_000] : [1_000, 10_000]) {
    const { create, remove, heap, events } = measureBoot(jails);
    each[jails] = create / jails;
    const target = jails === 1_000 ? 1_500 : undefined;
    row(
      `create ${jails} jails of 20 lines, CPU`,
      ms(create),
      target ? "about 1 s" : "",
      target ? create <= target : "",
    );
    row(`remove ${jails} jails, CPU`, ms(remove));
    row(`memory of each of ${jails} jails, ${events} events`, `${(heap / 1024).toFixed(1)} KiB`);
  }
  if (each[10_000])
    row(
      "cost of a jail, 10000 against 1000",
      `${(each[10_000] / each[1_000]).toFixed(2)} times`,
      "1.5 times (linear)",
      each[10_000] <= 1.5 * each[1_000],
    );
  print("boot");
}

/** Zones configured, installed by clone and booted one after the other: as many as a kernel can have beside the global one. */
async function zones() {
  collectGarbage();
  const { measureZones } = await import(pathToFileURL(await build("test/bench/zones.ts", "zones.mjs")));
  measureZones(100);
  rows = [];
  const each = {};
  for (const count of quick ? [1_000] : [1_000, 8_191]) {
    const { configure, clone, boot, halt, heap, events, decide } = measureZones(count);
    const total = (of) => of(configure) + of(clone) + of(boot);
    const sum = { own: total(({ own }) => own), all: total(({ all }) => all) };
    each[count] = sum.own / count;
    const cost = ({ own, all }) => `${ms(own)} of its thread, ${ms(all)} of all threads`;
    row(`configure ${count} zones, CPU`, cost(configure));
    row(`install them by clone, CPU`, cost(clone));
    row(`boot them, CPU`, cost(boot));
    const isMost = count === 8_191;
    row(
      `all three, ${count} zones, CPU`,
      cost(sum),
      isMost ? "about 1 s of its thread" : "",
      isMost ? sum.own <= 1_500 : "",
    );
    row(`halt them, CPU`, cost(halt));
    row(`memory of each of ${count} zones, ${events} events`, `${(heap / 1024).toFixed(1)} KiB`);
    row(`one decision among ${count} zones`, `${(1000 * decide).toFixed(1)} µs`);
  }
  if (each[8_191])
    row(
      "cost of a zone, 8191 against 1000",
      `${(each[8_191] / each[1_000]).toFixed(2)} times`,
      "1.5 times (linear)",
      each[8_191] <= 1.5 * each[1_000],
    );
  print("zones");
}

/** Boot All in an editor, over the wire: with the tree told anew meanwhile, and the past written down. */
async function bootAll() {
  rows = [];
  const each = {};
  const counts = quick ? [200, 400] : [500, 3_000];
  for (const count of counts) {
    const lsp = new Lsp(server);
    await lsp.initialize();
    const address = (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    const jails = Array.from(
      { length: count },
      (_, i) => `j${i} { ip4.addr = "em0|${address(i + 1)}/8"; }\n`,
    );
    const text = `exec.start = "/bin/sh /etc/rc"; mount.devfs; path = "/jails/$name";\n${jails.join("")}`;
    const uri = "file:///bench/jail.conf";
    lsp.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "jail-conf", version: 1, text },
    });
    await lsp.published();
    const { result } = await lsp.request("zonewarden/host/get", null);
    const before = lsp.cpu();
    await lsp.request("zonewarden/host/command", { host: result.hosts[0].id, command: "bootAll" });
    each[count] = (lsp.cpu() - before) / count;
    row(`Boot All of ${count} jails in an editor, CPU`, ms(each[count] * count), "");
    lsp.stop();
  }
  const [few, many] = counts;
  row(
    `cost of a jail, ${many} against ${few}`,
    `${(each[many] / each[few]).toFixed(2)} times`,
    "1.5 times (linear)",
    each[many] <= 1.5 * each[few],
  );
  print("editor");
}

if (language === undefined || language === "host") await hostCalls();
if (language === undefined || language === "editor") await bootAll();
if (language === undefined || language === "boot") await boots();
if (language === undefined || language === "zones") await zones();
const { measure } = await import(pathToFileURL(await build("test/bench/inProcess.ts", "inProcess.mjs")));
const emptyServer = await build("test/bench/emptyServer.ts", "emptyServer.mjs");
for (const subject of subjects) {
  if (language !== undefined && subject.language !== language) continue;
  rows = [];
  await inProcess(measure, subject);
  const empty = await coldStart(emptyServer, subject);
  const times = (ours) => `${ms(ours)}, an empty server ${ms(empty)}: ${(ours / empty).toFixed(2)} times`;
  await rm(compiled, { recursive: true, force: true });
  row("first start after installation → first diagnostics", times(await coldStart(server, subject)));
  await untilCompiled(subject);
  const ours = await coldStart(server, subject);
  row("cold start → first diagnostics", times(ours), "1.5 times", ours / empty <= 1.5);
  await overTheWire(subject);
  print(subject.name);
}
