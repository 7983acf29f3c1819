import type { Host } from "../host.ts";
import { makeFileSystem } from "./build.ts";
import type { Dataset, FileNode, FileSystem } from "./types.ts";

/**
 * What snapshots hold: the nodes of a file system at a moment, as text. Snapshots between which nothing was changed share
 * one tree, so that a thousand clones of one zone cost a thousand names.
 */
interface Tree {
  readonly nodes: Record<string, FileNode>;
  readonly nextNode: number;
}

/** Keeps the files of a dataset for a snapshot. */
export function keepTree({ state: { files } }: Host, dataset: Dataset, snapshot: string): void {
  const fs = dataset.filesystem === undefined ? undefined : files.byId[dataset.filesystem];
  files.frozen ??= {};
  let id = fs?.frozen;
  if (id === undefined || !files.frozen[id]) {
    id = String(files.nextId++);
    const tree: Tree = { nodes: fs?.nodes ?? {}, nextNode: fs?.nextNode ?? 2 };
    files.frozen[id] = { text: JSON.stringify(tree), uses: 0 };
    if (fs) fs.frozen = id;
  }
  const frozen = files.frozen[id];
  if (frozen) frozen.uses++;
  dataset.kept ??= {};
  dataset.kept[snapshot] = { tree: id, refers: dataset.used + (dataset.shared ?? 0) };
}

/** A snapshot goes: its tree as well, unless another one has it. */
export function dropTree({ state: { files } }: Host, dataset: Dataset, snapshot: string): void {
  const { kept } = dataset;
  const gone = kept?.[snapshot];
  if (!kept || !gone) return;
  delete kept[snapshot];
  // Each tree belongs to a snapshot: with many of those there is no need to look.
  if ((dataset.snapshots ?? []).length <= 1 && Object.keys(kept).length === 0) delete dataset.kept;
  const frozen = files.frozen?.[gone.tree];
  if (frozen && --frozen.uses <= 0) delete files.frozen?.[gone.tree];
}

/** Gives a file system the files of a snapshot. */
export function restoreTree(
  { state: { files } }: Host,
  source: Dataset,
  snapshot: string,
  to: FileSystem,
): void {
  const id = source.kept?.[snapshot]?.tree;
  const frozen = id === undefined ? undefined : files.frozen?.[id];
  if (id === undefined || !frozen) return;
  const { nodes, nextNode }: Tree = JSON.parse(frozen.text);
  if (Object.keys(nodes).length > 0) to.nodes = nodes;
  to.nextNode = nextNode;
  to.frozen = id;
}

/** The file system of a dataset, made where it was never mounted. */
export function fileSystemOfDataset(host: Host, dataset: Dataset): FileSystem {
  const known = dataset.filesystem === undefined ? undefined : host.state.files.byId[dataset.filesystem];
  if (known) return known;
  const fs = makeFileSystem(host, "zfs");
  fs.source = dataset.name;
  dataset.filesystem = fs.id;
  return fs;
}

/** Bytes that a snapshot alone keeps: files that are no longer as they were. */
export function keptBytes({ state: { files } }: Host, dataset: Dataset, snapshot: string): number {
  const id = dataset.kept?.[snapshot]?.tree;
  const frozen = id === undefined ? undefined : files.frozen?.[id];
  const fs = dataset.filesystem === undefined ? undefined : files.byId[dataset.filesystem];
  if (!frozen || !fs || fs.frozen === id) return 0;
  const { nodes }: Tree = JSON.parse(frozen.text);
  let bytes = 0;
  for (const [number, { content }] of Object.entries(nodes))
    if (content !== undefined && fs.nodes[number]?.content !== content) bytes += content.length;
  return bytes;
}
