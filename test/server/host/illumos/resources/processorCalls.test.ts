import {
  enablePools,
  pOnline,
  poolBind,
  poolCreate,
  poolRows,
  processorBind,
  psetAssign,
  psetBind,
  psetCreate,
  psetDestroy,
  psrinfo,
} from "@zonewarden/server/host/illumos/resources/processorCalls";
import { poolOfProcess, setOfProcess } from "@zonewarden/server/host/illumos/resources/processorSets";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { result, twoZones } from "../process/world.ts";

function world() {
  const host = zoneHost();
  const { zone, root } = running(host, define("web"));
  return { host, zone, root, global: globalRoot(host) };
}

describe("root of a zone", () => {
  const calls: Record<
    string,
    (about: ReturnType<typeof world>) => { ok: boolean; decision: { rule: string } }
  > = {
    "makes no set": ({ host, root }) => psetCreate(host, root),
    "moves no CPU": ({ host, root }) => psetAssign(host, root, -1, 0),
    "switches no CPU off": ({ host, root }) => pOnline(host, root, 0, "off-line"),
    "makes no pool": ({ host, root }) => poolCreate(host, root, "web"),
    "binds nobody to a pool": ({ host, root }) => poolBind(host, root, "pid", root.pid, "pool_default"),
    "does not enable pools": ({ host, root }) => enablePools(host, root, true),
  };
  test.each(Object.entries(calls))("%s", (_, call) => {
    expect(call(world()).decision.rule).toBe("priv/sys_res_config");
  });
});

describe("processor sets without pools", () => {
  test("have the CPUs that are assigned, and give them back", () => {
    const { host, global } = world();
    const id = ok(psetCreate(host, global));
    ok(psetAssign(host, global, id, 2));
    const cpus = () => Object.values(illumosOf(host).processorSets).map((set) => set.cpus);
    expect(cpus()).toEqual([[0, 1, 3], [2]]);
    ok(psetDestroy(host, global, id));
    expect(cpus()).toEqual([[0, 1, 2, 3]]);
  });

  test("the default set keeps one CPU", () => {
    const { host, global } = world();
    const id = ok(psetCreate(host, global));
    for (const cpu of [0, 1, 2]) ok(psetAssign(host, global, id, cpu));
    expect(result(psetAssign(host, global, id, 3))).toBe("EBUSY");
  });

  test("run those that are bound to them", () => {
    const { host, zone, root, global } = world();
    const id = ok(psetCreate(host, global));
    ok(psetBind(host, global, "zoneid", zone.id, id));
    expect(setOfProcess(host, root).id).toBe(id);
    ok(psetBind(host, global, "zoneid", zone.id, undefined));
    expect(setOfProcess(host, root).name).toBe("pset_default");
  });

  test.each([
    ["a set that is not there", 77, "EINVAL"],
    ["the default set", -1, "EINVAL"],
  ])("%s is not destroyed", (_, id, expected) => {
    const { host, global } = world();
    expect(result(psetDestroy(host, global, id))).toBe(expected);
  });

  test("are those of pools while pools are enabled", () => {
    const { host, global } = world();
    ok(enablePools(host, global, true));
    expect(psetCreate(host, global)).toMatchObject({ errno: "ENOTSUP", decision: { rule: "pset/pools" } });
    expect(result(psetBind(host, global, "pid", global.pid, -1))).toBe("ENOTSUP");
  });
});

describe("CPUs", () => {
  test("can be switched off, but for the last of a set", () => {
    const { host, global } = world();
    for (const cpu of [0, 1, 2]) ok(pOnline(host, global, cpu, "off-line"));
    expect(result(pOnline(host, global, 3, "off-line"))).toBe("EBUSY");
    expect(psrinfo(host, global).map(({ state }) => state)).toEqual([
      "off-line",
      "off-line",
      "off-line",
      "on-line",
    ]);
    ok(pOnline(host, global, 1, "on-line"));
    expect(illumosOf(host).system.offline).toEqual([0, 2]);
  });

  test("a process is bound to one that its set has", () => {
    const { host, root } = world();
    expect(result(processorBind(host, root, root.pid, 3))).toBe("ok");
    expect(root.affinity).toEqual([3]);
    expect(result(processorBind(host, root, root.pid, 9))).toBe("EINVAL");
  });

  test("nobody binds those of other zones", () => {
    const { host, a, b } = twoZones();
    expect(result(processorBind(host, a.root, b.root.pid, 0))).toBe("ESRCH");
  });
});

describe("pools", () => {
  test("are off until somebody enables them", () => {
    const { host, global } = world();
    expect(result(poolCreate(host, global, "web"))).toBe("ENOTACTIVE");
    ok(enablePools(host, global, true));
    ok(poolCreate(host, global, "web"));
    expect(result(poolCreate(host, global, "web"))).toBe("EEXIST");
  });

  test("take a zone as a whole", () => {
    const { host, zone, root, global } = world();
    ok(enablePools(host, global, true));
    ok(poolCreate(host, global, "web"));
    expect(result(poolBind(host, global, "pid", root.pid, "web"))).toBe("EINVAL");
    ok(poolBind(host, global, "zoneid", zone.id, "web"));
    expect([zone.pool, poolOfProcess(host, root)]).toEqual(["web", "web"]);
    expect(result(enablePools(host, global, false))).toBe("EBUSY");
    ok(poolBind(host, global, "zoneid", zone.id, "pool_default"));
    expect(zone.pool).toBe("pool_default");
    expect(result(poolBind(host, global, "zoneid", zone.id, "none"))).toBe("ESRCH");
  });

  test("a zone sees the one that it is in", () => {
    const { host, root, global } = world();
    ok(enablePools(host, global, true));
    ok(poolCreate(host, global, "web"));
    const names = (process: typeof root) => poolRows(host, process).map(({ pool }) => pool);
    expect(names(global)).toEqual(["pool_default", "web"]);
    expect(names(root)).toEqual(["pool_default"]);
  });
});
