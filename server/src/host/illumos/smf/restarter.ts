import {
  REPOSITORY_DAEMON,
  type ServiceManifest,
  serviceManifests,
} from "../../../catalog/illumos/serviceManifests.ts";
import type { Host } from "../../host.ts";
import { runsInContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { isWanted, processesOfService, runOf } from "./instances.ts";
import { bringUp, RESTARTER, startRepository } from "./start.ts";
import { userLandOf } from "./userLand.ts";

/** svc.startd(8) watches the processes of services. Source: usr/src/cmd/svc/startd/restarter.c, contract.c. */

const byProcess: ReadonlyMap<string, ServiceManifest> = new Map(
  serviceManifests.flatMap((manifest) =>
    manifest.process === undefined ? [] : [[manifest.process, manifest] as const],
  ),
);

/** Starts within so many milliseconds that are too many. Source: RINST_FAILURE_RATE_NS, RINST_START_TIMES. */
const INTERVAL = 600_000;
const STARTS = 5;

/** A process has ended: if it was the last one of a service, that is started again, or put into maintenance. */
export function serviceProcessEnded(host: Host, process: Process): void {
  const { command } = process;
  const manifest = byProcess.get(command);
  if (!manifest && command !== REPOSITORY_DAEMON.process) return;
  const zone = findZone(host, process.credential.container);
  if (!zone || zone.id === GLOBAL || zone.status !== "running" || userLandOf(zone).kind !== "smf") return;
  if (!manifest) {
    startRepository(host, zone);
    return;
  }
  if (!restarterRuns(host, zone) && manifest.fmri !== RESTARTER) return;
  if (!isWanted(host, zone, manifest) || zone.services?.[manifest.fmri]?.state === "maintenance") return;
  if (processesOfService(host, zone, manifest).some(({ pid }) => pid !== process.pid)) return;
  restart(host, zone, manifest);
}

function restarterRuns(host: Host, zone: Zone): boolean {
  return runsInContainer(host, zone.id, "svc.startd");
}

function restart(host: Host, zone: Zone, manifest: ServiceManifest): void {
  const { fmri, process } = manifest;
  const run = runOf(zone, fmri);
  const again = run.changed !== undefined && host.now - run.changed < INTERVAL;
  run.restarts = again ? (run.restarts ?? 0) + 1 : 1;
  run.changed = host.now;
  if (run.restarts >= STARTS) {
    run.state = "maintenance";
    run.stopped = true;
    run.reason = "It restarts too quickly.";
    host.emit({
      container: zone.name,
      kind: "service.start",
      message: `svc:/${fmri} restarts too quickly and is in maintenance.`,
      outcome: "failed",
    });
    return;
  }
  host.emit({
    container: zone.name,
    kind: "service.change",
    message: `${process} has ended: svc:/${fmri} is started again.`,
    outcome: "ok",
  });
  bringUp(host, zone, manifest);
}
