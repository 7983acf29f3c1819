import { editable, editableIn, fileSystem, nodeOf, serialOf } from "../../filesystem/nodes.ts";
import type { FileSystem, Mount } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { nameOfNumber, nodeNumber } from "./deviceNames.ts";
import { devices } from "./devices.ts";

/**
 * Modes and owners that a zone has given to its devices stay when it is halted: they are kept in the directory below
 * the mount (attrdir). Source: usr/src/uts/common/fs/dev/sdev_subr.c (sdev_shadow_node).
 */
const PREFIX = "dev.";

/** Writes down what was changed in a dev file system that is about to go. */
export function keepDeviceAttributes(host: Host, { filesystem, covers }: Mount): void {
  const { nodes } = fileSystem(host, filesystem);
  const changed = Object.entries(nodes).filter(([number]) => serialOf(Number(number)) !== undefined);
  if (!covers || changed.length === 0) return;
  const kept = changed.flatMap(([number, { mode, uid, gid }]) => {
    const name = nameOfNumber(host, Number(number));
    return name === undefined ? [] : [[PREFIX + name, `${mode.toString(8)}:${uid}:${gid}`] as const];
  });
  const directory = editable(host, covers);
  directory.attributes = { ...directory.attributes, ...Object.fromEntries(kept) };
}

/** Gives the devices of a new mount what the zone had set. */
export function restoreDeviceAttributes(host: Host, { filesystem, covers }: Mount): void {
  if (!covers) return;
  const fs = fileSystem(host, filesystem);
  for (const [key, text] of Object.entries(nodeOf(host, covers).attributes ?? {})) {
    if (!key.startsWith(PREFIX)) continue;
    const [mode = "", uid = "0", gid = "0"] = text.split(":");
    change(host, fs, nodeNumber(host, key.slice(PREFIX.length)), {
      mode: Number.parseInt(mode, 8),
      uid: Number(uid),
      gid: Number(gid),
    });
  }
}

function change(
  host: Host,
  fs: FileSystem,
  number: number,
  to: { mode: number; uid: number; gid: number },
): void {
  if (!devices.has(host, fs, number)) return;
  fs.nodes[number] = { ...devices.node(host, fs, number), ...to };
  Object.assign(editableIn(fs, number), to);
}
