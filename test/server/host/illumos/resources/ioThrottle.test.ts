import {
  pressure,
  type SystemIo,
  throttleStep,
  type ZoneUse,
} from "@zonewarden/server/host/illumos/resources/ioThrottle";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const BUSY: SystemIo = { readLatency: 4000, writeLatency: 1000, busy: 95, sinceSlow: 100 };
const zone = (id: number, reads: number, more: Partial<ZoneUse> = {}): ZoneUse => ({
  ...{ zone: id, priority: 1, reads, writes: 0, delay: 0 },
  ...more,
});

/** Delays after so many evaluations. */
function after(steps: number, zones: readonly ZoneUse[], system = BUSY): number[] {
  let now = [...zones];
  for (let i = 0; i < steps; i++) {
    const next = throttleStep(now, system);
    now = now.map((one, j) => ({ ...one, delay: next[j]?.delay ?? 0 }));
  }
  return now.map(({ delay }) => delay);
}

describe("who is above the fair part", () => {
  test("waits 5 microseconds more each time, up to 100", () => {
    const zones = [zone(1, 900), zone(2, 100)];
    expect(after(1, zones)).toEqual([5, 0]);
    expect(after(7, zones)).toEqual([35, 0]);
    expect(after(50, zones)).toEqual([100, 0]);
  });

  test("comes down again once it is below", () => {
    expect(after(3, [zone(1, 100, { delay: 40 }), zone(2, 900)])[0]).toBe(25);
  });

  test("with twice the priority may use twice as much", () => {
    const zones = [zone(1, 200, { priority: 2 }), zone(2, 100)];
    expect(after(5, zones)).toEqual([0, 0]);
    expect(after(5, [zone(1, 201, { priority: 2 }), zone(2, 100)])).toEqual([25, 0]);
  });

  test("the priorities of zones that do nothing do not count", () => {
    expect(after(5, [zone(1, 900), zone(2, 100), zone(3, 0, { priority: 1000 })])).toEqual([25, 0, 0]);
  });

  test("alone is never above", () => {
    expect(after(5, [zone(1, 5000), zone(2, 0)])).toEqual([0, 0]);
    expect(after(3, [zone(1, 5000, { delay: 50 }), zone(2, 0)])).toEqual([35, 0]);
  });

  test("with the same use and priority nobody is", () => {
    expect(after(9, [zone(1, 333), zone(2, 333), zone(3, 333)])).toEqual([0, 0, 0]);
  });

  test("reads count by their latency, writes by theirs", () => {
    const [use] = throttleStep([zone(1, 10, { writes: 20 })], BUSY);
    expect(use?.use).toBe(10 * 4000 + 20 * 1000);
  });

  test.each<[string, Partial<SystemIo>, number]>([
    ["no kind counts as nothing", { readLatency: 0, writeLatency: 0 }, 10 * 1000 + 20 * 1000],
    ["writes as a tenth of reads at most", { writeLatency: 400_000 }, 10 * 4000 + 20 * 40_000],
    ["and the other way round", { readLatency: 50_000 }, 10 * 10_000 + 20 * 1000],
  ])("%s", (_, change, expected) => {
    const [use] = throttleStep([zone(1, 10, { writes: 20 })], { ...BUSY, ...change });
    expect(use?.use).toBe(expected);
  });
});

describe("when it is done", () => {
  const zones = [zone(1, 900, { delay: 50 }), zone(2, 100, { delay: 20 })];
  test.each<[string, Partial<SystemIo>, [number, number]]>([
    ["busy disks and slow operations", {}, [55, 15]],
    ["disks that have time", { busy: 50 }, [45, 15]],
    ["disks that are neither busy nor have time", { busy: 70 }, [50, 15]],
    ["no slow operation for two seconds", { sinceSlow: 2000 }, [50, 15]],
    ["none for more than five seconds", { sinceSlow: 5001 }, [45, 15]],
  ])("%s", (_, change, expected) => {
    expect(after(1, zones, { ...BUSY, ...change })).toEqual(expected);
  });

  test.each([
    [81, 999, { over: true, under: false }],
    [80, 999, { over: false, under: false }],
    [81, 1000, { over: false, under: false }],
    [60, 0, { over: false, under: false }],
    [59, 0, { over: false, under: true }],
    [100, 5001, { over: false, under: true }],
    [100, undefined, { over: false, under: true }],
  ])("disks at %i %%, the last slow operation %s milliseconds ago", (busy, sinceSlow, expected) => {
    const { sinceSlow: _, ...others } = BUSY;
    expect(pressure({ ...others, busy, ...(sinceSlow !== undefined && { sinceSlow }) })).toEqual(expected);
  });
});

test("delays stay between 0 and 100, whatever happens", () => {
  const load = fc.array(
    fc.record({
      zone: fc.integer({ min: 1, max: 20 }),
      priority: fc.integer({ min: 0, max: 1024 }),
      reads: fc.nat(10_000),
      writes: fc.nat(10_000),
      delay: fc.nat(100),
    }),
    { minLength: 1, maxLength: 10 },
  );
  fc.assert(
    fc.property(load, fc.nat(100), fc.nat(10_000), (zones, busy, sinceSlow) => {
      for (const { delay } of throttleStep(zones, { ...BUSY, busy, sinceSlow })) {
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(100);
      }
    }),
  );
});
