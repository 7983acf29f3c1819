import {
  disksBusy,
  type SystemIo,
  throttleStep,
  weightedUse,
  type ZoneIo,
} from "@zonewarden/server/host/illumos/resources/ioThrottle";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const BUSY: SystemIo = { readLatency: 4000, writeLatency: 1000, diskBusy: 95, sinceSlow: 100, wasBusy: true };
const zone = (id: number, reads: number, more: Partial<ZoneIo> = {}): ZoneIo => ({
  ...{ zone: id, priority: 1, reads, writes: 0, delay: 0 },
  ...more,
});

/** Delays after so many evaluations. */
function after(steps: number, zones: readonly ZoneIo[], system = BUSY): number[] {
  let now = [...zones];
  for (let i = 0; i < steps; i++) {
    const next = throttleStep(now, system);
    now = now.map((one, j) => ({ ...one, delay: next[j]?.delay ?? 0 }));
  }
  return now.map(({ delay }) => delay);
}

describe("who is above the average", () => {
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
    expect(weightedUse(zone(1, 200, { priority: 2 }), BUSY)).toBe(weightedUse(zone(2, 100), BUSY));
  });

  test("alone is never above", () => {
    expect(after(5, [zone(1, 5000), zone(2, 0)])).toEqual([0, 0]);
  });

  test("reads count by their latency, writes by theirs", () => {
    expect(weightedUse(zone(1, 10, { writes: 20 }), BUSY)).toBe(10 * 4000 + 20 * 1000);
  });
});

describe("when it is done", () => {
  const zones = [zone(1, 900, { delay: 50 }), zone(2, 100)];
  test.each<[string, Partial<SystemIo>, number]>([
    ["busy disks and slow operations", {}, 55],
    ["disks that are not busy", { diskBusy: 50 }, 50],
    ["no slow operation for two seconds", { sinceSlow: 2000 }, 50],
    ["none for more than five seconds", { sinceSlow: 5001 }, 45],
  ])("%s", (_, change, expected) => {
    expect(after(1, zones, { ...BUSY, ...change })[0]).toBe(expected);
  });

  test.each([
    [85, false, true],
    [70, false, false],
    [70, true, true],
    [59, true, false],
  ])("disks at %i %%, busy before: %s, now: %s", (diskBusy, wasBusy, expected) => {
    expect(disksBusy({ ...BUSY, diskBusy, wasBusy })).toBe(expected);
  });
});

test("delays stay between 0 and 100, whatever happens", () => {
  const load = fc.array(
    fc.record({
      zone: fc.integer({ min: 1, max: 20 }),
      priority: fc.integer({ min: 1, max: 1024 }),
      reads: fc.nat(10_000),
      writes: fc.nat(10_000),
      delay: fc.nat(100),
    }),
    { minLength: 1, maxLength: 10 },
  );
  fc.assert(
    fc.property(load, fc.nat(100), fc.nat(10_000), fc.boolean(), (zones, diskBusy, sinceSlow, wasBusy) => {
      for (const { delay } of throttleStep(zones, { ...BUSY, diskBusy, sinceSlow, wasBusy })) {
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(100);
      }
    }),
  );
});
