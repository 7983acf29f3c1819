import { configuredRctls } from "@zonewarden/server/host/illumos/resources/apply";
import {
  processControl,
  setProcessControl,
  setZoneControl,
  usualAction,
  zoneControlRows,
  zoneControls,
} from "@zonewarden/server/host/illumos/resources/controls";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed, zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { fork } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { read, there } from "../../../catalog/illumos/reference.ts";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { result, twoZones, without } from "../process/world.ts";

interface Reference {
  zone: {
    name: string;
    systemMax: string;
    defaultPrivileged: string | null;
    globalDeny: string;
    infinite: boolean;
    lineage: string;
    aliasAction: "none" | "deny";
  }[];
}

const reference = read<Reference>("zone-rctls.json", { zone: [] });

describe.skipIf(!there).each(reference.zone)("$name", (row) => {
  const world = () => {
    const host = zoneHost();
    return { host, global: globalRoot(host), ...running(host, define("web")) };
  };
  const rows = () => {
    const { host, global } = world();
    return ok(zoneControlRows(host, global, "web", row.name)).flatMap((one) => one.rows);
  };

  test("its highest value is the system's", () => {
    expect(rows().at(-1)).toEqual({
      level: "system",
      value: row.systemMax,
      flag: row.infinite ? "inf" : "max",
      action: row.aliasAction,
    });
  });

  test("without a configuration it has only its default", () => {
    const privileged = rows().find(({ level }) => level === "privileged");
    expect(privileged?.value ?? null).toBe(row.defaultPrivileged);
  });

  test("root of the zone reads it and does not set it", () => {
    const { host, root } = world();
    expect(result(zoneControlRows(host, root, undefined, row.name))).toBe("ok");
    const value = { limit: 1, action: usualAction(row.name) };
    expect(setZoneControl(host, root, undefined, row.name, value)).toMatchObject({
      errno: "EPERM",
      decision: { rule: "rctl/global" },
    });
  });

  test("the global zone sets it up to the next halt", () => {
    const { host, global } = world();
    const value = { limit: 1, action: usualAction(row.name) };
    ok(setZoneControl(host, global, "web", row.name, value));
    const set = () => zoneNamed(host, "web")?.rctls[row.name]?.limit;
    expect(set()).toBe(1);
    const entry = entryNamed(host, "web");
    if (entry) callZoneadmd(host, entry, { command: "reboot" });
    expect(set()).toBeUndefined();
  });

  test("values above the highest, and actions that it has not, are EINVAL", () => {
    const { host, global } = world();
    const action = usualAction(row.name);
    const call = (value: { limit: number; action: "none" | "deny" }) =>
      result(setZoneControl(host, global, "web", row.name, value));
    const highest = Number(row.systemMax);
    if (highest < Number.MAX_SAFE_INTEGER) expect(call({ limit: highest + 1, action })).toBe("EINVAL");
    const other = action === "deny" ? "none" : "deny";
    const fixed = row.globalDeny === "always" || row.globalDeny === "never";
    if (fixed) expect(call({ limit: 1, action: other })).toBe("EINVAL");
  });
});

describe("who may", () => {
  test("the global zone needs sys_resource", () => {
    const { host, global } = twoZones();
    const shorn = without(host, global, "sys_resource");
    const value = { limit: 5, action: "none" as const };
    expect(setZoneControl(host, shorn, "a", "zone.cpu-shares", value).decision.rule).toBe(
      "priv/sys_resource",
    );
  });

  test("a zone does not even find the others", () => {
    const { host, a } = twoZones();
    expect(result(zoneControlRows(host, a.root, "b"))).toBe("ESRCH");
    expect(result(zoneControlRows(host, a.root, "global"))).toBe("ESRCH");
  });

  test("controls that the platform has not", () => {
    const host = zoneHost({ system: "illumos" });
    const names = zoneControls(host).map(({ name }) => name);
    expect(names).not.toContain("zone.max-physical-memory");
    expect(names).toContain("zone.max-lofi");
  });

  test("a value that is set counts at once", () => {
    const { host, a, global } = twoZones();
    ok(setZoneControl(host, global, "a", "zone.max-processes", { limit: 0, action: "deny" }));
    expect(result(fork(host, a.root))).toBe("EAGAIN");
    ok(setZoneControl(host, global, "a", "zone.max-processes", undefined));
    expect(result(fork(host, a.root))).toBe("ok");
  });
});

describe("processes", () => {
  const NAME = "process.max-file-descriptor";

  test("lowering is free, raising takes sys_resource", () => {
    const { host, b } = twoZones("default,!sys_resource");
    const { pid } = b.root;
    ok(setProcessControl(host, b.root, pid, NAME, { soft: 10, hard: 20 }));
    expect(ok(processControl(host, b.root, pid, NAME))).toEqual({ soft: 10, hard: 20 });
    expect(setProcessControl(host, b.root, pid, NAME, { soft: 10, hard: 30 }).decision.rule).toBe(
      "priv/sys_resource",
    );
  });

  test("those of other zones are not there", () => {
    const { host, a, b } = twoZones();
    expect(result(processControl(host, a.root, b.root.pid, NAME))).toBe("ESRCH");
  });
});

describe("what a configuration means", () => {
  const rctl = (name: string, limit: number, action = "deny") => ({
    ...{ type: "rctl", name },
    value: `(priv=privileged,limit=${limit},action=${action})`,
  });

  test.each([
    ["capped-cpu", { type: "capped-cpu", ncpus: "1.25" }, { "zone.cpu-cap": 125 }],
    ["capped-memory swap", { type: "capped-memory", swap: "1G" }, { "zone.max-swap": 2 ** 30 }],
    [
      "capped-memory locked",
      { type: "capped-memory", locked: "512m" },
      { "zone.max-locked-memory": 2 ** 29 },
    ],
    [
      "capped-memory physical",
      { type: "capped-memory", physical: "2g" },
      { "zone.max-physical-memory": 2 ** 31 },
    ],
    ["max-lwps", rctl("zone.max-lwps", 500), { "zone.max-lwps": 500 }],
    [
      "max-processes alone, ten threads each",
      rctl("zone.max-processes", 100),
      { "zone.max-processes": 100, "zone.max-lwps": 1000 },
    ],
  ])("%s", (_, resource, expected) => {
    const found = configuredRctls(zoneHost(), define("web", { resources: [resource] }));
    expect(Object.fromEntries(Object.entries(found).map(([name, { limit }]) => [name, limit]))).toEqual(
      expected,
    );
  });

  test("a control of its own goes before the shorthand", () => {
    const definition = define("web", {
      resources: [rctl("zone.cpu-cap", 300), { type: "capped-cpu", ncpus: "1" }],
    });
    expect(configuredRctls(zoneHost(), definition)["zone.cpu-cap"]?.limit).toBe(300);
  });

  test("physical is no control where rcapd looks after it", () => {
    const definition = define("web", { resources: [{ type: "capped-memory", physical: "2g" }] });
    expect(configuredRctls(zoneHost({ system: "illumos" }), definition)).toEqual({});
  });
});
