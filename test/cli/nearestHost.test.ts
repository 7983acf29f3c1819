import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const FILE = "zonewarden.host.json";
let folder: string;
const run = (...args: readonly string[]) => runIn(folder, args);
const write = (name: string, content: object | string) =>
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-nearest-"));
  for (const name of ["rack", "rack/etc", "global", "broken"]) mkdirSync(join(folder, name));
  write(`rack/${FILE}`, {
    system: "freebsd",
    release: "14.3",
    name: "rack7",
    directories: [{ path: "/jails/web", base: true }],
  });
  write("rack/etc/jail.conf", "web { path = /jails/web; persist; }\n");
  write(
    "rack/etc/stray.zonecfg",
    "create -b\nset brand=ipkg\nset zonepath=/zones/stray\nset ip-type=shared\n",
  );
  write(
    "rack/etc/scenario.session",
    "host# uname -r\n14.3-RELEASE\nweb# cat /etc/motd\ncat: /etc/motd: No such file or directory\n",
  );
  write(`global/${FILE}`, { system: "omnios", release: "r151054", name: "gate", brands: ["lipkg"] });
  write("global/web.zonecfg", "create -b\nset brand=lipkg\nset zonepath=/rpool/web\nset ip-type=shared\n");
  write(`broken/${FILE}`, "{ nothing }");
  write("broken/jail.conf", "web { path = /jails/web; persist; }\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the nearest host file", () => {
  it.each([
    ["boot", ["boot", "rack/etc/jail.conf"], "on host rack7, FreeBSD 14.3"],
    ["shell", ["shell", "-c", "uname -r", "rack/etc/jail.conf"], "14.3-RELEASE"],
    ["zones", ["boot", "global/web.zonecfg"], "on host gate, OmniOS r151054"],
  ])("describes the machine of %s", (_what, args, says) => {
    expect(run(...args).out).toContain(says);
  });

  it.each([
    ["boot", ["boot", "--no-host", "rack/etc/jail.conf"], "on a host that nobody described, FreeBSD 15.0"],
    ["shell", ["shell", "--no-host", "-c", "uname -r", "rack/etc/jail.conf"], "15.0-RELEASE"],
  ])("is left alone by %s with --no-host", (_what, args, says) => {
    expect(run(...args).out).toContain(says);
  });

  it("is that of transcripts as well", () => {
    expect(run("replay", "rack/etc").code).toBe(0);
    expect(run("replay", "--no-host", "rack/etc").out).toContain("+ 15.0-RELEASE");
  });

  it("says nothing of configurations for another system", () => {
    expect(run("boot", "rack/etc/stray.zonecfg").out).toContain("on a host that nobody described, illumos");
  });

  it("is of no use with mistakes", () => {
    const { code, err } = run("boot", "broken/jail.conf");
    expect(err).toContain(`broken/${FILE}:1:3: `);
    expect(code).toBe(2);
  });

  it("is not looked for by check with --no-host", () => {
    write("rack/etc/jail.conf", "web { path = /jails/wbe; persist; }\n");
    expect(run("check", "rack/etc/jail.conf").code).toBe(1);
    expect(run("check", "--no-host", "rack/etc/jail.conf").code).toBe(0);
    expect(run("check", "--no-host", "broken/jail.conf").out).not.toContain(FILE);
  });

  it("excludes --no-host where it is named", () => {
    const { code, err } = run("boot", "--host", `rack/${FILE}`, "--no-host", "rack/etc/jail.conf");
    expect(err).toContain("exclude each other");
    expect(code).toBe(2);
  });
});
