import type { Probe } from "./probe.ts";
import { devicesProbes } from "./probes/devices.ts";
import { filesystemProbes } from "./probes/filesystem.ts";
import { ipcProbes } from "./probes/ipc.ts";
import { jailsProbes } from "./probes/jails.ts";
import { mountsProbes } from "./probes/mounts.ts";
import { networkProbes } from "./probes/network.ts";
import { processesProbes } from "./probes/processes.ts";
import { resourcesProbes } from "./probes/resources.ts";
import { systemProbes } from "./probes/system.ts";

const table = [
  ...filesystemProbes,
  ...mountsProbes,
  ...devicesProbes,
  ...networkProbes,
  ...processesProbes,
  ...systemProbes,
  ...ipcProbes,
  ...jailsProbes,
  ...resourcesProbes,
] as const;

/** The name of a probe: `fs.mount-tmpfs`. */
export type ProbeId = (typeof table)[number]["id"];

/** Everything that can be attempted, area by area. */
export const PROBES: readonly (Probe & { readonly id: ProbeId })[] = table;

const byId: ReadonlyMap<string, Probe & { readonly id: ProbeId }> = new Map(
  PROBES.map((probe) => [probe.id, probe]),
);

export function findProbe(id: string): (Probe & { readonly id: ProbeId }) | undefined {
  return byId.get(id);
}
