import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import type { Host } from "@zonewarden/server/host/host";
import { type ZoneCreation, zoneBoot, zoneCreate } from "@zonewarden/server/host/illumos/kernelZones";
import { globalRoot, ok } from "./harness.ts";

/** Zones as the calls of the kernel alone make them, without zoneadmd. */

export function creation(host: Host, name: string, changes: Partial<ZoneCreation> = {}): ZoneCreation {
  const path = changes.path ?? `/zones/${name}/root`;
  makeRoot(host, path);
  return {
    name,
    path,
    brand: "lipkg",
    ipType: "shared",
    privileges: ["proc_fork", "proc_exec"],
    datasets: [],
    definition: null,
    causes: {},
    ...changes,
  };
}

export function created(host: Host, name: string, changes: Partial<ZoneCreation> = {}) {
  return ok(zoneCreate(host, globalRoot(host), creation(host, name, changes)));
}

export function booted(host: Host, name: string) {
  const made = created(host, name);
  ok(zoneBoot(host, globalRoot(host), made.id));
  return made;
}
