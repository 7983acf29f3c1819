import type { Platform } from "../catalog/zonecfg/property.ts";
import type { ZoneConfiguration } from "../configuration/zonecfg/types.ts";
import { freshInstallation } from "../host/machine/default.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { likelyPlatform, platformOfMachine, systemOf } from "../simulation/machines.ts";
import { nameOfDirectory } from "../uris.ts";
import { baseName, directoryOf } from "../workspace/files.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Guests, MainFile } from "./guests.ts";
import { JailFile } from "./jails/jailFile.ts";
import { jailGuests } from "./jails/jailGuests.ts";
import type { KnownFile, KnownFiles } from "./knownFiles.ts";
import type { Machine } from "./liveHost.ts";
import type { Texts } from "./texts.ts";
import { ZoneFile } from "./zones/zoneFile.ts";
import { zoneGuests } from "./zones/zoneGuests.ts";

/** Which containers a host has, and which machine a configuration is for. */

export function guestsOf(system: HostDescription["system"]): Guests {
  return system === "freebsd" ? jailGuests : zoneGuests;
}

/** A configuration as a host gets it. */
export function mainFileOf(
  file: KnownFile,
  files: KnownFiles,
  { description }: Machine,
  texts: Texts,
): MainFile {
  return file.language === "jail-conf"
    ? new JailFile(file.configuration, files.sources, texts)
    : new ZoneFile(file.configuration, platformOfMachine(description) ?? "illumos", texts);
}

/**
 * The machine that a configuration is for: the one that its host file describes, if that runs such containers; else one
 * on which the system was just installed, for all configurations of a directory. Two directories are taken for two
 * machines: each may have a jail or zone of the same name.
 */
export function machineOf(file: KnownFile, workspace: Workspace): Machine {
  const { path, language } = file;
  const found = workspace.hosts.of(path);
  const isFreeBsd = language === "jail-conf";
  if (found && (found.description.system === "freebsd") === isFreeBsd) {
    const { description, document } = found;
    return {
      id: document?.uri ?? `given:${description.name}`,
      label: description.name,
      description,
      uri: document?.uri,
    };
  }
  const { release, platform } = workspace.settingsOf(path);
  if (file.language === "jail-conf") return fresh(path, "freebsd", String(release));
  return fresh(path, ...systemOf(platform ?? platformOf(file.configuration)));
}

const platforms = new WeakMap<ZoneConfiguration, Platform>();

/** What its words tell; hundreds of files are asked after each change. */
function platformOf(configuration: ZoneConfiguration): Platform {
  const known = platforms.get(configuration) ?? likelyPlatform(configuration.parts);
  platforms.set(configuration, known);
  return known;
}

const machines = new Map<string, Machine>();

/** A machine on which a release was just installed, for the configurations in the directory of `path`. */
function fresh(path: string, system: HostDescription["system"], release = ""): Machine {
  const directory = homeOf(path);
  const key = `${system} ${release} ${directory}`;
  const known = machines.get(key) ?? freshMachine(directory, system, release);
  machines.set(key, known);
  return known;
}

function freshMachine(directory: string, system: HostDescription["system"], release: string): Machine {
  const newest = freshInstallation(system);
  const description = release === "" ? newest : freshInstallation(system, release);
  const version = description.release === newest.release ? "" : `-${description.release}`;
  const id = `default:${system}${version}${directory === "." ? "" : `:${directory}`}`;
  const label = directory === "." ? `default ${system}` : nameOfDirectory(directory);
  return { id, label, description, uri: undefined };
}

/** The directory that stands for a machine; the fragments of `jail.conf.d` belong to the one above. */
function homeOf(path: string): string {
  const directory = directoryOf(path);
  return baseName(directory) === "jail.conf.d" ? directoryOf(directory) : directory;
}
