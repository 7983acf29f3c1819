import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runReplay } from "@zonewarden/server/cli/replay";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "examples", "scenarios");
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

function replayed(folder: string) {
  let printed = "";
  const options = { help: false, release: undefined, update: false, paths: [join(root, folder)] };
  const status = runReplay(options, (text) => {
    printed += text;
  });
  return { printed, status };
}

describe.each(folders)("scenario %s", (folder) => {
  const { printed, status } = replayed(folder);

  it("comes out as it is written", () => {
    expect(printed.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([]);
    expect(status).toBe(0);
  });

  it("asks for nothing that is not modelled", () => {
    expect(printed).not.toMatch(/not modelled|\(interrupted|\(there is no/);
  });

  it("has a README that the index names", () => {
    expect(readdirSync(join(root, folder))).toContain("README.md");
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`](${folder}/README.md)`);
  });
});
