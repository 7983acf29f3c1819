import type { Host } from "../host.ts";
import type { FreeBsdState } from "./types.ts";

/** What only a FreeBSD kernel has. Nothing here is called for another one. */
export function freebsdOf({ state }: Host): FreeBsdState {
  if (!state.freebsd) throw new Error("the simulated machine does not run FreeBSD");
  return state.freebsd;
}
