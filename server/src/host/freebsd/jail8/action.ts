import type { Done } from "./schedule.ts";

/** One thing of a step: a command, a mount, an address. */
export interface Action {
  /** Whether a program runs for it, which takes time, counts for `-p` and can time out. */
  readonly program: boolean;
  run(): Done;
  /** Takes it back when a later one fails. */
  undo?(): Done;
}
