import { priocntl } from "@zonewarden/server/host/illumos/process/priocntl";
import { procList, procOpen, trace } from "@zonewarden/server/host/illumos/process/proc";
import { zone } from "@zonewarden/server/host/illumos/zones";
import { spawn } from "@zonewarden/server/host/process/processes";
import { kill } from "@zonewarden/server/host/process/signals";
import { describe, expect, test } from "vitest";
import { ok } from "../harness.ts";
import { result, twoZones, userIn, without } from "./world.ts";

describe("a process of another zone is like none at all", () => {
  const { host, a, b, global } = twoZones();
  const calls = {
    kill: (pid: number) => kill(host, a.root, pid, "TERM"),
    "kill with signal 0": (pid: number) => kill(host, a.root, pid, "0"),
    priocntl: (pid: number) => priocntl(host, a.root, "pid", pid, { priority: -5 }),
  };
  for (const [name, call] of Object.entries(calls))
    test.each([
      ["of another zone", b.root.pid],
      ["of the global zone", global.pid],
      ["that nobody has", 31_000],
    ])(`${name}: one %s is ESRCH`, (_, pid) => {
      expect(result(call(pid))).toBe("ESRCH");
    });

  test.each([
    ["of another zone", b.root.pid],
    ["of the global zone", global.pid],
    ["that nobody has", 31_000],
  ])("/proc: one %s is ENOENT", (_, pid) => {
    expect(result(procOpen(host, a.root, pid, "psinfo"))).toBe("ENOENT");
  });

  test("the reason tells them apart for the reader", () => {
    expect(kill(host, a.root, b.root.pid, "TERM").decision.rule).toBe("scope");
    expect(kill(host, a.root, 31_000, "TERM").decision.rule).not.toBe("scope");
  });
});

describe("/proc", () => {
  test("a zone lists its own processes, the global zone all", () => {
    const { host, a, b, global } = twoZones();
    const zones = (root: typeof global) => [
      ...new Set(procList(host, root).map(({ credential }) => credential.container)),
    ];
    expect(zones(a.root)).toEqual([a.zone.id]);
    expect(zones(global).sort()).toEqual([0, a.zone.id, b.zone.id].sort());
  });

  test("pids are those of the whole machine", () => {
    const { host, a, global } = twoZones();
    const inside = procList(host, a.root).map(({ pid }) => pid);
    const outside = procList(host, global).map(({ pid }) => pid);
    expect(outside).toEqual(expect.arrayContaining(inside));
  });

  test("without proc_info a user sees nothing of others", () => {
    const { host, a } = twoZones();
    const user = without(host, userIn(host, a.zone.id, 1000), "proc_info");
    expect(procList(host, user).map(({ pid }) => pid)).toEqual([user.pid]);
    expect(result(procOpen(host, user, a.root.pid, "psinfo"))).toBe("ENOENT");
  });

  test("psinfo is for everybody, memory only for whoever has as much", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    expect(result(procOpen(host, user, a.root.pid, "psinfo"))).toBe("ok");
    expect(result(procOpen(host, user, a.root.pid, "as"))).toBe("EACCES");
    expect(result(procOpen(host, a.root, user.pid, "as", true))).toBe("ok");
  });

  test("the global zone looks into zones with proc_zone alone", () => {
    const { host, a, global } = twoZones();
    expect(result(procOpen(host, global, a.root.pid, "as", true))).toBe("ok");
    without(host, global, "proc_zone");
    expect(procOpen(host, global, a.root.pid, "as", true).decision.rule).toBe("priv/proc_zone");
  });

  test("zsched has no memory to look at", () => {
    const { host, a, global } = twoZones();
    expect(result(procOpen(host, global, a.zone.zsched, "as"))).toBe("EINVAL");
  });

  test("one tracer at a time", () => {
    const { host, a } = twoZones();
    const other = spawn(host, { command: "mdb", credential: { container: a.zone.id } });
    const victim = spawn(host, { command: "httpd", credential: { container: a.zone.id } });
    ok(trace(host, a.root, victim.pid));
    expect(result(trace(host, other, victim.pid))).toBe("EBUSY");
  });
});

describe("signals", () => {
  test("root of a zone reaches all of it, and only it", () => {
    const { host, a, b } = twoZones();
    const own = userIn(host, a.zone.id, 1000);
    const foreign = userIn(host, b.zone.id, 1000);
    const reached = ok(kill(host, a.root, -1, "HUP"));
    expect(reached).toContain(own.pid);
    expect(reached).not.toContain(foreign.pid);
  });

  test("kill -1 of the global zone hits every zone", () => {
    const { host, a, b, global } = twoZones();
    const reached = ok(kill(host, global, -1, "0"));
    expect(reached).toEqual(expect.arrayContaining([a.root.pid, b.root.pid]));
  });

  test("without proc_zone it stays in the global zone", () => {
    const { host, a, global } = twoZones();
    without(host, global, "proc_zone");
    expect(ok(kill(host, global, -1, "0"))).not.toContain(a.root.pid);
    expect(kill(host, global, a.root.pid, "TERM")).toMatchObject({
      errno: "EPERM",
      decision: { rule: "priv/proc_zone" },
    });
  });

  test("equal user ids of two zones are nobody to each other", () => {
    const { host, a } = twoZones();
    const outside = userIn(host, 0, 1000);
    const inside = userIn(host, a.zone.id, 1000);
    expect(kill(host, outside, inside.pid, "TERM").decision.rule).toBe("priv/proc_zone");
  });

  test.each([
    ["of the same user", 1000, 1000, [], "ok"],
    ["of somebody else", 1000, 1001, [], "EPERM"],
    ["of root", 1000, 0, [], "EPERM"],
    ["of anybody, by root", 0, 1001, [], "ok"],
    ["of anybody, by root without proc_owner", 0, 1001, ["proc_owner"], "EPERM"],
    ["of the same user without proc_session", 1000, 1000, ["proc_session"], "EPERM"],
  ])("to a process %s", (_, from, to, off, expected) => {
    const { host, a } = twoZones();
    const sender = without(host, userIn(host, a.zone.id, from), ...off);
    expect(result(kill(host, sender, userIn(host, a.zone.id, to).pid, "TERM"))).toBe(expected);
  });

  test("init of the machine cannot be killed, that of a zone can", () => {
    const { host, a, global } = twoZones();
    expect(result(kill(host, global, 1, "KILL"))).toBe("EPERM");
    const { init } = zone(host, a.zone.id);
    expect(result(kill(host, global, init ?? 0, "KILL"))).toBe("ok");
  });

  test("zsched lives through everything", () => {
    const { host, a, global } = twoZones();
    kill(host, global, a.zone.zsched, "KILL");
    expect(host.state.processes.byPid[a.zone.zsched]?.state).not.toBe("zombie");
  });
});
