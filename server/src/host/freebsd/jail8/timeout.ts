import type { JailRun } from "./run.ts";
import type { Done } from "./schedule.ts";

/** `exec.timeout`, which holds for every program that jail(8) starts, mount(8) and ifconfig(8) among them. */
export function timed(run: JailRun, done: Done): Done {
  const seconds = run.settings.integer("exec.timeout") ?? 0;
  if (seconds <= 0 || done.milliseconds <= seconds * 1000) return done;
  return { ok: false, milliseconds: seconds * 1000 };
}
