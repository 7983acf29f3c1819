import type { Host } from "@zonewarden/server/host/host";
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
} from "@zonewarden/server/host/illumos/ipc/sysv";
import { setPrivileges } from "@zonewarden/server/host/illumos/process/ownPrivileges";
import { newtask } from "@zonewarden/server/host/illumos/process/projects";
import { setProjectControl } from "@zonewarden/server/host/illumos/resources/controls";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { ok } from "../harness.ts";
import { result, twoZones, userIn, without } from "../process/world.ts";

const CREATE = { create: true, mode: 0o600 };

const kinds = {
  shm: (host: Host, process: Process, key = 42) => shmget(host, process, key, 4096, CREATE),
  sem: (host: Host, process: Process, key = 42) => semget(host, process, key, 3, CREATE),
  msg: (host: Host, process: Process, key = 42) => msgget(host, process, key, CREATE),
} as const;

describe.each(Object.entries(kinds))("%s", (name, get) => {
  const kind = name as keyof typeof kinds;

  test("the same key is another object in each zone", () => {
    const { host, a, b, global } = twoZones();
    const ids = [a.root, b.root, global].map((process) => ok(get(host, process)));
    expect(new Set(ids).size).toBe(3);
    expect(ok(get(host, a.root))).toBe(ids[0]);
  });

  test("an id of another zone is unknown", () => {
    const { host, a, b, global } = twoZones();
    const foreign = [ok(get(host, b.root)), ok(get(host, global))];
    for (const id of foreign) {
      expect(sysvUse(host, a.root, kind, id)).toMatchObject({ errno: "EINVAL", decision: { rule: "scope" } });
      expect(result(sysvRemove(host, a.root, kind, id))).toBe("EINVAL");
    }
  });

  test("from the global zone mode bits count for nothing, privileges do", () => {
    const { host, a, global } = twoZones();
    const id = ok(get(host, userIn(host, a.zone.id, 1000)));
    expect(result(sysvUse(host, userIn(host, 0, 1000), kind, id))).toBe("EACCES");
    expect(result(sysvUse(host, global, kind, id))).toBe("ok");
    ok(setPrivileges(host, global, "effective", "off", ["ipc_dac_write"]));
    expect(sysvUse(host, global, kind, id).decision.rule).toBe("priv/ipc_dac_write");
  });

  test("it can be listed and removed from the global zone", () => {
    const { host, a, b, global } = twoZones();
    const id = ok(get(host, a.root));
    expect(sysvList(host, global, kind, a.zone.id).map((one) => one.id)).toEqual([id]);
    expect(sysvList(host, global, kind)).toEqual([]);
    expect(sysvList(host, b.root, kind, a.zone.id)).toEqual([]);
    ok(sysvRemove(host, global, kind, id));
    expect(sysvList(host, a.root, kind)).toEqual([]);
  });

  test("in the zone the owner and root may, others may not", () => {
    const { host, a } = twoZones();
    const id = ok(get(host, userIn(host, a.zone.id, 1000)));
    expect(result(sysvUse(host, userIn(host, a.zone.id, 1001), kind, id))).toBe("EACCES");
    expect(result(sysvRemove(host, userIn(host, a.zone.id, 1001), kind, id))).toBe("EPERM");
    expect(result(sysvUse(host, a.root, kind, id))).toBe("ok");
    expect(result(sysvRemove(host, without(host, a.root, "ipc_owner"), kind, id))).toBe("EPERM");
  });

  test("it goes with the zone", () => {
    const { host, a, b } = twoZones();
    ok(get(host, a.root));
    const stays = ok(get(host, b.root));
    const entry = entryNamed(host, "a");
    if (entry) callZoneadmd(host, entry, { command: "halt" });
    expect(host.state.ipc.sysv.map(({ id }) => id)).toEqual([stays]);
  });

  test("exclusive, and keys that nobody has", () => {
    const { host, a } = twoZones();
    ok(get(host, a.root));
    const call = { shm: shmget, sem: semget, msg: undefined }[kind];
    const again = (flags: object) =>
      call ? call(host, a.root, 42, 1, flags) : msgget(host, a.root, 42, flags);
    const other = call ? call(host, a.root, 43, 1) : msgget(host, a.root, 43);
    expect(result(again({ create: true, exclusive: true }))).toBe("EEXIST");
    expect(result(other)).toBe("ENOENT");
  });
});

describe("projects bound what their processes make", () => {
  test("shared memory beyond the project's limit is EINVAL", () => {
    const { host, a } = twoZones();
    ok(newtask(host, a.root, "default"));
    ok(setProjectControl(host, a.root, "project.max-shm-memory", { limit: 8192, action: "deny" }));
    expect(result(shmget(host, a.root, 0, 8192, CREATE))).toBe("ok");
    expect(shmget(host, a.root, 0, 1, CREATE)).toMatchObject({
      errno: "EINVAL",
      decision: { rule: "rctl/project.max-shm-memory" },
    });
  });

  test("other projects of the zone have their own", () => {
    const { host, a } = twoZones();
    ok(setProjectControl(host, a.root, "project.max-sem-ids", { limit: 1, action: "deny" }));
    ok(semget(host, a.root, 0, 1, CREATE));
    expect(result(semget(host, a.root, 0, 1, CREATE))).toBe("ENOSPC");
    ok(newtask(host, a.root, "default"));
    expect(result(semget(host, a.root, 0, 1, CREATE))).toBe("ok");
  });
});

describe("queues and semaphores", () => {
  test("a queue is full at its bytes, and empty of messages", () => {
    const { host, a } = twoZones();
    const id = ok(msgget(host, a.root, 0, CREATE));
    expect(result(msgsnd(host, a.root, id, 65_536))).toBe("ok");
    expect(result(msgsnd(host, a.root, id, 1))).toBe("EAGAIN");
    expect(ok(msgrcv(host, a.root, id))).toBe(65_536);
    expect(result(msgrcv(host, a.root, id))).toBe("ENOMSG");
  });

  test.each([
    ["default", "EPERM"],
    ["default,sys_ipc_config", "ok"],
  ])("a longer queue with limitpriv %s: %s", (limitpriv, expected) => {
    const { host, b } = twoZones(limitpriv);
    const id = ok(msgget(host, b.root, 0, CREATE));
    expect(result(sysvSet(host, b.root, "msg", id, { size: 1 << 20 }))).toBe(expected);
    expect(result(sysvSet(host, b.root, "msg", id, { size: 1024 }))).toBe("ok");
  });

  test("limits of the process: semaphores of a set, operations of a call", () => {
    const { host, a } = twoZones();
    expect(result(semget(host, a.root, 0, 513, CREATE))).toBe("EINVAL");
    const id = ok(semget(host, a.root, 0, 512, CREATE));
    expect(result(semop(host, a.root, id, 513))).toBe("E2BIG");
    expect(result(semop(host, a.root, id, 512))).toBe("ok");
  });
});
