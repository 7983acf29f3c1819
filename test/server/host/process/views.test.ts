import { open, readdirectory, readFile } from "@zonewarden/server/host/filesystem/files";
import { listProcesses, stateLetters } from "@zonewarden/server/host/freebsd/process/views";
import type { Host } from "@zonewarden/server/host/host";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot, ok } from "../harness.ts";
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
  /** A host with procfs(5) on its /proc; jails show it there as well, for they have the same root here. */
  const withProcfs = (): Host => {
    const host = hostOf();
    ok(host.kernel.files.mount(host, hostRoot(host), { type: "procfs", from: "proc", on: "/proc" }));
    return host;
  };

  test("status ends with the jail's name as the reader knows it", () => {
    const host = withProcfs();
    const a = jailOf(host, "a", { "children.max": 1 });
    const target = userIn(host, jailOf(host, "a.b"));
    const ends = [userIn(host, 0), userIn(host, a), target].map(
      (viewer) => /\S+\n$/.exec(ok(readFile(host, viewer, `/proc/${target.pid}/status`)))?.[0],
    );
    expect(ends).toEqual(["a.b\n", "b\n", "-\n"]);
  });

  test("there is no directory for a process outside", () => {
    const host = withProcfs();
    const viewer = userIn(host, jailOf(host, "a"));
    expect(result(readFile(host, viewer, "/proc/1/status"))).toBe("ENOENT");
    const names = ok(readdirectory(host, viewer, "/proc")).map(({ name }) => name);
    expect(names).toEqual([String(viewer.pid), "curproc"]);
  });

  test.each([
    ["an own process", 1001, "ok"],
    // Not EPERM: who may not debug a process does not even find the file.
    ["one of another user", 1002, "ENOENT"],
  ])("mem of %s", (_, uid, expected) => {
    const host = withProcfs();
    const jid = jailOf(host, "a");
    const target = userIn(host, jid, uid);
    expect(result(open(host, userIn(host, jid, 1001), `/proc/${target.pid}/mem`))).toBe(expected);
  });
});
