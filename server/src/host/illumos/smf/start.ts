import {
  MILESTONES,
  REPOSITORY_DAEMON,
  type ServiceManifest,
} from "../../../catalog/illumos/serviceManifests.ts";
import { pass } from "../../clock.ts";
import type { Decision } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findProcess } from "../../process/processes.ts";
import { changeProcess, runsInContainer } from "../../process/processIndex.ts";
import type { Zone } from "../types.ts";
import { consoleOutput } from "../zoneadmd/daemon.ts";
import { startDaemon } from "./daemons.ts";
import { identify } from "./identification.ts";
import { isSolaris10, isWanted, manifestsOf, repositoryOf, runOf, withinMilestone } from "./instances.ts";
import { LOCAL, MINIMAL, mountLocal } from "./localFileSystems.ts";
import { type LinuxUnit, userLandOf } from "./userLand.ts";

/**
 * init has been started, and brings up what the brand and the milestone say: svc.startd(8) and the services behind it.
 * Virtual time passes as it does.
 */
export function startServices(host: Host, zone: Zone): void {
  const land = userLandOf(zone);
  if (land.kind === "machine") {
    initStarted(host, zone);
    host.emit({
      container: zone.name,
      kind: "process.start",
      message: `init is ${land.command} now: the virtual machine runs (${zone.init}).`,
      outcome: "ok",
    });
    // What the guest does is its own business.
    pass(host, GUEST_TAKES);
    return;
  }
  if (land.kind === "linux") {
    initStarted(host, zone);
    pass(host, LINUX_INIT_TAKES);
    for (const unit of land.units) startUnit(host, zone, unit);
    return;
  }
  consoleOutput(host, zone.name, bannerOf(host));
  consoleOutput(host, zone.name, `Hostname: ${zone.nodename}`);
  if (isSolaris10(host, zone)) identify(host, zone);
  let silent = 0;
  const failed = new Set<string>();
  for (const manifest of planOf(host, zone)) {
    if (failed.size > 0 && manifest.needs.some((need) => failed.has(need))) {
      failed.add(manifest.fmri);
      continue;
    }
    silent += manifest.takes;
    if ((manifest.fmri === MINIMAL || manifest.fmri === LOCAL) && !mountFor(host, zone, manifest))
      failed.add(manifest.fmri);
    if (manifest.fmri === CONSOLE_LOGIN) consoleOutput(host, zone.name, `${zone.nodename} console login:`);
    if (manifest.program === undefined) continue;
    pass(host, silent);
    silent = 0;
    bringUp(host, zone, manifest);
  }
  pass(host, silent);
  if (zone.milestone === "none") return;
  if (zone.milestone === "single-user")
    consoleOutput(host, zone.name, "Enter user name for system maintenance (control-d to bypass):");
  host.emit({
    container: zone.name,
    kind: "service.start",
    message:
      zone.milestone === "all"
        ? "All enabled services are up as far as they can be."
        : `Milestone ${zone.milestone} is reached.`,
    outcome: "ok",
  });
}

/** What the kernel and init print first. */
function bannerOf({ state: { machine } }: Host): string {
  return machine.system === "solaris"
    ? `SunOS Release ${machine.release.startsWith("10") ? "5.10" : `5.${machine.release}`} Version Generic 64-bit`
    : `SunOS Release 5.11 Version ${machine.release} 64-bit`;
}

/**
 * What init of the brand turns into: the hypervisor of a virtual machine; in a Linux system the native program sets up
 * the network and becomes the init of the distribution.
 */
export function initStarted(host: Host, zone: Zone): void {
  const land = userLandOf(zone);
  if (land.kind === "machine") becomeProgram(host, zone, land.command, land.args(zone.name));
  if (land.kind === "linux") becomeProgram(host, zone, "init", ["/sbin/init"]);
}

/** execve(2) by init. */
function becomeProgram(host: Host, { init }: Zone, command: string, args: readonly string[]): void {
  const process = init === null ? undefined : findProcess(host, init);
  if (!process) return;
  changeProcess(host, process, () => {
    process.command = command;
    process.args = [...args];
  });
}

/** Virtual milliseconds. */
const GUEST_TAKES = 3000;
const LINUX_INIT_TAKES = 1500;

/** What a restarter tries before it gives up. Source: svc.startd(8). */
const ATTEMPTS = 3;

const plans = new Map<string, readonly ServiceManifest[]>();

/** What is to be started in which order. Zones where nobody changed anything share one list. */
function planOf(host: Host, zone: Zone): readonly ServiceManifest[] {
  if (repositoryOf(host, zone) || zone.services)
    return startable(
      host,
      zone,
      manifestsOf(host, zone).filter((manifest) => isWanted(host, zone, manifest)),
    );
  const key = `${zone.ipType} ${zone.milestone} ${isSolaris10(host, zone)}`;
  const known = plans.get(key);
  if (known) return known;
  const plan = startable(
    host,
    zone,
    manifestsOf(host, zone).filter(({ fmri, enabled }) => enabled && withinMilestone(zone, fmri)),
  );
  if (MILESTONES.some((name) => name === zone.milestone)) plans.set(key, plan);
  return plan;
}

/** Without what needs something that is not started. */
function startable(host: Host, zone: Zone, wanted: readonly ServiceManifest[]): ServiceManifest[] {
  const up = new Set<string>();
  const known = new Set(manifestsOf(host, zone).map(({ fmri }) => fmri));
  return wanted.filter(({ fmri, needs }) => {
    if (zone.services?.[fmri]?.state !== undefined) return false;
    const may = needs.every((need) => up.has(need) || !known.has(need));
    if (may) up.add(fmri);
    return may;
  });
}

/** Starts the process of a service. After some failures the service is put into maintenance. */
export function bringUp(host: Host, zone: Zone, manifest: ServiceManifest): boolean {
  const { fmri, program, process, listens, user } = manifest;
  if (program === undefined || process === undefined) return true;
  if (runsInContainer(host, zone.id, process)) return true;
  const begun = startDaemon(host, zone, { program, listens, user });
  if ("refusal" in begun) {
    maintain(host, zone, fmri, begun.refusal);
    return false;
  }
  host.emit({
    container: zone.name,
    kind: "service.start",
    message: `svc:/${fmri} is online: ${process} (${begun.process.pid})${listening(begun.places)}`,
    outcome: "ok",
  });
  if (fmri === RESTARTER) startRepository(host, zone);
  return true;
}

/** File systems that a service mounts. What does not go puts it into maintenance. */
function mountFor(host: Host, zone: Zone, { fmri }: ServiceManifest): boolean {
  const refusal = mountLocal(host, zone, fmri);
  if (refusal) maintain(host, zone, fmri, refusal.decision);
  return refusal === undefined;
}

/** The start method of a service has failed too often. */
function maintain(host: Host, zone: Zone, fmri: string, { reason, errno, causes }: Decision): void {
  const run = runOf(zone, fmri);
  run.state = "maintenance";
  run.reason = `Its start method failed ${ATTEMPTS} times: ${reason}`;
  run.changed = host.now;
  const [cause] = causes;
  if (cause) run.cause = cause;
  consoleOutput(
    host,
    zone.name,
    `svc.startd: ${fmri} failed repeatedly: transitioned to maintenance (see 'svcs -xv' for details)`,
  );
  host.emit({
    container: zone.name,
    kind: "service.start",
    message: `svc:/${fmri} failed ${ATTEMPTS} times and is in maintenance: ${reason}`,
    outcome: "failed",
    ...(errno && { errno }),
    causes,
  });
}

/** svc.configd(8), which svc.startd(8) starts. */
export function startRepository(host: Host, zone: Zone): void {
  if (!runsInContainer(host, zone.id, REPOSITORY_DAEMON.process)) startDaemon(host, zone, REPOSITORY_DAEMON);
}

/** ttymon(8) asks for a name there. */
const CONSOLE_LOGIN = "system/console-login:default";

export const RESTARTER = "system/svc/restarter:default";

function startUnit(host: Host, zone: Zone, unit: LinuxUnit): void {
  pass(host, unit.takes);
  const begun = startDaemon(host, zone, unit);
  const failed = "refusal" in begun ? begun.refusal : undefined;
  host.emit({
    container: zone.name,
    kind: "service.start",
    message: failed
      ? `${unit.unit} does not start: ${failed.reason}`
      : `${unit.unit} runs${"places" in begun ? listening(begun.places) : ""}`,
    outcome: failed ? "failed" : "ok",
    ...(failed?.errno && { errno: failed.errno }),
    causes: failed?.causes ?? [],
  });
}

function listening(places: readonly string[]): string {
  return places.length > 0 ? `, listening on ${places.join(", ")}` : "";
}
