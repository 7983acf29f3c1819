import type { Dataset, FileNode, FileSystems, Vnode } from "../filesystem/types.ts";
import type { HostDescription } from "./definition.ts";
import { bytes } from "./sizes.ts";

/** The root of the host's file system. */
export const ROOT: Vnode = { mount: "1", node: 1 };

/** The root file system with the stock tree of a fresh installation, and the datasets. Nothing else is mounted yet. */
export function buildFileSystems(description: HostDescription): FileSystems {
  const root = description.datasets.find(({ mountpoint }) => mountpoint === "/");
  const from = description.mounts.find(({ on }) => on === "/");
  const type = from?.type ?? (root ? "zfs" : "ufs");
  const top: FileNode = {
    kind: "directory",
    mode: 0o755,
    uid: 0,
    gid: 0,
    flags: [],
    parent: 1,
    links: 2,
    stock: "base",
  };
  return {
    byId: { "1": { id: "1", type, nodes: { "1": top }, nextNode: 2, size: 0 } },
    mounts: [
      {
        id: "1",
        filesystem: "1",
        type,
        from: from?.from ?? root?.name ?? "/dev/ada0p2",
        covers: null,
        root: 1,
        path: "/",
        options: from?.options ?? ["local"],
        readOnly: false,
        jid: 0,
        uid: 0,
        ruleset: 0,
        assumed: false,
      },
    ],
    nextId: 2,
    devices: [],
    covered: {},
    datasets: buildDatasets(description),
  };
}

function buildDatasets({ pools, datasets }: HostDescription): Record<string, Dataset> {
  const result: Record<string, Dataset> = {};
  const missing = pools.filter(({ name }) => datasets.every((dataset) => dataset.name !== name));
  for (const dataset of [
    ...missing.map(({ name }) => ({ name })),
    ...datasets,
  ] as HostDescription["datasets"]) {
    const { name, jailed = false } = dataset;
    const parent = result[name.slice(0, Math.max(0, name.lastIndexOf("/")))];
    const mountpoint = dataset.mountpoint ?? inheritedMountpoint(name, parent);
    result[name] = {
      name,
      mountpoint,
      mounted: dataset.mounted ?? (mountpoint.startsWith("/") && !jailed),
      jailed,
      jid: 0,
      quota: bytes(dataset.quota ?? 0),
      used: bytes(dataset.used ?? 0),
      properties: { ...dataset.properties },
    };
  }
  return result;
}

/** Below that of the parent; a pool is mounted at the top. Source: zfsprops(7). */
function inheritedMountpoint(name: string, parent: Dataset | undefined): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (!parent) return `/${last}`;
  if (!parent.mountpoint.startsWith("/")) return parent.mountpoint;
  return parent.mountpoint === "/" ? `/${last}` : `${parent.mountpoint}/${last}`;
}
