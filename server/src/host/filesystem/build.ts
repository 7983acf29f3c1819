import type { Host } from "../host.ts";
import { topmost } from "./lookup.ts";
import { addMount } from "./mountIndex.ts";
import { addNode, childOf, editable, entriesOf, fileSystem, mountOf, NO_FLAGS, nodeIn } from "./nodes.ts";
import type { FileNode, FileSystem, FileSystems, Mount, StockName, Vnode } from "./types.ts";

/** What puts file systems together without a system call: at boot, and where a machine was not described. */

/** The root of the host. */
export const HOST_ROOT: Vnode = { mount: "1", node: 1 };

/** A directory as mkdir(2) makes it. */
export function directory(mode = 0o755, uid = 0, gid = 0): Omit<FileNode, "parent"> {
  return { kind: "directory", mode, uid, gid, flags: NO_FLAGS, links: 2, entries: {} };
}

/** A new file system with an empty root. */
export function makeFileSystem(host: Host, type: string, size = 0, mode = 0o755): FileSystem {
  const id = String(host.state.files.nextId++);
  const top: FileNode = {
    ...{ kind: "directory", mode, uid: 0, gid: 0, flags: NO_FLAGS, links: 2, entries: {}, parent: 1 },
  };
  const fs: FileSystem = { id, type, nodes: { "1": top }, nextNode: 2, size };
  host.state.files.byId[id] = fs;
  return fs;
}

type Needed = "filesystem" | "type" | "from" | "covers" | "path";

/** What is known of a mount before it has its number; what is left out is the usual. */
export type NewMount = Pick<Mount, Needed> & {
  readonly [K in Exclude<keyof Mount, Needed | "id">]?: Mount[K] | undefined;
};

/** Puts a mount on a directory, without asking anybody. */
export function placeMount(host: Host, mount: NewMount): Mount {
  const { files } = host.state;
  // Written out, so that the many mounts are made fast and have one shape.
  const placed: Mount = {
    id: String(files.nextId++),
    root: mount.root ?? 1,
    options: mount.options ?? [],
    readOnly: mount.readOnly ?? false,
    container: mount.container ?? 0,
    uid: mount.uid ?? 0,
    ruleset: mount.ruleset ?? 0,
    assumed: mount.assumed ?? false,
    filesystem: mount.filesystem,
    type: mount.type,
    from: mount.from,
    covers: mount.covers,
    path: mount.path,
  };
  if (mount.zone !== undefined) placed.zone = mount.zone;
  if (mount.applied !== undefined) placed.applied = mount.applied;
  addMount(host, placed);
  if (placed.type === host.kernel.files.devices.type) fileSystem(host, placed.filesystem).mount = placed.id;
  return placed;
}

/** The vnode of a path of the host if it is there; links are not followed. */
export function findDirectory(host: Host, path: string): Vnode | undefined {
  let at: Vnode = topmost(host, HOST_ROOT);
  for (const name of path.split("/")) {
    if (name === "") continue;
    const number = childOf(fileSystem(host, mountOf(host, at).filesystem), at.node, name);
    if (number === undefined) return undefined;
    at = topmost(host, { mount: at.mount, node: number });
  }
  return at;
}

/**
 * A directory of the host, made with all above it where it is missing. `assumed` marks what was made because nobody
 * described the machine. Links on the way are followed.
 */
export function ensureDirectory(host: Host, path: string, assumed = !host.state.machine.described): Vnode {
  let at: Vnode = topmost(host, HOST_ROOT);
  const above: Vnode[] = [];
  let todo = path.split("/");
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = above.pop() ?? at;
      continue;
    }
    const fs = fileSystem(host, mountOf(host, at).filesystem);
    let number = childOf(fs, at.node, name);
    const existing = number === undefined ? undefined : nodeIn(fs, number);
    if (existing?.kind === "link") {
      const target = existing.target ?? "";
      if (target.startsWith("/")) {
        at = topmost(host, HOST_ROOT);
        above.length = 0;
      }
      todo = [...target.split("/"), ...todo];
      continue;
    }
    number ??= addNode(fs, at.node, name, { ...directory(), ...(assumed && { assumed: true as const }) });
    above.push(at);
    at = topmost(host, { mount: at.mount, node: number });
  }
  return at;
}

/** A directory of the host with a base system in it: a jail's root. What is in it already stays. */
export function makeRoot(host: Host, path: string, stock: StockName = host.kernel.files.stock): Vnode {
  const root = ensureDirectory(host, path);
  if (Object.keys(entriesOf(fileSystem(host, mountOf(host, root).filesystem), root.node)).length > 0)
    return root;
  const node = editable(host, root);
  delete node.entries;
  node.stock = stock;
  return root;
}

/** A text file of the host, with the directories above it. */
export function putFile(host: Host, path: string, content: string, mode = 0o644): Vnode {
  const cut = path.lastIndexOf("/");
  const above = ensureDirectory(host, path.slice(0, cut) || "/");
  const fs = fileSystem(host, mountOf(host, above).filesystem);
  const name = path.slice(cut + 1);
  const existing = childOf(fs, above.node, name);
  const vnode = {
    mount: above.mount,
    node:
      existing ??
      addNode(fs, above.node, name, {
        kind: "file",
        mode,
        uid: 0,
        gid: 0,
        flags: NO_FLAGS,
        links: 1,
        content: "",
      }),
  };
  editable(host, vnode).content = content;
  return vnode;
}

/** The file systems of a host with nothing but a root: the tree of a fresh installation. */
export function bareFileSystems(type: string, from: string, stock: StockName): FileSystems {
  const top: FileNode = { ...directory(), parent: 1, stock };
  delete top.entries;
  return {
    byId: { "1": { id: "1", type, nodes: { "1": top }, nextNode: 2, size: 0 } },
    mounts: {
      "1": {
        ...{ id: "1", filesystem: "1", type, from, covers: null, root: 1, path: "/", options: ["local"] },
        ...{ readOnly: false, container: 0, uid: 0, ruleset: 0, assumed: false },
      },
    },
    nextId: 2,
    datasets: {},
    devices: [],
  };
}
