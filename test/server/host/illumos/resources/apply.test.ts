import type { Host } from "@zonewarden/server/host/host";
import { assumeFor } from "@zonewarden/server/host/illumos/assume";
import { classOf } from "@zonewarden/server/host/illumos/resources/classes";
import { psrinfo } from "@zonewarden/server/host/illumos/resources/processorCalls";
import { setOfPool, visibleCpus } from "@zonewarden/server/host/illumos/resources/processorSets";
import { serviceOf } from "@zonewarden/server/host/illumos/smf/instances";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { zone as zoneById } from "@zonewarden/server/host/illumos/zones";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { describe, expect, test } from "vitest";
import { type Definition, define, globalRoot, installed, running, zoneHost } from "../harness.ts";

const dedicated = (ncpus: string, more: Record<string, string> = {}): Definition => ({
  resources: [{ type: "dedicated-cpu", ncpus, ...more }],
});

const shares = {
  resources: [{ type: "rctl", name: "zone.cpu-shares", value: "(priv=privileged,limit=10,action=none)" }],
};

const POOLS: Partial<HostDescription> = {
  processorSets: [{ name: "web", cpus: [2, 3] }],
  resourcePools: [{ name: "web", processorSet: "web", scheduler: "FSS", importance: 1 }],
};

function request(host: Host, name: string, command: "halt" | "reboot" | "boot") {
  const entry = entryNamed(host, name);
  if (!entry) throw new Error(`no zone ${name}`);
  return callZoneadmd(host, entry, { command });
}

const setNamed = (host: Host, name: string) => illumosOf(host).processorSets[name];
const warnings = (host: Host) =>
  host.events
    .filter(({ kind }) => kind === "zone.warning" || kind === "zone.pool")
    .map(({ message }) => message);

describe("dedicated-cpu", () => {
  test("gives the zone a pool and a set of its own", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web", dedicated("2")));
    expect(zone.pool).toBe("SUNWtmp_web");
    expect(setNamed(host, "SUNWtmp_web")).toMatchObject({ cpus: [2, 3], min: 2, max: 2, temporary: true });
    expect(setNamed(host, "pset_default")?.cpus).toEqual([0, 1]);
  });

  test("enables the pools facility", () => {
    const host = zoneHost();
    expect(illumosOf(host).poolsEnabled).toBe(false);
    running(host, define("web", dedicated("1")));
    expect(illumosOf(host).poolsEnabled).toBe(true);
    expect(serviceOf(host, zoneById(host, 0), "system/pools:default")?.state).toBe("online");
  });

  test("with more than the machine can give the zone does not get ready, and nothing is left of it", () => {
    const host = zoneHost();
    const answer = callZoneadmd(host, installed(host, define("web", dedicated("4"))), { command: "boot" });
    expect(answer.ok).toBe(false);
    expect(zoneNamed(host, "web")).toBeUndefined();
    expect(setNamed(host, "SUNWtmp_web")).toBeUndefined();
    expect(setNamed(host, "pset_default")?.cpus).toEqual([0, 1, 2, 3]);
  });

  test("the second zone gets what the first has left", () => {
    const host = zoneHost();
    running(host, define("a", dedicated("2")));
    running(host, define("b", dedicated("1")));
    const third = callZoneadmd(host, installed(host, define("c", dedicated("1"))), { command: "boot" });
    expect(third.ok).toBe(false);
    expect(setNamed(host, "SUNWtmp_b")?.cpus).toEqual([1]);
  });

  test("of a range the least is sure, the rest goes by importance", () => {
    const host = zoneHost({ cpus: 10 });
    running(host, define("web", dedicated("2-6", { importance: "3" })));
    expect(setNamed(host, "SUNWtmp_web")?.cpus).toHaveLength(6);
    expect(warnings(host).join()).toContain("poold");
  });

  test("the pool stays over a reboot and goes at the halt", () => {
    const host = zoneHost();
    running(host, define("web", dedicated("1")));
    const before = setNamed(host, "SUNWtmp_web");
    request(host, "web", "reboot");
    expect(setNamed(host, "SUNWtmp_web")).toBe(before);
    request(host, "web", "halt");
    expect(setNamed(host, "SUNWtmp_web")).toBeUndefined();
    expect(setNamed(host, "pset_default")?.cpus).toEqual([0, 1, 2, 3]);
  });

  test("the zone sees its own CPUs, the global zone all", () => {
    const host = zoneHost();
    const { zone, root } = running(host, define("web", dedicated("2")));
    expect(visibleCpus(host, zone)).toEqual([2, 3]);
    expect(psrinfo(host, root).map(({ id }) => id)).toEqual([2, 3]);
    expect(psrinfo(host, globalRoot(host)).map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  });

  test("without pools a zone sees all CPUs", () => {
    const host = zoneHost();
    expect(visibleCpus(host, running(host, define("web")).zone)).toEqual([0, 1, 2, 3]);
  });
});

describe("pool", () => {
  test("binds the zone, whose processes get the pool's class", () => {
    const host = zoneHost(POOLS);
    const { zone, root } = running(host, define("web", { properties: { pool: "web" } }));
    expect(zone.pool).toBe("web");
    expect(setOfPool(host, zone.pool).cpus).toEqual([2, 3]);
    expect(classOf(host, root)).toBe("FSS");
  });

  test("one that is missing is warned of, and the default is used", () => {
    const host = zoneHost(POOLS);
    const { zone } = running(host, define("web", { properties: { pool: "db" } }));
    expect(zone.pool).toBe("pool_default");
    expect(warnings(host).join()).toContain("no pool db");
  });

  test("so is one while pools are off", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web", { properties: { pool: "pool_default" } }));
    expect(zone.pool).toBe("pool_default");
    expect(warnings(host).join()).toContain("not enabled");
  });
});

describe("the scheduling class", () => {
  test.each([
    ["nothing said", {}, "TS"],
    ["scheduling-class", { properties: { "scheduling-class": "FX" } }, "FX"],
    ["cpu-shares", shares, "FSS"],
    ["both", { ...shares, properties: { "scheduling-class": "TS" } }, "TS"],
    ["a class that nobody knows", { properties: { "scheduling-class": "XXL" } }, "TS"],
  ])("%s: %o is %s", (_, definition, expected) => {
    const host = zoneHost();
    expect(classOf(host, running(host, define("web", definition)).root)).toBe(expected);
  });

  test("shares are warned of where the system's class is not FSS", () => {
    const host = zoneHost();
    running(host, define("web", shares));
    expect(warnings(host).join()).toContain("cpu-shares");
    const other = zoneHost();
    illumosOf(other).schedulingClass = "FSS";
    running(other, define("web", shares));
    expect(warnings(other)).toEqual([]);
  });

  test("the pool's class before the system's", () => {
    const host = zoneHost(POOLS);
    illumosOf(host).schedulingClass = "FX";
    expect(classOf(host, running(host, define("web", { properties: { pool: "web" } })).root)).toBe("FSS");
    expect(classOf(host, running(host, define("db")).root)).toBe("FX");
  });
});

describe("on a machine that nobody described", () => {
  test("as many CPUs are assumed as zones are to have for themselves", () => {
    const host = zoneHost();
    const definitions = ["a", "b"].map((name) => define(name, dedicated("3")));
    for (const definition of definitions) {
      assumeFor(host, definition);
      installed(host, definition);
    }
    expect(host.state.machine.cpus).toBe(7);
    expect(definitions.map(({ name }) => request(host, name, "boot").ok)).toEqual([true, true]);
    expect(setNamed(host, "pset_default")?.cpus).toHaveLength(1);
    expect(
      host.events.some(({ kind, outcome }) => kind === "assume.processors" && outcome === "assumed"),
    ).toBe(true);
  });

  test("but not on one that somebody described", () => {
    const host = zoneHost({ described: true });
    assumeFor(host, define("a", dedicated("8")));
    expect(host.state.machine.cpus).toBe(4);
  });
});

test("services are forked within the limits of their zone", () => {
  const host = zoneHost();
  const value = "(priv=privileged,limit=4,action=deny)";
  const definition = define("web", { resources: [{ type: "rctl", name: "zone.max-processes", value }] });
  callZoneadmd(host, installed(host, definition), { command: "boot" });
  const refused = host.events.filter(({ kind, outcome }) => kind === "service.start" && outcome === "failed");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ errno: "EAGAIN", container: "web" });
  expect(refused[0]?.causes[0]?.what).toBe("zone.max-processes=4");
});

describe("what is given back at the halt", () => {
  test("nothing of limits, charges and projects is left for the next boot", () => {
    const host = zoneHost();
    const { zone } = running(host, define("web", shares));
    zone.charges = { "zone.max-lofi": 1 };
    illumosOf(host).projects[zone.id] = { "1": { id: 1, name: "user.root", rctls: {} } };
    request(host, "web", "halt");
    expect(illumosOf(host).projects[zone.id]).toBeUndefined();
    request(host, "web", "boot");
    expect(zoneNamed(host, "web")?.charges).toBeUndefined();
  });
});
