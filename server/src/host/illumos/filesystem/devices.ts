import { devicePolicy } from "../../../catalog/illumos/devices.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { findMount, serialOf } from "../../filesystem/nodes.ts";
import type { FileNode, FileSystem } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { DeviceEntry, DevicePolicy } from "../../kernel.ts";
import type { Process } from "../../process/types.ts";
import { everyPrivilege, privilege } from "../privileges.ts";
import type { Zone } from "../types.ts";
import { findZone, GLOBAL, zone, zoneOf } from "../zones.ts";
import { deviceCause } from "./deviceFilter.ts";
import { deviceInfo, deviceNamesIn, madeDevice, nameOfNumber, nodeNumber } from "./deviceNames.ts";

/** The dev file system. Source: usr/src/uts/common/fs/dev, usr/src/uts/common/fs/specfs, usr/src/cmd/zoneadmd/vplat.c. */

const ROOT = 1;

/** The zone whose /dev a file system is. */
function zoneOfDev(host: Host, { mount }: FileSystem): Zone {
  const shown = mount === undefined ? GLOBAL : (findMount(host, mount)?.zone ?? GLOBAL);
  return findZone(host, shown) ?? zone(host, GLOBAL);
}

/** Links that somebody made there. */
function ownEntries(fs: FileSystem, directory: number): Record<string, number> {
  return fs.nodes[directory]?.entries ?? {};
}

/** Names that were removed, in the attributes of the root. */
function isHidden(fs: FileSystem, name: string): boolean {
  const attributes = fs.nodes[ROOT]?.attributes;
  return attributes !== undefined && attributes[`hidden.${name}`] !== undefined;
}

function below(host: Host, directory: number, name: string): string {
  const above = nameOfNumber(host, directory) ?? "?";
  return above === "" ? name : `${above}/${name}`;
}

function child(host: Host, fs: FileSystem, directory: number, name: string): DeviceEntry | undefined {
  const own = ownEntries(fs, directory);
  if (Object.hasOwn(own, name)) return { name, node: own[name] as number, container: null };
  const path = below(host, directory, name);
  if (isHidden(fs, path) || !deviceInfo(host, zoneOfDev(host, fs), path)) return undefined;
  return { name, node: nodeNumber(host, path), container: madeDevice(host, path)?.container ?? null };
}

function entries(host: Host, fs: FileSystem, directory: number): DeviceEntry[] {
  const above = nameOfNumber(host, directory);
  const names = above === undefined ? [] : deviceNamesIn(host, zoneOfDev(host, fs), above);
  const found = new Set([...Object.keys(ownEntries(fs, directory)), ...names]);
  return [...found].sort().flatMap((name) => child(host, fs, directory, name) ?? []);
}

function node(host: Host, fs: FileSystem, number: number): FileNode {
  const stored = fs.nodes[number];
  if (stored) return stored;
  const name = nameOfNumber(host, number);
  const info = name === undefined ? undefined : deviceInfo(host, zoneOfDev(host, fs), name);
  if (name === undefined || !info) throw new Error(`dev has no node ${number}`);
  const cut = name.lastIndexOf("/");
  const made = madeDevice(host, name);
  const uid = made?.uid ?? 0;
  const parent = nodeNumber(host, name.slice(0, Math.max(0, cut)));
  switch (info.kind) {
    case "directory":
      return { kind: "directory", mode: 0o755, uid, gid: 3, flags: [], parent, links: 2 };
    case "link":
      return { kind: "link", mode: 0o777, uid, gid: 0, flags: [], parent, links: 1, target: info.target };
    case "device": {
      const { mode, gid, device } = info;
      return { kind: "device", mode, uid, gid, flags: [], parent, links: 1, device };
    }
  }
}

function has(host: Host, fs: FileSystem, number: number): boolean {
  if (serialOf(number) === undefined) return fs.nodes[number] !== undefined;
  const name = nameOfNumber(host, number);
  return (
    name !== undefined && !isHidden(fs, name) && deviceInfo(host, zoneOfDev(host, fs), name) !== undefined
  );
}

/**
 * The device policy, which is asked behind the mode of the node.
 * @returns EACCES without the privileges of the policy
 */
function open(host: Host, process: Process, name: string, write: boolean): Outcome {
  const { id } = zoneOf(host, process);
  const causes = id === GLOBAL ? [] : [deviceCause(zoneOf(host, process), name)];
  if (name.startsWith("dtrace/dtrace")) {
    const may = privilege(host, process, ["dtrace_user", "dtrace_proc", "dtrace_kernel"], "EACCES");
    if (!may.ok) return may;
  }
  const policy = devicePolicy(`/dev/${name}`);
  for (const wanted of [policy?.read, write ? policy?.write : undefined]) {
    if (wanted === undefined) continue;
    const may = wanted === "all" ? everyPrivilege(host, process) : privilege(host, process, wanted, "EACCES");
    if (!may.ok)
      return denied("EACCES", `device/${name}`, may.decision.reason, {
        causes: [...may.decision.causes, ...causes],
      });
  }
  return allowed(
    undefined,
    `device/${name}`,
    `The policy of ${policy?.driver ?? "the driver"} lets it be opened.`,
    {
      causes,
    },
  );
}

export const devices: DevicePolicy = {
  type: "dev",
  child,
  entries,
  node,
  has,
  nameOf: nameOfNumber,
  mayFind: (_, { credential }, maker) =>
    maker === null || credential.container === GLOBAL || credential.container === maker,
  open,
  mayLink: () => allowed(undefined, "dev/link", "Links can be made by who may write the directory."),
  show(host, { filesystem }, name, shown) {
    const fs = host.state.files.byId[filesystem];
    const root = fs && node(host, fs, ROOT);
    if (!fs || !root) return;
    const { [`hidden.${name}`]: _, ...others } = root.attributes ?? {};
    root.attributes = shown ? others : { ...others, [`hidden.${name}`]: "" };
    fs.nodes[ROOT] = root;
  },
};
