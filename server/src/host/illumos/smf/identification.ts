import { SYSTEM_IDENTIFICATION } from "../../../catalog/illumos/serviceManifests.ts";
import { unlink } from "../../filesystem/entries.ts";
import { lookup } from "../../filesystem/lookup.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import type { Zone } from "../types.ts";
import { consoleOutput } from "../zoneadmd/daemon.ts";
import { runOf, withinMilestone } from "./instances.ts";

/**
 * The first boot of a Solaris 10 that has no identity yet: without answers in /etc/sysidcfg it asks on the console, and
 * most services wait. Source: sysidtool(1M), sysidcfg(4) of Solaris 10; the zones guide, "Performing the Initial
 * Internal Zone Configuration".
 */

/** What marks a system that has none. */
export const UNCONFIGURED = "/etc/.UNCONFIGURED";
const ANSWERS = "/etc/sysidcfg";

const QUESTION = [
  "Select a Language",
  "  0. English",
  "Please make a choice (0 - 0), or press h or ? for help:",
];

/** Before the services start: what the one that identifies the system will come to. */
export function identify(host: Host, zone: Zone): void {
  const init = findProcess(host, zone.init ?? zone.zsched);
  if (!init || !withinMilestone(zone, SYSTEM_IDENTIFICATION)) return;
  if (!lookup(host, init, UNCONFIGURED).ok) return;
  if (lookup(host, init, ANSWERS).ok) {
    unlink(host, init, UNCONFIGURED);
    host.emit({
      container: zone.name,
      kind: "service.change",
      message: `svc:/${SYSTEM_IDENTIFICATION} takes the identity of the system from ${ANSWERS}.`,
      outcome: "ok",
    });
    return;
  }
  Object.assign(runOf(zone, SYSTEM_IDENTIFICATION), {
    state: "offline",
    reason: `It asks for the identity of the system on the console, because there is no ${ANSWERS}.`,
  });
  for (const line of QUESTION) consoleOutput(host, zone.name, line);
  host.emit({
    container: zone.name,
    kind: "service.change",
    to: "offline",
    message: `svc:/${SYSTEM_IDENTIFICATION} waits for answers on the console, and other services for it: ${ANSWERS} in the root would answer.`,
    outcome: "ok",
  });
}
