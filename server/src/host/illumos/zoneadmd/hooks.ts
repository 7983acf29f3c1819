import { allowed, type Outcome } from "../../decision.ts";
import { afterChange, atBoot, beforeChange, type HookCall } from "../brands/stateHooks.ts";
import { type Daemon, zoneFor } from "./daemon.ts";

/** The programs of the brand at changes of state: which one runs, and what it gets. */
export function runHook(
  daemon: Daemon,
  hook: "preState" | "postState" | "boot" | "halt",
  command: string,
): Outcome {
  const { host, process, entry } = daemon;
  const definition = zoneFor(daemon)?.definition ?? entry.definition;
  const call: HookCall = { host, process, entry, definition };
  switch (hook) {
    case "preState":
      return beforeChange(call, command);
    case "postState":
      return afterChange(call, command);
    case "boot":
      return atBoot(call);
    case "halt":
      return allowed(undefined, "hook", "The brand has nothing to do.");
  }
}
