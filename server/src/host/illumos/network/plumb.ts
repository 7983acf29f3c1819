import { allowed, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { forgetSocket, socketsOfContainer } from "../../network/socketIndex.ts";
import type { Zone } from "../types.ts";
import { plumbExclusive, unplumbExclusive } from "./exclusive.ts";
import { plumbShared, unplumbShared } from "./shared.ts";

/** The network of a zone as its platform is built and taken away. Source: vplat_bringup(), vplat_teardown(). */

/**
 * Logical interfaces on the shared stack, or links into the zone's own.
 * @returns EADDRNOTAVAIL for an address that somebody has, EINVAL for one that is none; ENOENT, EBUSY, EEXIST for links. What
 * was done until then is taken back.
 */
export function plumbZone(host: Host, zone: Zone): Outcome {
  const done = zone.ipType === "shared" ? plumbShared(host, zone) : plumbExclusive(host, zone);
  if (done.ok)
    host.emit({ container: zone.name, kind: "zone.network", message: done.decision.reason, outcome: "ok" });
  return done;
}

/** The other way. What is left of TCP connections is aborted. */
export function unplumbZone(host: Host, zone: Zone): Outcome {
  for (const { id } of socketsOfContainer(host, zone.id)) forgetSocket(host, id);
  if (zone.ipType === "shared") unplumbShared(host, zone);
  else unplumbExclusive(host, zone);
  return allowed(undefined, "network/gone", `Zone ${zone.name} has no network any more.`);
}
