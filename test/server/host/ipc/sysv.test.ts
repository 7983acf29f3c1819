import {
  msgget,
  msgrcv,
  msgsnd,
  semget,
  semop,
  shmget,
  sysvList,
  sysvRemove,
  sysvSet,
  sysvUse,
} from "@zonewarden/server/host/freebsd/ipc/sysv";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";
import { IPC_PRIVATE } from "@zonewarden/server/host/ipc/sysv";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostRoot } from "../harness.ts";
import { hostOf, jailOf, result, userIn } from "../process/world.ts";

const CREATE = { create: true, mode: 0o600 };

function made(outcome: ReturnType<typeof shmget>): number {
  if (!outcome.ok) throw new Error(outcome.decision.reason);
  return outcome.value;
}

const calls = {
  shm: (host: Host, process: Process) => shmget(host, process, 42, 4096, CREATE),
  sem: (host: Host, process: Process) => semget(host, process, 42, 3, CREATE),
  msg: (host: Host, process: Process) => msgget(host, process, 42, CREATE),
};

describe.each(Object.entries(calls))("sysv%s", (kind, get) => {
  test.each([
    ["nothing said", {}, "ENOSYS"],
    ["disable", { [`sysv${kind}`]: "disable" }, "ENOSYS"],
    ["new", { [`sysv${kind}`]: "new" }, "ok"],
    ["inherit", { [`sysv${kind}`]: "inherit" }, "ok"],
    ["allow.sysvipc", { "allow.sysvipc": true }, "ok"],
    ["allow.nosysvipc", { "allow.sysvipc": false }, "ENOSYS"],
    ["allow.sysvipc and disable", { "allow.sysvipc": true, [`sysv${kind}`]: "disable" }, "ENOSYS"],
  ])("%s: %o", (_, values, expected) => {
    const host = hostOf();
    expect(result(get(host, userIn(host, jailOf(host, "a", values))))).toBe(expected);
  });

  test("a key of the host is one of its own in a jail with new, and the same with inherit", () => {
    const host = hostOf();
    const id = made(get(host, userIn(host, 0)));
    const found = (["new", "inherit"] as const).map((mode) =>
      made(get(host, userIn(host, jailOf(host, mode, { [`sysv${kind}`]: mode })))),
    );
    expect(found.map((one) => one === id)).toEqual([false, true]);
  });

  test("objects of a key space go with their jail, those of the host's stay", () => {
    const host = hostOf();
    for (const mode of ["new", "inherit"] as const) {
      const jid = jailOf(host, mode, { [`sysv${kind}`]: mode });
      made(get(host, userIn(host, jid)));
      jailRemove(host, hostRoot(host), jid);
    }
    expect(host.state.ipc.sysv.map(({ space }) => space)).toEqual([0]);
  });

  test("a switch to disable ends the calls and the objects", () => {
    const host = hostOf();
    const jid = jailOf(host, "a", { [`sysv${kind}`]: "new" });
    const root = userIn(host, jid);
    made(get(host, root));
    jailSet(
      host,
      hostRoot(host),
      { jid: { value: jid }, [`sysv${kind}`]: { value: "disable" } },
      { update: true },
    );
    expect([result(get(host, root)), host.state.ipc.sysv.length]).toEqual(["ENOSYS", 0]);
  });
});

describe("visibility by number", () => {
  function world() {
    const host = hostOf();
    const parent = userIn(host, jailOf(host, "a", { "children.max": 2, sysvshm: "new" }));
    const child = userIn(host, jailOf(host, "a.b", { sysvshm: "new" }));
    const sibling = userIn(host, jailOf(host, "c", { sysvshm: "new" }));
    return { host, parent, child, sibling, top: userIn(host, 0) };
  }
  const id = (host: Host, process: Process, key = 7) => made(shmget(host, process, key, 10, CREATE));

  test("those above use an object of a jail by its number", () => {
    const { host, parent, child, top } = world();
    const object = id(host, child);
    expect([parent, top].map((one) => result(sysvUse(host, one, "shm", object)))).toEqual(["ok", "ok"]);
  });

  test("but they do not find it by its key", () => {
    const { host, parent, child } = world();
    id(host, child);
    expect(result(shmget(host, parent, 7, 0))).toBe("ENOENT");
  });

  test("those below and beside do not see it: EINVAL, as if it did not exist", () => {
    const { host, parent, child, sibling } = world();
    const object = id(host, parent);
    const outcomes = [child, sibling].map((one) => result(sysvUse(host, one, "shm", object)));
    expect(outcomes).toEqual(["EINVAL", "EINVAL"]);
    expect(sysvList(host, sibling, "shm")).toEqual([]);
  });

  test("a host segment is not there for a jail with a key space of its own", () => {
    const { host, sibling, top } = world();
    expect(result(sysvUse(host, sibling, "shm", id(host, top)))).toBe("EINVAL");
  });
});

test("new or inherit below a jail without: EPERM", () => {
  const host = hostOf();
  jailOf(host, "a", { "children.max": 1 });
  expect(() => jailOf(host, "a.b", { sysvshm: "new" })).toThrow("EPERM");
});

describe("getting and removing", () => {
  const get = (host: Host, process: Process, flags = {}, size = 4096, key = 1) =>
    shmget(host, process, key, size, { create: true, mode: 0o600, ...flags });

  test.each([
    ["exclusive, and it is there", { exclusive: true }, 4096, "EEXIST"],
    ["larger than it is", {}, 8192, "EINVAL"],
    ["not created and not there", { create: false }, 4096, "ok"],
  ])("%s", (_, flags, size, expected) => {
    const host = hostOf();
    get(host, userIn(host, 0));
    expect(result(get(host, userIn(host, 0), flags, size))).toBe(expected);
  });

  test("private objects are never found by key", () => {
    const host = hostOf();
    const ids = [1, 2].map(() => made(get(host, userIn(host, 0), {}, 10, IPC_PRIVATE)));
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each([
    ["root of the jail", 0, "ok", "ok"],
    ["another user", 1002, "EACCES", "EPERM"],
    ["its owner", 1001, "ok", "ok"],
  ])("%s", (_, uid, use, remove) => {
    const host = hostOf();
    const jid = jailOf(host, "a", { sysvshm: "new" });
    const id = made(get(host, userIn(host, jid, 1001)));
    const other = userIn(host, jid, uid);
    expect([
      result(sysvUse(host, other, "shm", id)),
      result(sysvSet(host, other, "shm", id, { mode: 0o600 })),
      result(sysvRemove(host, other, "shm", id)),
    ]).toEqual([use, remove, remove]);
  });

  test.each([
    ["kern.ipc.shmmax", 0, "EINVAL"],
    ["kern.ipc.shmmni", 0, "ENOSPC"],
    ["kern.ipc.shmall", 0, "ENOMEM"],
  ])("%s=%d: %s", (name, value, expected) => {
    const host = hostOf("15.0", { [name]: value });
    expect(result(get(host, userIn(host, 0)))).toBe(expected);
  });
});

describe("rules of rctl", () => {
  test.each([
    ["nshm=0", "shm", "ENOSPC"],
    ["shmsize=100", "shm", "ENOMEM"],
    ["nsem=2", "sem", "ENOSPC"],
    ["nmsgq=0", "msg", "ENOSPC"],
  ] as const)("%s", (rule, kind, expected) => {
    const host = hostOf("15.0", { "kern.racct.enable": 1 });
    const [resource, amount] = rule.split("=");
    freebsdOf(host).resources.rules.push({
      subject: "jail",
      id: "a",
      resource: resource as string,
      action: "deny",
      amount: Number(amount),
      per: "jail",
      fired: false,
      serial: 1,
    });
    const root = userIn(host, jailOf(host, "a", { "allow.sysvipc": true }));
    expect(calls[kind](host, root)).toMatchObject({
      errno: expected,
      decision: { rule: `rctl/${resource}` },
    });
  });
});

test("messages wait in their queue until it is full", () => {
  const host = hostOf();
  const process = userIn(host, 0);
  const queue = made(msgget(host, process, 1, CREATE));
  const sent = [1000, 1000, 1000].map((bytes) => result(msgsnd(host, process, queue, bytes)));
  expect(sent).toEqual(["ok", "ok", "EAGAIN"]);
  expect(msgrcv(host, process, queue)).toMatchObject({ value: 1000 });
  expect(result(msgrcv(host, process, queue))).toBe("ok");
  expect(result(msgrcv(host, process, queue))).toBe("ENOMSG");
});

test("more operations at once than kern.ipc.semopm: E2BIG", () => {
  const host = hostOf();
  const process = userIn(host, 0);
  const id = made(semget(host, process, 1, 1, CREATE));
  expect([1, 101].map((count) => result(semop(host, process, id, count)))).toEqual(["ok", "E2BIG"]);
});
