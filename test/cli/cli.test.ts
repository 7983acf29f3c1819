import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunOptions, runIn } from "./run.ts";

const good =
  'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "em0|192.0.2.10";\n\thost.hostname = web;\n}\n';
const broken = good.replace("/jails/web;", "/jails/web");
let folder: string;

const run = (args: readonly string[], options?: RunOptions) => runIn(folder, args, options);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-cli-"));
  writeFileSync(join(folder, "jail.conf"), good);
  writeFileSync(join(folder, "broken.jail.conf"), broken);
  mkdirSync(join(folder, "site", "jail.conf.d"), { recursive: true });
  writeFileSync(join(folder, "site", "jail.conf"), `.include "jail.conf.d/*.conf";\n${good}`);
  writeFileSync(
    join(folder, "site", "jail.conf.d", "part.conf"),
    "db { persist; devfs_ruleset = x; path = /d; }\n",
  );
  writeFileSync(join(folder, "site", "web.zonecfg"), "create\n");
  writeFileSync(join(folder, "unknown"), "?\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("check", () => {
  it("ends with 0 and says so where nothing is wrong", () => {
    expect(run(["check", "jail.conf"])).toEqual({ code: 0, out: "no findings in 1 file\n", err: "" });
  });

  it("prints place, severity, code and the marked line, and ends with 1", () => {
    const { code, out } = run(["check", "broken.jail.conf"]);
    expect(code).toBe(1);
    expect(out).toContain("broken.jail.conf:2:18: error: `;` is missing here. [syntax/missing-semicolon]");
    expect(out).toMatch(/ {4}2 \| \tpath = \/jails\/web\n {6}\| \t {16}\^\n/);
  });

  it("prints one JSON document with places counted from zero", () => {
    const { out } = run(["check", "--format", "json", "broken.jail.conf"]);
    const { version, host, files, summary } = JSON.parse(out);
    expect({ version, host }).toEqual({ version: 1, host: { name: "default", described: false } });
    expect(files[0]).toMatchObject({ path: "broken.jail.conf", language: "jail-conf" });
    expect(files[0].diagnostics[0]).toMatchObject({
      code: "syntax/missing-semicolon",
      severity: "error",
      range: { start: { line: 1, character: 17 }, end: { line: 1, character: 18 } },
    });
    expect(summary).toEqual({ errors: 1, warnings: 0, information: 0, hints: 0 });
  });

  it("prints SARIF with the rules that the results refer to", () => {
    const { out } = run(["check", "--format", "sarif", "broken.jail.conf"]);
    const [sarif] = JSON.parse(out).runs;
    const [result] = sarif.results;
    expect(sarif.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.locations[0].physicalLocation.region).toMatchObject({ startLine: 2, startColumn: 18 });
  });

  it("prints annotations for GitHub", () => {
    const { out } = run(["check", "--format", "github", "broken.jail.conf"]);
    expect(out).toBe(
      "::error file=broken.jail.conf,line=2,endLine=2,col=18,endColumn=19,title=syntax/missing-semicolon::`;` is missing here.\n",
    );
  });

  it("looks into folders, follows includes, and says what it passes over", () => {
    const { code, out, err } = run(["check", "site"]);
    expect(code).toBe(1);
    expect(out).toContain("site/jail.conf.d/part.conf:1:");
    expect(out).toContain("in 3 files");
    expect(err).toBe("");
  });

  it("lets --fail-on decide about the exit code", () => {
    const hint = good.replace('"em0|192.0.2.10"', "192.0.2.10");
    expect(run(["check", "-"], { input: hint }).code).toBe(0);
    expect(run(["check", "--fail-on", "hint", "-"], { input: hint }).code).toBe(1);
  });

  it("judges by the release", () => {
    const text = good.replace(
      "persist;",
      "persist;\n\tzfs.dataset = tank/web;\n\tallow.mount;\n\tallow.mount.zfs;\n\tenforce_statfs = 1;",
    );
    expect(run(["check", "-"], { input: text }).out).not.toContain("jail/not-in-release");
    expect(run(["check", "--release", "13", "-"], { input: text }).out).toContain("jail/not-in-release");
  });

  it("colours only where it is asked to or on a terminal", () => {
    expect(run(["check", "broken.jail.conf"]).out).not.toContain("\u001b[");
    expect(run(["check", "broken.jail.conf"], { env: { FORCE_COLOR: "1" } }).out).toContain("\u001b[");
  });
});

describe("resolve", () => {
  it("prints each jail with the lines that its parameters come from", () => {
    const { code, out } = run(["resolve", "jail.conf"]);
    expect(code).toBe(0);
    expect(out).toBe(
      "web\n  name = web;\n  path = /jails/web;  # jail.conf:2\n  persist;  # jail.conf:3\n  ip4.addr = em0|192.0.2.10;  # jail.conf:4\n  host.hostname = web;  # jail.conf:5\n",
    );
  });

  it("prints as JSON what jail(8) would say, errors with its lines", () => {
    const { code, out } = run(["resolve", "--format", "json", "broken.jail.conf"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      accepted: false,
      errors: [
        { file: "broken.jail.conf", line: 3, kind: "syntax", token: "persist", message: "syntax error" },
      ],
      jails: [],
    });
  });
});

describe("resolve of zonecfg", () => {
  it("prints the commands as zonecfg reads them, by the dialect of the platform", () => {
    const input = "create -b\nadd net\nset physical=web0\nset global-nic=net0\nend\n";
    const zone = (...args: string[]) =>
      JSON.parse(run(["resolve", "--language", "zonecfg", "--format", "json", ...args, "-"], { input }).out);
    expect(zone()).toMatchObject({ accepted: false, fileMode: { commands: 3, stop: "error" } });
    expect(zone("--platform", "omnios")).toMatchObject({
      accepted: true,
      fileMode: { commands: 5, stop: "end" },
    });
  });

  it("prints the zone that the commands make, in each form", () => {
    const input =
      "create\nset zonepath=/zones/web\nset max-lwps=500\nadd attr\nset name=a\nset type=int\nset value=1\nend\n";
    const zone = (format: string) =>
      run(["resolve", "--language", "zonecfg", "--format", format, "-"], { input }).out;
    expect(JSON.parse(zone("json")).configuration).toEqual({
      base: "template",
      properties: [
        ["zonepath", "/zones/web"],
        ["brand", "ipkg"],
        ["ip-type", "shared"],
      ],
      resources: [
        {
          type: "rctl",
          properties: [
            ["name", "zone.max-lwps"],
            ["value", [{ priv: "privileged", limit: "500", action: "deny" }]],
          ],
        },
        {
          type: "attr",
          properties: [
            ["name", "a"],
            ["type", "int"],
            ["value", "1"],
          ],
        },
      ],
    });
    expect(zone("text")).toContain("zonepath: /zones/web  # line 2\n  brand: ipkg  # template SUNWdefault\n");
    expect(zone("export")).toContain(
      'add rctl\nset name="zone.max-lwps"\nadd value (priv=privileged,limit=500,action=deny)\nend\n',
    );
    expect(zone("info")).toContain("[max-lwps: 500]\nattr:\n\tname: a\n");
    expect(zone("xml")).toContain('<zone name="" zonepath="/zones/web" autoboot="false" brand="ipkg">');
  });
});

describe("check of zonecfg", () => {
  it("judges by the platform, else by what any of them takes", () => {
    const input = "create -b\nset brand=own\nset zonepath=/zones/web\nadd anet\nset linkname=net0\nend\n";
    const zone = (...args: string[]) => run(["check", "--language", "zonecfg", ...args, "-"], { input });
    expect(zone().code).toBe(0);
    expect(zone("--platform", "solaris11").code).toBe(0);
    expect(zone("--platform", "illumos")).toMatchObject({
      code: 1,
      out: expect.stringContaining("zone/other-platform"),
    });
  });

  it("tells the language of standard input by its first line", () => {
    expect(run(["check", "-"], { input: "create -b\nset auto-boot=true\n" }).out).toContain(
      "syntax/unknown-word",
    );
  });
});

describe("wrong use ends with 2 and a sentence", () => {
  it.each([
    [["check"], "check needs at least one file or folder"],
    [["check", "--format", "xml", "jail.conf"], "--format must be one of text, json, sarif, github"],
    [["check", "--nonsense", "jail.conf"], "Unknown option '--nonsense'"],
    [["check", "missing.conf"], "cannot read missing.conf"],
    [["check", "unknown"], "cannot tell the language of unknown"],
    [["resolve", "--format", "xml", "jail.conf"], "for zonecfg command files"],
    [["resolve", "a", "b"], "resolve needs exactly one file"],
    [["frobnicate"], 'there is no command "frobnicate"'],
    [["lsp"], "add --stdio"],
  ])("%j", (args, message) => {
    const { code, out, err } = run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("only the help of check speaks of --fail-on, which no other command takes", () => {
    for (const command of ["resolve", "boot", "shell", "replay", "probe", "explain", "diff", "host"])
      expect([command, run([command, "--help"]).out.includes("--fail-on")]).toEqual([command, false]);
    expect(run(["check", "--help"]).out).toContain("--fail-on");
  });

  it("--help and --version are no wrong use", () => {
    for (const args of [["--help"], ["check", "--help"], ["resolve", "-h"], ["lsp", "--help"], ["--version"]])
      expect(run(args).code).toBe(0);
  });
});
