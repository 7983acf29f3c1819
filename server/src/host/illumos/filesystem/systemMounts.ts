import { type SystemMount, systemMounts } from "../../../catalog/illumos/systemMounts.ts";
import { ensureDirectory, makeFileSystem, placeMount } from "../../filesystem/build.ts";
import { topmost } from "../../filesystem/lookup.ts";
import { mountsOn } from "../../filesystem/mountIndex.ts";
import { allMounts, editableIn, nodeOf } from "../../filesystem/nodes.ts";
import type { FileSystem, Mount, Vnode } from "../../filesystem/types.ts";
import { usedBytes } from "../../filesystem/usage.ts";
import type { Host } from "../../host.ts";
import { platformOf } from "../platform.ts";
import { discharge } from "../resources/rctls.ts";
import { GLOBAL, zone } from "../zones.ts";
import { nodeNumber } from "./deviceNames.ts";
import { viewFileSystem } from "./mountSources.ts";

/** The file systems that the global zone has by itself. */

/** Whether a mount is one of them. */
export function isSystemMount(
  host: Host,
  { type, from, path }: Pick<Mount, "type" | "from" | "path">,
): boolean {
  return systemMounts(platformOf(host)).some(
    (own) => own.on === path && own.type === type && own.special === from,
  );
}

/** Mounts one of them at boot. */
export function mountSystem(host: Host, { type, special, on, options }: SystemMount): void {
  const covers = mountPointOf(host, on);
  placeMount(host, {
    filesystem: fileSystemFor(host, type, covers).id,
    type,
    from: special,
    covers,
    path: on,
    options: [...options],
  });
}

/** Directories in /dev are names that drivers give. */
function mountPointOf(host: Host, on: string): Vnode {
  const dev = allMounts(host).find(({ type, path }) => type === "dev" && path === "/dev");
  if (!dev || !on.startsWith("/dev/")) return ensureDirectory(host, on, false);
  return topmost(host, { mount: dev.id, node: nodeNumber(host, on.slice("/dev/".length)) });
}

/** What shows the kernel is one file system for all mounts of it. */
const OWN_FILES: ReadonlySet<string> = new Set(["dev", "devfs", "bootfs", "tmpfs"]);

function fileSystemFor(host: Host, type: string, covers: Vnode): FileSystem {
  const { kind, mode, uid, gid } = nodeOf(host, covers);
  if (!OWN_FILES.has(type)) return viewFileSystem(host, type, kind);
  const fs = makeFileSystem(host, type, 0, type === "tmpfs" ? mode : 0o755);
  if (type === "tmpfs") Object.assign(editableIn(fs, 1), { uid, gid });
  return fs;
}

/** The machine boots again: what was in memory is gone, unless something is mounted on it that comes back. */
export function emptyMemory(host: Host): void {
  for (const mount of allMounts(host)) {
    if (mount.type !== "tmpfs" || !isSystemMount(host, mount) || mountsOn(host, mount.id).length > 0)
      continue;
    const fs = host.state.files.byId[mount.filesystem];
    const top = fs?.nodes["1"];
    if (!fs || !top) continue;
    discharge(zone(host, GLOBAL), "zone.max-swap", usedBytes(fs));
    fs.nodes = { "1": { ...top, entries: {} } };
  }
}
