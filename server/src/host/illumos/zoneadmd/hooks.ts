import { allowed, type Outcome } from "../../decision.ts";
import type { ZoneState } from "../types.ts";
import type { Daemon } from "./daemon.ts";

/** The programs of the brand at changes of state. */
export function runHook(
  _daemon: Daemon,
  _hook: "preState" | "postState" | "boot" | "halt",
  _state: ZoneState,
  _command: string,
): Outcome {
  return allowed(undefined, "hook", "The brand has nothing to do.");
}
