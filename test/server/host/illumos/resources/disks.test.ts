import { type Demand, diskLoad } from "@zonewarden/server/host/illumos/resources/disks";
import { addCount, countOf, newCounts } from "@zonewarden/server/host/illumos/resources/ioCycles";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const RECORD = 128 * 1024;
const writer = (more: Partial<Demand> = {}): Demand => ({
  ...{ reads: false, block: 512, pool: "tank", delay: 0 },
  ...more,
});
const reader = (more: Partial<Demand> = {}): Demand => writer({ reads: true, block: RECORD, ...more });

describe("a disk", () => {
  test("serves one program without a way between, and is never slow then", () => {
    const { flows, busy } = diskLoad([writer()]);
    expect(busy).toBe(100);
    expect(flows[0]?.bytes).toBeGreaterThan(100e6);
    expect(flows[0]?.latency).toBeLessThan(50_000);
  });

  test("is slow where its head goes to and fro between two that write", () => {
    const { flows } = diskLoad([writer(), writer()]);
    expect(flows[0]?.bytes).toBe(flows[1]?.bytes);
    expect(flows[0]?.bytes).toBeLessThan(10e6);
    expect(flows[0]?.latency).toBeGreaterThan(50_000);
  });

  test("is that of a pool: who writes elsewhere does not matter", () => {
    expect(diskLoad([writer(), writer({ pool: "rpool" })]).flows[0]).toEqual(diskLoad([writer()]).flows[0]);
  });

  test("gives a reader that waits less than a writer that gathers", () => {
    const [reads, writes] = diskLoad([reader(), writer()]).flows;
    expect(reads?.transfers).toBeLessThan(writes?.transfers ?? 0);
  });
});

describe("a delay", () => {
  test("counts for each call: it slows small ones, and large ones hardly at all", () => {
    const small = (delay: number) => diskLoad([writer({ delay }), writer()]).flows[0]?.bytes ?? 0;
    const large = (delay: number) =>
      diskLoad([writer({ delay, block: RECORD }), writer()]).flows[0]?.bytes ?? 0;
    expect(small(100)).toBeLessThan(small(0) * 0.75);
    expect(large(100)).toBe(large(0));
  });

  test("leaves to others what one does not take", () => {
    const slowed = diskLoad([writer({ delay: 100 }), writer()]);
    expect(slowed.flows[1]?.bytes).toBeGreaterThan(diskLoad([writer(), writer()]).flows[1]?.bytes ?? 0);
    expect(slowed.busy).toBe(100);
  });
});

test("no disk does more than it can, and nobody gets less than nothing", () => {
  const demand = fc.record({
    reads: fc.boolean(),
    block: fc.integer({ min: 1, max: 1 << 22 }),
    pool: fc.constantFrom("a", "b"),
    delay: fc.nat(200),
  });
  fc.assert(
    fc.property(fc.array(demand, { maxLength: 12 }), (demands) => {
      const { flows, busy } = diskLoad(demands);
      expect(flows).toHaveLength(demands.length);
      expect(busy).toBeLessThanOrEqual(100);
      for (const { transfers, calls, operations } of flows)
        for (const rate of [transfers, calls, operations]) expect(rate).toBeGreaterThan(0);
    }),
  );
});

describe("counts of a zone", () => {
  test("are those of the current two seconds, at first with half of those before", () => {
    const cycle = newCounts(0);
    addCount(cycle, 1500, 100);
    expect(countOf(cycle, 1500)).toBe(100);
    expect(countOf(cycle, 2000)).toBe(100);
    addCount(cycle, 2500, 10);
    expect(countOf(cycle, 2500)).toBe(10 + 50);
    expect(countOf(cycle, 3500)).toBe(10);
  });

  test("fade where nothing happens, and are forgotten", () => {
    const cycle = newCounts(0);
    addCount(cycle, 1500, 100);
    expect(countOf({ ...cycle }, 4000)).toBe(50);
    expect(countOf({ ...cycle }, 8000)).toBe(12);
    expect(countOf({ ...cycle }, 12_000)).toBe(0);
  });
});
