import { writeFile } from "@zonewarden/server/host/filesystem/open";
import { Host } from "@zonewarden/server/host/host";
import { channelBind, channelPublish, channelSubscribe } from "@zonewarden/server/host/illumos/ipc/channels";
import { doorCall, doorCreate, fattach } from "@zonewarden/server/host/illumos/ipc/doors";
import { shmget, sysvList } from "@zonewarden/server/host/illumos/ipc/sysv";
import { transportBind, transportConnect } from "@zonewarden/server/host/illumos/ipc/transports";
import { findProcess } from "@zonewarden/server/host/process/processes";
import { expect, test } from "vitest";
import { ok } from "../harness.ts";
import { result, twoZones } from "../process/world.ts";

const NEWS = { class: "news", subclass: "", attributes: {} };

test("what processes meet at is the same in a restored host, and apart from the first one", () => {
  const { host, a } = twoZones();
  ok(writeFile(host, a.root, "/var/tmp/door", ""));
  ok(fattach(host, a.root, ok(doorCreate(host, a.root)), "/var/tmp/door"));
  ok(channelBind(host, a.root, "news", { create: true }));
  ok(channelSubscribe(host, a.root, "news"));
  ok(transportBind(host, a.root, "rpc"));
  const id = ok(shmget(host, a.root, 7, 4096, { create: true, mode: 0o600 }));

  const copy = Host.restore(host.snapshot(), host.kernel);
  const root = findProcess(copy, a.root.pid);
  if (!root) throw new Error("no shell");
  expect(ok(doorCall(copy, root, "/var/tmp/door")).server).toBe(root.pid);
  expect(ok(channelPublish(copy, root, "news", NEWS))).toEqual([root.pid]);
  expect(ok(transportConnect(copy, root, "rpc"))).toBe(root.pid);
  expect(ok(shmget(copy, root, 7, 4096))).toBe(id);

  ok(shmget(copy, root, 8, 4096, { create: true, mode: 0o600 }));
  ok(transportBind(copy, root, "other"));
  expect(sysvList(host, a.root, "shm")).toHaveLength(1);
  expect(result(transportConnect(host, a.root, "other"))).toBe("ECONNREFUSED");
});
