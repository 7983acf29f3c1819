import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const zone = (name: string, more = "") =>
  `create -b\nset brand=ipkg\nset zonepath=/zones/${name}\nset ip-type=shared\n${more}`;
const net = (link: string, address: string) => `add net\nset physical=${link}\nset address=${address}\nend\n`;

const files: Readonly<Record<string, string>> = {
  "web.zonecfg": zone("web", net("e1000g0", "192.0.2.10/24")),
  "mail.zonecfg": zone("mail", net("e1000g0", "192.0.2.11/24")),
  "refused.zonecfg": zone("refused", "set autoboot=perhaps\n"),
  "script.sh": `#!/bin/sh\nset -e\nzonecfg -z script <<EOF\n${zone("script")}EOF\nzoneadm -z script install\n`,
  "wrong.sh": `#!/bin/sh\nzonecfg -z wrong <<EOF\n${zone("wrong", "set autobot=true\n")}EOF\n`,
  "change.zonecfg": "set autoboot=true\n",
  "last.zonecfg": `${zone("last")}set autoboot=true`,
  "jail.conf": "db { path = /jails/db; persist; }\n",
};

let folder: string;
const run = (...args: readonly string[]) => runIn(folder, args);
const json = (...args: readonly string[]) => {
  const { code, out, err } = run("boot", "--format", "json", ...args);
  expect(err).toBe("");
  return { code, ...JSON.parse(out) };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-zones-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(
    join(folder, "bare.json"),
    '{ "name": "bare", "system": "omnios", "release": "r151054", "brands": ["lipkg"] }',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("boot of command files", () => {
  it("configures, installs and boots, and tells because of which line", () => {
    const { code, out } = run("boot", "web.zonecfg");
    expect(out).toContain("web.zonecfg on a host that nobody described, illumos 5.11");
    expect(out).toMatch(/0\.000 s {2}web +configure +Zone web is configured\. {2}web\.zonecfg:1\n/);
    expect(out).toMatch(/state +running: Zone web is running\./);
    expect(out).toMatch(/^web +running with ID 1$/m);
    expect(code).toBe(0);
  });

  it("prints zones as JSON by the same contract as jails", () => {
    const { code, version, events, containers } = json("web.zonecfg", "mail.zonecfg");
    expect([code, version]).toEqual([0, 1]);
    expect(containers).toEqual([
      { name: "web", type: "zone", id: 1, state: "running" },
      { name: "mail", type: "zone", id: 2, state: "running" },
    ]);
    const states = events.filter(
      ({ kind, container }: { kind: string; container: string }) =>
        kind === "zone.state" && container === "web",
    );
    expect(states.map(({ to }: { to: string }) => to)).toEqual([
      "incomplete",
      "installed",
      "ready",
      "running",
    ]);
    const configured = events.find(({ kind }: { kind: string }) => kind === "zone.configure");
    expect(configured.origins).toEqual([
      { path: "web.zonecfg", range: { start: { line: 0, character: 0 }, end: expect.anything() } },
    ]);
  });

  it("boots one zone of several", () => {
    const { containers } = json("--container", "mail", "web.zonecfg", "mail.zonecfg");
    expect(containers).toEqual([{ name: "mail", type: "zone", id: 1, state: "running" }]);
  });

  it("halts them again with --stop, the last one first", () => {
    const { events, containers } = json("--stop", "web.zonecfg", "mail.zonecfg");
    expect(containers.map(({ state, id }: { state: string; id: number | null }) => [state, id])).toEqual([
      ["installed", null],
      ["installed", null],
    ]);
    const down = events.filter(({ to }: { to?: string }) => to === "down");
    expect(down.map(({ container }: { container: string }) => container)).toEqual(["mail", "web"]);
  });

  it("lets what zonecfg refuses fail on its line, and boots the rest", () => {
    const { code, events, containers } = json("refused.zonecfg", "web.zonecfg");
    expect(code).toBe(1);
    expect(containers.map(({ state }: { state: string }) => state)).toEqual(["absent", "running"]);
    const [first] = events;
    expect(first).toMatchObject({ container: "refused", kind: "zone.configure", outcome: "failed" });
    expect(first.message).toMatch(/^zonecfg: refused\.zonecfg:5: /);
    expect(first.origins[0].range.start.line).toBe(4);
  });

  it("reads what a script hands to zonecfg, and nothing else of it", () => {
    expect(run("boot", "--language", "zonecfg", "script.sh").out).toMatch(/^script +running with ID 1$/m);
    const { code, out } = run("boot", "--language", "zonecfg", "wrong.sh");
    expect(out).toContain("✗ zonecfg: wrong.sh:7: syntax error on line 7 at '='");
    expect(code).toBe(1);
  });

  it("tells which last command is not run", () => {
    const { out } = run("boot", "last.zonecfg");
    expect(out).toContain('~ The line end of "set autoboot=true" is missing: it is not run.  last.zonecfg:5');
  });

  it("changes no zone that nothing defines", () => {
    const { code, out } = run("boot", "change.zonecfg");
    expect(out).toContain("zonecfg: change: No such zone configured");
    expect(code).toBe(1);
  });

  it("names a zone of standard input by its zonepath", () => {
    const { out } = runIn(folder, ["boot", "-"], { input: files["web.zonecfg"] ?? "" });
    expect(out).toMatch(/^web +running with ID 1$/m);
  });

  it("tells of a template that the platform does not have", () => {
    const input = "create -t lx\nset zonepath=/zones/linux\n";
    const { code, out } = runIn(folder, ["boot", "--platform", "smartos", "-"], { input });
    expect(out).toContain("zonecfg: lx: No such zone configured");
    expect(code).toBe(1);
  });

  it("counts what a described machine lacks as a failure", () => {
    const { code, out } = run("boot", "--host", "bare.json", "web.zonecfg");
    expect(out).toContain("on host bare, OmniOS r151054");
    expect(out).toMatch(/^web +failed, and is configured$/m);
    expect(code).toBe(1);
  });

  it.each([
    [["boot", "jail.conf", "web.zonecfg"], "no machine runs both"],
    [["boot", "--host", "bare.json", "jail.conf"], "bare runs no jails"],
    [["boot", "--container", "x", "web.zonecfg"], 'there is no zone "x" in web.zonecfg'],
    [["boot", "--parallel", "2", "web.zonecfg"], "--parallel is for jails"],
    [["shell", "--container", "refused", "-c", "true", "refused.zonecfg"], "zone refused does not run"],
  ])("%j is wrong use", (args, says) => {
    const { code, err } = run(...args);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });
});

describe("shell on a machine with zones", () => {
  it("is one of the global zone", () => {
    const { code, out } = run("shell", "-c", "zonename; zoneadm list", "web.zonecfg");
    expect([code, out]).toEqual([0, "global\nglobal\nweb\n"]);
  });

  it("logs in to a zone, and ends with the status of the command", () => {
    const { code, out } = run("shell", "--container", "web", "-c", "zonename; exit 3", "web.zonecfg");
    expect([code, out]).toEqual([3, "web\n"]);
  });

  it("is on one machine with the zones of all files", () => {
    const { code, out } = run(
      "shell",
      "-c",
      "zoneadm list; zlogin web ping 192.0.2.11",
      "web.zonecfg",
      "mail.zonecfg",
    );
    expect([code, out]).toEqual([0, "global\nweb\nmail\n192.0.2.11 is alive\n"]);
  });

  it("says which zones do not run", () => {
    const { code, out, err } = run("shell", "-c", "zoneadm list", "refused.zonecfg");
    expect([code, out]).toEqual([0, "global\n"]);
    expect(err).toBe("zonewarden: zone refused does not run: see zonewarden boot\n");
  });

  it("gives reasons with --why", () => {
    const { err } = run("shell", "--container", "web", "--why", "-c", "modload /kernel/drv/x", "web.zonecfg");
    expect(err).toMatch(/# deny/);
  });
});
