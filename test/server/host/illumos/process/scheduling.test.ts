import {
  nice,
  priocntl,
  processesOf,
  setDefaultClass,
  setNice,
} from "@zonewarden/server/host/illumos/process/priocntl";
import { classOf } from "@zonewarden/server/host/illumos/resources/classes";
import { psetBind, psetCreate } from "@zonewarden/server/host/illumos/resources/processorCalls";
import { describe, expect, test } from "vitest";
import { ok } from "../harness.ts";
import { result, twoZones, userIn, without } from "./world.ts";

describe("priocntl", () => {
  test("the global zone addresses a whole zone by its id", () => {
    const { host, a, global } = twoZones();
    const found = ok(processesOf(host, global, "zoneid", a.zone.id));
    expect(new Set(found.map(({ credential }) => credential.container))).toEqual(new Set([a.zone.id]));
    expect(found.map(({ pid }) => pid)).not.toContain(a.zone.zsched);
    ok(priocntl(host, global, "zoneid", a.zone.id, { class: "FSS" }));
    expect(classOf(host, a.root)).toBe("FSS");
  });

  test("a zone knows no other id than its own", () => {
    const { host, a, b } = twoZones();
    expect(result(processesOf(host, a.root, "zoneid", b.zone.id))).toBe("ESRCH");
    expect(result(processesOf(host, a.root, "zoneid", a.zone.id))).toBe("ok");
    expect(
      ok(processesOf(host, a.root, "all", 0)).every((one) => one.credential.container === a.zone.id),
    ).toBe(true);
  });

  test.each([
    ["default", { class: "RT" as const }, "EPERM"],
    ["default", { class: "FX" as const }, "EPERM"],
    ["default,proc_priocntl", { class: "RT" as const, priority: 10 }, "ok"],
    ["default", { priority: 10 }, "EPERM"],
    ["default,proc_prioup", { priority: 10 }, "ok"],
    ["default", { priority: -10 }, "ok"],
    ["default,proc_priocntl", { class: "RT" as const, priority: 60 }, "EINVAL"],
    ["default,proc_priocntl", { class: "SDC" as const }, "EINVAL"],
  ])("with limitpriv %s, root of a zone asks for %o: %s", (limitpriv, wanted, expected) => {
    const { host, b } = twoZones(limitpriv);
    expect(result(priocntl(host, b.root, "pid", b.root.pid, wanted))).toBe(expected);
  });

  test("of many processes those that may be changed are", () => {
    const { host, a } = twoZones();
    const user = userIn(host, a.zone.id, 1000);
    expect(ok(priocntl(host, user, "all", 0, { priority: -3 }))).toEqual([user.pid]);
  });
});

describe("nice", () => {
  test("worse is free, better takes a privilege", () => {
    const { host, a } = twoZones();
    ok(nice(host, a.root, 5));
    expect(a.root.nice).toBe(5);
    expect(nice(host, a.root, -1)).toMatchObject({ errno: "EPERM", decision: { rule: "priv/proc_prioup" } });
  });

  test("the global zone may do it to anybody, with proc_zone", () => {
    const { host, a, global } = twoZones();
    expect(result(setNice(host, global, a.root.pid, -5))).toBe("ok");
    expect(setNice(host, without(host, global, "proc_zone"), a.root.pid, 0).decision.rule).toBe(
      "priv/proc_zone",
    );
  });

  test("values stay in their bounds", () => {
    const { host, global } = twoZones();
    ok(setNice(host, global, global.pid, -100));
    expect(global.nice).toBe(-20);
  });
});

test("the default class is of the machine, so that no zone sets it", () => {
  const { host, a, global } = twoZones();
  expect(result(setDefaultClass(host, a.root, "FSS"))).toBe("EPERM");
  ok(setDefaultClass(host, global, "FSS"));
  expect(classOf(host, a.root)).toBe("FSS");
});

describe("processor sets", () => {
  test("are made in the global zone alone", () => {
    const { host, a, global } = twoZones();
    expect(psetCreate(host, a.root).decision.rule).toBe("priv/sys_res_config");
    expect(result(psetCreate(host, global))).toBe("ok");
  });

  test.each([
    ["default", "EPERM"],
    ["default,sys_res_bind", "ok"],
  ])("binding in a zone with limitpriv %s: %s", (limitpriv, expected) => {
    const { host, b, global } = twoZones(limitpriv);
    const set = ok(psetCreate(host, global));
    expect(result(psetBind(host, b.root, "pid", b.root.pid, set))).toBe(expected);
  });

  test("a zone with sys_res_bind does not bind others", () => {
    const { host, a, b, global } = twoZones("default,sys_res_bind");
    const set = ok(psetCreate(host, global));
    expect(result(psetBind(host, b.root, "pid", a.root.pid, set))).toBe("ESRCH");
  });
});
