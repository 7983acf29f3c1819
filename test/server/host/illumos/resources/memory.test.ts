import { pass } from "@zonewarden/server/host/clock";
import { unlink } from "@zonewarden/server/host/filesystem/entries";
import { writeFile } from "@zonewarden/server/host/filesystem/open";
import { shmget } from "@zonewarden/server/host/illumos/ipc/sysv";
import { reserve, touch, unreserve } from "@zonewarden/server/host/illumos/resources/memory";
import { usageOf } from "@zonewarden/server/host/illumos/resources/rctls";
import { sampleResident } from "@zonewarden/server/host/illumos/resources/residentMemory";
import {
  freeSwap,
  swapAdd,
  swapDevices,
  swapRemove,
  swapSummary,
} from "@zonewarden/server/host/illumos/resources/swap";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { result } from "../process/world.ts";

const MB = 1 << 20;

function capped(system: "omnios" | "illumos", physical = "64m") {
  const host = zoneHost({ system });
  const brand = system === "illumos" ? "ipkg" : "lipkg";
  const definition = define("web", {
    properties: { brand },
    resources: [{ type: "capped-memory", physical }],
  });
  const { zone, root } = running(host, definition);
  return { host, zone, root };
}

const resident = ({ host, zone }: ReturnType<typeof capped>) =>
  usageOf(host, zone, "zone.max-physical-memory");

describe("a cap on resident memory", () => {
  test("is no refusal: what is above goes to swap at once where the kernel has the control", () => {
    const about = capped("omnios");
    ok(reserve(about.host, about.root, 100 * MB));
    const touched = touch(about.host, about.root, 100 * MB);
    expect(touched.decision).toMatchObject({ verdict: "contained", rule: "rctl/zone.max-physical-memory" });
    expect(touched.decision.causes[0]?.what).toBe("capped-memory physical=64m");
    expect(resident(about)).toBe(64 * MB);
  });

  test("is exceeded until the next sample of rcapd elsewhere", () => {
    const about = capped("illumos");
    const { host, root } = about;
    ok(reserve(host, root, 100 * MB));
    sampleResident(host);
    expect(touch(host, root, 100 * MB).decision.verdict).toBe("allow");
    expect(resident(about)).toBeGreaterThan(64 * MB);
    pass(host, 5000);
    expect(sampleResident(host).map(({ zone }) => zone)).toEqual([about.zone.id]);
    expect(resident(about)).toBe(64 * MB);
    expect(host.events.at(-1)).toMatchObject({ kind: "zone.memory", container: "web" });
  });

  test("takes from the largest process, and leaves locked pages", () => {
    const about = capped("illumos");
    const { host, root } = about;
    root.memory = { resident: 200 * MB, virtual: 200 * MB, locked: 100 * MB };
    pass(host, 5000);
    sampleResident(host);
    expect(root.memory.resident).toBe(100 * MB);
  });

  test("switches rcapd on", () => {
    expect(illumosOf(capped("illumos").host).services["system/rcap:default"]).toBe(true);
    expect(illumosOf(capped("omnios").host).services["system/rcap:default"]).toBeUndefined();
  });

  test("nobody samples where no zone has one", () => {
    const host = zoneHost({ system: "illumos" });
    pass(host, 60_000);
    expect(sampleResident(host)).toEqual([]);
  });
});

describe("files in memory", () => {
  test("reserve swap of the zone, whose limit is ENOSPC for them", () => {
    const host = zoneHost();
    const { zone, root } = running(
      host,
      define("web", { resources: [{ type: "capped-memory", swap: "256m" }] }),
    );
    const used = () => usageOf(host, zone, "zone.max-swap");
    const before = used();
    ok(writeFile(host, root, "/etc/svc/volatile/cache", "x".repeat(MB)));
    expect(used()).toBe(before + MB);
    ok(reserve(host, root, 256 * MB - used()));
    const full = writeFile(host, root, "/etc/svc/volatile/more", "x");
    expect(full).toMatchObject({ errno: "ENOSPC", decision: { rule: "rctl/zone.max-swap" } });
    ok(unlink(host, root, "/etc/svc/volatile/cache"));
    expect(result(writeFile(host, root, "/etc/svc/volatile/more", "x"))).toBe("ok");
  });

  test("give it back when they are unmounted", () => {
    const host = zoneHost();
    const { zone, root } = running(host, define("web"));
    const before = zone.charges?.["zone.max-swap"] ?? 0;
    ok(host.kernel.files.mount(host, root, { type: "tmpfs", from: "swap", on: "/mnt" }));
    ok(writeFile(host, root, "/mnt/cache", "x".repeat(MB)));
    expect(zone.charges?.["zone.max-swap"]).toBe(before + MB);
    ok(host.kernel.files.unmount(host, root, "/mnt"));
    expect(zone.charges?.["zone.max-swap"] ?? 0).toBe(before);
  });
});

describe("swap", () => {
  test("of the machine bounds all zones together", () => {
    const host = zoneHost({ described: true });
    const { root } = running(host, define("web"));
    const free = freeSwap(host);
    expect(result(reserve(host, root, free))).toBe("ok");
    expect(reserve(host, root, 1)).toMatchObject({ errno: "EAGAIN", decision: { rule: "swap/machine" } });
    unreserve(root, free);
    expect(freeSwap(host)).toBe(free);
  });

  test("that processes have given back is there again, whoever had it", () => {
    const host = zoneHost({ described: true });
    const { root } = running(host, define("web"));
    const child = ok(fork(host, root));
    ok(reserve(host, child, freeSwap(host)));
    expect(result(shmget(host, root, 0, MB, { create: true, mode: 0o600 }))).toBe("ENOMEM");
    exit(host, child, 0);
    expect(result(shmget(host, root, 0, MB, { create: true, mode: 0o600 }))).toBe("ok");
  });

  test("no call passes that does not fit, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 20 }), (steps) => {
        const host = zoneHost({ described: true, memory: 256 * MB, swap: 64 * MB });
        const { root } = running(host, define("web"));
        for (const step of steps) {
          const free = freeSwap(host);
          const bytes = step * 16 * MB;
          if (step === 0) {
            const child = ok(fork(host, root));
            if (freeSwap(host) > 20 * MB) exit(host, child, 0);
          } else if (step === 6) unreserve(root, 40 * MB);
          else expect(reserve(host, root, bytes).ok).toBe(bytes <= free);
        }
      }),
      { numRuns: runs(20) },
    );
  });

  test("is enough on a machine that nobody described", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(result(reserve(host, root, 2 * freeSwap(host)))).toBe("ok");
  });

  test("a zone with a limit takes it for the machine's", () => {
    const host = zoneHost();
    const { root } = running(host, define("web", { resources: [{ type: "capped-memory", swap: "256m" }] }));
    const { used, available } = swapSummary(host, root);
    expect(used + available).toBe(256 * MB);
    const outside = swapSummary(host, globalRoot(host));
    expect(outside.available).toBeGreaterThan(available);
  });

  test("devices are of the global zone", () => {
    const host = zoneHost();
    const { root } = running(host, define("web"));
    expect(swapAdd(host, root, "/dev/zvol/dsk/rpool/more", MB).decision.rule).toBe("priv/sys_config");
    const global = globalRoot(host);
    const before = freeSwap(host);
    ok(swapAdd(host, global, "/dev/zvol/dsk/rpool/more", 1024 * MB));
    expect(result(swapAdd(host, global, "/dev/zvol/dsk/rpool/more", MB))).toBe("EEXIST");
    expect(swapDevices(host).map(({ bytes }) => bytes)).toEqual([2048 * MB, 1024 * MB]);
    expect(freeSwap(host)).toBe(before + 1024 * MB);
    ok(reserve(host, root, before + MB));
    expect(result(swapRemove(host, global, "/dev/zvol/dsk/rpool/more"))).toBe("ENOMEM");
    unreserve(root, before + MB);
    ok(swapRemove(host, global, "/dev/zvol/dsk/rpool/more"));
    expect(result(swapRemove(host, global, "/dev/zvol/dsk/rpool/more"))).toBe("EINVAL");
  });
});
