import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunOptions, runIn } from "./run.ts";

const FILE = "zonewarden.host.json";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-host-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], options?: RunOptions) => runIn(folder, args, options);
const write = (name: string, content: object | string) =>
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

describe("host init", () => {
  it("writes a file that explains itself and has no mistakes", () => {
    expect(run(["host", "init"])).toEqual({ code: 0, out: `wrote ${FILE}\n`, err: "" });
    const text = readFileSync(join(folder, FILE), "utf8");
    expect(text).toContain("  // Number of CPUs.\n");
    expect(run(["host", "check"])).toEqual({
      code: 0,
      out: `${FILE}: no findings, host runs FreeBSD 15.0\n`,
      err: "",
    });
  });

  it("never overwrites a file", () => {
    write(FILE, "mine");
    const { code, out, err } = run(["host", "init"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(`${FILE} is there already: it is not overwritten`);
    expect(readFileSync(join(folder, FILE), "utf8")).toBe("mine");
  });

  it.each([
    [["--release", "13"], "FreeBSD 13.5"],
    [["--platform", "omnios"], "OmniOS r151054"],
    [["--platform", "solaris10"], "Solaris 10"],
    [["--platform", "solaris11"], "Solaris 11.4"],
  ])("prints one for %j", (options, system) => {
    const { out } = run(["host", "init", ...options, "-"]);
    expect(run(["host", "check", "-"], { input: out }).out).toBe(`STDIN: no findings, host runs ${system}\n`);
  });

  it("takes one system at a time", () => {
    expect(run(["host", "init", "--release", "13", "--platform", "omnios"]).code).toBe(2);
  });
});

describe("host check", () => {
  it("prints each mistake with place, line and kind, and ends with 1", () => {
    write(FILE, '{\n  "system": "freebsd",\n  "cpu": 4\n}\n');
    expect(run(["host", "check"])).toEqual({
      code: 1,
      out: [
        `${FILE}:3:3: error: There is no \`cpu\` in a host file. Did you mean \`cpus\`? [host/unknown-key]`,
        '    3 |   "cpu": 4',
        "      |   ^^^^^",
        "",
        `1 error in ${FILE}`,
        "",
      ].join("\n"),
      err: "",
    });
  });

  it("prints them as JSON, counted from 0", () => {
    write("a.json", '{\n  "system": "freebsd",\n  "cpu": 4\n}\n');
    const { code, out } = run(["host", "check", "--format", "json", "a.json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      path: "a.json",
      problems: [
        {
          code: "host/unknown-key",
          message: "There is no `cpu` in a host file. Did you mean `cpus`?",
          range: { start: { line: 2, character: 2 }, end: { line: 2, character: 7 } },
        },
      ],
    });
  });

  it("ends with 2 where there is no file", () => {
    expect(run(["host", "check"])).toMatchObject({ code: 2, out: "" });
  });
});

describe("host show", () => {
  it("shows what is assumed where nobody described a machine", () => {
    const { code, out } = run(["host", "show"]);
    expect(code).toBe(0);
    expect(out).toContain("default (host.example.org): FreeBSD 15.0, 4 CPUs, memory 8G, swap 2G\n");
    expect(out).toContain("Nobody described this machine");
    expect(out).toMatch(/^ {2}em0 +physical +up +mtu 1500 +192\.0\.2\.2\/24 2001:db8::2\/64$/m);
  });

  it("shows what a file describes, with what it leaves out", () => {
    write(FILE, { system: "freebsd", hostname: "db1", cpus: 16 });
    const { out } = run(["host", "show"]);
    expect(out).toContain("db1 (db1): FreeBSD 15.0, 16 CPUs, memory 8G");
    expect(out).not.toContain("Nobody described");
  });

  it("prints a host file again as JSON", () => {
    write(FILE, { system: "smartos", cpus: 16 });
    const { out } = run(["host", "show", "--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      system: "smartos",
      cpus: 16,
      links: [{ name: "e1000g0" }, { name: "lo0" }],
    });
    write("second.json", out);
    expect(run(["host", "show", "--format", "json", "second.json"]).out).toBe(out);
  });

  it("does not show a file with mistakes", () => {
    write(FILE, { system: "freebsd", cpu: 1, cpus: 0 });
    const { code, err } = run(["host", "show"]);
    expect(code).toBe(2);
    expect(err).toContain(`${FILE}:1:21: There is no \`cpu\` in a host file.`);
    expect(err).toContain("and 1 more");
  });
});

describe("--host", () => {
  beforeEach(() => write("jail.conf", "web {\n\tpath = /jails/web;\n\tpersist;\n}\n"));

  it("names the machine in the JSON of check", () => {
    write("db1.json", { system: "freebsd", name: "db1" });
    const { out } = run(["check", "--format", "json", "--host", "db1.json", "jail.conf"]);
    expect(JSON.parse(out).host).toEqual({ name: "db1", described: true });
  });

  it("says which release is meant, unless the release is given", () => {
    write("old.json", { system: "freebsd", release: "13.2" });
    write("jail.conf", "web {\n\tpath = /jails/web;\n\tpersist;\n\tzfs.dataset = tank/web;\n}\n");
    const old = ["check", "--host", "old.json", "jail.conf"];
    expect(run(old).out).toContain("jail/not-in-release");
    expect(run([...old, "--release", "15"]).out).not.toContain("jail/not-in-release");
  });

  it("is refused with mistakes or without a file", () => {
    write("bad.json", "{}");
    expect(run(["check", "--host", "bad.json", "jail.conf"])).toMatchObject({ code: 2, out: "" });
    expect(run(["check", "--host", "none.json", "jail.conf"])).toMatchObject({ code: 2, out: "" });
  });
});

describe("wrong use", () => {
  it.each([
    [["host"], "host needs what to do: init, show, check"],
    [["host", "destroy"], "host needs what to do"],
    [["host", "show", "a", "b"], "host show takes one file"],
    [["host", "show", "--host", "a", "b"], "name the host file once"],
    [["host", "show", "--format", "xml"], "--format must be one of text, json"],
  ])("%j", (args, message) => {
    const { code, out, err } = run(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("has a help text", () => {
    const { code, out } = run(["host", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("Usage: zonewarden host init");
  });
});
