import type { Host } from "@zonewarden/server/host/host";
import type { FileWork } from "@zonewarden/server/host/illumos/install/work";
import type { IndexEntry, ZoneDefinition } from "@zonewarden/server/host/illumos/types";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { globalRoot, ok } from "../harness.ts";

/** A zone that is only configured. */
export function configured(host: Host, definition: ZoneDefinition): IndexEntry {
  return ok(configureZone(host, definition));
}

/** What zoneadm would hand over for it. */
export function work(host: Host, entry: IndexEntry, ...options: string[]): FileWork {
  return { host, process: globalRoot(host), entry, options, out: [], err: [], decisions: [] };
}

/** States that the zone went through, as events tell them. */
export function statesOf(host: Host, name: string): string[] {
  return host.events
    .filter(({ container, kind }) => container === name && kind === "zone.state")
    .map(({ to = "" }) => to);
}
