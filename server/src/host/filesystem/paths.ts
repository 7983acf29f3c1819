import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { fileSystem, findMount, nameIn, nodeIn, processPlace, sameVnode } from "./nodes.ts";
import type { Vnode } from "./types.ts";

/** The path of a node as seen from the host. Of a file with several links, one of them. Begins with `?` if it was removed, or its mount. */
export function pathOf(host: Host, vnode: Vnode): string {
  return climb(host, vnode, null) ?? "?";
}

/** The path as a process sees it; undefined where the node is not below the root of the process. */
export function pathFrom(host: Host, process: Process, vnode: Vnode): string | undefined {
  return climb(host, vnode, process.root);
}

/** Source: vn_fullpath() in sys/kern/vfs_cache.c. */
function climb(host: Host, from: Vnode, root: Vnode | null): string | undefined {
  let path = "";
  let at = from;
  for (;;) {
    if (sameVnode(at, root)) return path || "/";
    const mount = findMount(host, at.mount);
    if (!mount) return root ? undefined : `?${path}`;
    if (at.node === mount.root) {
      if (mount.covers === null) return root ? undefined : path || "/";
      at = mount.covers;
      continue;
    }
    const fs = fileSystem(host, mount.filesystem);
    const { devices } = host.kernel.files;
    if (fs.type === devices.type) {
      path = `/${devices.nameOf(host, at.node) ?? "?"}${path}`;
      at = { mount: at.mount, node: mount.root };
      continue;
    }
    const ofProcess = processPlace(at.node) && host.kernel.files.processes?.nameOf(at.node);
    if (ofProcess !== undefined) {
      path = `/${ofProcess}${path}`;
      at = { mount: at.mount, node: mount.root };
      continue;
    }
    const { parent } = nodeIn(fs, at.node);
    // A removed node, or one that was moved out of what a nullfs mount shows.
    if (parent === at.node) return root ? undefined : `?${path || "/"}`;
    path = `/${nameIn(fs, parent, at.node) ?? "?"}${path}`;
    at = { mount: at.mount, node: parent };
  }
}
