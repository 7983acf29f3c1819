import { mountsOn } from "../../filesystem/mountIndex.ts";
import { allMounts, fileSystem, findMount, nameIn, nodeIn, removeEntry } from "../../filesystem/nodes.ts";
import type { FileSystem, Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import { allProcesses, reap } from "../../process/processes.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import { removeMount } from "../filesystem/mounts.ts";
import { descendantsOf, findPrison, jails } from "../prisons.ts";
import { removePrison } from "../remove.ts";

/**
 * Takes jails away from a copy of a host, with what runs in them and with what no jail that is left can meet: what is
 * mounted in their directories, and these directories.
 */
export function removeOthers(host: Host, jids: readonly number[]): void {
  const doomed = jids.flatMap((jid) => findPrison(host, jid) ?? []);
  const gone = doomed.flatMap((jail) => [jail, ...descendantsOf(host, jail.jid)]);
  const roots = gone.map(({ root }) => root);
  for (const jail of doomed) removePrison(host, jail);
  // What nobody has waited for yet would keep its jail.
  for (const { jid } of gone)
    for (const process of processesOfContainer(host, jid))
      if (process.state === "zombie") reap(host, process);
  const used = usedNodes(host);
  for (const root of roots) removeTree(host, root, used);
}

/** Nodes by file system and number, `1:57`, with all that are above them. */
type Used = ReadonlySet<string>;

/** Where the jails and processes that are left are, and what mounts show. */
function usedNodes(host: Host): Used {
  const used = new Set<string>();
  const use = (fs: FileSystem | undefined, node: number): void => {
    for (let at = node; fs && !used.has(`${fs.id}:${at}`); at = nodeIn(fs, at).parent)
      used.add(`${fs.id}:${at}`);
  };
  const useVnode = ({ mount, node }: Vnode): void => use(systemOf(host, mount), node);
  for (const { filesystem, root } of allMounts(host)) if (root !== 1) use(fileSystem(host, filesystem), root);
  for (const { root } of jails(host)) useVnode(root);
  for (const { root, directory, descriptors } of allProcesses(host)) {
    useVnode(root);
    useVnode(directory);
    for (const { vnode } of descriptors) if (vnode) useVnode(vnode);
  }
  return used;
}

function systemOf(host: Host, mount: string): FileSystem | undefined {
  const found = findMount(host, mount);
  return found && host.state.files.byId[found.filesystem];
}

/** Takes a directory away with all in it, unless something that is left is in it. */
function removeTree(host: Host, { mount, node }: Vnode, used: Used): void {
  const fs = systemOf(host, mount);
  if (!fs || used.has(`${fs.id}:${node}`) || !fs.nodes[node]) return;
  const doomed = new Set(nodesBelow(fs, node));
  const above = mountsOn(host, mount).filter(({ covers }) => covers && isIn(fs, covers.node, node));
  // One that has mounts on it in turn stays, and so does the directory.
  if (above.some(({ id }) => mountsOn(host, id).length > 0)) return;
  if (above.some(({ filesystem }) => used.has(`${filesystem}:1`))) return;
  for (const each of above) removeMount(host, each);
  const { parent } = nodeIn(fs, node);
  const name = nameIn(fs, parent, node);
  if (parent === node || name === undefined) return;
  removeEntry(fs, parent, name);
  for (const number of doomed) delete fs.nodes[number];
}

/** The stored nodes of a directory: itself and what is in it. */
function nodesBelow(fs: FileSystem, directory: number): number[] {
  return Object.keys(fs.nodes)
    .map(Number)
    .filter((number) => isIn(fs, number, directory));
}

function isIn(fs: FileSystem, node: number, directory: number): boolean {
  for (let at = node; ; ) {
    if (at === directory) return true;
    const { parent } = nodeIn(fs, at);
    if (parent === at) return false;
    at = parent;
  }
}
