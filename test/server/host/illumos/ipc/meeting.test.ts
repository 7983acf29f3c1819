import { mkfifo } from "@zonewarden/server/host/filesystem/entries";
import { mkdir } from "@zonewarden/server/host/filesystem/files";
import { open, writeFile } from "@zonewarden/server/host/filesystem/open";
import {
  channelBind,
  channelEvents,
  channelPublish,
  channelSubscribe,
  channelUnbind,
  ZONE_STATUS_CHANNEL,
} from "@zonewarden/server/host/illumos/ipc/channels";
import { doorCall, doorCreate, doorsOf, fattach, fdetach } from "@zonewarden/server/host/illumos/ipc/doors";
import { findDoor } from "@zonewarden/server/host/illumos/ipc/objectIndex";
import { posixOpen, posixUnlink } from "@zonewarden/server/host/illumos/ipc/posix";
import { transportBind, transportConnect } from "@zonewarden/server/host/illumos/ipc/transports";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { bind, connect, listen, socket } from "@zonewarden/server/host/network/sockets";
import { exit } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { result, twoZones, userIn } from "../process/world.ts";

/** A door of the global zone in a file of zone `a`, as the daemons of the global zone attach theirs. */
function doorIntoA() {
  const world = twoZones();
  const { host, a, global } = world;
  const path = `${a.zone.path}/var/tmp/service_door`;
  ok(writeFile(host, global, path, ""));
  const door = ok(doorCreate(host, global));
  ok(fattach(host, global, door, path));
  return { ...world, door, path };
}

describe("doors", () => {
  test("whoever finds the file may call, and the server is told the zone", () => {
    const { host, a, global } = doorIntoA();
    const { server, caller } = ok(doorCall(host, a.root, "/var/tmp/service_door"));
    expect(server).toBe(global.pid);
    expect(caller).toEqual({ pid: a.root.pid, uid: 0, gid: 0, zone: a.zone.id });
  });

  test("who does not find it does not know of it", () => {
    const { host, b } = doorIntoA();
    expect(result(doorCall(host, b.root, "/var/tmp/service_door"))).toBe("ENOENT");
  });

  test("only the owner of a file attaches one to it", () => {
    const { host, a, global, path } = doorIntoA();
    ok(writeFile(host, global, `${path}2`, ""));
    const user = userIn(host, a.zone.id, 1000);
    const own = ok(doorCreate(host, user));
    expect(result(fattach(host, user, own, "/var/tmp/service_door2"))).toBe("EPERM");
  });

  test("a file has one door, and is a file again without it", () => {
    const { host, a, global, door, path } = doorIntoA();
    expect(result(fattach(host, global, door, path))).toBe("EBUSY");
    ok(fdetach(host, global, path));
    expect(result(fdetach(host, global, path))).toBe("EINVAL");
    expect(result(doorCall(host, a.root, "/var/tmp/service_door"))).toBe("EBADF");
  });

  test("doors go with their server", () => {
    const { host, a, global, door } = doorIntoA();
    expect(doorsOf(host, global)).toEqual([door]);
    exit(host, global, 0);
    expect(findDoor(host, door)).toBeUndefined();
    expect(result(doorCall(host, a.root, "/var/tmp/service_door"))).toBe("EBADF");
  });

  test("nobody attaches the door of somebody else", () => {
    const { host, a, door } = doorIntoA();
    expect(result(fattach(host, a.root, door, "/etc/passwd"))).toBe("EBADF");
  });
});

describe("event channels", () => {
  test("a name is another channel in each zone", () => {
    const { host, a, b, global } = twoZones();
    for (const process of [a.root, b.root, global]) {
      ok(channelBind(host, process, "com.example:news", { create: true }));
      ok(channelSubscribe(host, process, "com.example:news"));
    }
    const event = { class: "change", subclass: "", attributes: { to: "running" } };
    expect(ok(channelPublish(host, a.root, "com.example:news", event))).toEqual([a.root.pid]);
    expect(channelEvents(host, a.root, "com.example:news")).toEqual([event]);
    expect(channelEvents(host, a.root, "com.example:news")).toEqual([]);
    expect(channelEvents(host, global, "com.example:news")).toEqual([]);
  });

  test("classes, names and unbound channels", () => {
    const { host, a } = twoZones();
    expect(result(channelBind(host, a.root, "none"))).toBe("ENOENT");
    expect(result(channelBind(host, a.root, "no good", { create: true }))).toBe("EINVAL");
    expect(result(channelSubscribe(host, a.root, "none"))).toBe("EINVAL");
    ok(channelBind(host, a.root, "own", { create: true }));
    ok(channelSubscribe(host, a.root, "own", "wanted"));
    const reached = (name: string) =>
      ok(channelPublish(host, a.root, "own", { class: name, subclass: "", attributes: {} }));
    expect([reached("wanted"), reached("other")]).toEqual([[a.root.pid], []]);
  });

  test("a channel goes with the last that is bound to it", () => {
    const { host, a } = twoZones();
    const before = illumosOf(host).objects.channels.length;
    ok(channelBind(host, a.root, "own", { create: true }));
    const other = userIn(host, a.zone.id, 0);
    ok(channelBind(host, other, "own"));
    ok(channelUnbind(host, a.root, "own"));
    expect(illumosOf(host).objects.channels).toHaveLength(before + 1);
    exit(host, other, 0);
    expect(illumosOf(host).objects.channels).toHaveLength(before);
  });
});

describe("loopback transports", () => {
  test("an address is another one in each zone", () => {
    const { host, a, b, global } = twoZones();
    ok(transportBind(host, a.root, "web.rpc"));
    expect(ok(transportConnect(host, a.root, "web.rpc"))).toBe(a.root.pid);
    for (const process of [b.root, global])
      expect(result(transportConnect(host, process, "web.rpc"))).toBe("ECONNREFUSED");
    expect(result(transportBind(host, b.root, "web.rpc"))).toBe("ok");
    expect(result(transportBind(host, a.root, "web.rpc"))).toBe("EADDRINUSE");
  });

  test("it goes with its process", () => {
    const { host, a } = twoZones();
    const server = userIn(host, a.zone.id, 0);
    ok(transportBind(host, server, "web.rpc"));
    exit(host, server, 0);
    expect(result(transportConnect(host, a.root, "web.rpc"))).toBe("ECONNREFUSED");
  });
});

describe("the channel of zone states", () => {
  test("tells the global zone, in the words for subscribers", () => {
    const { host, a, global } = twoZones();
    ok(channelBind(host, global, ZONE_STATUS_CHANNEL, { create: true }));
    ok(channelSubscribe(host, global, ZONE_STATUS_CHANNEL, "status"));
    const entry = entryNamed(host, "a");
    if (entry) callZoneadmd(host, entry, { command: "reboot" });
    const changes = channelEvents(host, global, ZONE_STATUS_CHANNEL).map(({ attributes }) => [
      attributes["zonename"],
      attributes["oldstate"],
      attributes["newstate"],
    ]);
    expect(changes).toEqual([
      ["a", "running", "shutting_down"],
      ["a", "ready", "running"],
    ]);
    expect(a.zone.id).toBeGreaterThan(0);
  });

  test("is not there for a zone", () => {
    const { host, a, global } = twoZones();
    ok(channelBind(host, global, ZONE_STATUS_CHANNEL, { create: true }));
    expect(result(channelBind(host, a.root, ZONE_STATUS_CHANNEL))).toBe("ENOENT");
  });
});

/** Two zones that see the same directory of the global zone. */
function sharing(options: string[] = []) {
  const host = zoneHost();
  const global = globalRoot(host);
  ok(mkdir(host, global, "/export/shared", 0o777));
  const zone = (name: string, more: string[] = []) => {
    const shared = { type: "fs", fstype: "lofs", dir: "/shared", special: "/export/shared", options: more };
    return running(host, define(name, { resources: [shared] }));
  };
  return { host, global, a: zone("a"), b: zone("b", options) };
}

describe("zones that share a directory meet in it", () => {
  test("at a door", () => {
    const { host, a, b } = sharing();
    ok(writeFile(host, a.root, "/shared/door", ""));
    ok(fattach(host, a.root, ok(doorCreate(host, a.root)), "/shared/door"));
    const { server, caller } = ok(doorCall(host, b.root, "/shared/door"));
    expect([server, caller.zone]).toEqual([a.root.pid, b.zone.id]);
  });

  test("at a named pipe", () => {
    const { host, a, b } = sharing();
    ok(mkfifo(host, a.root, "/shared/pipe", 0o666));
    expect(result(open(host, b.root, "/shared/pipe", { write: true }))).toBe("ok");
    expect(result(open(host, b.root, "/pipe", { write: true }))).toBe("ENOENT");
  });

  test("at a local socket", () => {
    const { host, a, b } = sharing();
    const server = ok(socket(host, a.root, { family: "local", type: "stream" }));
    ok(bind(host, a.root, server.id, { address: "/shared/socket", port: 0 }));
    ok(listen(host, a.root, server.id));
    const client = ok(socket(host, b.root, { family: "local", type: "stream" }));
    expect(result(connect(host, b.root, client.id, { address: "/shared/socket", port: 0 }))).toBe("ok");
    const other = ok(socket(host, b.root, { family: "local", type: "stream" }));
    expect(result(connect(host, b.root, other.id, { address: "/tmp/socket", port: 0 }))).toBe("ENOENT");
  });
});

describe("POSIX objects are files of the zone", () => {
  test("the same name is another object in each zone", () => {
    const { host, a, b, global } = twoZones();
    ok(posixOpen(host, a.root, "shm", "/cache", { create: true }));
    for (const process of [b.root, global])
      expect(result(posixOpen(host, process, "shm", "/cache"))).toBe("ENOENT");
    expect(result(posixOpen(host, a.root, "shm", "/cache"))).toBe("ok");
  });

  test("modes hold as for files", () => {
    const { host, a } = twoZones();
    ok(posixOpen(host, a.root, "sem", "/lock", { create: true, mode: 0o600 }));
    expect(result(posixOpen(host, userIn(host, a.zone.id, 1000), "sem", "/lock"))).toBe("EACCES");
  });

  test.each([
    ["cache", "EINVAL"],
    ["/a/b", "EINVAL"],
    [`/${"x".repeat(300)}`, "ENAMETOOLONG"],
  ])("the name %s: %s", (name, expected) => {
    const { host, a } = twoZones();
    expect(result(posixOpen(host, a.root, "mq", name, { create: true }))).toBe(expected);
  });

  test("unlinking takes the name away", () => {
    const { host, a } = twoZones();
    ok(posixOpen(host, a.root, "mq", "/jobs", { create: true }));
    ok(posixUnlink(host, a.root, "mq", "/jobs"));
    expect(result(posixOpen(host, a.root, "mq", "/jobs"))).toBe("ENOENT");
  });
});
