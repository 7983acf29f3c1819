import { pass } from "../../clock.ts";
import { mountsFrom } from "../../filesystem/mountIndex.ts";
import type { Host } from "../../host.ts";
import { startDaemons } from "../../machine/buildProcesses.ts";
import { exit, findProcess, reap, spawn } from "../../process/processes.ts";
import { changeProcess, processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { emptyMemory } from "../filesystem/systemMounts.ts";
import { rebootLinks } from "../network/reboot.ts";
import { illumosOf } from "../state.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { GLOBAL, kernelZones } from "../zones.ts";
import { startZonesService, stopZonesService, type ZonesServiceResult } from "./zonesService.ts";

/** Virtual milliseconds until the services of the host are up again. */
const BOOTING = 45_000;

export interface RebootOptions {
  /** Nobody is asked to shut down before. */
  readonly crash?: boolean;
  /** Whoever asked for it: the terminal is logged in again afterwards, and its processes stay. */
  readonly caller?: Process;
}

/**
 * The host boots again. Zones shut down before, unless it crashes; in either case they are but installed afterwards, and
 * those with autoboot come back. What only the kernel knew is gone.
 * @returns the zones that were booted
 */
export function rebootHost(host: Host, { crash = false, caller }: RebootOptions = {}): ZonesServiceResult {
  host.emit({
    container: "",
    kind: "host.reboot",
    message: crash
      ? "The machine reboots at once, and all zones with it."
      : "The machine reboots, with all zones.",
    outcome: "ok",
  });
  if (!crash) stopZonesService(host);
  endEverything(host, caller?.session);
  forgetKernel(host);
  pass(host, BOOTING);
  startDaemons(host);
  tell(host, "The host has booted.");
  return startZonesService(host);
}

/** All processes end but init of the host; with them goes what has kept zones from halting. */
function endEverything(host: Host, session: number | undefined): void {
  for (const zone of kernelZones(host)) delete zone.threads;
  for (const process of processesOfContainer(host, GLOBAL)) {
    if (process.pid === 1) continue;
    if (process.session === session) {
      changeProcess(host, process, () => {
        process.directory = { ...process.root };
      });
      continue;
    }
    exit(host, process, 0);
    if (findProcess(host, process.pid) === process) reap(host, process);
  }
  const last = spawn(host, { command: "reboot", args: ["reboot"] });
  for (const { id, name, scratch } of kernelZones(host))
    if (id !== GLOBAL) zoneadm(host, last, { zone: name, command: scratch ? "unmount" : "halt" });
  exit(host, last, 0);
  if (findProcess(host, last.pid) === last) reap(host, last);
}

/** Daemons of zones, links that were temporary, mounts that nothing mounts at boot, numbers that start anew. */
function forgetKernel(host: Host): void {
  const illumos = illumosOf(host);
  illumos.daemons = {};
  illumos.lastZone = 0;
  rebootLinks(host);
  emptyMemory(host);
  const process = spawn(host, { command: "zfs", args: ["zfs", "mount", "-a"] });
  for (const { name, properties, mountpoint } of Object.values(host.state.files.datasets)) {
    if (mountpoint !== "legacy" && properties["canmount"] !== "noauto") continue;
    for (const { path } of mountsFrom(host, name).reverse()) host.kernel.files.unmount(host, process, path);
  }
  exit(host, process, 0);
  if (findProcess(host, process.pid) === process) reap(host, process);
}

function tell(host: Host, message: string): void {
  host.emit({ container: "", kind: "host.boot", message, outcome: "ok" });
}
