import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const good = `web {
  path = /jails/web;
  host.hostname = www.example.org;
  depend = db;
  exec.start = "/bin/sh /etc/rc";
}
db { path = /jails/db; persist; }
alone { path = /jails/alone; persist; }
`;
let folder: string;
const run = (...args: readonly string[]) => runIn(folder, args);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-boot-"));
  writeFileSync(join(folder, "jail.conf"), good);
  writeFileSync(
    join(folder, "failing.jail.conf"),
    'web {\n  path = /jails/web;\n  exec.start = "false";\n}\n',
  );
  writeFileSync(join(folder, "broken.jail.conf"), "web {\n  path = /jails/web\n}\n");
  writeFileSync(join(folder, "web.zonecfg"), "create\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("boot", () => {
  it("tells what happens, when, to which jail and because of which line", () => {
    const { code, out } = run("boot", "jail.conf");
    expect(code).toBe(0);
    expect(out).toContain("on a host that nobody described, FreeBSD 15.0");
    expect(out).toMatch(/0\.000 s {2}web +assume +~ \/jails\/web is taken to be there.* {2}jail\.conf:2\n/);
    expect(out).toMatch(/exec\.start +In the jail: \/bin\/sh \/etc\/rc {2}jail\.conf:5\n/);
    expect(out).toMatch(/^web +running with jid \d$/m);
  });

  it("prints events and containers as JSON, with places counted from zero", () => {
    const { code, out } = run("boot", "--format", "json", "jail.conf");
    const { version, events, containers } = JSON.parse(out);
    expect([code, version]).toEqual([0, 1]);
    expect(containers).toEqual([
      { name: "web", type: "jail", id: 3, state: "running" },
      { name: "db", type: "jail", id: 1, state: "running" },
      { name: "alone", type: "jail", id: 2, state: "running" },
    ]);
    const start = events.find((event: { kind: string }) => event.kind === "exec.start");
    expect(start).toMatchObject({
      t: expect.any(Number),
      container: "web",
      outcome: "ok",
      origins: [
        { path: "jail.conf", range: { start: { line: 4, character: 15 }, end: { line: 4, character: 32 } } },
      ],
    });
    const phase = events.find((event: { kind: string }) => event.kind === "jail.phase");
    expect(phase).toMatchObject({ from: "pending", to: "starting" });
  });

  it("starts one container with what it needs", () => {
    const { out } = run("boot", "--format", "json", "--container", "web", "jail.conf");
    expect(JSON.parse(out).containers.map(({ name }: { name: string }) => name)).toEqual(["web", "db"]);
  });

  it("stops all of them again with --stop", () => {
    const { code, out } = run("boot", "--stop", "--format", "json", "jail.conf");
    const states = JSON.parse(out).containers.map(({ state }: { state: string }) => state);
    expect([code, ...new Set(states)]).toEqual([0, "absent"]);
  });

  it("ends with 1 where a container fails, and says what jail(8) would", () => {
    const { code, out } = run("boot", "failing.jail.conf");
    expect(code).toBe(1);
    expect(out).toContain("✗ false fails with status 1");
    expect(out).toContain("jail: web: false: failed");
  });

  it("counts what a described machine lacks as a failure", () => {
    writeFileSync(join(folder, "host.json"), '{ "name": "lab", "system": "freebsd", "release": "15.0" }');
    const { code, out, err } = run("boot", "--host", "host.json", "jail.conf");
    expect(err).toBe("");
    expect(code).toBe(1);
    expect(out).toContain("jail: web: skipped");
    expect(out).toContain("path /jails/db: No such file or directory");
  });

  it.each([
    [["boot"], "boot needs at least one file"],
    [["boot", "none.jail.conf"], "cannot read none.jail.conf: no such file or folder"],
    [["boot", "broken.jail.conf"], "broken.jail.conf:3: "],
    [["boot", "jail.conf", "web.zonecfg"], "jail.conf is for jails and web.zonecfg for zones"],
    [["boot", "--container", "x", "jail.conf"], 'there is no jail "x"'],
    [["boot", "--container", "x*", "jail.conf"], 'there is no jail "x*"'],
    [["boot", "--parallel", "many", "jail.conf"], "--parallel takes a number"],
    [["shell", "jail.conf"], "shell needs a command"],
    [["shell", "--container", "web", "-c", "true", "failing.jail.conf"], "jail web does not run"],
  ])("%j is wrong use", (args, says) => {
    const { code, err } = run(...args);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });

  it("explains itself", () => {
    expect(run("boot", "--help").out).toContain("Usage: zonewarden boot");
    expect(run("shell", "--help").out).toContain("Usage: zonewarden shell");
  });
});

describe("shell", () => {
  it("runs a line as root in a container, and ends with its status", () => {
    expect(run("shell", "--container", "web", "-c", "hostname; id -u", "jail.conf")).toEqual({
      code: 0,
      out: "www.example.org\n0\n",
      err: "",
    });
    expect(run("shell", "--container", "web", "-c", "exit 3", "jail.conf").code).toBe(3);
  });

  it("runs it on the host without a container", () => {
    expect(run("shell", "-c", "jls name", "jail.conf").out).toBe("db\nalone\nweb\n");
  });

  it("gives reasons with --why", () => {
    const { code, err } = run("shell", "--container", "web", "--why", "-c", "kldload pf", "jail.conf");
    expect(code).toBe(1);
    expect(err).toMatch(/# deny EPERM: /);
  });
});

describe("the examples", () => {
  const examples = fileURLToPath(new URL("../../examples/jail", import.meta.url));
  const folders = readdirSync(examples).filter((name) => /^0[1-6]-/.test(name));

  it.each(folders)("%s boots and stops", (name) => {
    const { code, out } = runIn(join(examples, name), ["boot", "--stop", "--format", "json", "jail.conf"]);
    const { events, containers } = JSON.parse(out);
    expect(events.filter(({ outcome }: { outcome: string }) => outcome === "failed")).toEqual([]);
    expect(containers.every(({ state }: { state: string }) => state === "absent")).toBe(true);
    expect(code).toBe(0);
  });
});
