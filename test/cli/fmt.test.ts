import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunOptions, runIn } from "./run.ts";

const rough = "web {\npath=/x;persist;\n}\n";
const fine = "web {\n\tpath = /x;\n\tpersist;\n}\n";
let folder: string;

const run = (args: readonly string[], options?: RunOptions) => runIn(folder, ["fmt", ...args], options);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-fmt-"));
  writeFileSync(join(folder, "jail.conf"), rough);
  writeFileSync(join(folder, "fine.jail.conf"), fine);
  writeFileSync(join(folder, "web.zonecfg"), "add  net\nset physical = a\nend\n");
  writeFileSync(join(folder, "latin.jail.conf"), Buffer.from("# caf\xe9\nweb { vnet; }\n", "latin1"));
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site", "jail.conf"), rough);
  writeFileSync(join(folder, "site", "zonewarden.host.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("fmt", () => {
  it("prints what it is given in the usual layout", () => {
    expect(run(["jail.conf"])).toEqual({ code: 0, out: fine, err: "" });
    expect(run(["web.zonecfg"]).out).toBe("add net\n    set physical=a\nend\n");
    expect(run(["-"], { input: rough })).toEqual({ code: 0, out: fine, err: "" });
    expect(run(["--language", "zonecfg", "-"], { input: "create  -b\n" }).out).toBe("create -b\n");
  });

  it("names what would change, and ends with 1", () => {
    expect(run(["--check", "jail.conf", "fine.jail.conf"])).toEqual({ code: 1, out: "jail.conf\n", err: "" });
    expect(run(["--check", "fine.jail.conf"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("writes back what changes", () => {
    expect(run(["--write", "site", "fine.jail.conf"])).toEqual({ code: 0, out: "site/jail.conf\n", err: "" });
    expect(readFileSync(join(folder, "site", "jail.conf"), "utf8")).toBe(fine);
    expect(run(["--write", "site"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("refuses what it could only damage, and wrong use, with 2", () => {
    expect(run(["--write", "latin.jail.conf"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("latin.jail.conf is not UTF-8"),
    });
    for (const args of [[], ["--check", "--write", "jail.conf"], ["--write", "-"], ["missing.conf"], ["--x"]])
      expect(run(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("zonewarden:") });
    expect(run(["--help"]).out).toContain("Usage: zonewarden fmt");
  });
});
