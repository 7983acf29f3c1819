import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const jails = `path = "/jails/$name";
mount.devfs;
exec.start = "/bin/sh /etc/rc";

web {
	ip4.addr = "em0|192.0.2.10/32";
	allow.raw_sockets;
}

db {
	ip4.addr = "em0|192.0.2.11/32";
	allow.mount;
	allow.mount.tmpfs;
	allow.noset_hostname;
	children.max = 3;
}
`;
let folder: string;

const run = (...args: readonly string[]) => runIn(folder, args);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-probe-"));
  write("jail.conf", jails);
  write("wider.jail.conf", jails.replace("allow.mount.tmpfs;", "allow.mount.tmpfs; enforce_statfs = 1;"));
  write("narrower.jail.conf", jails.replace("\tallow.raw_sockets;\n", ""));
  write("open.jail.conf", jails.replace("mount.devfs;", "mount.devfs; devfs_ruleset = 0;"));
  write("one.jail.conf", jails.slice(0, jails.indexOf("db {")));
  write("failing.jail.conf", `${jails}bad { ip4.addr = 192.0.2.11; persist; devfs_ruleset = 70000; }\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Shown {
  readonly probe: string;
  readonly verdict: string;
}

describe("probe", () => {
  it("prints every action of every jail, area by area, with the reason and its line", () => {
    const { code, out, err } = run("probe", "jail.conf");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^web: ✓ \d+ allowed, ≈ \d+ contained, ✗ \d+ denied$/m);
    expect(out).toMatch(/^ {2}filesystem\n {4}✓ fs\.chroot-again/m);
    expect(out).toMatch(
      /✓ net\.raw-ping .*Ping with a raw socket: Root in a jail has PRIV_NETINET_RAW\. jail\.conf:7$/m,
    );
    expect(out).toMatch(/✗ sys\.hostname +EPERM +Change the hostname: .* jail\.conf:14$/m);
    expect(out.match(/^ {4}[✓≈✗]/gm)).toHaveLength(2 * 119);
  });

  it("marks what leads out of the jail", () => {
    expect(run("probe", "--container", "web", "open.jail.conf").out).toMatch(
      /✓ dev\.mem-read +Read physical memory!: .* open\.jail\.conf:2$/m,
    );
  });

  it("prints one JSON document in the agreed form", () => {
    const { code, out } = run("probe", "--format", "json", "--container", "db", "jail.conf");
    const { version, containers } = JSON.parse(out);
    expect([code, version, containers.length]).toEqual([0, 1, 1]);
    const [{ name, type, decisions }] = containers;
    expect([name, type, decisions.length]).toEqual(["db", "jail", 119]);
    expect(decisions.find(({ probe }: Shown) => probe === "sys.hostname")).toEqual({
      probe: "sys.hostname",
      title: "Change the hostname",
      verdict: "deny",
      errno: "EPERM",
      reason: "Jail db may not change its names.",
      origins: [
        {
          path: "jail.conf",
          range: { start: { line: 13, character: 1 }, end: { line: 13, character: 22 } },
        },
      ],
    });
    expect(decisions.find(({ probe }: Shown) => probe === "net.bind-any")).toMatchObject({
      verdict: "allow",
      contained: true,
    });
    expect(decisions.find(({ probe }: Shown) => probe === "jail.create-child")).toMatchObject({
      verdict: "allow",
      severity: "information",
    });
    expect(new Set(decisions.map(({ verdict }: Shown) => verdict))).toEqual(new Set(["allow", "deny"]));
  });

  it("keeps a jail in which no process is left", () => {
    write("empty.jail.conf", "web { path = /; ip4.addr = 192.0.2.10; }\n");
    expect(run("probe", "empty.jail.conf").code).toBe(0);
  });

  it("says which jail does not run, and ends with 1", () => {
    const { code, out, err } = run("probe", "failing.jail.conf");
    expect(code).toBe(1);
    expect(out).toContain("bad does not run");
    expect(err).toBe("zonewarden: jail bad does not run: see zonewarden boot\n");
  });

  it.each([
    [["probe"], "probe needs exactly one file"],
    [["probe", "--container", "wbe", "jail.conf"], 'there is no jail "wbe"'],
  ])("is used wrongly: %j", (args, message) => {
    const { code, out, err } = run(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });
});

describe("explain", () => {
  it("prints the decision, the lines behind it and what would change it", () => {
    const { code, out } = run("explain", "--container", "db", "fs.mount-tmpfs", "jail.conf");
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "db: Mount tmpfs [fs.mount-tmpfs]",
        "  root in the jail: mount -t tmpfs tmpfs /mnt",
        "",
        "✗ denied with EPERM (Operation not permitted) by mount/2",
        "  Jail db lacks enforce_statfs below 2.",
        "",
        "Because of",
        "  enforce_statfs=2 (default)",
        "",
        "Made possible by",
        "  allow.mount, allow.mount.tmpfs, enforce_statfs at most 1, module tmpfs loaded",
        "",
        "Privileges: PRIV_VFS_MOUNT",
        "",
        "Three settings must agree: the general bit, the type bit and a statfs level below 2. Missing any one gives EPERM.",
        "",
      ].join("\n"),
    );
  });

  it("marks the line in the file", () => {
    const { out } = run("explain", "--container", "web", "net.raw-ping", "jail.conf");
    expect(out).toContain("  allow.raw_sockets jail.conf:7:2\n    7 | \tallow.raw_sockets;\n      | \t^^^^");
  });

  it("prints JSON with the check and the causes", () => {
    const { out } = run("explain", "--format", "json", "--container", "web", "net.raw-ping", "jail.conf");
    const { version, container, decision, probe } = JSON.parse(out);
    expect([version, container]).toEqual([1, { name: "web", type: "jail" }]);
    expect(decision).toMatchObject({
      probe: "net.raw-ping",
      verdict: "allow",
      rule: "priv/NETINET_RAW",
      causes: [{ what: "allow.raw_sockets", from: "configuration", origin: { path: "jail.conf" } }],
    });
    expect(probe).toMatchObject({ default: "deny", enabledBy: ["`allow.raw_sockets`", "`vnet=new`"] });
  });

  it.each([
    ["fs.mount-tmps", "did you mean fs.mount-tmpfs?"],
    ["reboot", "did you mean sys.reboot?"],
    ["xyzzy", "see docs/probes.md for all"],
  ])("proposes what may be meant by %s", (action, hint) => {
    const { code, err } = run("explain", "--container", "web", action, "jail.conf");
    expect(code).toBe(2);
    expect(err).toContain(hint);
  });

  it.each([
    [["explain", "fs.mkfifo", "jail.conf"], "explain needs a jail or zone: --container N"],
    [["explain", "--container", "web", "fs.mkfifo"], "explain needs an action and one file"],
    [["explain", "--container", "bad", "fs.mkfifo", "failing.jail.conf"], "jail bad does not run"],
  ])("is used wrongly: %j", (args, message) => {
    const { code, err } = run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("diff", () => {
  it("prints what is newly allowed, and ends with 1", () => {
    const { code, out } = run("diff", "jail.conf", "wider.jail.conf");
    expect(code).toBe(1);
    expect(out).toContain("web may do what it could\n");
    expect(out).toMatch(/db may do other things\n {2}newly allows\n/);
    expect(out).toMatch(/✗→✓ fs\.mount-tmpfs .*wider\.jail\.conf:12/);
    expect(out).not.toContain("no longer allows");
  });

  it("prints what is no longer allowed, and ends with 0", () => {
    const { code, out } = run("diff", "jail.conf", "narrower.jail.conf");
    expect(code).toBe(0);
    expect(out).toMatch(/web may do other things\n {2}no longer allows\n {4}✓→✗ net\.raw-ping/);
  });

  it("ends with 0 where nothing is other than before", () => {
    const { code, out } = run("diff", "jail.conf", "jail.conf");
    expect([code, out]).toEqual([0, "web may do what it could\n\ndb may do what it could\n"]);
  });

  it("compares a new jail with the defaults, and tells of one that is gone", () => {
    expect(run("diff", "jail.conf", "one.jail.conf")).toMatchObject({ code: 0 });
    expect(run("diff", "jail.conf", "one.jail.conf").out).toContain("db is gone\n");
    const { code, out } = run("diff", "one.jail.conf", "jail.conf");
    expect(code).toBe(1);
    expect(out).toContain("db is new: compared with defaults\n  newly allows\n");
  });

  it("prints JSON with the verdict before", () => {
    const { out } = run("diff", "--format", "json", "jail.conf", "narrower.jail.conf");
    const { version, containers } = JSON.parse(out);
    expect(version).toBe(1);
    expect(containers).toMatchObject([
      {
        name: "web",
        type: "jail",
        change: "changed",
        allows: [],
        denies: [{ probe: "net.raw-ping", before: "allow", verdict: "deny", errno: "EPERM" }],
      },
      { name: "db", change: "same", allows: [], denies: [] },
    ]);
  });

  it("needs two files", () => {
    expect(run("diff", "jail.conf")).toMatchObject({ code: 2, out: "" });
  });
});
