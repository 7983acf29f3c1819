import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../server/validation/harness.ts";

const root = join(import.meta.dirname, "..", "..", "examples", "jail");
const right = readdirSync(root)
  .toSorted()
  .filter((folder) => /^0[1-6]-/.test(folder));

/** The files of an example as its machine would have them, the main one first. */
function filesOf(folder: string): Record<string, string> {
  const files: Record<string, string> = {
    "jail.conf": readFileSync(join(root, folder, "jail.conf"), "utf8"),
  };
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).toSorted())
    if (name.endsWith(".conf")) files[name] = readFileSync(join(root, folder, name), "utf8");
  return files;
}

describe("jails of the examples", () => {
  it.each(right)("%s starts on a machine that nobody described", (folder) => {
    const found = check(filesOf(folder)).filter(({ code }) => code.startsWith("host/"));
    expect(found).toEqual([]);
  });
});
