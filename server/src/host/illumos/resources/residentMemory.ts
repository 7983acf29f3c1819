import { RCAP_SERVICE } from "../../../catalog/illumos/serviceManifests.ts";
import type { Host } from "../../host.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { kernelZones } from "../zones.ts";
import { usageOf } from "./rctls.ts";

/**
 * The cap on resident memory. Two kinds of systems: rcapd(8) takes samples and pages out what is above; OmniOS and
 * SmartOS have a control in the kernel that does it at once. Source: rcapd(8), usr/src/cmd/rcap/rcapd;
 * usr/src/uts/common/vm/vm_usage.c.
 */

/** The kernel of the two has a control for resident memory; elsewhere rcapd(8) looks after it. */
const COUNTS_RESIDENT: ReadonlySet<string> = new Set(["omnios", "smartos"]);

/** Whether the kernel itself enforces the cap. */
export function countsResident({ state }: Host): boolean {
  return COUNTS_RESIDENT.has(state.machine.system);
}

/** Milliseconds between two samples of rcapd(8). Source: the defaults of rcapadm(8). */
export const SAMPLE = 5000;

/** Takes what a zone has above its cap out of memory, from the largest process on. Gives the bytes. */
function pageOut(host: Host, zone: Zone): number {
  const { physicalCap } = zone;
  if (physicalCap === null) return 0;
  const above = usageOf(host, zone, "zone.max-physical-memory") - physicalCap;
  if (above <= 0) return 0;
  let left = above;
  const largest = processesOfContainer(host, zone.id).sort(
    (a, b) => b.memory.resident - a.memory.resident || a.pid - b.pid,
  );
  for (const { memory } of largest) {
    // Locked pages stay.
    const out = Math.min(left, Math.max(0, memory.resident - (memory.locked ?? 0)));
    if (out === 0) continue;
    memory.resident -= out;
    memory.swapped = (memory.swapped ?? 0) + out;
    left -= out;
    if (left === 0) break;
  }
  return above - left;
}

/** The kernel pages out at once; nothing where rcapd(8) has to. */
export function enforceResident(host: Host, zone: Zone): number {
  return countsResident(host) ? pageOut(host, zone) : 0;
}

/**
 * What rcapd(8) has done up to now, of which only its last sample matters. Whoever shows resident memory asks for it.
 * @returns the zones that it has taken memory from
 */
export function sampleResident(host: Host): { zone: number; bytes: number }[] {
  const { system, services } = illumosOf(host);
  if (countsResident(host) || services[RCAP_SERVICE] !== true) return [];
  const last = Math.floor(host.now / SAMPLE) * SAMPLE;
  if (last <= (system.sampled ?? -1)) return [];
  system.sampled = last;
  const found: { zone: number; bytes: number }[] = [];
  for (const zone of kernelZones(host)) {
    const bytes = pageOut(host, zone);
    if (bytes === 0) continue;
    found.push({ zone: zone.id, bytes });
    const cause = zone.causes["physical"];
    host.emit({
      container: zone.name,
      kind: "zone.memory",
      message: `rcapd takes ${bytes} bytes of zone ${zone.name} out of memory, which was above its cap of ${zone.physicalCap}.`,
      outcome: "ok",
      causes: cause ? [cause] : [],
    });
  }
  return found;
}
