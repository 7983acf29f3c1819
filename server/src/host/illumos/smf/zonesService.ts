import { pass } from "../../clock.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import { illumosOf } from "../state.ts";
import type { IndexEntry } from "../types.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { STOP_TIMEOUT, shutdownZone } from "../zoneadmd/shutdown.ts";
import { entryNamed } from "../zoneIndex.ts";
import { GLOBAL, kernelZones, stateOf } from "../zones.ts";
import { asMethod } from "./method.ts";

/** svc:/system/zones:default, which boots zones with the host and stops them with it. Source: usr/src/cmd/zoneadm/svc-zones. */

const SCRIPT = "svc-zones";

export interface ZonesServiceResult {
  /** Zones that were booted, or stopped, in order. */
  readonly done: readonly string[];
  /** Zones for which it did not work. */
  readonly failed: readonly string[];
}

/** The start method: installed zones with autoboot are booted, all at the same time; others are prepared. */
export function startZonesService(host: Host): ZonesServiceResult {
  const installed = illumosOf(host).index.filter(({ name }) => stateOf(host, name) === "installed");
  const boots = installed.filter(({ definition }) => property(definition, "autoboot", "false") === "true");
  const wanted = new Set(boots.map(({ name }) => name));
  return asMethod(host, SCRIPT, (process) => {
    if (boots.length > 0) tell(host, `Booting zones: ${boots.map(({ name }) => name).join(" ")}`);
    const result = together(host, installed, (entry) => {
      const command = wanted.has(entry.name) ? "boot" : "sysboot";
      return zoneadm(host, process, { zone: entry.name, command }).status === 0;
    });
    return { done: result.done.filter((name) => wanted.has(name)), failed: result.failed };
  });
}

/**
 * The stop method: zones shut down by themselves for three quarters of the time; what is left is halted.
 * @returns the zones that still run then: the service is put into maintenance
 */
export function stopZonesService(host: Host, timeout = STOP_TIMEOUT): Outcome<ZonesServiceResult> {
  const begun = active(host);
  if (begun.length === 0) return allowed({ done: [], failed: [] }, "zones/stop", "No zone runs.");
  const result = asMethod(host, SCRIPT, (process) => {
    tell(host, `Shutting down running zones (for up to ${timeout} seconds): ${namesOf(begun)}`);
    const running = begun.filter(({ name }) => stateOf(host, name) === "running");
    const quarters = Math.floor((timeout * 3) / 4);
    together(host, running, (entry) => shutdownZone(host, entry, quarters).ok);
    const left = active(host);
    if (left.length > 0) {
      tell(host, `Zones failed to shut down; trying to halt: ${namesOf(left)}`);
      together(
        host,
        left,
        ({ name }) => zoneadm(host, process, { zone: name, command: "halt" }).status === 0,
      );
    }
    const failed = new Set(active(host).map(({ name }) => name));
    return { done: begun.map(({ name }) => name).filter((name) => !failed.has(name)), failed: [...failed] };
  });
  if (result.failed.length === 0) return allowed(result, "zones/stop", "All zones are halted.");
  const reason = `Zones failed to stop: ${result.failed.join(" ")}.`;
  tell(host, reason, "failed");
  return denied("EBUSY", "zones/stop", reason);
}

/** Zones that the kernel knows and the index as well. */
function active(host: Host): IndexEntry[] {
  return kernelZones(host).flatMap(({ id, name }) => (id === GLOBAL ? [] : (entryNamed(host, name) ?? [])));
}

function namesOf(entries: readonly IndexEntry[]): string {
  return entries.map(({ name }) => name).join(" ");
}

/** Does the same for several zones at once: it takes as long as the slowest of them. */
function together(
  host: Host,
  entries: readonly IndexEntry[],
  work: (entry: IndexEntry) => boolean,
): ZonesServiceResult {
  const done: string[] = [];
  const failed: string[] = [];
  let longest = 0;
  for (const entry of entries) {
    const { value: ok, milliseconds } = host.atOnce(() => work(entry));
    (ok ? done : failed).push(entry.name);
    longest = Math.max(longest, milliseconds);
  }
  pass(host, longest);
  return { done, failed };
}

function tell(host: Host, message: string, outcome: "ok" | "failed" = "ok"): void {
  host.emit({ container: "", kind: "service.change", message, outcome });
}
