import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Client, serverBundle } from "./client.ts";
import { broken } from "./samples.ts";

const uri = "file:///nowhere/jail.conf";
let dist: string;
let compiled: string;
beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), "zonewarden-"));
  compiled = join(dist, "main", "compiled");
  await cp(dirname(serverBundle), dist, { recursive: true });
  await rm(compiled, { recursive: true, force: true });
});
afterEach(() => rm(dist, { recursive: true, force: true }));

const version = () => spawnSync(process.execPath, [join(dist, "cli.js"), "--version"], { encoding: "utf8" });

async function codes(): Promise<unknown[]> {
  const command = [process.execPath, join(dist, "server.js"), "--stdio"] as const;
  const client = await Client.start({ command: [...command], settings: {} });
  try {
    await client.open(uri, broken);
    const found = await client.codes(uri);
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe("");
    return found;
  } finally {
    await client.dispose();
  }
}

it("keeps what was compiled beside the bundle, and answers the same with it", async () => {
  const first = await codes();
  const kept = await readdir(compiled, { recursive: true });
  expect(kept.length).toBeGreaterThan(5);
  expect(await codes()).toEqual(first);
});

it("starts where nothing can be written beside the bundle", async () => {
  await writeFile(compiled, "");
  expect(version()).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^\d+\.\d+/) });
  expect(await codes()).toEqual(["syntax/missing-semicolon"]);
});

it("starts where what was kept is damaged", async () => {
  const first = await codes();
  for (const file of await readdir(compiled, { recursive: true, withFileTypes: true }))
    if (file.isFile()) await writeFile(join(file.parentPath, file.name), "no code");
  expect(await codes()).toEqual(first);
});
