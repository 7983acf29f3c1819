import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const HOST = join(import.meta.dirname, "../../../server/src/host");

/** Parts that both kernels share: they ask the kernel, and never know which one it is. */
const SHARED = ["filesystem", "ipc", "network", "process", "shell"];

describe("what the kernels share", () => {
  const files = SHARED.flatMap((folder) =>
    readdirSync(join(HOST, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );

  it.each(files)("%s imports neither of them", (file) => {
    const text = readFileSync(join(HOST, file), "utf8");
    expect(text).not.toMatch(/from "[./]*(?:\.\.\/)+(?:freebsd|illumos)\//);
  });
});
