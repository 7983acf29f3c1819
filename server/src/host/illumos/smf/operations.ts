import {
  findManifest,
  type Milestone,
  manifestsCalled,
  POOLS_SERVICE,
  REPOSITORY_DAEMON,
  type ServiceManifest,
} from "../../../catalog/illumos/serviceManifests.ts";
import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { exit } from "../../process/processes.ts";
import { runsInContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import {
  isWanted,
  manifestsOf,
  processesOfService,
  runOf,
  type ServiceInstance,
  serviceOf,
  store,
  withinMilestone,
} from "./instances.ts";
import { refreshPoolsService, startPoolsService, stopPoolsService } from "./poolsService.ts";
import { bringUp, RESTARTER } from "./start.ts";
import { userLandOf } from "./userLand.ts";
import { startZonesService, stopZonesService } from "./zonesService.ts";

/** What svcadm(8) does. Source: usr/src/cmd/svc/svcadm/svcadm.c, usr/src/cmd/svc/startd. */

/**
 * The service that a name means.
 * @returns ENOENT for none; EINVAL where it means several; ECONNREFUSED where the zone has no SMF or no repository
 */
export function findService(host: Host, zone: Zone, name: string): Outcome<ServiceManifest> {
  const there = repositoryThere(host, zone);
  if (there) return there;
  const own = new Set(manifestsOf(host, zone));
  const found = manifestsCalled(name).filter((manifest) => own.has(manifest));
  const described = [...own].find(({ fmri }) => findManifest(fmri) === undefined && isNamed(fmri, name));
  const [first = described, second] = found;
  if (!first)
    return denied("ENOENT", "svc/none", `Pattern ${name} matches no service of ${calledZone(zone)}.`);
  if (second)
    return denied(
      "EINVAL",
      "svc/several",
      `Pattern ${name} matches several services: ${found.map(({ fmri }) => `svc:/${fmri}`).join(", ")}.`,
    );
  return allowed(first, "svc/found", `${name} is svc:/${first.fmri}.`);
}

function isNamed(fmri: string, name: string): boolean {
  const plain = name.replace(/^(?:svc:)?\/+/, "");
  return fmri === plain || fmri.slice(0, fmri.indexOf(":")).endsWith(plain);
}

function calledZone({ id, name }: Zone): string {
  return id === GLOBAL ? "the global zone" : `zone ${name}`;
}

function repositoryThere(host: Host, zone: Zone): Refused | undefined {
  if (userLandOf(zone).kind !== "smf")
    return denied(
      "ECONNREFUSED",
      "svc/repository",
      `${calledZone(zone)} has no SMF: its brand is ${zone.brand}.`,
    );
  return runsInContainer(host, zone.id, REPOSITORY_DAEMON.process)
    ? undefined
    : denied("ECONNREFUSED", "svc/repository", `svc.configd does not run in ${calledZone(zone)}.`);
}

/** Root of the zone may, and of the global zone with -z; others need an authorization. Source: smf_security(7). */
function mayManage(host: Host, process: Process, zone: Zone, fmri: string): Outcome {
  const { container, uid } = process.credential;
  if (container !== zone.id && container !== GLOBAL)
    return denied("ENOENT", "svc/zone", "Another zone cannot be seen.", {
      causes: [{ what: "a zone sees only itself", from: "kernel" }],
    });
  if (uid !== 0)
    return denied("EPERM", "svc/authorization", `User ${uid} may not manage svc:/${fmri}.`, {
      causes: [{ what: "solaris.smf.manage is not assigned", from: "host" }],
    });
  const there = repositoryThere(host, zone);
  return there ?? allowed(undefined, "svc/authorization", "Root may manage services.");
}

export interface EnableOptions {
  /** `-t`: until the zone boots again. */
  readonly temporary?: boolean;
  /** `-r`: with all that it needs. */
  readonly recursive?: boolean;
}

/** `svcadm enable`. What waits for it is started behind it. */
export function enableService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
  { temporary = false, recursive = false }: EnableOptions = {},
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  const all = recursive ? [...needsOf(host, zone, manifest), manifest] : [manifest];
  const stood = serviceOf(host, zone, manifest.fmri)?.state;
  for (const one of all) setEnabled(host, zone, one, true, temporary);
  startWaiting(host, zone);
  if (isZonesService(zone, manifest) && stood === "disabled") startZonesService(host);
  if (isPoolsService(zone, manifest) && stood === "disabled") judge(zone, manifest, startPoolsService(host));
  return told(host, zone, manifest, "enabled");
}

/** All that a service needs, at any remove, in the order of their start. */
function needsOf(host: Host, zone: Zone, { needs }: ServiceManifest): ServiceManifest[] {
  const wanted = new Set<string>();
  const manifests = manifestsOf(host, zone);
  const todo = [...needs];
  for (let fmri = todo.pop(); fmri !== undefined; fmri = todo.pop()) {
    if (wanted.has(fmri)) continue;
    wanted.add(fmri);
    todo.push(...(findManifest(fmri)?.needs ?? []));
  }
  return manifests.filter(({ fmri }) => wanted.has(fmri));
}

function setEnabled(
  host: Host,
  zone: Zone,
  manifest: ServiceManifest,
  enabled: boolean,
  temporary: boolean,
): void {
  const run = runOf(zone, manifest.fmri);
  // What the milestone leaves out is wanted once somebody enables it.
  if (temporary || (enabled && !withinMilestone(zone, manifest.fmri))) run.enabled = enabled;
  else delete run.enabled;
  if (!temporary) store(host, zone, manifest, enabled);
  if (!enabled) delete run.state;
  run.changed = host.now;
}

/** `svcadm disable`. What needs it goes on. */
export function disableService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
  { temporary = false }: Pick<EnableOptions, "temporary"> = {},
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  if (manifest.fmri === RESTARTER)
    return denied("EINVAL", "svc/restarter", "The master restarter cannot be disabled.");
  const was = serviceOf(host, zone, manifest.fmri)?.state;
  setEnabled(host, zone, manifest, false, temporary);
  if (was === "online" || was === "degraded") runOf(zone, manifest.fmri).stopped = true;
  stopProcesses(host, zone, manifest);
  if (isZonesService(zone, manifest) && was === "online") {
    const stopped = stopZonesService(host);
    if (!stopped.ok) Object.assign(runOf(zone, manifest.fmri), FAILED_STOP);
  }
  if (isPoolsService(zone, manifest) && was === "online") judge(zone, manifest, stopPoolsService(host));
  return told(host, zone, manifest, "disabled");
}

/** With the service of zones in the global zone, all zones start and stop. */
function isZonesService({ id }: Zone, { fmri }: ServiceManifest): boolean {
  return id === GLOBAL && fmri === "system/zones:default";
}

/** With that of pools in the global zone, the facility is on. */
function isPoolsService({ id }: Zone, { fmri }: ServiceManifest): boolean {
  return id === GLOBAL && fmri === POOLS_SERVICE;
}

/** A method that fails puts its service into maintenance. */
function judge(zone: Zone, { fmri }: ServiceManifest, method: Outcome): void {
  if (method.ok) return;
  const reason = `Its method failed: ${method.decision.reason}`;
  Object.assign(runOf(zone, fmri), { state: "maintenance", reason });
}

const FAILED_STOP = { state: "maintenance", reason: "Its stop method failed: zones still run." } as const;

/** `svcadm restart`: a service that is online is stopped and started. */
export function restartService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  const was = serviceOf(host, zone, manifest.fmri);
  if (was?.state === "online" || was?.state === "degraded") {
    const run = runOf(zone, manifest.fmri);
    const { enabled } = run;
    run.enabled = false;
    stopProcesses(host, zone, manifest);
    if (enabled === undefined) delete run.enabled;
    else run.enabled = enabled;
    delete run.state;
    pass(host, manifest.takes);
    if (isPoolsService(zone, manifest)) {
      const stopped = stopPoolsService(host);
      judge(zone, manifest, stopped.ok ? startPoolsService(host) : stopped);
    }
    bringUp(host, zone, manifest);
    run.changed = host.now;
  }
  return told(host, zone, manifest, "restarted");
}

/** `svcadm refresh`: it reads its configuration again. */
export function refreshService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  if (isPoolsService(zone, manifest) && serviceOf(host, zone, manifest.fmri)?.state === "online")
    judge(zone, manifest, refreshPoolsService(host));
  return told(host, zone, manifest, "refreshed");
}

/** `svcadm clear`: out of maintenance, or no longer degraded. */
export function clearService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  const run = zone.services?.[manifest.fmri];
  if (run?.state === undefined)
    return denied("EINVAL", "svc/clear", `svc:/${manifest.fmri} is neither in maintenance nor degraded.`);
  delete run.state;
  delete run.reason;
  delete run.cause;
  delete run.restarts;
  run.changed = host.now;
  startWaiting(host, zone);
  if (isPoolsService(zone, manifest) && isWanted(host, zone, manifest))
    judge(zone, manifest, startPoolsService(host));
  return told(host, zone, manifest, "cleared");
}

/** `svcadm mark`: degraded, or with its processes stopped in maintenance. */
export function markService(
  host: Host,
  process: Process,
  zone: Zone,
  manifest: ServiceManifest,
  state: "maintenance" | "degraded",
): Outcome<ServiceInstance> {
  const may = mayManage(host, process, zone, manifest.fmri);
  if (!may.ok) return may;
  const was = serviceOf(host, zone, manifest.fmri)?.state;
  if (state === "degraded" && was !== "online")
    return denied("EINVAL", "svc/mark", `svc:/${manifest.fmri} is not online.`);
  const run = runOf(zone, manifest.fmri);
  run.state = state;
  run.reason = "An administrator has put it there.";
  run.changed = host.now;
  if (state === "maintenance") {
    if (was === "online") run.stopped = true;
    stopProcesses(host, zone, manifest);
  }
  return told(host, zone, manifest, `marked ${state}`);
}

/** `svcadm milestone`: what it does not bring up is stopped for now; what it does is started. */
export function changeMilestone(host: Host, process: Process, zone: Zone, milestone: Milestone): Outcome {
  const may = mayManage(host, process, zone, `milestone/${milestone}:default`);
  if (!may.ok) return may;
  zone.milestone = milestone;
  for (const manifest of [...manifestsOf(host, zone)].reverse()) {
    const run = zone.services?.[manifest.fmri];
    if (run) delete run.stopped;
    if (manifest.fmri !== RESTARTER && !isWanted(host, zone, manifest)) stopProcesses(host, zone, manifest);
  }
  startWaiting(host, zone);
  host.emit({
    container: zone.id === GLOBAL ? "" : zone.name,
    kind: "service.milestone",
    message: `Milestone ${milestone} holds now.`,
    outcome: "ok",
  });
  return allowed(undefined, "svc/milestone", `Milestone ${milestone} holds now.`);
}

/** Its processes end; the restarter knows why. */
function stopProcesses(host: Host, zone: Zone, manifest: ServiceManifest): void {
  for (const process of processesOfService(host, zone, manifest)) exit(host, process, 0);
}

/** Starts what is wanted and has all that it needs, in order. */
export function startWaiting(host: Host, zone: Zone): void {
  for (const manifest of manifestsOf(host, zone)) {
    if (!isWanted(host, zone, manifest)) continue;
    const run = zone.services?.[manifest.fmri];
    if (run) delete run.stopped;
    const { state, reason } = serviceOf(host, zone, manifest.fmri) ?? {};
    if (state !== "offline" || manifest.process === undefined || reason?.startsWith("It waits")) continue;
    pass(host, manifest.takes);
    bringUp(host, zone, manifest);
  }
}

function told(host: Host, zone: Zone, { fmri }: ServiceManifest, done: string): Outcome<ServiceInstance> {
  const instance = serviceOf(host, zone, fmri);
  if (!instance) return denied("ENOENT", "svc/none", `There is no svc:/${fmri} in ${calledZone(zone)}.`);
  host.emit({
    container: zone.id === GLOBAL ? "" : zone.name,
    kind: "service.change",
    to: instance.state,
    message: `svc:/${fmri} is ${done} and ${instance.state} now.`,
    outcome: "ok",
  });
  return allowed(instance, "svc/done", `svc:/${fmri} is ${instance.state}.`);
}
