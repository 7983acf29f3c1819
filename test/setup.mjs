#!/usr/bin/env node
/**
 * First step of every root script: installs the dependencies when they are missing or out of date, then runs its
 * arguments with Node 24 (the npm package `node`), with `node_modules/.bin` first in PATH.
 *
 *     node test/setup.mjs SCRIPT.mjs [ARGUMENT…] [SCRIPT.mjs [ARGUMENT…]]…
 *
 * The system's Node may be 20, and nothing may be installed yet: so this file uses Node's own modules only.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
const windows = process.platform === "win32";
const node24 = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

const mtime = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Why an installation is needed, or undefined. */
function staleness() {
  const lock = join(root, "package-lock.json");
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return "node_modules is missing";
  if (!existsSync(node24)) return "Node 24 is missing in node_modules";
  if (mtime(lock) <= mtime(installed)) return undefined;
  // npm writes both files within milliseconds, and git sets new times on a checkout: the contents decide.
  const wanted = JSON.parse(readFileSync(lock, "utf8")).packages;
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  const differs = Object.entries(wanted).some(
    ([path, entry]) =>
      path.startsWith("node_modules/") &&
      (have[path] ? have[path].version !== entry.version : !entry.optional),
  );
  return differs ? "package-lock.json is newer than node_modules" : undefined;
}

/** Runs a program to its end with our output; a signal from outside is passed on, and we outlive the child. */
function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      env,
      shell: windows && command === "npm",
    });
    const pass = (signal) => child.kill(signal);
    // Ctrl-C reaches the child from the terminal by itself; without a listener we would die before it.
    const interrupt = process.stdin.isTTY ? () => {} : pass;
    process.on("SIGTERM", pass).on("SIGHUP", pass).on("SIGINT", interrupt);
    child.on("error", (error) => {
      console.error(`setup: cannot start ${command}: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code, signal) => {
      process.off("SIGTERM", pass).off("SIGHUP", pass).off("SIGINT", interrupt);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

const reason = staleness();
if (reason) {
  console.log(`setup: ${reason}: running "npm ci"`);
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith(".js")
    ? await run(process.execPath, [npm, "ci", "--no-audit", "--no-fund"], process.env)
    : await run("npm", ["ci", "--no-audit", "--no-fund"], process.env);
  if (code !== 0) {
    console.error(`setup: "npm ci" failed with exit code ${code}`);
    process.exit(code);
  }
}

/** @type {string[][]} each script with its arguments */
const scripts = [];
for (const argument of process.argv.slice(2)) {
  if (/\.m?js$/.test(argument) || scripts.length === 0) scripts.push([argument]);
  else scripts.at(-1).push(argument);
}

const env = {
  ...process.env,
  PATH: [bin, dirname(node24), process.env.PATH].join(delimiter),
  // What is shipped must run on the Node people have, so tests of the bundles use that one too. npm itself runs on
  // it; "node" in an npm script is ours already.
  ZONEWARDEN_SYSTEM_NODE:
    process.env.ZONEWARDEN_SYSTEM_NODE ?? process.env.npm_node_execpath ?? process.execPath,
};
for (const script of scripts) {
  const code = await run(node24, script, env);
  if (code !== 0) process.exit(code);
}
