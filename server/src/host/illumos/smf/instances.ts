import {
  MILESTONES,
  type Milestone,
  type ServiceManifest,
  serviceManifests,
  servicesUpTo,
} from "../../../catalog/illumos/serviceManifests.ts";
import type { Host } from "../../host.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { illumosOf } from "../state.ts";
import type { ServiceRun, ServiceState, Zone } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";
import { GLOBAL } from "../zones.ts";
import { userLandOf } from "./userLand.ts";

/**
 * The state of services, computed from the manifests, the milestone, the repository and the processes that are there:
 * only what an administrator or a failure has changed is stored. Source: smf(7), usr/src/cmd/svc/startd/graph.c.
 */
export interface ServiceInstance {
  /** `svc:/network/ssh:default`; of a Linux system `sshd.service`. */
  readonly fmri: string;
  readonly title: string;
  readonly state: ServiceState;
  /** What the repository says, and whether something temporary holds instead. */
  readonly enabled: boolean;
  readonly temporary: boolean;
  /** Why it is not online. */
  readonly reason?: string;
  /** Virtual milliseconds since when it is in that state. */
  readonly since: number;
  readonly pids: readonly number[];
  readonly needs: readonly string[];
  readonly restarts: number;
}

/** All services of a running zone in the order of their start, or of the global zone. */
export function servicesOf(host: Host, zone: Zone): ServiceInstance[] {
  if (zone.status !== "running" && zone.status !== "booting") return [];
  const land = userLandOf(zone);
  if (land.kind === "machine") return [];
  const processes = liveByCommand(host, zone);
  if (land.kind === "linux")
    return land.units.map(({ unit, title, program }) => {
      const pids = processes.get(commandOf(program)) ?? [];
      return {
        fmri: unit,
        title,
        state: pids.length > 0 ? "online" : "offline",
        enabled: true,
        temporary: false,
        since: zone.booted ?? zone.created,
        pids,
        needs: [],
        restarts: 0,
      };
    });
  const states = new Map<string, ServiceState>();
  return manifestsOf(host, zone).map((manifest) => {
    const instance = instanceOf(host, zone, manifest, processes, states);
    states.set(manifest.fmri, instance.state);
    return {
      ...instance,
      fmri: `svc:/${instance.fmri}`,
      needs: instance.needs.map((need) => `svc:/${need}`),
    };
  });
}

/** One service, by the FMRI of its manifest. */
export function serviceOf(host: Host, zone: Zone, fmri: string): ServiceInstance | undefined {
  return servicesOf(host, zone).find((instance) => instance.fmri === `svc:/${fmri}`);
}

function instanceOf(
  host: Host,
  zone: Zone,
  manifest: ServiceManifest,
  processes: ReadonlyMap<string, readonly number[]>,
  states: ReadonlyMap<string, ServiceState>,
): ServiceInstance {
  const { fmri, title, needs } = manifest;
  const run = zone.services?.[fmri];
  const pids = manifest.process === undefined ? [] : (processes.get(manifest.process) ?? []);
  const kept = {
    fmri,
    title,
    enabled: isStored(host, zone, manifest),
    temporary: run?.enabled !== undefined,
    since: run?.changed ?? zone.booted ?? zone.created,
    pids,
    needs,
    restarts: run?.restarts ?? 0,
  };
  if (run?.state !== undefined)
    return { ...kept, state: run.state, ...(run.reason !== undefined && { reason: run.reason }) };
  if (!isWanted(host, zone, manifest))
    return {
      ...kept,
      state: "disabled",
      temporary: kept.temporary || kept.enabled,
      reason:
        kept.enabled && run?.enabled === undefined
          ? `Milestone ${zone.milestone} does not bring it up.`
          : "An administrator or the profile has disabled it.",
    };
  const missing = needs.find((need) => states.has(need) && !satisfies(zone, need, states.get(need)));
  if (missing !== undefined)
    return { ...kept, state: "offline", reason: `It waits for svc:/${missing}, which is not online.` };
  if (manifest.process !== undefined && pids.length === 0)
    return { ...kept, state: "offline", reason: `Its process ${manifest.process} does not run.` };
  return { ...kept, state: "online" };
}

/**
 * Whether a service that another one needs lets that be online. What is stopped later takes nobody along: almost all
 * manifests have restart_on=none.
 */
function satisfies({ services }: Zone, need: string, state: ServiceState | undefined): boolean {
  return state === "online" || state === "degraded" || services?.[need]?.stopped === true;
}

/** Manifests that a zone has. */
export function manifestsOf(host: Host, zone: Zone): readonly ServiceManifest[] {
  const solaris10 = isSolaris10(host, zone);
  if (zone.id === GLOBAL)
    return [
      ...serviceManifests.filter(({ only }) => solaris10 || only !== "solaris10"),
      ...describedManifests(host),
    ];
  return LISTS[`${zone.ipType} ${solaris10}`];
}

/** Whether the system in a zone is Solaris 10. */
export function isSolaris10(host: Host, { brand }: Pick<Zone, "brand">): boolean {
  return brand === "solaris10" || (brand === "native" && platformOf(host) === "solaris10");
}

const listOf = (...also: ServiceManifest["only"][]): readonly ServiceManifest[] =>
  serviceManifests.filter(({ only }) => only === undefined || also.includes(only));

const LISTS = {
  "shared false": listOf(),
  "shared true": listOf("solaris10"),
  "exclusive false": listOf("exclusive"),
  "exclusive true": listOf("exclusive", "solaris10"),
} as const;

/** Daemons of the host file that no manifest has. */
function describedManifests({ state: { machine } }: Host): ServiceManifest[] {
  const known = new Set(serviceManifests.map(({ process }) => process));
  return machine.services
    .filter(({ name }) => !known.has(name) && name !== "svc.configd")
    .map(({ name }) => ({
      fmri: `application/${name}:default`,
      title: name,
      needs: ["milestone/multi-user:default"],
      enabled: true,
      process: name,
      program: name,
      takes: 100,
    }));
}

/** The repository: changes against the profile. It lies in the zone's root, so that it goes where that goes. */
export function repositoryOf(host: Host, zone: Zone): Record<string, boolean> | undefined {
  return zone.id === GLOBAL ? illumosOf(host).services : entryNamed(host, zone.name)?.services;
}

export function store(host: Host, zone: Zone, manifest: ServiceManifest, enabled: boolean): void {
  let repository = repositoryOf(host, zone);
  if (!repository) {
    const entry = entryNamed(host, zone.name);
    if (!entry) return;
    repository = {};
    entry.services = repository;
  }
  if (enabled === manifest.enabled) delete repository[manifest.fmri];
  else repository[manifest.fmri] = enabled;
}

/** What the repository says. On the host, what its description runs is enabled. */
function isStored(host: Host, zone: Zone, { fmri, enabled, process }: ServiceManifest): boolean {
  const stored = repositoryOf(host, zone)?.[fmri];
  if (stored !== undefined) return stored;
  if (zone.id !== GLOBAL || process === undefined) return enabled;
  return host.state.machine.services.some(({ name }) => name === process);
}

/** Whether the restarter wants it online: enabled, and not behind the milestone unless somebody enabled it since. */
export function isWanted(host: Host, zone: Zone, manifest: ServiceManifest): boolean {
  const temporary = zone.services?.[manifest.fmri]?.enabled;
  if (temporary !== undefined) return temporary;
  return isStored(host, zone, manifest) && withinMilestone(zone, manifest.fmri);
}

export function withinMilestone({ milestone }: Zone, fmri: string): boolean {
  const known = MILESTONES.find((name) => name === milestone) ?? "all";
  return known === "all" || servicesUpTo(known).has(fmri);
}

export function milestoneOf(text: string): Milestone | undefined {
  const name = text.replace(/^(?:svc:)?\/?(?:milestone\/)?/, "").replace(/:default$/, "");
  return MILESTONES.find((known) => known === name);
}

/** The record of a service in a running zone, to be changed. */
export function runOf(zone: Zone, fmri: string): ServiceRun {
  zone.services ??= {};
  const run = zone.services[fmri] ?? {};
  zone.services[fmri] = run;
  return run;
}

/** Processes of a service: its daemon, and what is called like it, as a contract would hold them. */
export function processesOfService(host: Host, zone: Zone, { process }: ServiceManifest): Process[] {
  return process === undefined
    ? []
    : processesOfContainer(host, zone.id).filter(
        ({ command, state }) => command === process && state !== "zombie",
      );
}

function liveByCommand(host: Host, zone: Zone): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { command, pid, state } of processesOfContainer(host, zone.id)) {
    if (state === "zombie") continue;
    const known = found.get(command);
    if (known) known.push(pid);
    else found.set(command, [pid]);
  }
  return found;
}

export function commandOf(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}
