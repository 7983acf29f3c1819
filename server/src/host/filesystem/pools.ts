import type { Host } from "../host.ts";

/** Storage pools of ZFS: how large they are, and what their datasets take. In bytes. */

/** The pool of a dataset. */
export function poolOf(name: string): string {
  return name.split("/")[0] ?? name;
}

/** `undefined` where nobody described the pool. */
export function poolSize(host: Host, name: string): number | undefined {
  return host.state.machine.pools.find((pool) => pool.name === poolOf(name))?.size;
}

/** Bytes of a pool that is taken to be there: as much as a disk of a small server has. */
const ASSUMED_SIZE = 100 * 2 ** 30;

/** The pool of a dataset that a machine is taken to have. On a machine that somebody described no pool is made up. */
export function assumePoolOf({ state: { machine } }: Host, dataset: string): void {
  const name = poolOf(dataset);
  if (!machine.described && machine.pools.every((pool) => pool.name !== name))
    machine.pools.push({ name, size: ASSUMED_SIZE });
}

export function poolUsed(host: Host, name: string): number {
  const pool = poolOf(name);
  return sizesWithin(host).get(pool)?.total ?? 0;
}

/** Bytes of a dataset: with all below it, and its own. */
export interface DatasetSize {
  total: number;
  own: number;
}

/**
 * The sizes of all datasets and of their pools by name. What is written while the machine runs is counted for all datasets
 * above as well; what a description says of a dataset is its own alone.
 */
export function sizesWithin(host: Host): ReadonlyMap<string, DatasetSize> {
  const datasets = Object.values(host.state.files.datasets);
  const below = new Map<string, number>();
  const sizes = new Map<string, DatasetSize>();
  const add = (name: string, bytes: number): void => {
    const above = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    if (above !== "") below.set(above, (below.get(above) ?? 0) + bytes);
  };
  // Children before their parents.
  for (const { name, used } of datasets.sort((a, b) => depth(b.name) - depth(a.name))) {
    const inside = below.get(name) ?? 0;
    const counted = used >= inside;
    const total = counted ? used : used + inside;
    sizes.set(name, { total, own: counted ? used - inside : used });
    add(name, total);
  }
  // A pool without a dataset of its own has what is below it.
  for (const [name, total] of below)
    if (!sizes.has(name)) {
      sizes.set(name, { total, own: 0 });
      if (!name.includes("/")) continue;
      add(name, total);
    }
  return sizes;
}

function depth(name: string): number {
  return name.split("/").length;
}
