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
  // In their order: what others are cloned from hands its snapshots to the last of them, once.
  for (const id of ids) {
    const name = findZone(host, id)?.name;
    if (name === undefined || !entryNamed(host, name)) continue;
    zoneadm(host, root, { zone: name, command: "halt" });
    zoneadm(host, root, { zone: name, command: "uninstall", options: ["-F"] });
    deleteZone(host, name, { force: true });
  }
}
