import type { Host } from "../../host/host.ts";
import { property } from "../../host/illumos/configuration.ts";
import type { Setting, ZoneDefinition } from "../../host/illumos/types.ts";
import type { ZoneadmResult } from "../../host/illumos/zoneadm/result.ts";
import { configureZone, deleteZone } from "../../host/illumos/zonecfg.ts";
import { entryNamed } from "../../host/illumos/zoneIndex.ts";
import { stateOf } from "../../host/illumos/zones.ts";
import { callZoneadm, installZone, storeZone } from "../../simulation/zoneOperations.ts";
import type { CommandDeed, Performed, Stage } from "../deeds.ts";

/** What an administrator types for a command of the editor: zonecfg(8), then zoneadm(8). */

const DONE: Performed = { ok: true, message: "" };

export function performOnZone({ host }: Stage, deed: CommandDeed): Performed {
  const { command, container, own, argument } = deed;
  const definition = own.zones.findLast(({ name }) => name === container);
  switch (command) {
    case "install":
      return stored(host, definition) ?? install(host, container, argument);
    case "boot":
      return (
        stored(host, definition) ??
        call(host, container, "boot", argument ? ["--", ...wordsOf(argument)] : [])
      );
    case "reboot":
      // A reboot is a boot of the configuration as it is then.
      return stored(host, definition) ?? call(host, container, "reboot");
    case "halt":
    case "shutdown":
      return call(host, container, command);
    case "uninstall":
      return call(host, container, "uninstall", ["-F"]);
    case "remove": {
      const done = deleteZone(host, container, { force: true });
      return done.ok ? DONE : { ok: false, message: `zonecfg: ${done.decision.reason}\n` };
    }
    case "clone":
      return clone(host, container, argument ?? "");
    case "apply":
      return {
        ok: false,
        message: `zoneadm: zone ${container}: nothing of a running zone is changed in place\n`,
      };
  }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Stores what the file says, where the host does not have it already. What is refused, if it is. */
function stored(host: Host, definition: ZoneDefinition | undefined): Performed | undefined {
  const refused = definition && storeZone(host, definition);
  return refused && { ok: false, message: `zonecfg: ${refused.decision.reason}\n` };
}

function call(host: Host, zone: string, command: string, options?: readonly string[]): Performed {
  return performed(callZoneadm(host, zone, command, options));
}

function install(host: Host, zone: string, argument: string | undefined): Performed {
  return performed(installZone(host, zone, argument ? wordsOf(argument) : undefined));
}

function performed({ status, stderr }: ZoneadmResult): Performed {
  return { ok: status === 0, message: status === 0 ? "" : stderr };
}

/** The same configuration under another name, with a zonepath beside that of the source. */
function clone(host: Host, source: string, name: string): Performed {
  const entry = entryNamed(host, source);
  if (!entry || name === "") return { ok: false, message: `zoneadm: there is no zone ${source} to clone\n` };
  if (stateOf(host, name) !== undefined)
    return { ok: false, message: `zonecfg: there is a zone ${name} already\n` };
  const done = configureZone(host, renamed(entry.definition, name));
  if (!done.ok) return { ok: false, message: `zonecfg: ${done.decision.reason}\n` };
  return call(host, name, "clone", [source]);
}

function renamed(definition: ZoneDefinition, name: string): ZoneDefinition {
  const path = property(definition, "zonepath");
  const cause = { what: `a copy of zone ${definition.name}`, from: "host" } as const;
  const zonepath: Setting = { value: `${path.slice(0, path.lastIndexOf("/"))}/${name}`, cause };
  return { ...structuredClone(definition), name, properties: { ...definition.properties, zonepath }, cause };
}

/** For expectations: each is configured, installed and booted, in the order of the file. */
export function bootZones(host: Host, zones: readonly ZoneDefinition[], names: readonly string[]): void {
  for (const definition of zones) {
    const { name } = definition;
    if (!names.includes(name) || stored(host, definition)) continue;
    if (install(host, name, undefined).ok) call(host, name, "boot");
  }
}
