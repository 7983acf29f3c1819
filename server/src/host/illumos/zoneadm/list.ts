import type { ZoneState } from "../../../catalog/illumos/zoneStates.ts";
import type { Host } from "../../host.ts";
import { readOptions } from "../../shell/options.ts";
import { isExclusive, property } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import { illumosOf } from "../state.ts";
import type { IndexEntry, Zone } from "../types.ts";
import { entryNamed, zoneNamed } from "../zoneIndex.ts";
import { findZone, GLOBAL, kernelZones, shownState, zoneOf } from "../zones.ts";
import { complain, ERROR, OK, type Run, USAGE } from "./run.ts";
import { usageOf } from "./usage.ts";

/** `zoneadm list`. Source: list_func() and zone_print() in usr/src/cmd/zoneadm/zoneadm.c. */

export interface ZoneRow {
  /** `-` for zones that the kernel does not know. */
  readonly id: string;
  readonly name: string;
  readonly state: ZoneState;
  readonly path: string;
  /** Empty for the global zone. */
  readonly uuid: string;
  readonly brand: string;
  readonly ip: "shared" | "excl";
  /** What follows in the form for programs, which depends on the platform. */
  readonly more: readonly string[];
}

/**
 * OmniOS and SmartOS have the debug id behind the other fields, Solaris 11 whether the root is read-only and by which
 * profile. Source: zone_print() of illumos-joyent; zoneadm(8) of Solaris 11, tests of its pkg(5).
 */
function moreOf(host: Host, entry: IndexEntry | undefined): string[] {
  const platform = platformOf(host);
  if (platform === "omnios" || platform === "smartos") return [String(entry?.debugId ?? 0)];
  if (platform !== "solaris11") return [];
  const profile = entry ? property(entry.definition, "file-mac-profile") : "none";
  return [profile === "" || profile === "none" ? "-" : "R", profile, ""];
}

function kernelRow(host: Host, zone: Zone, entry: IndexEntry | undefined, inside: boolean): ZoneRow {
  return {
    id: String(zone.id),
    name: zone.name,
    state: shownState(zone),
    // Whoever is in a zone sees its root alone.
    path:
      inside || zone.id === GLOBAL
        ? "/"
        : shownPath(zone.brand, zone.path.slice(0, zone.path.lastIndexOf("/"))),
    uuid: entry?.uuid ?? "",
    brand: zone.brand,
    ip: zone.ipType === "exclusive" ? "excl" : "shared",
    more: moreOf(host, entry),
  };
}

/** Nobody gives a kernel zone a directory: its files are on disks of its own. Source: solaris-kz(7). */
function shownPath(brand: string, path: string): string {
  return brand === "solaris-kz" ? "-" : path;
}

function storedRow(host: Host, entry: IndexEntry): ZoneRow {
  const { name, state, uuid, definition } = entry;
  return {
    id: "-",
    name,
    state,
    path: shownPath(property(definition, "brand"), property(definition, "zonepath")),
    uuid,
    brand: property(definition, "brand"),
    ip: isExclusive(definition) ? "excl" : "shared",
    more: moreOf(host, entry),
  };
}

/** Which of the zones that the kernel does not know are shown as well: none, those that are installed, all. */
export type ListFilter = "running" | "installed" | "all";

/** Zones of the kernel as they were created, then the others in the order of the index file. */
export function zoneRows(run: Pick<Run, "host" | "process">, filter: ListFilter): ZoneRow[] {
  const { host, process } = run;
  const own = zoneOf(host, process);
  if (own.id !== GLOBAL) return [kernelRow(host, own, entryNamed(host, own.name), true)];
  const rows = kernelZones(host).map((zone) => kernelRow(host, zone, entryNamed(host, zone.name), false));
  // Zones for maintenance are shown only where all are.
  const known = filter === "all" ? rows : rows.filter(({ state }) => state !== "mounted");
  if (filter === "running") return known;
  const stored = illumosOf(host).index.filter(({ name }) => !zoneNamed(host, name));
  const shown = filter === "all" ? stored : stored.filter(({ state }) => state === "installed");
  return [...known, ...shown.map((entry) => storedRow(host, entry))];
}

const HEADER: readonly string[] = ["ID", "NAME", "STATUS", "PATH", "BRAND", "IP"];

function verbose(cells: readonly string[]): string {
  const [id = "", name = "", status = "", path = "", brand = "", ip = ""] = cells;
  return `${id.padStart(4)} ${name.padEnd(16)} ${status.padEnd(10)} ${path.padEnd(30)} ${brand.padEnd(8)} ${ip.padEnd(6)}`;
}

function parsable({ id, name, state, path, uuid, brand, ip, more }: ZoneRow): string {
  return [id, name, state, path.replaceAll(":", "\\:"), uuid, brand, ip, ...more].join(":");
}

export function list(run: Run): number {
  const options = readOptions("zoneadm", run.options, "icnpv", "");
  const both = !("status" in options) && options.has("p") && options.has("v");
  if (both) run.err.push("zoneadm: list: -p and -v exclude each other");
  if ("status" in options || options.rest.length > 0 || both) {
    run.err.push(usageOf("list"));
    return USAGE;
  }
  const rows = chosen(run, options);
  if (typeof rows === "number") return rows;
  if (options.has("p")) run.out.push(...rows.map(parsable));
  else if (options.has("v"))
    run.out.push(
      verbose(HEADER),
      ...rows.map(({ id, name, state, path, brand, ip }) => verbose([id, name, state, path, brand, ip])),
    );
  else run.out.push(...rows.map(({ name }) => name));
  return OK;
}

function chosen(run: Run, options: { has(letter: string): boolean }): ZoneRow[] | number {
  const { host, process, zone } = run;
  if (zone === "") {
    const rows = zoneRows(run, options.has("c") ? "all" : options.has("i") ? "installed" : "running");
    return options.has("n") ? rows.filter(({ name }) => name !== "global") : rows;
  }
  if (options.has("i") || options.has("c") || options.has("n")) {
    run.err.push(usageOf("list"));
    return USAGE;
  }
  if (process.credential.container !== GLOBAL)
    return zoneRows(run, "running").filter(({ name }) => name === zone);
  const active = zone === "global" ? findZone(host, GLOBAL) : zoneNamed(host, zone);
  const entry = entryNamed(host, zone);
  if (active) return [kernelRow(host, active, entry, false)];
  if (entry) return [storedRow(host, entry)];
  complain(run, "there is no such zone");
  return ERROR;
}
