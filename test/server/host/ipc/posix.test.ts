import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { mqOpen, posixUnlink, semOpen, shmOpen } from "@zonewarden/server/host/freebsd/ipc/posix";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import type { Host } from "@zonewarden/server/host/host";
import type { PosixFlags } from "@zonewarden/server/host/ipc/types";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

const CREATE: PosixFlags = { create: true };

function hostWith(...paths: string[]): Host {
  const host = hostOf();
  host.state.machine.modules.push("mqueuefs", "sem");
  for (const path of paths) ensureDirectory(host, path);
  return host;
}

const kinds = { shm: shmOpen, sem: semOpen, mq: mqOpen };

describe.each(Object.entries(kinds))("%s", (kind, open) => {
  test.each([
    ["jails with other paths", "/j/a", "/j/b", "ENOENT"],
    ["jails with one path", "/j/a", "/j/a", "ok"],
    ["a jail with path / and the host", "/", undefined, "ok"],
    ["a jail and the host", "/j/a", undefined, "ENOENT"],
  ])("%s", (_, first, second, expected) => {
    const host = hostWith("/j/a", "/j/b");
    const maker = userIn(host, jailOf(host, "a", { path: first }));
    const seeker = userIn(host, second === undefined ? 0 : jailOf(host, "b", { path: second }));
    open(host, maker, "/name", CREATE);
    expect(result(open(host, seeker, "/name"))).toBe(expected);
  });

  test.each([
    ["without a slash in front", "name", CREATE, "EINVAL"],
    ["too long", `/${"x".repeat(1100)}`, CREATE, "ENAMETOOLONG"],
    ["exclusive, and it is there", "/there", { create: true, exclusive: true }, "EEXIST"],
    ["not there", "/none", {}, "ENOENT"],
  ])("%s", (_, name, flags, expected) => {
    const host = hostWith();
    open(host, userIn(host, 0), "/there", CREATE);
    expect(result(open(host, userIn(host, 0), name, flags))).toBe(expected);
  });

  test.each([
    ["its owner", 1001, "ok"],
    ["another user", 1002, "EACCES"],
    ["root of the jail", 0, kind === "sem" ? "EACCES" : "ok"],
  ])("opened by %s", (_, uid, expected) => {
    const host = hostWith("/j/a");
    const jid = jailOf(host, "a", { path: "/j/a" });
    open(host, userIn(host, jid, 1001), "/name", CREATE);
    expect(result(open(host, userIn(host, jid, uid), "/name"))).toBe(expected);
  });

  test("unlinked it is gone", () => {
    const host = hostWith();
    const process = userIn(host, 0);
    open(host, process, "/name", CREATE);
    expect(result(posixUnlink(host, process, kind as keyof typeof kinds, "/name"))).toBe("ok");
    expect(result(open(host, process, "/name"))).toBe("ENOENT");
  });
});

test("the name that the kernel keeps has the path of the jail in front", () => {
  const host = hostWith("/j/a");
  const outcome = shmOpen(host, userIn(host, jailOf(host, "a", { path: "/j/a" })), "/name", CREATE);
  expect(outcome).toMatchObject({ value: { name: "/j/a/name" }, decision: { verdict: "contained" } });
});

test("semaphores of the kernel need the module sem", () => {
  const host = hostOf();
  expect(result(semOpen(host, userIn(host, 0), "/name", CREATE))).toBe("ENOSYS");
});

test("queues need mqueuefs", () => {
  const host = hostOf();
  expect(result(mqOpen(host, userIn(host, 0), "/name", CREATE))).toBe("ENOSYS");
});

describe("what goes with the jail", () => {
  function remaining(make: (host: Host, process: Process) => void, twin: boolean): number {
    const host = hostWith("/j/a");
    const jid = jailOf(host, "a", { path: "/j/a" });
    if (twin) jailOf(host, "twin", { path: "/j/a" });
    make(host, userIn(host, jid));
    jailRemove(host, hostRoot(host), jid);
    return host.state.ipc.posix.length;
  }

  test.each([
    ["shared memory below its path", shmOpen, false, 0],
    ["queues of its root", mqOpen, false, 0],
    ["not queues that another jail has the root of", mqOpen, true, 1],
  ] as const)("%s", (_, open, twin, left) => {
    expect(remaining((host, process) => open(host, process, "/name", CREATE), twin)).toBe(left);
  });
});
