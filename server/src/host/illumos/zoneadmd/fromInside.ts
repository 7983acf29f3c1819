import type { Host } from "../../host.ts";
import { beginShutdown } from "../kernelZones.ts";
import type { Zone } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";
import { callZoneadmd } from "./requests.ts";

/**
 * A zone halts or reboots itself: nothing runs in it any more at once, and a thread of the kernel asks its zoneadmd for
 * the rest. A zone that goes down already is left alone. Source: zone_kadmin() and zone_ki_call_zoneadmd() in
 * usr/src/uts/common/os/zone.c.
 * @param bootArguments of a reboot
 */
export function requestFromInside(
  host: Host,
  zone: Zone,
  command: "halt" | "reboot",
  bootArguments = "",
): void {
  const { name, generation, status } = zone;
  if (status !== "running" && status !== "booting") return;
  host.emit({
    container: name,
    kind: command === "halt" ? "zone.halt" : "zone.reboot",
    message: `Zone ${name} asks to be ${command === "halt" ? "halted" : "rebooted"}.`,
    outcome: "ok",
  });
  beginShutdown(host, zone);
  const entry = entryNamed(host, name);
  if (entry) callZoneadmd(host, entry, { command, bootArguments, generation });
}
