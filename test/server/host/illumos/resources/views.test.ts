import { shmget } from "@zonewarden/server/host/illumos/ipc/sysv";
import { compute, runLoad } from "@zonewarden/server/host/illumos/resources/load";
import { charge } from "@zonewarden/server/host/illumos/resources/rctls";
import {
  processorSetStat,
  STAT_CONTROLS,
  type StatResource,
  zoneStat,
  zoneSums,
} from "@zonewarden/server/host/illumos/resources/views";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { spawn } from "@zonewarden/server/host/process/processes";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";

const MB = 1 << 20;

function world() {
  const host = zoneHost();
  illumosOf(host).schedulingClass = "FSS";
  const shares = (limit: number) => ({
    type: "rctl",
    name: "zone.cpu-shares",
    value: `(priv=privileged,limit=${limit},action=none)`,
  });
  const web = running(host, define("web", { resources: [shares(30), { type: "capped-cpu", ncpus: "2" }] }));
  const db = running(
    host,
    define("db", { resources: [shares(10), { type: "capped-memory", swap: "512m" }] }),
  );
  return { host, web, db, global: globalRoot(host) };
}

const busy = (host: ReturnType<typeof zoneHost>, container: number, threads = 4) => {
  const process = spawn(host, { command: "burn", credential: { container } });
  process.illumos = { ...process.illumos, lwps: threads };
  return process;
};

describe("sums of zones", () => {
  test("a row to each zone, in a zone only its own", () => {
    const { host, web, global } = world();
    expect(zoneSums(host, global).map(({ name }) => name)).toEqual(["global", "web", "db"]);
    expect(zoneSums(host, web.root).map(({ name }) => name)).toEqual(["web"]);
  });

  test("swap has shared memory and tmpfs in it", () => {
    const { host, db, global } = world();
    const swap = () => zoneSums(host, global).find(({ name }) => name === "db")?.swap ?? 0;
    const before = swap();
    ok(shmget(host, db.root, 0, 10 * MB, { create: true, mode: 0o600 }));
    expect(charge(host, db.zone, "zone.max-swap", 5 * MB, "tmpfs-write")).toBeUndefined();
    expect(swap() - before).toBe(15 * MB);
  });

  test("CPU is a part of the whole machine", () => {
    const { host, web, global } = world();
    compute(host, busy(host, web.zone.id, 1), 100, 1000);
    expect(zoneSums(host, global).find(({ name }) => name === "web")).toMatchObject({
      cpuPercent: 25,
      time: 1000,
    });
  });
});

describe("processes that compute", () => {
  test("share what their zones get", () => {
    const { host, web, db } = world();
    const own = [busy(host, web.zone.id), busy(host, web.zone.id), busy(host, db.zone.id)];
    runLoad(
      host,
      own.map(({ pid }) => ({ pid, percent: 400 })),
      2000,
    );
    // The cap of web is two CPUs, so that db gets the others.
    expect(own.map(({ cpu }) => Math.round(cpu?.percent ?? 0))).toEqual([100, 100, 200]);
    expect(own[2]?.cpu?.time).toBe(4000);
  });

  test("is told why it does not get more", () => {
    const { host, web } = world();
    const outcome = compute(host, busy(host, web.zone.id), 400, 1000);
    expect(ok(outcome)).toBe(200);
    expect(outcome.decision).toMatchObject({ verdict: "contained", rule: "cpu/cap" });
    expect(ok(compute(host, busy(host, web.zone.id, 1), 80, 1000))).toBe(80);
  });
});

describe("zonestat", () => {
  test.each(Object.keys(STAT_CONTROLS) as StatResource[])("%s adds up, for every reader", (resource) => {
    const { host, web, global } = world();
    for (const reader of [global, web.root]) {
      const { rows, limit } = zoneStat(host, reader, resource);
      const [total, system, ...zones] = rows;
      expect([total?.name, system?.name]).toEqual(["[total]", "[system]"]);
      expect(zones.reduce((sum, { used }) => sum + used, system?.used ?? 0)).toBe(total?.used);
      expect(system?.used).toBeGreaterThanOrEqual(0);
      for (const { used, percent } of rows) expect(percent).toBeCloseTo((used / limit) * 100, 6);
    }
  });

  test("a zone sees itself, and the rest as the system", () => {
    const { host, web, global } = world();
    const inside = zoneStat(host, web.root, "processes").rows;
    const outside = zoneStat(host, global, "processes").rows;
    expect(inside.map(({ name }) => name)).toEqual(["[total]", "[system]", "web"]);
    expect(inside[0]?.used).toBe(outside[0]?.used);
  });

  test("caps show how much of them is used", () => {
    const { host, global } = world();
    const row = zoneStat(host, global, "virtual-memory").rows.find(({ name }) => name === "db");
    expect(row?.cap).toBe(512 * MB);
    expect(row?.capPercent).toBeCloseTo(((row?.used ?? 0) / (512 * MB)) * 100, 6);
  });

  test("processor sets with caps and shares", () => {
    const { host, web, global } = world();
    compute(host, busy(host, web.zone.id), 400, 1000);
    const [set] = processorSetStat(host, global);
    expect(set).toMatchObject({ set: "pset_default", type: "default-pset", online: 4, cpus: 4 });
    const row = set?.rows.find(({ name }) => name === "web");
    expect(row).toMatchObject({ used: 2, percent: 50, cap: 2, capPercent: 100, shares: 30 });
    // The global zone has one share.
    expect(row?.sharePercent).toBeCloseTo((30 / 41) * 100, 6);
  });

  test("without FSS no shares are shown", () => {
    const host = zoneHost();
    running(host, define("web"));
    const [set] = processorSetStat(host, globalRoot(host));
    expect(set?.rows.every(({ shares }) => shares === undefined)).toBe(true);
  });
});
