import { pass } from "../../clock.ts";
import { allowed, type Outcome } from "../../decision.ts";
import { zoneDestroy, zoneShutdown } from "../kernelZones.ts";
import type { Zone } from "../types.ts";
import { type Daemon, failed, went } from "./daemon.ts";
import { runHook } from "./hooks.ts";
import { releaseResources, unmountZone, unplumbZone } from "./parts.ts";
import { removeSnapshot } from "./snapshot.ts";

/** Milliseconds: until all processes are dead, and until the platform is away. */
const KILLING = 600;
const REMOVING = 400;

/**
 * Takes a zone down to installed. What fails leaves it where the kernel is, shutting down or down; another halt goes on
 * from there. Source: zone_halt() in usr/src/cmd/zoneadmd/zoneadmd.c, vplat_teardown() in vplat.c.
 * @param rebooting a temporary pool is kept for the boot that follows
 */
export function haltZone(daemon: Daemon, zone: Zone, rebooting = false): Outcome {
  const before = runHook(daemon, "preState", "halt");
  if (!before.ok) {
    failed(daemon, "zone.halt", "the brand's program before the halt failed", before.decision);
    return before;
  }
  const down = tearDown(daemon, zone, rebooting);
  if (!down.ok) return down;
  removeSnapshot(daemon);
  const after = runHook(daemon, "postState", "halt");
  if (!after.ok) {
    failed(daemon, "zone.halt", "the brand's program after the halt failed", after.decision);
    return after;
  }
  return allowed(undefined, "halt", `Zone ${zone.name} is halted.`);
}

/** Everything of a zone that the kernel or the host keeps for it, in the order of vplat_teardown(). */
export function tearDown(daemon: Daemon, zone: Zone, rebooting: boolean): Outcome {
  const { host, process } = daemon;
  const steps: readonly (readonly [text: string, run: () => Outcome, milliseconds: number])[] = [
    ["the zone cannot be shut down", () => zoneShutdown(host, process, zone.id), KILLING],
    ["the brand's program for the halt failed", () => runHook(daemon, "halt", "halt"), 0],
    ["its network cannot be taken away", () => unplumbZone(host, zone), 0],
    ["its file systems cannot be unmounted", () => unmountZone(host, zone), REMOVING],
    ["its pool cannot be destroyed", () => releaseResources(host, zone, rebooting), 0],
    ["the kernel does not let the zone go", () => zoneDestroy(host, process, zone.id), 0],
  ];
  for (const [text, run, milliseconds] of steps) {
    pass(host, milliseconds);
    const done = run();
    if (went(daemon, done)) continue;
    failed(daemon, "zone.halt", text, done.decision);
    return done;
  }
  return allowed(undefined, "teardown", "Nothing of the platform is left.");
}
