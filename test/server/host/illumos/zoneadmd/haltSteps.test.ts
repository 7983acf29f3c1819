import type { ZoneState } from "@zonewarden/server/catalog/illumos/zoneStates";
import { allowed, denied, type Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import { afterChange, beforeChange } from "@zonewarden/server/host/illumos/brands/stateHooks";
import { illumosOf } from "@zonewarden/server/host/illumos/state";

import * as parts from "@zonewarden/server/host/illumos/zoneadmd/parts";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { entryNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { afterEach, describe, expect, it, vi } from "vitest";
import { define, running, zoneHost } from "../harness.ts";

/**
 * A halt of which one step fails: the zone stays where the kernel is, and another halt goes on from there. Source:
 * zone_halt() in usr/src/cmd/zoneadmd/zoneadmd.c, vplat_teardown() in vplat.c.
 */

vi.mock(import("@zonewarden/server/host/illumos/brands/stateHooks"), { spy: true });
vi.mock(import("@zonewarden/server/host/illumos/zoneadmd/parts"), { spy: true });

afterEach(() => {
  vi.resetAllMocks();
});

const REFUSED = denied("EIO", "step/failed", "It does not work.");
const DONE: Outcome = allowed(undefined, "step", "It works.");

/** In the order of the halt. */
const STEPS: readonly (readonly [step: string, fail: () => void, left: ZoneState])[] = [
  [
    "the brand's program before it",
    () => void vi.mocked(beforeChange).mockImplementation((_, to) => (to === "halt" ? REFUSED : DONE)),
    "running",
  ],
  ["taking away the network", () => void vi.mocked(parts.unplumbZone).mockReturnValue(REFUSED), "down"],
  ["unmounting", () => void vi.mocked(parts.unmountZone).mockReturnValue(REFUSED), "down"],
  ["destroying the pool", () => void vi.mocked(parts.releaseResources).mockReturnValue(REFUSED), "down"],
  [
    "letting the kernel zone go, as mounts are left",
    () => void vi.mocked(parts.unmountZone).mockReturnValue(DONE),
    "down",
  ],
  [
    "the brand's program after it",
    () => void vi.mocked(afterChange).mockImplementation((_, to) => (to === "halt" ? REFUSED : DONE)),
    "installed",
  ],
];

/** What a zone has of the machine. */
function belongings({ state }: Host): unknown {
  return structuredClone({
    mounts: Object.values(state.files.mounts).map(({ path }) => path),
    interfaces: state.network.vnets["0"]?.interfaces.map(({ name, addresses }) => [name, addresses]),
    zones: Object.keys(state.illumos?.zones ?? {}),
    pools: state.illumos?.pools,
    sets: state.illumos?.processorSets,
  });
}

const WEB = define("web", {
  properties: { "ip-type": "shared" },
  resources: [
    { type: "net", address: "192.0.2.10/24", physical: "e1000g0" },
    { type: "dedicated-cpu", ncpus: "2" },
  ],
});

describe("a halt that fails", () => {
  it.each(STEPS)("at %s is told, and goes on when it is repeated", (_, fail, left) => {
    const host = zoneHost();
    const before = belongings(host);
    running(host, WEB);
    const entry = entryNamed(host, "web");
    if (!entry) throw new Error("web has no entry");
    fail();
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(false);
    expect(host.events.findLast(({ outcome }) => outcome === "failed")).toMatchObject({ kind: "zone.halt" });
    expect(stateOf(host, "web")).toBe(left);
    vi.resetAllMocks();
    expect(callZoneadmd(host, entry, { command: "halt" }).ok).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
    expect(illumosOf(host).daemons).toEqual({});
    expect(belongings(host)).toEqual(before);
  });
});
