import { writeFile } from "@zonewarden/server/host/filesystem/open";
import { Host } from "@zonewarden/server/host/host";
import {
  channelBind,
  channelPublish,
  channelSubscribe,
  channelUnbind,
} from "@zonewarden/server/host/illumos/ipc/channels";
import { doorCall, doorCreate, fattach, fdetach } from "@zonewarden/server/host/illumos/ipc/doors";
import { shmget, sysvList, sysvRemove } from "@zonewarden/server/host/illumos/ipc/sysv";
import { transportBind, transportConnect } from "@zonewarden/server/host/illumos/ipc/transports";
import { exit, findProcess } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { ok } from "../harness.ts";
import { result, twoZones, userIn } from "../process/world.ts";

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

/** Things that `act` can do. */
const STEPS = 9;

test("whatever is made and left, a restored host answers like the first one", () => {
  const step = fc.tuple(fc.nat(STEPS - 1), fc.nat(2), fc.nat(2));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { host, a, b } = twoZones();
      const actors = [userIn(host, a.zone.id, 0), userIn(host, a.zone.id, 0), userIn(host, b.zone.id, 0)];
      for (const [what, who, which] of steps) {
        const actor = actors[who];
        if (actor && actor.state !== "zombie") act(host, actor, what, which);
      }
      const copy = Host.restore(host.snapshot(), host.kernel);
      expect(answers(copy, [a.root.pid, b.root.pid])).toEqual(answers(host, [a.root.pid, b.root.pid]));
    }),
    { numRuns: runs(40) },
  );
});

function act(host: Host, process: Process, what: number, which: number): void {
  const name = `n${which}`;
  const path = `/var/tmp/${name}`;
  const calls = [
    () => shmget(host, process, which + 1, 4096, { create: true, mode: 0o600 }),
    () => sysvRemove(host, process, "shm", which + 1),
    () => transportBind(host, process, name),
    () => channelBind(host, process, name, { create: true }),
    () => channelSubscribe(host, process, name),
    () => channelUnbind(host, process, name),
    () => {
      ok(writeFile(host, process, path, ""));
      return fattach(host, process, ok(doorCreate(host, process)), path);
    },
    () => fdetach(host, process, path),
    () => exit(host, process, 0),
  ];
  calls[what]?.();
}

/** What shells in the zones find. */
function answers(host: Host, shells: readonly number[]) {
  return shells.flatMap((pid) => {
    const root = findProcess(host, pid);
    if (!root) return [];
    return [0, 1, 2].map((which) => {
      const name = `n${which}`;
      const bound = channelBind(host, root, name).ok;
      const reached = bound ? ok(channelPublish(host, root, name, NEWS)) : [];
      channelUnbind(host, root, name);
      return {
        reached,
        key: result(shmget(host, root, which + 1, 4096)),
        list: sysvList(host, root, "shm").map(({ id }) => id),
        transport: transportConnect(host, root, name).decision,
        door: doorCall(host, root, `/var/tmp/${name}`).decision,
      };
    });
  });
}
