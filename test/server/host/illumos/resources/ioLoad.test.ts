import { pass } from "@zonewarden/server/host/clock";
import { Host } from "@zonewarden/server/host/host";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { describe, expect, test } from "vitest";
import { machine } from "../commands/world.ts";
import type { Definition } from "../harness.ts";

/** Programs that read and write without end, as they are typed. */

const priority = (value: number): Definition => ({
  resources: [
    { type: "rctl", name: "zone.zfs-io-priority", value: `(priv=privileged,limit=${value},action=none)` },
  ],
});
const WRITE = "dd if=/dev/zero of=/var/tmp/big > /dev/null &";

function busy(system: "smartos" | "omnios" | "illumos" = "smartos") {
  const made = machine(system, { gold: priority(100), bronze: priority(1) });
  for (const zone of ["gold", "bronze"]) made.inside(zone, WRITE);
  return made;
}

const delay = (host: Host, zone: string): number | undefined => zoneNamed(host, zone)?.io?.delay;
const told = (host: Host): string[] =>
  host.events
    .filter(({ kind, outcome }) => kind === "zone.io" && outcome === "ok")
    .map(({ container }) => container);

describe.each(["smartos", "omnios"] as const)("%s", (system) => {
  test("the zone above its part waits 5 microseconds more every 250 milliseconds, up to 100", () => {
    const { host } = busy(system);
    pass(host, 250);
    expect([delay(host, "gold"), delay(host, "bronze")]).toEqual([0, 5]);
    pass(host, 2000);
    expect([delay(host, "gold"), delay(host, "bronze")]).toEqual([0, 45]);
    pass(host, 60_000);
    expect([delay(host, "gold"), delay(host, "bronze")]).toEqual([0, 100]);
  });

  test("the log says who is slowed down and why, and when it is let go", () => {
    const { host, inside } = busy(system);
    pass(host, 10_000);
    expect(told(host)).toEqual(["bronze"]);
    const event = host.events.find(({ kind, outcome }) => kind === "zone.io" && outcome === "ok");
    expect(event?.message).toContain("zfs-io-priority 1 of 101");
    expect(event?.causes.map(({ what }) => what)).toEqual([
      "zone.zfs-io-priority=1",
      "zone.zfs-io-priority=100",
    ]);
    expect(event?.causes.map(({ from }) => from)).toEqual(["configuration", "configuration"]);
    inside("gold", "pkill dd");
    pass(host, 10_000);
    expect(told(host)).toEqual(["bronze", "bronze"]);
    expect(delay(host, "bronze")).toBe(0);
  });

  test("what it takes to halt: another boot begins anew", () => {
    const { host, type } = busy(system);
    pass(host, 10_000);
    type("zoneadm -z bronze halt; zoneadm -z bronze boot");
    expect(zoneNamed(host, "bronze")?.io).toBeUndefined();
    pass(host, 10_000);
    expect(zoneNamed(host, "bronze")?.io).toBeUndefined();
  });
});

test("zones of one priority that do the same are left alone", () => {
  const { host, inside } = machine("smartos", { a: {}, b: {} });
  for (const zone of ["a", "b"]) inside(zone, WRITE);
  pass(host, 60_000);
  expect(told(host)).toEqual([]);
});

test("alone a zone never waits, whatever its priority", () => {
  const { host, inside } = machine("smartos", { bronze: priority(1) });
  inside("bronze", WRITE);
  pass(host, 60_000);
  expect(delay(host, "bronze")).toBe(0);
});

test("priority 0 is never held up", () => {
  const { host, inside } = machine("smartos", { free: priority(0), bronze: priority(1) });
  for (const zone of ["free", "bronze"]) inside(zone, WRITE);
  pass(host, 30_000);
  expect(told(host)).toEqual([]);
  expect(zoneNamed(host, "free")?.io?.counters.delayed).toBe(0);
});

test("prctl changes the part of a zone that runs", () => {
  const { host, type } = busy();
  pass(host, 30_000);
  type("prctl -n zone.zfs-io-priority -r -v 1000 -i zone bronze");
  pass(host, 30_000);
  expect([delay(host, "gold"), delay(host, "bronze")]).toEqual([100, 0]);
});

test("a kernel without the throttle lets all write alike", () => {
  const { host } = busy("illumos");
  pass(host, 30_000);
  expect(delay(host, "bronze")).toBe(0);
  const written = ["gold", "bronze"].map((zone) => zoneNamed(host, zone)?.io?.counters.nwritten);
  expect(written[0]).toBe(written[1]);
});

test("a process that is stopped does nothing, and one that has ended is forgotten", () => {
  const { host, inside } = busy();
  inside("gold", "pkill -STOP dd");
  pass(host, 10_000);
  expect(delay(host, "bronze")).toBe(0);
  inside("gold", "pkill -9 dd");
  inside("bronze", "pkill dd");
  pass(host, 10_000);
  expect(host.state.illumos?.io).toMatchObject({ streams: [], busy: 0 });
  expect(host.state.illumos?.io?.next).toBeUndefined();
});

test("a host that was restored goes on in the same way", () => {
  const { host } = busy();
  pass(host, 3333);
  const other = Host.restore(host.snapshot(), host.kernel);
  for (const one of [host, other]) pass(one, 20_000);
  expect(other.snapshot()).toEqual(host.snapshot());
});

test("a day of it takes no time", () => {
  const { host } = busy();
  const begin = Date.now();
  pass(host, 86_400_000);
  expect(Date.now() - begin).toBeLessThan(5000);
  expect(delay(host, "bronze")).toBe(100);
});
