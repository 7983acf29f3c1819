import type { FileSystems } from "./filesystem/types.ts";
import type { FreeBsdState } from "./freebsd/types.ts";
import type { IllumosState } from "./illumos/types.ts";
import type { IpcState } from "./ipc/types.ts";
import type { Machine } from "./machine/types.ts";
import type { NetworkState } from "./network/types.ts";
import type { ProcessTable } from "./process/types.ts";

/**
 * All of a simulated host. Plain JSON and nothing else (no classes, no Map, no cycles, no undefined in arrays): a
 * snapshot is a copy. Objects refer to each other by id. Nothing in it depends on wall clock, chance or environment.
 */
export interface HostState {
  /** Hardware and the facts that do not change while it runs. */
  machine: Machine;
  /** Virtual time since boot, in milliseconds. */
  clock: number;
  processes: ProcessTable;
  files: FileSystems;
  network: NetworkState;
  ipc: IpcState;
  /** Prisons and what else only a FreeBSD kernel has. */
  freebsd?: FreeBsdState;
  /** Zones and what else only an illumos kernel has. */
  illumos?: IllumosState;
}
