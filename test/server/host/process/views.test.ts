import {
  listProcesses,
  openMemory,
  procfsStatus,
  stateLetters,
} from "@zonewarden/server/host/freebsd/process/views";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

const seen = (host: Host, viewer: Process, target: Process) =>
  listProcesses(host, viewer).find(({ pid }) => pid === target.pid);

describe("kern.proc", () => {
  test("in a jail shows the own processes and those below", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const viewer = userIn(host, a);
    const below = userIn(host, jailOf(host, "a.b"));
    userIn(host, jailOf(host, "c"));
    expect(listProcesses(host, viewer).map(({ pid }) => pid)).toEqual([viewer.pid, below.pid]);
  });

  test("the letter J marks who is in a jail; the jid is told outside only", () => {
    const host = hostOf();
    const a = jailOf(host, "a");
    const target = userIn(host, a);
    const outside = seen(host, userIn(host, 0), target);
    const inside = seen(host, userIn(host, a), target);
    expect([outside?.jid, outside && stateLetters(outside)]).toEqual([a, "SsJ"]);
    expect([inside?.jid, inside && stateLetters(inside)]).toEqual([0, "SsJ"]);
  });

  test("pids are those of the whole machine: a jail has no pid 1", () => {
    const host = hostOf();
    const viewer = userIn(host, jailOf(host, "a"));
    expect(seen(host, viewer, host.state.processes.byPid[1] as Process)).toBeUndefined();
  });
});

describe("procfs", () => {
  test("status ends with the jail's name as the reader knows it", () => {
    const host = hostOf();
    const a = jailOf(host, "a", { "children.max": 1 });
    const target = userIn(host, jailOf(host, "a.b"));
    const ends = [userIn(host, 0), userIn(host, a), target].map((viewer) =>
      procfsStatus(host, viewer, target.pid)?.split(" ").at(-1),
    );
    expect(ends).toEqual(["a.b", "b", "-"]);
  });

  test("there is no directory for a process outside", () => {
    const host = hostOf();
    expect(procfsStatus(host, userIn(host, jailOf(host, "a")), 1)).toBeUndefined();
  });

  test.each([
    ["an own process", 1001, "ok"],
    ["one of another user", 1002, "EPERM"],
  ])("mem of %s", (_, uid, expected) => {
    const host = hostOf();
    const jid = jailOf(host, "a");
    const target = userIn(host, jid, uid);
    expect(result(openMemory(host, userIn(host, jid, 1001), target.pid))).toBe(expected);
  });

  test("mem of a process outside: ENOENT", () => {
    const host = hostOf();
    expect(result(openMemory(host, userIn(host, jailOf(host, "a")), 1))).toBe("ENOENT");
  });
});
