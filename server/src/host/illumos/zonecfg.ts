import { type CommandError, commandErrorText } from "../../catalog/illumos/commandErrors.ts";
import { allowed, denied, type Outcome, type Refused } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Host } from "../host.ts";
import { property } from "./configuration.ts";
import { illumosOf } from "./state.ts";
import type { IndexEntry, ZoneDefinition } from "./types.ts";
import { addZoneFile, dropZoneFile } from "./zoneFiles.ts";
import { addEntry, changeDefinition, dropEntry, entryNamed, renameEntry } from "./zoneIndex.ts";
import { stateOf } from "./zones.ts";

/**
 * What zonecfg(8) stores: configurations and the index file. The kernel knows nothing of it; a zone that runs keeps the
 * configuration with which it was readied. Source: usr/src/cmd/zonecfg/zonecfg.c, usr/src/lib/libzonecfg.
 */

/** Source: zonecfg_validate_zonename() in libzonecfg.c. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * Stores a configuration, a new one or in the place of the old one of that name.
 * @returns EINVAL for the name; EBUSY for another zonepath or brand of a zone that is more than configured
 */
export function configureZone(host: Host, definition: ZoneDefinition): Outcome<IndexEntry> {
  const { name } = definition;
  const wrong = wrongName(name);
  if (wrong) return wrong;
  const entry = entryNamed(host, name);
  if (!entry) {
    const debugId = ++illumosOf(host).lastDebugId;
    const made: IndexEntry = { name, state: "configured", uuid: uuidOf(host, name), debugId, definition };
    addEntry(host, made);
    addZoneFile(host, name);
    tell(host, name, `Zone ${name} is configured.`, definition);
    return allowed(made, "zonecfg/commit", `The configuration of zone ${name} is stored.`);
  }
  const fixed = ["zonepath", "brand"].find(
    (key) => property(definition, key) !== property(entry.definition, key),
  );
  if (fixed !== undefined && stateOf(host, name) !== "configured")
    return refuse(host, "E_ZONEPATH_LOCKED", name, "set", definition.properties[fixed]?.cause);
  changeDefinition(host, entry, definition);
  tell(host, name, `The configuration of zone ${name} has changed.`, definition);
  return allowed(entry, "zonecfg/commit", `The configuration of zone ${name} is stored.`);
}

/** Forgets a configuration. `force` is the -F of delete. */
export function deleteZone(host: Host, name: string, { force = false } = {}): Outcome {
  const entry = entryNamed(host, name);
  if (!entry) return none(name);
  const state = stateOf(host, name);
  if (state !== entry.state) return refuse(host, "E_DELETE_STATE", name, "delete");
  if (state !== "configured" && !force) return refuse(host, "E_DELETE_FORCE", name, "delete");
  dropEntry(host, entry);
  dropZoneFile(host, name);
  tell(host, name, `The configuration of zone ${name} is deleted.`, entry.definition);
  return allowed(undefined, "zonecfg/delete", `There is no zone ${name} any more.`);
}

/** `set zonename`: only while nothing but the configuration or the files are there. */
export function renameZone(host: Host, name: string, to: string): Outcome {
  const entry = entryNamed(host, name);
  if (!entry) return none(name);
  const wrong = wrongName(to);
  if (wrong) return wrong;
  const state = stateOf(host, name);
  if (state !== "configured" && state !== "installed") return refuse(host, "E_RENAME_STATE", name, "set");
  if (entryNamed(host, to)) return denied("EEXIST", "zonecfg/name", `There is a zone ${to} already.`);
  renameEntry(host, entry, to);
  dropZoneFile(host, name);
  addZoneFile(host, to);
  tell(host, to, `Zone ${name} is called ${to} now.`, entry.definition);
  return allowed(undefined, "zonecfg/rename", `Zone ${name} is called ${to} now.`);
}

function wrongName(name: string): Refused | undefined {
  if (!NAME.test(name)) return denied("EINVAL", "zonecfg/name", `A zone cannot be called '${name}'.`);
  if (name === "global" || name.startsWith("SUNW"))
    return denied("EINVAL", "zonecfg/reserved", `The name ${name} is reserved.`);
  return undefined;
}

function none(name: string): Refused {
  return denied("ENOENT", "zonecfg/none", `There is no zone ${name}.`);
}

const ERRNO: Readonly<Partial<Record<CommandError, Errno>>> = { E_DELETE_FORCE: "EPERM" };

function refuse(
  host: Host,
  error: CommandError,
  zone: string,
  command: string,
  cause?: ZoneDefinition["cause"],
): Refused {
  const state = stateOf(host, zone) ?? "configured";
  const text = commandErrorText(error, { zone, command, state });
  return denied(ERRNO[error] ?? "EBUSY", error, `${text.charAt(0).toUpperCase()}${text.slice(1)}.`, {
    causes: cause ? [cause] : [],
  });
}

function tell(host: Host, container: string, message: string, { cause }: ZoneDefinition): void {
  host.emit({ container, kind: "zone.configure", message, outcome: "ok", causes: [cause] });
}

/** Each byte in hexadecimal. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A UUID that hangs on machine and name alone, so that a run gives the same one again. */
function uuidOf({ state: { machine } }: Host, name: string): string {
  const text = `${machine.name}/${machine.bootTime}/${name}`;
  let hex = "";
  for (let part = 0; part < 4; part++) {
    // FNV-1a, with the part as seed.
    let hash = 0x811c9dc5 ^ part;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    for (let shift = 24; shift >= 0; shift -= 8) hex += BYTES[(hash >>> shift) & 0xff];
  }
  const at = (from: number, to: number) => hex.slice(from, to);
  return `${at(0, 8)}-${at(8, 12)}-4${at(13, 16)}-a${at(17, 20)}-${at(20, 32)}`;
}
