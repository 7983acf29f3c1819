import type { ZoneProbe } from "./probe.ts";
import { filesystemProbes } from "./probes/filesystem.ts";
import { ipcProbes } from "./probes/ipc.ts";
import { kernelProbes } from "./probes/kernel.ts";
import { networkProbes } from "./probes/network.ts";
import { processProbes } from "./probes/process.ts";
import { resourceProbes } from "./probes/resource.ts";
import { systemProbes } from "./probes/system.ts";
import { zfsProbes } from "./probes/zfs.ts";
import { zoneProbes } from "./probes/zone.ts";

const table = [
  ...filesystemProbes,
  ...zfsProbes,
  ...kernelProbes,
  ...systemProbes,
  ...processProbes,
  ...resourceProbes,
  ...ipcProbes,
  ...networkProbes,
  ...zoneProbes,
] as const;

/** The name of a probe: `mount-tmpfs`. */
export type ZoneProbeId = (typeof table)[number]["id"];

/** Everything that can be attempted in a zone, area by area. */
export const ZONE_PROBES: readonly (ZoneProbe & { readonly id: ZoneProbeId })[] = table;

const byId: ReadonlyMap<string, ZoneProbe & { readonly id: ZoneProbeId }> = new Map(
  ZONE_PROBES.map((probe) => [probe.id, probe]),
);

export function findZoneProbe(id: string): (ZoneProbe & { readonly id: ZoneProbeId }) | undefined {
  return byId.get(id);
}
