import type { Host } from "../host.ts";
import type { IllumosState } from "./types.ts";

/** What only a kernel with zones has. Nothing here is called for another one. */
export function illumosOf({ state }: Host): IllumosState {
  if (!state.illumos) throw new Error("the simulated machine has no zones");
  return state.illumos;
}
