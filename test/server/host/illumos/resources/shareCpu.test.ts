import type { Host } from "@zonewarden/server/host/host";
import { setProjectControl } from "@zonewarden/server/host/illumos/resources/controls";
import { accountBurst, burstUsedUp } from "@zonewarden/server/host/illumos/resources/cpuLimits";
import { psetAssign, psetCreate } from "@zonewarden/server/host/illumos/resources/processorCalls";
import {
  busy,
  type Demand,
  demandOf,
  type SetCpu,
  shareCpu,
} from "@zonewarden/server/host/illumos/resources/shareCpu";
import { shareOut } from "@zonewarden/server/host/illumos/resources/waterFilling";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zone } from "@zonewarden/server/host/illumos/zones";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Definition, define, globalRoot, ok, running, zoneHost } from "../harness.ts";

const cause = { what: "test", from: "configuration" as const };

/** A host with four CPUs and zones `z1`, `z2` …, with FSS as the default class unless another one is said. */
function hostWith(definitions: readonly Definition[], scheduler: "FSS" | "TS" = "FSS") {
  const host = zoneHost();
  illumosOf(host).schedulingClass = scheduler;
  const zones = definitions.map((definition, i) => running(host, define(`z${i + 1}`, definition)).zone);
  return { host, zones, ids: zones.map(({ id }) => id) };
}

const shares = (limit: number) => ({
  resources: [
    { type: "rctl", name: "zone.cpu-shares", value: `(priv=privileged,limit=${limit},action=none)` },
  ],
});
const cap = (ncpus: string) => ({ resources: [{ type: "capped-cpu", ncpus }] });

/** What zones get, rounded, in the order of the sets and zones. */
function got(sets: readonly SetCpu[]): number[] {
  return sets.flatMap(({ zones }) => zones.map((one) => Math.round(one.got)));
}

describe("shares", () => {
  test("divide the CPUs among those that are busy", () => {
    const { host, ids } = hostWith([shares(10), shares(30)]);
    expect(got(busy(host, ids))).toEqual([100, 300]);
  });

  test("of those that want nothing do not count", () => {
    const { host, ids } = hostWith([shares(10), shares(30), shares(60)]);
    expect(got(busy(host, ids.slice(0, 2)))).toEqual([100, 300]);
  });

  test("bind nobody while CPUs are left", () => {
    const { host, ids } = hostWith([shares(1), shares(99)]);
    const [small = 0, large = 0] = ids;
    const sets = shareCpu(host, [
      { zone: small, percent: 250 },
      { zone: large, percent: 100 },
    ]);
    expect(got(sets)).toEqual([250, 100]);
    expect(sets[0]?.zones.map(({ bound }) => bound)).toEqual(["demand", "demand"]);
  });

  test("what one does not use goes to the others by their shares", () => {
    const { host, ids } = hostWith([shares(20), shares(20), shares(10)]);
    const [a = 0, b = 0, c = 0] = ids;
    const demands = [
      { zone: a, percent: 40 },
      { zone: b, percent: 400 },
      { zone: c, percent: 400 },
    ];
    expect(got(shareCpu(host, demands))).toEqual([40, 240, 120]);
  });

  test("a zone has one share where nothing is said; none is what is left", () => {
    const { host, ids } = hostWith([{ properties: { "scheduling-class": "FSS" } }, shares(3), shares(0)]);
    expect(got(busy(host, ids))).toEqual([100, 300, 0]);
    expect(got(busy(host, ids.slice(2)))).toEqual([400]);
  });

  test("projects share what their zone gets", () => {
    const { host, ids } = hostWith([shares(10), shares(30)]);
    const [first = 0, second = 0] = ids;
    illumosOf(host).projects[first] = {
      "100": {
        id: 100,
        name: "batch",
        rctls: { "project.cpu-shares": { limit: 3, action: "none", cause } },
      },
    };
    const [set] = shareCpu(host, [
      { zone: first, project: 100, percent: 400 },
      { zone: first, project: 101, percent: 400 },
      { zone: second, percent: 400 },
    ]);
    expect(set?.zones[0]?.projects.map((one) => [one.project, Math.round(one.got)])).toEqual([
      [100, 75],
      [101, 25],
    ]);
  });

  test("the reason names them, and the line", () => {
    const { host, ids } = hostWith([shares(10), shares(30)]);
    const [first] = busy(host, ids)[0]?.zones ?? [];
    expect(first).toMatchObject({ bound: "shares", entitlement: 100 });
    expect(first?.reason).toContain("10 shares");
    expect(first?.causes[0]?.what).toBe("zone.cpu-shares=10");
  });

  test("without FSS all threads are equal, whatever the shares", () => {
    const { host, ids } = hostWith([{}, {}], "TS");
    const [a = 0, b = 0] = ids;
    const [set] = shareCpu(host, [
      { zone: a, percent: 400, threads: 12 },
      { zone: b, percent: 400, threads: 4 },
    ]);
    expect(got(set ? [set] : [])).toEqual([300, 100]);
    expect(set?.zones.map(({ bound }) => bound)).toEqual(["set", "set"]);
    expect(set?.zones[0]?.entitlement).toBeUndefined();
  });

  test("with classes mixed in a set nothing is promised", () => {
    const { host, ids } = hostWith([shares(10), {}], "TS");
    expect(busy(host, ids)[0]?.zones.every(({ unsure }) => unsure === true)).toBe(true);
  });
});

describe("caps", () => {
  test("hold a zone although CPUs are idle", () => {
    const { host, ids } = hostWith([cap("1.25")]);
    const [only] = busy(host, ids)[0]?.zones ?? [];
    expect(only).toMatchObject({ got: 125, bound: "cap" });
    expect(only?.causes[0]?.what).toBe("zone.cpu-cap=125");
  });

  test("leave what is above them to the others", () => {
    const { host, ids } = hostWith([
      { resources: [...cap("0.5").resources, ...shares(50).resources] },
      shares(1),
    ]);
    expect(got(busy(host, ids))).toEqual([50, 350]);
  });

  test("of a project count within the zone", () => {
    const { host, ids } = hostWith([cap("2")]);
    ok(setProjectControl(host, globalRoot(host), "project.cpu-cap", { limit: 150, action: "deny" }));
    expect(got(shareCpu(host, [{ zone: 0, percent: 400 }]))).toEqual([150]);
    expect(got(busy(host, ids))).toEqual([200]);
  });

  test("do not hold real-time threads, which come before all others", () => {
    const { host, ids } = hostWith([cap("1"), shares(99)]);
    const [a = 0, b = 0] = ids;
    const sets = shareCpu(host, [
      { zone: a, percent: 300, class: "RT" },
      { zone: b, percent: 400 },
    ]);
    expect(got(sets)).toEqual([300, 100]);
  });

  test("fall to the baseline once a burst is used up, and come back", () => {
    const { host, zones, ids } = hostWith([cap("4")]);
    const [only] = zones;
    if (!only) throw new Error("no zone");
    only.rctls = {
      ...only.rctls,
      "zone.cpu-baseline": { limit: 100, action: "none", cause },
      "zone.cpu-burst-time": { limit: 10, action: "none", cause },
    };
    expect(got(busy(host, ids))).toEqual([400]);
    accountBurst(only, 400, 10_000);
    expect(burstUsedUp(only)).toBe(true);
    expect(got(busy(host, ids))).toEqual([100]);
    accountBurst(only, 20, 5_000);
    expect(got(busy(host, ids))).toEqual([400]);
  });
});

describe("processor sets", () => {
  test("a zone with CPUs of its own has those and no others", () => {
    const { host, ids } = hostWith([{ resources: [{ type: "dedicated-cpu", ncpus: "1" }] }, {}]);
    const sets = busy(host, [0, ...ids]);
    expect(sets.map(({ set, capacity, used }) => [set, capacity, used])).toEqual([
      ["pset_default", 300, 300],
      ["SUNWtmp_z1", 100, 100],
    ]);
  });

  test("CPUs that are offline do nothing", () => {
    const { host, ids } = hostWith([{}]);
    illumosOf(host).system.offline = [0, 1];
    expect(got(busy(host, ids))).toEqual([200]);
  });

  test("a cap is of the whole zone, over all sets", () => {
    const { host, ids } = hostWith([cap("1")]);
    const global = globalRoot(host);
    const set = ok(psetCreate(host, global));
    ok(psetAssign(host, global, set, 3));
    const [id = 0] = ids;
    const sets = shareCpu(host, [
      { zone: id, percent: 100 },
      { zone: id, percent: 100, set },
    ]);
    expect(got(sets)).toEqual([50, 50]);
  });

  test("a thread runs on one CPU at a time", () => {
    const { host, ids } = hostWith([{}]);
    const [id = 0] = ids;
    expect(got(shareCpu(host, [{ zone: id, percent: 400, threads: 1 }]))).toEqual([100]);
  });
});

test("the demand of a process is of its zone, project and class", () => {
  const { host, ids } = hostWith([{}]);
  const [id = 0] = ids;
  const process = host.state.processes.byPid[zone(host, id).init ?? 0];
  if (!process) throw new Error("no init");
  expect(demandOf(host, process, 30)).toMatchObject({ zone: id, percent: 30, threads: 1, class: "FSS" });
});

describe("for all loads", () => {
  const { host, ids } = hostWith([shares(1), shares(5), shares(20), cap("1.5"), cap("0.25")]);
  const demand: fc.Arbitrary<Demand> = fc.record({
    zone: fc.constantFrom(0, ...ids),
    project: fc.integer({ min: 0, max: 2 }),
    percent: fc.integer({ min: 0, max: 500 }),
    threads: fc.integer({ min: 1, max: 8 }),
  });
  const demands = fc.array(demand, { minLength: 1, maxLength: 12 });
  const zonesOf = (sets: readonly SetCpu[]) => sets.flatMap((set) => set.zones);

  test("nothing is given that is not there, and nothing is kept back", () => {
    fc.assert(
      fc.property(demands, (load) => {
        for (const { capacity, used, zones } of shareCpu(host, load)) {
          expect(used).toBeLessThanOrEqual(capacity + 1e-6);
          const open = zones.some(({ bound }) => bound === "shares" || bound === "set");
          if (open) expect(used).toBeCloseTo(capacity, 4);
        }
      }),
    );
  });

  test("nobody gets more than he wants or his cap, and projects add up to their zone", () => {
    fc.assert(
      fc.property(demands, (load) => {
        for (const one of zonesOf(shareCpu(host, load))) {
          const limit = zone(host, one.zone).rctls["zone.cpu-cap"]?.limit ?? Number.POSITIVE_INFINITY;
          expect(one.got).toBeLessThanOrEqual(Math.min(one.demand, limit) + 1e-6);
          expect(one.projects.reduce((sum, { got: own }) => sum + own, 0)).toBeCloseTo(one.got, 4);
        }
      }),
    );
  });

  test("the order of demands changes nothing", () => {
    fc.assert(
      fc.property(demands, (load) => {
        const forth = zonesOf(shareCpu(host, load)).map((one) => one.got);
        const back = zonesOf(shareCpu(host, [...load].reverse())).map((one) => one.got);
        forth.forEach((value, i) => {
          expect(back[i]).toBeCloseTo(value, 4);
        });
      }),
    );
  });

  test("when all are busy, the shares alone decide", () => {
    const [a = 0, b = 0, c = 0] = ids;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 }), (weights) => {
        const copy = withShares(host, [a, b, c], weights);
        const all = weights.reduce((sum, one) => sum + one, 0);
        zonesOf(busy(copy, [a, b, c])).forEach((one, i) => {
          expect(one.got).toBeCloseTo((400 * (weights[i] ?? 0)) / all, 3);
        });
      }),
    );
  });

  test("more shares never get less", () => {
    const [a = 0, b = 0, c = 0] = ids;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 50 }),
        demands,
        (weights, more, load) => {
          const [first = 0, ...others] = weights;
          const one = (given: number[]) =>
            zonesOf(shareCpu(withShares(host, [a, b, c], given), load)).find((found) => found.zone === a)
              ?.got ?? 0;
          expect(one([first + more, ...others])).toBeGreaterThanOrEqual(one([first, ...others]) - 1e-6);
        },
      ),
    );
  });
});

/** The same host with other shares of some zones. */
function withShares(host: Host, zones: readonly number[], weights: readonly number[]): Host {
  zones.forEach((id, i) => {
    const own = zone(host, id);
    own.rctls = { ...own.rctls, "zone.cpu-shares": { limit: weights[i] ?? 1, action: "none", cause } };
  });
  return host;
}

test("sharing out an amount: all of it, in proportion, to nobody more than he takes", () => {
  const claim = fc.record({
    weight: fc.integer({ min: 0, max: 100 }),
    limit: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constant(Number.POSITIVE_INFINITY)),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.array(claim, { minLength: 1 }), (amount, claims) => {
      const parts = shareOut(amount, claims);
      const wanted = claims.reduce((sum, { limit }) => sum + limit, 0);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(Math.min(amount, wanted), 4);
      claims.forEach(({ weight, limit }, i) => {
        const own = parts[i] ?? 0;
        expect(own).toBeLessThanOrEqual(limit + 1e-9);
        // Whoever could have had more has got at least as much for his weight as anybody else.
        if (own < limit - 1e-6 && weight > 0)
          claims.forEach((other, j) => {
            if (other.weight > 0)
              expect((parts[j] ?? 0) / other.weight).toBeLessThanOrEqual(own / weight + 1e-6);
          });
      });
    }),
  );
});
