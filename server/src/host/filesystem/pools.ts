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

export function poolUsed(host: Host, name: string): number {
  const pool = poolOf(name);
  return Object.values(host.state.files.datasets)
    .filter((dataset) => poolOf(dataset.name) === pool)
    .reduce((sum, { used }) => sum + used, 0);
}

/** What each dataset takes with all below it, by name. */
export function usedWithin(host: Host): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, used } of Object.values(host.state.files.datasets))
    for (let at = name; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/"))))
      sums.set(at, (sums.get(at) ?? 0) + used);
  return sums;
}
