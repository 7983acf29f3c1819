import {
  createJails,
  modifyJails,
  removeJails,
  restartJails,
} from "@zonewarden/server/host/freebsd/jail8/operations";
import { findPrison } from "@zonewarden/server/host/freebsd/prisons";
import type { Host } from "@zonewarden/server/host/host";
import { Host as HostClass } from "@zonewarden/server/host/host";
import { spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { testHost } from "../harness.ts";
import {
  addressesOn,
  boot,
  define,
  describedHost,
  living,
  mountsBelow,
  programs,
  shell,
  states,
  stop,
} from "./boot.ts";

/** The jails in the order in which they came into a state. */
function inOrder({ events }: Host, state: string): string[] {
  return events
    .filter(({ kind, to }) => kind === "jail.phase" && to === state)
    .map(({ container }) => container);
}

const chain = `
  path = "/jails/$name"; persist;
  web { depend = app; } app { depend = db, cache; } db { } cache { } alone { }
`;

describe("depend", () => {
  it("lets a jail wait until all that it needs is complete", () => {
    const slow = chain.replace("db { }", 'db { exec.poststart = "sleep 3"; }');
    const { host } = boot(slow);
    expect(inOrder(host, "running")).toEqual(["cache", "alone", "db", "app", "web"]);
  });

  it("starts what the named jail needs, and nothing else", () => {
    const { report, host } = boot(chain, testHost(), { names: ["app"] });
    expect(report.status).toBe(0);
    expect(living(host).sort()).toEqual(["app", "cache", "db"]);
  });

  it("stops what needs a jail before the jail itself", () => {
    const booted = boot(chain);
    stop(booted, { names: ["db"] });
    expect(inOrder(booted.host, "absent")).toEqual(["web", "app", "db"]);
    expect(living(booted.host).sort()).toEqual(["alone", "cache"]);
  });

  it("stops independent jails in the reverse of the file's order", () => {
    const booted = boot('path = "/jails/$name"; persist; a { } b { } c { }');
    stop(booted);
    expect(inOrder(booted.host, "absent")).toEqual(["c", "b", "a"]);
  });

  it("skips what needs a jail that has failed, and lets the others go on", () => {
    const { report } = boot(chain.replace("db { }", "db { exec.prestart = false; }"));
    expect(report.stderr).toBe("jail: db: false: failed\njail: app: skipped\njail: web: skipped\n");
    expect(states(report)).toEqual([
      "web: failed",
      "app: failed",
      "db: failed",
      "cache: running",
      "alone: running",
    ]);
  });

  it.each([
    [
      "a loop",
      "a { depend = b; } b { depend = a; } c { }",
      ["a: dependency loop", "b: dependency loop"],
      ["c"],
    ],
    ["an unknown jail", "a { depend = x; } c { }", ['a: depends on undefined jail "x"'], ["c"]],
  ])("refuses %s", (_, body, says, lives) => {
    const { report, host } = boot(`path = "/jails/$name"; persist; ${body}`);
    expect(report.stderr).toBe(says.map((line) => `jail: ${line}\n`).join(""));
    expect([report.status, living(host)]).toEqual([1, lives]);
  });
});

describe("a nested jail", () => {
  const nested = `
    a { path = /jails/a; persist; children.max = 5; exec.poststart = "sleep 5"; }
    a.b { path = /jails/a/b; persist; }
  `;

  it("starts as soon as the one above exists, and need not wait for its commands", () => {
    const { host } = boot(nested);
    expect(inOrder(host, "running")).toEqual(["a.b", "a"]);
    expect(findPrison(host, 2)).toMatchObject({ name: "a.b", parent: 1 });
  });

  it("stops before the one above", () => {
    const booted = boot(nested);
    stop(booted, { names: ["a"] });
    expect(inOrder(booted.host, "gone")).toEqual(["a.b", "a"]);
  });
});

describe("commands of several jails", () => {
  const three = 'path = "/jails/$name"; persist; exec.poststart = "sleep 4"; a { } b { } c { }';
  const took = (parallel: number) => boot(three, testHost(), { parallel }).host.now;

  it("run at the same time, as many as -p allows", () => {
    expect([0, 3, 2, 1].map((limit) => Math.round(took(limit) / 1000))).toEqual([4, 4, 8, 12]);
  });

  it("come in the same order each time", () => {
    const log = () => JSON.stringify(boot(chain, testHost(), { parallel: 2 }).host.snapshot());
    expect(log()).toBe(log());
  });

  it("go on from a snapshot as from the host itself", () => {
    const first = boot(chain, testHost(), { names: ["db"] });
    const copy = HostClass.restore(first.host.snapshot(), first.host.kernel);
    createJails(first.host, define(chain));
    createJails(copy, define(chain));
    expect(copy.snapshot()).toEqual(first.host.snapshot());
  });
});

describe("exec.timeout", () => {
  it("fails a command that takes longer, and leaves the clock where the wait ended", () => {
    const { report, host } = boot(
      'web { path = /jails/web; persist; exec.timeout = 5; exec.poststart = "sleep 60"; }',
    );
    expect(report.stderr).toBe("jail: web: sleep 60: timed out\n");
    expect(host.now).toBe(5000);
    expect(living(host)).toEqual([]);
  });
});

describe("a stop", () => {
  it.each(["exec.prestop", "exec.stop"])("is broken off by a failing %s, and the jail goes on", (list) => {
    const booted = boot(`web { path = /jails/web; persist; mount.devfs; ${list} = false; }`);
    const report = stop(booted);
    expect([report.status, ...states(report)]).toEqual([1, "web: running"]);
    expect(mountsBelow(booted.host, "/jails/web")).toEqual(["/jails/web/dev"]);
  });

  it("goes through its clean-up even if a part of it fails", () => {
    const booted = boot(
      'web { path = /jails/web; persist; mount.devfs; ip4.addr = "lo0|10.0.0.1"; exec.poststop = false; }',
    );
    const report = stop(booted);
    expect([report.status, ...states(report)]).toEqual([1, "web: absent"]);
    expect(mountsBelow(booted.host, "/jails/web")).toEqual([]);
    expect(addressesOn(booted.host, "lo0")).not.toContain("10.0.0.1/32");
  });

  it("waits for a process that does not obey, then the kernel kills it", () => {
    const booted = boot("web { path = /jails/web; persist; stop.timeout = 30; }");
    const { host } = booted;
    spawn(host, { command: "stubborn", credential: { container: 1 }, handles: ["TERM"] });
    const before = host.now;
    expect(stop(booted).status).toBe(0);
    expect(host.now - before).toBe(30_000);
    expect(programs(host, "web")).toEqual([]);
  });

  it("does not wait with stop.timeout = 0", () => {
    const booted = boot("web { path = /jails/web; persist; stop.timeout = 0; }");
    spawn(booted.host, { command: "stubborn", credential: { container: 1 }, handles: ["TERM"] });
    const before = booted.host.now;
    stop(booted);
    expect(booted.host.now).toBe(before);
  });

  it("asks nobody with -R, and leaves what belonged to the jail", () => {
    const booted = boot("web { path = /jails/web; persist; mount.devfs; exec.stop = false; }");
    const report = removeJails(booted.host, booted.definitions, { names: ["web"], bare: true });
    expect(report.status).toBe(0);
    expect(living(booted.host)).toEqual([]);
    expect(mountsBelow(booted.host, "/jails/web")).toEqual(["/jails/web/dev"]);
  });

  it("takes an address of the host along, if a jail was given it", () => {
    const booted = boot('web { path = /jails/web; persist; ip4.addr = "em0|192.0.2.2/24"; }');
    stop(booted);
    expect(addressesOn(booted.host, "em0")).not.toContain("192.0.2.2/24");
  });
});

describe("vnet", () => {
  const vnet = `
    web {
      path = /jails/web; persist; vnet; vnet.interface = epair0b;
      exec.prestart = "ifconfig epair0 create";
      exec.start = "ifconfig epair0b inet 10.0.0.2/24";
      exec.poststop = "ifconfig epair0a destroy";
    }
  `;
  const stackOf = (host: Host) =>
    host.state.network.vnets[findPrison(host, 1)?.vnet ?? -1]?.interfaces.map(({ name }) => name);

  it("gets an interface that exec.prestart has made, and gives it back", () => {
    const booted = boot(vnet, describedHost(["/jails/web"]));
    const { host } = booted;
    expect(booted.report).toMatchObject({ status: 0, stderr: "" });
    expect(stackOf(host)).toEqual(["lo0", "epair0b"]);
    expect(stop(booted)).toMatchObject({ status: 0, stderr: "" });
    expect(shell(host, "ifconfig -l")).not.toContain("epair");
  });

  it("hands it back after a failure, and leaves it there", () => {
    const { host, report } = boot(
      vnet.replace("exec.poststop", "exec.poststart = false; exec.poststop"),
      describedHost(["/jails/web"]),
    );
    expect(report.status).toBe(1);
    expect(shell(host, "ifconfig -l")).toContain("epair0a epair0b");
  });
});

describe("restart and change", () => {
  it("starts a jail again under a new jid", () => {
    const booted = boot("web { path = /jails/web; persist; }");
    const report = restartJails(booted.host, booted.definitions, { names: ["web"] });
    expect(report.stdout).toBe("web: removed\nweb: created\n");
    expect(report.jails).toMatchObject([{ name: "web", jid: 2, state: "running" }]);
  });

  it("changes what may change, and refuses what is fixed at creation", () => {
    const { host } = boot("web { path = /jails/web; persist; }");
    expect(modifyJails(host, define("web { path = /jails/web; persist; allow.raw_sockets; }"))).toMatchObject(
      { status: 0, stdout: "web: updated\n" },
    );
    expect(findPrison(host, 1)?.allow).toContain("raw_sockets");
    expect(modifyJails(host, define("web { path = /jails/other; persist; }")).stderr).toBe(
      "jail: web: path cannot be changed after creation\n",
    );
  });

  it.each([
    ["-c with one that runs", createJails, "web", 'jail: "web" already exists\n'],
    ["-c with an unknown one", createJails, "x", 'jail: "x" not found\n'],
    ["-r with one that does not run", removeJails, "db", 'jail: "db" not found\n'],
    ["-r with an unknown one", removeJails, "x", 'jail: "x" not found\n'],
    ["-m with one that does not run", modifyJails, "db", 'jail: "db" not found\n'],
  ])("%s is an error", (_, operation, name, says) => {
    const text = "web { path = /jails/web; persist; } db { path = /jails/db; persist; }";
    const { host, definitions } = boot(text, testHost(), { names: ["web"] });
    expect(operation(host, definitions, { names: [name] })).toMatchObject({ status: 1, stderr: says });
  });

  it("-r takes jids and patterns", () => {
    const booted = boot('path = "/jails/$name"; persist; children.max = 3; a { } a.x { } a.y { } b { }');
    expect(removeJails(booted.host, booted.definitions, { names: ["a.*"] }).status).toBe(0);
    expect(living(booted.host)).toEqual(["a", "b"]);
    expect(removeJails(booted.host, booted.definitions, { names: ["1"] }).status).toBe(0);
    expect(living(booted.host)).toEqual(["b"]);
  });
});

describe("users and environment", () => {
  const as = (more: string) =>
    boot(`web { path = /jails/web; persist; ${more} }`, describedHost(["/jails/web"]));

  it("runs jail commands as exec.jail_user of the jail", () => {
    const { host } = as('exec.jail_user = nobody; exec.start = "id -un > /tmp/who";');
    expect(shell(host, "cat /jails/web/tmp/who")).toBe("nobody\n");
  });

  it("fails for a user that is not there", () => {
    expect(as("exec.jail_user = nosuch; exec.start = true;").report.stderr).toContain(
      "jail: web: nosuch: no such user\n",
    );
  });

  it("lets no mount succeed for an exec.system_user that is not root", () => {
    const { report } = as("exec.system_user = nobody; mount.devfs;");
    expect(report.stderr).toContain("/sbin/mount -t devfs -oruleset=4 . /jails/web/dev: failed");
  });

  it("runs in the home directory with exec.clean, and in / without", () => {
    const { host } = as('exec.start = "pwd > /tmp/a"; ');
    expect(shell(host, "cat /jails/web/tmp/a")).toBe("/\n");
    expect(shell(as('exec.clean; exec.start = "pwd > /tmp/a";').host, "cat /jails/web/tmp/a")).toBe(
      "/root\n",
    );
  });

  it("takes a word with = for the program where no shell is needed", () => {
    expect(as('exec.start = "FOO=bar true";').report.stderr).toBe(
      "jail: web: exec FOO=bar: No such file or directory\n",
    );
  });

  it("writes what jail commands say to exec.consolelog", () => {
    const { host } = as('exec.consolelog = /var/log/web.log; exec.start = "echo hello";');
    expect(shell(host, "cat /var/log/web.log")).toBe("hello\n");
  });

  it("refuses a routing table that is not there", () => {
    expect(as("exec.fib = 9; exec.start = true;").report.stderr).toContain("setfib: Invalid argument");
  });
});
