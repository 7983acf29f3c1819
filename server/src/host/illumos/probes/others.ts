import type { Host } from "../../host.ts";
import { spawn } from "../../process/processes.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { deleteZone } from "../zonecfg.ts";
import { entryNamed } from "../zoneIndex.ts";
import { findZone } from "../zones.ts";

/**
 * Takes zones away from a copy of a host, as an administrator would: halted, uninstalled, and their configuration
 * forgotten. What cannot be removed stays, which costs time but changes nothing.
 */
export function removeOthers(host: Host, ids: readonly number[]): void {
  const root = spawn(host, { command: "sh" });
  // The last ones first: clones before what they were cloned from, so that nothing has to be promoted.
  for (const id of ids.toReversed()) {
    const name = findZone(host, id)?.name;
    if (name === undefined || !entryNamed(host, name)) continue;
    zoneadm(host, root, { zone: name, command: "halt" });
    zoneadm(host, root, { zone: name, command: "uninstall", options: ["-F"] });
    deleteZone(host, name, { force: true });
  }
}
