import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Cleanups that still have to run when this process is told to end. */
const pending = new Set();
let ending = false;

/** Registers a cleanup for the end of this process; returns a function that runs it once, earlier. */
export function onEnd(cleanup) {
  const once = async () => {
    if (pending.delete(once)) await cleanup();
  };
  pending.add(once);
  return once;
}

async function endBySignal(code) {
  if (ending) return;
  ending = true;
  for (const cleanup of [...pending].reverse()) await cleanup();
  process.exit(code);
}
process.on("SIGINT", () => endBySignal(130)).on("SIGTERM", () => endBySignal(143));

/** Whether children get a process group of their own, so that theirs end with them, even one in an endless loop. */
export const groups = process.platform !== "win32";

/** Signals a process that was started with `detached: groups`, and all it started. */
export function endGroup(child, signal) {
  try {
    if (groups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It is gone already.
  }
}

/** Runs a program to its end. Resolves with the exit code and all output; with `show`, prints it as it comes. */
export function run(command, args, { show = false, timeoutMs = 600_000, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: groups, ...options });
    let output = "";
    const take = (chunk) => {
      output += chunk;
      if (show) process.stdout.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const timer = setTimeout(() => {
      output += `\n${command} did not end within ${timeoutMs / 1000} s\n`;
      endGroup(child, "SIGKILL");
    }, timeoutMs);
    const done = onEnd(() => endGroup(child, "SIGTERM"));
    child.on("error", reject);
    child.on("close", async (code) => {
      clearTimeout(timer);
      await done();
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Runs npm, whichever way we were started ourselves. */
export function npm(args, cwd) {
  // The outer `npm test` describes its own project in npm_* variables; the inner one is about another folder.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? run(process.execPath, [script, ...args], { cwd, env })
    : run(process.platform === "win32" ? "npm.cmd" : "npm", args, {
        cwd,
        env,
        shell: process.platform === "win32",
      });
}

/** Full path of a program on PATH, or undefined. */
export function which(name) {
  const suffixes = process.platform === "win32" ? [".cmd", ".exe"] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix))).find(existsSync);
}

/** Waits until `check` gives something truthy; after the limit, an error that says what was waited for. */
export async function waitFor(what, check, timeoutMs) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
