import { pass } from "@zonewarden/server/host/clock";
import { findPrison } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import type { Host } from "@zonewarden/server/host/host";
import { bind, close, connect, listen, socket } from "@zonewarden/server/host/network/sockets";
import { reap } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "./harness.ts";

/** A jail that dies while a connection which it closed itself lingers for a minute. */
function dying(host: Host, name: string): number {
  const { jid, root } = makeJail(host, { name, ip4: "inherit" });
  const port = 20_000 + jid;
  const stream = (process: Process) => ok(socket(host, process, { family: "inet", type: "stream" })).id;
  const listener = stream(hostRoot(host));
  ok(bind(host, hostRoot(host), listener, { address: "127.0.0.1", port }));
  ok(listen(host, hostRoot(host), listener));
  const client = stream(root);
  ok(connect(host, root, client, { address: "127.0.0.1", port }));
  ok(close(host, root, client));
  ok(jailRemove(host, hostRoot(host), jid));
  reap(host, root);
  return jid;
}

const freed = (host: Host) =>
  host.events.filter(({ to }) => to === "gone").map(({ t, container }) => [t, container]);

describe("the clock", () => {
  it("frees dying jails as it passes, each at its time", () => {
    const host = testHost();
    const begin = host.now;
    dying(host, "one");
    pass(host, 5_000);
    dying(host, "two");
    pass(host, 100_000);
    expect(freed(host)).toEqual([
      [begin + 60_000, "one"],
      [begin + 65_000, "two"],
    ]);
    expect(host.now).toBe(begin + 105_000);
  });

  it("lets nothing happen before its time", () => {
    const host = testHost();
    const jid = dying(host, "one");
    pass(host, 59_999);
    expect(findPrison(host, jid)?.state).toBe("dying");
    pass(host, 1);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  it("does not run ahead for what is done at once", () => {
    const host = testHost();
    const jid = dying(host, "one");
    const { milliseconds } = host.atOnce(() => pass(host, 120_000));
    expect(milliseconds).toBe(120_000);
    expect(findPrison(host, jid)?.state).toBe("dying");
    pass(host, 120_000);
    expect(findPrison(host, jid)).toBeUndefined();
  });

  it("does not go back", () => {
    const host = testHost();
    pass(host, 10);
    pass(host, -5);
    expect(host.now).toBe(10);
  });
});
