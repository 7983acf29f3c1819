import type { Refused } from "../host/decision.ts";
import type { Host } from "../host/host.ts";
import { assumeFor } from "../host/illumos/assume.ts";
import { property } from "../host/illumos/configuration.ts";
import type { ZoneDefinition } from "../host/illumos/types.ts";
import type { ZoneadmResult } from "../host/illumos/zoneadm/result.ts";
import { zoneadm } from "../host/illumos/zoneadm/zoneadm.ts";
import { runtimeOf } from "../host/illumos/zoneadmd/creation.ts";
import { configureZone } from "../host/illumos/zonecfg.ts";
import { entryNamed } from "../host/illumos/zoneIndex.ts";
import { exit, findProcess, reap, spawn } from "../host/process/processes.ts";

/** What an administrator in the global zone types to have the zones of a file: zonecfg(8), then zoneadm(8). */

/**
 * Stores a zone where the host does not have it already. What its configuration asks of a machine that nobody described
 * is assumed. Gives the refusal, if there is one; an event tells of it.
 */
export function storeZone(host: Host, definition: ZoneDefinition): Refused | undefined {
  assumeFor(host, definition);
  const known = entryNamed(host, definition.name)?.definition;
  if (known && JSON.stringify(known) === JSON.stringify(definition)) return undefined;
  const done = configureZone(host, definition);
  if (done.ok) return undefined;
  const { reason, causes, errno } = done.decision;
  host.emit({
    container: definition.name,
    kind: "zone.configure",
    message: reason,
    outcome: "failed",
    ...(errno && { errno }),
    causes,
  });
  return done;
}

/** `zoneadm -z ZONE COMMAND OPTIONS`. A failure that no event has told of yet gets one. */
export function callZoneadm(
  host: Host,
  zone: string,
  command: string,
  options: readonly string[] = [],
): ZoneadmResult {
  const process = spawn(host, { command: "zoneadm" });
  const from = host.events.length;
  const result = zoneadm(host, process, { zone, command, options });
  const { status, stderr, decisions } = result;
  const refusal = decisions.findLast(({ verdict }) => verdict === "deny");
  if (status !== 0 && !host.events.slice(from).some(({ outcome }) => outcome === "failed"))
    host.emit({
      container: zone,
      kind: `zone.${command}`,
      message: refusal?.reason ?? stderr.trim(),
      outcome: "failed",
      ...(refusal?.errno && { errno: refusal.errno }),
      causes: refusal?.causes ?? [],
    });
  exit(host, process, status);
  if (findProcess(host, process.pid) === process) reap(host, process);
  return result;
}

/** Installs a stored zone with `words` behind the command, or with those that its brand usually needs. */
export function installZone(host: Host, zone: string, words?: readonly string[]): ZoneadmResult {
  const definition = entryNamed(host, zone)?.definition;
  return callZoneadm(host, zone, "install", words ?? (definition ? usualWords(host, definition) : []));
}

/** What brands need a source that are not made of packages: an image that the machine has. */
function usualWords(host: Host, definition: ZoneDefinition): string[] {
  const { install: ways, installOptions } = runtimeOf(host, definition);
  const [way] = ways;
  if (way !== "image" && way !== "archive" && way !== "directory") return [];
  const option = installOptions.find((one) => one.way === way);
  const { images, described } = host.state.machine;
  const brand = property(definition, "brand");
  // Nobody has told of the images of a machine that is not described: one is taken to be there.
  const source =
    images.find((one) => one.brand === brand)?.uuid ??
    (described ? undefined : `/var/tmp/${brand}-image.tar.gz`);
  if (!option || source === undefined) return [];
  // Whatever keeps or forgets the identity of a copied system must be told which of both.
  const forgets = way !== "image" && installOptions.some(({ flag }) => flag === "-u");
  return [option.flag, source, ...(forgets ? ["-u"] : [])];
}
