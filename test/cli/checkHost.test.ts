import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const FILE = "zonewarden.host.json";
const machine = { system: "freebsd", name: "rack7", directories: [{ path: "/jails/web", base: true }] };
const jail = (path: string) => `web {\n\tpath = ${path};\n\thost.hostname = web;\n\tpersist;\n}\n`;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-check-"));
  mkdirSync(join(folder, "etc"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: object | string) =>
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

interface Report {
  host: { name: string; described: boolean };
  files: { path: string; language: string; diagnostics: { code: string; severity: string }[] }[];
}
function check(...args: string[]) {
  const { code, out, err } = runIn(folder, ["check", "--format", "json", ...args]);
  expect(err).toBe("");
  const { host, files } = JSON.parse(out) as Report;
  const found = files.flatMap(({ path, diagnostics }) =>
    diagnostics.map((d) => `${path} ${d.severity} ${d.code}`),
  );
  return { code, host, found };
}

describe("check", () => {
  it("boots a configuration on the machine of the nearest host file", () => {
    write(FILE, machine);
    write("etc/jail.conf", jail("/jails/wbe"));
    expect(check("etc/jail.conf")).toEqual({
      code: 1,
      host: { name: "rack7", described: true },
      found: ["etc/jail.conf error host/no-path"],
    });
  });

  it("finds nothing in the same configuration without one", () => {
    write("etc/jail.conf", jail("/jails/wbe"));
    expect(check("etc")).toEqual({ code: 0, host: { name: "default", described: false }, found: [] });
  });

  it("takes the machine of --host instead", () => {
    write(FILE, machine);
    write("other.json", { ...machine, name: "other", directories: [] });
    write("etc/jail.conf", jail("/jails/web"));
    expect(check("etc")).toMatchObject({ code: 0, found: [] });
    expect(check("--host", "other.json", "etc")).toMatchObject({
      host: { name: "other" },
      found: ["etc/jail.conf error host/no-path"],
    });
  });

  it("leaves configurations alone that the host file does not name", () => {
    write(FILE, { ...machine, configurations: ["hosts/*.conf"] });
    write("etc/jail.conf", jail("/jails/wbe"));
    expect(check("etc")).toMatchObject({ code: 0, host: { described: false } });
  });

  it("says what is wrong with a host file, asked for or found", () => {
    write(FILE, { ...machine, cpus: 0 });
    write("etc/jail.conf", jail("/jails/web"));
    const found = [`${FILE} error host/value`];
    expect(check("etc")).toMatchObject({ code: 1, found });
    expect(check(FILE)).toMatchObject({ code: 1, found });
    expect(check(".")).toMatchObject({ code: 1, found });
  });

  it("points into the host file", () => {
    write(
      FILE,
      '{\n\t"system": "freebsd",\n\t"links": [{ "name": "igb0", "addresses": ["192.0.2.2/24"] }]\n}\n',
    );
    write("etc/jail.conf", 'web {\n\tpath = /;\n\tpersist;\n\tip4.addr = "igb0|192.0.2.2/24";\n}\n');
    const { out } = runIn(folder, ["check", "etc"]);
    expect(out).toContain(`${FILE}:3:44: The host has it from here.`);
  });
});
