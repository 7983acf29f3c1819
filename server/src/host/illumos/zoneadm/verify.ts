import type { Finding, Verification } from "./findings.ts";
import { verifyFileSystems } from "./verifyFileSystems.ts";
import { verifyLimits } from "./verifyLimits.ts";
import { verifyNetworks } from "./verifyNetworks.ts";
import { verifyZonepath } from "./verifyZonepath.ts";

/** `zoneadm verify`, which most commands do first. Source: verify_details() in usr/src/cmd/zoneadm/zoneadm.c. */

/** All that is wrong, in the order of the checks. */
export function verifyZone(about: Verification): Finding[] {
  return [
    ...verifyZonepath(about),
    ...verifyNetworks(about),
    ...verifyFileSystems(about),
    ...verifyLimits(about),
  ];
}
