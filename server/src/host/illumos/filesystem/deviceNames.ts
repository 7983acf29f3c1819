import { DEVICE_DIRECTORIES, deviceNodes } from "../../../catalog/illumos/deviceNodes.ts";
import { own } from "../../../catalog/own.ts";
import { Derived } from "../../derived.ts";
import { deviceNumber, serialOf } from "../../filesystem/nodes.ts";
import type { Device, FileSystems } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { illumosOf } from "../state.ts";
import type { Zone } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { GLOBAL } from "../zones.ts";
import { directoriesAbove, filterOf, passes, passesDirectory } from "./deviceFilter.ts";

/**
 * Names below /dev and what is there. Nodes get their number as they are met for the first time, as the dev file system
 * makes them; a name has the same number in all zones. Source: usr/src/uts/common/fs/dev.
 */

export type DeviceInfo =
  | { readonly kind: "directory" }
  | { readonly kind: "device"; readonly device: string; readonly mode: number; readonly gid: number }
  | { readonly kind: "link"; readonly target: string };

interface Index {
  readonly byName: Map<string, Device>;
  readonly bySerial: Map<number, Device>;
}

const indexes = new Derived<FileSystems, Index>(({ devices }) => ({
  byName: new Map(devices.map((device) => [device.name, device])),
  bySerial: new Map(devices.map((device) => [device.serial, device])),
}));

/** The number of the node of a name, which the name has from now on. */
export function nodeNumber(host: Host, name: string): number {
  if (name === "") return 1;
  return deviceNumber((indexes.of(host.state.files).byName.get(name) ?? makeDevice(host, name, null)).serial);
}

export function nameOfNumber(host: Host, number: number): string | undefined {
  const serial = serialOf(number);
  if (serial === undefined) return number === 1 ? "" : undefined;
  return indexes.of(host.state.files).bySerial.get(serial)?.name;
}

export function madeDevice(host: Host, name: string): Device | undefined {
  return indexes.of(host.state.files).byName.get(name);
}

/** A driver makes a node for a zone: a terminal. `container` null: for nobody in particular. */
export function makeDevice(host: Host, name: string, container: number | null, uid = 0): Device {
  const { devices } = host.state.files;
  const { byName, bySerial } = indexes.of(host.state.files);
  const known = byName.get(name);
  if (known) {
    Object.assign(known, { container, uid });
    return known;
  }
  const serial = (devices.at(-1)?.serial ?? 1) + 1;
  const device: Device = { name, container, uid, gid: 3, serial };
  devices.push(device);
  byName.set(name, device);
  bySerial.set(serial, device);
  return device;
}

const DIRECTORIES: ReadonlySet<string> = new Set([
  ...DEVICE_DIRECTORIES,
  ...[...deviceNodes.keys()].flatMap(directoriesAbove),
]);

/** Names that are always there, by directory. */
const FIXED: ReadonlyMap<string, readonly string[]> = (() => {
  const found = new Map<string, string[]>();
  for (const name of [...deviceNodes.keys(), ...DIRECTORIES]) {
    const above = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    found.set(above, [...(found.get(above) ?? []), name.slice(above === "" ? 0 : above.length + 1)]);
  }
  for (const names of found.values()) names.sort();
  return found;
})();

/** `c1t0d0s2`, `c0t5000C500A1B2C3D4d0p0`, `c2d1`. */
const DISK = /^c\d+(t[0-9A-F]+)?d\d+([sp]\d+)?$/i;

/** Whether a device is one that holds a file system: a disk or a volume, by itself or below a volume manager. */
export function isDisk(device: string): boolean {
  return /^((.+\/)?r?dsk|r?lofi|vx\/r?dmp)\//.test(device);
}

/** A disk or volume that the machine is taken to have, with the directories on the way to it. */
export function assumeDisk(host: Host, name: string): void {
  const illumos = illumosOf(host);
  illumos.assumedDevices ??= {};
  for (const directory of directoriesAbove(name)) illumos.assumedDevices[directory] ??= "directory";
  illumos.assumedDevices[name] = "disk";
}

const device = (name: string, mode = 0o666, gid = 3): DeviceInfo => ({
  kind: "device",
  device: name,
  mode,
  gid,
});
const DIRECTORY: DeviceInfo = { kind: "directory" };

/** What a name leads to in the global zone; `zone` is whose links and terminals are meant. */
function globalInfo(host: Host, name: string, zone: number): DeviceInfo | undefined {
  if (DIRECTORIES.has(name)) return DIRECTORY;
  const known = deviceNodes.get(name);
  if (known) return device(name, known.mode, known.gid);
  const [top = "", second = "", ...rest] = name.split("/");
  const last = rest.join("/");
  const illumos = illumosOf(host);
  const assumed = illumos.assumedDevices?.[name];
  if (assumed !== undefined) return assumed === "disk" ? device(name, 0o640) : DIRECTORY;
  switch (top) {
    case "net":
      return last === "" && illumos.links[second]?.zone === zone ? device(name) : undefined;
    case "ipnet":
      return last === "" && illumos.links[second]?.zone === zone ? device(name) : undefined;
    case "dsk":
    case "rdsk":
      // No description lists the disks: each name that a disk could have is taken for one.
      return last === "" && DISK.test(second) ? device(name, 0o640) : undefined;
    case "lofi":
    case "rlofi": {
      const owner = illumos.lofi?.[second]?.zone;
      const seen = owner === zone || (owner !== undefined && zone === GLOBAL);
      return seen && last === "" ? device(name, 0o600) : undefined;
    }
    case "pts":
      return madeDevice(host, name) && last === "" ? device(name, 0o620, 7) : undefined;
    case "rmt":
      return /^\d+[a-z]*$/.test(second) && last === "" ? device(name) : undefined;
    case "zcons":
    case "zfd":
      if (!zoneNamed(host, second)) return undefined;
      if (last === "" || last === "subsidiary") return DIRECTORY;
      return /^(masterconsole|zoneconsole|subsidiary\/\d)$/.test(last) ? device(name, 0o620, 7) : undefined;
    case "zvol":
      return volume(host, name, last);
    default:
      return undefined;
  }
}

/** Volumes, and datasets on the way to them. */
function volume(host: Host, name: string, dataset: string): DeviceInfo | undefined {
  const found = own(host.state.files.datasets, dataset);
  if (!found) return undefined;
  return found.properties["type"] === "volume" ? device(name, 0o600) : DIRECTORY;
}

/** Whether /dev of the global zone has a name. */
export function deviceNamed(host: Host, name: string): boolean {
  return globalInfo(host, name, GLOBAL) !== undefined;
}

/** What a name leads to in /dev of a zone. */
export function deviceInfo(host: Host, zone: Zone, name: string): DeviceInfo | undefined {
  if (zone.id === GLOBAL) return globalInfo(host, name, GLOBAL);
  const { renames, links } = filterOf(host, zone);
  const target = links.get(name);
  if (target !== undefined) return { kind: "link", target };
  const renamed = renames.get(name);
  if (renamed !== undefined) return device(renamed.replaceAll("%z", zone.name), 0o620, 7);
  const info = globalInfo(host, name, zone.id);
  if (info?.kind === "directory" || !info)
    return passesDirectory(host, zone, name) && (info || hasBelow(host, zone, name)) ? DIRECTORY : undefined;
  return passes(host, zone, name) || passes(host, zone, parentOfLofi(name)) ? info : undefined;
}

/** Devices of lofi come and go; a zone that has their directory has its own in it. */
function parentOfLofi(name: string): string {
  return /^(r?lofi)\/\d+$/.exec(name)?.[1] ?? "";
}

/** Whether a directory that the global zone does not have is there because of a rename or a link. */
function hasBelow(host: Host, zone: Zone, name: string): boolean {
  const { renames, links } = filterOf(host, zone);
  return [...renames.keys(), ...links.keys()].some((other) => other.startsWith(`${name}/`));
}

/** The names in a directory of /dev of a zone. */
export function deviceNamesIn(host: Host, zone: Zone, directory: string): string[] {
  const prefix = directory === "" ? "" : `${directory}/`;
  const assumed = Object.keys(illumosOf(host).assumedDevices ?? {}).filter(
    (name) => name.startsWith(prefix) && !name.slice(prefix.length).includes("/"),
  );
  const names = new Set([
    ...(FIXED.get(directory) ?? []),
    ...variableNames(host, zone, directory),
    ...assumed.map((name) => name.slice(prefix.length)),
  ]);
  if (zone.id !== GLOBAL) {
    const { renames, links } = filterOf(host, zone);
    for (const name of [...renames.keys(), ...links.keys()])
      if (name.startsWith(prefix)) names.add(name.slice(prefix.length).split("/")[0] ?? "");
  }
  return [...names].filter((name) => deviceInfo(host, zone, prefix + name)).sort();
}

/** Names that depend on the machine. */
function variableNames(host: Host, zone: Zone, directory: string): string[] {
  const illumos = illumosOf(host);
  const { files, machine } = host.state;
  const [top, second] = directory.split("/");
  switch (top) {
    case "net":
    case "ipnet":
      return Object.values(illumos.links)
        .filter((link) => link.zone === zone.id)
        .map(({ name }) => name);
    case "dsk":
    case "rdsk":
      return machine.pools.flatMap((_, i) => ["", "s0", "s2", "p0"].map((part) => `c1t${i}d0${part}`));
    case "lofi":
    case "rlofi":
      return second === undefined ? Object.keys(illumos.lofi ?? {}) : [];
    case "pts":
      return files.devices
        .filter(({ name, container }) => name.startsWith("pts/") && container === zone.id)
        .map(({ name }) => name.slice("pts/".length));
    case "zcons":
      if (second !== undefined) return ["masterconsole", "zoneconsole"];
      return Object.values(illumos.zones).flatMap(({ id, name }) => (id === GLOBAL ? [] : [name]));
    case "zvol": {
      const above = directory.split("/").slice(2).join("/");
      if (second === undefined) return [];
      return Object.values(files.datasets)
        .filter(({ properties }) => properties["type"] === "volume")
        .map(({ name }) => name)
        .filter((name) => above === "" || name.startsWith(`${above}/`))
        .map((name) => name.slice(above === "" ? 0 : above.length + 1).split("/")[0] ?? "");
    }
    default:
      return [];
  }
}
