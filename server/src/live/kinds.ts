import { freshInstallation } from "../host/machine/default.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import type { Settings } from "../workspace/settings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Guests, MainFile } from "./guests.ts";
import { JailFile } from "./jails/jailFile.ts";
import { jailGuests } from "./jails/jailGuests.ts";
import type { KnownFile, KnownFiles } from "./knownFiles.ts";
import type { Machine } from "./liveHost.ts";
import type { Texts } from "./texts.ts";

/** Which containers a host has, and which machine a configuration is for. */

export function guestsOf(_system: HostDescription["system"]): Guests {
  return jailGuests;
}

/** A configuration as a host gets it; `undefined` for one that no host can have. */
export function mainFileOf(file: KnownFile, files: KnownFiles, texts: Texts): MainFile | undefined {
  return file.language === "jail-conf" ? new JailFile(file.configuration, files.sources, texts) : undefined;
}

/**
 * The machine that a configuration is for: the one that its host file describes, if that runs such containers; else one
 * on which the system was just installed.
 */
export function machineOf({ path, language }: KnownFile, workspace: Workspace): Machine {
  const found = workspace.hosts.of(path);
  const isFreeBsd = language === "jail-conf";
  if (found && (found.description.system === "freebsd") === isFreeBsd) {
    const { description, document } = found;
    return { id: document?.uri ?? `given:${description.name}`, description, uri: document?.uri };
  }
  return freshMachine(isFreeBsd, workspace.settingsOf(path));
}

const fresh = new Map<string, Machine>();

function freshMachine(isFreeBsd: boolean, { release, platform }: Settings): Machine {
  const system = isFreeBsd ? "freebsd" : systemOf(platform);
  const newest = freshInstallation(system);
  const description = isFreeBsd ? freshInstallation("freebsd", String(release)) : newest;
  const id = `default:${system}${description.release === newest.release ? "" : `-${description.release}`}`;
  const known = fresh.get(id) ?? { id, description, uri: undefined };
  fresh.set(id, known);
  return known;
}

function systemOf(platform: Settings["platform"]): HostDescription["system"] {
  if (platform === undefined) return "illumos";
  return platform === "solaris10" || platform === "solaris11" ? "solaris" : platform;
}
