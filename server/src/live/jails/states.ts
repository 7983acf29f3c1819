import type { ContainerCommand, ContainerView, StateMachine } from "../../protocol.ts";

/** The life of a jail as editors show it. */

export type JailState = "stopped" | "starting" | "running" | "stopping" | "dying" | "failed";

export const JAIL_STATES: readonly JailState[] = [
  "stopped",
  "starting",
  "running",
  "stopping",
  "dying",
  "failed",
];

export const HEALTH: Readonly<Record<JailState, ContainerView["health"]>> = {
  stopped: "stopped",
  starting: "transition",
  running: "running",
  stopping: "transition",
  dying: "transition",
  failed: "failed",
};

/** Phases of jail(8) by the names of their events. */
const PHASES: Readonly<Record<string, JailState>> = {
  starting: "starting",
  undoing: "starting",
  running: "running",
  stopping: "stopping",
  gone: "stopping",
  absent: "stopped",
  failed: "failed",
};

/**
 * The state of a jail from what the kernel has and what jail(8) did last. The kernel has the last word: a jail may come
 * or go without jail(8).
 */
export function jailState(kernel: "alive" | "dying" | undefined, phase: string | undefined): JailState {
  const said = phase === undefined ? undefined : PHASES[phase];
  if (kernel === "alive") return said === "starting" || said === "stopping" ? said : "running";
  // Before it is created and after it is removed, only jail(8) knows of it.
  if (said === "starting" || said === "stopping") return said;
  if (kernel === "dying") return "dying";
  return said === "failed" ? "failed" : "stopped";
}

/** `configured`: whether a file says how to start it. */
export function jailCommands(state: JailState, configured: boolean, modifies: boolean): ContainerCommand[] {
  switch (state) {
    case "running":
      return [
        "halt",
        ...(configured ? (["reboot"] as const) : []),
        "remove",
        ...(modifies ? (["apply"] as const) : []),
      ];
    // Since 14 a name may be used again while the old jail dies.
    case "dying":
    case "stopped":
    case "failed":
      return configured ? ["boot"] : [];
    case "starting":
    case "stopping":
      return [];
  }
}

const TRANSITIONS: StateMachine["transitions"] = [
  { from: "stopped", to: "running", command: "boot" },
  { from: "failed", to: "running", command: "boot" },
  { from: "dying", to: "running", command: "boot" },
  { from: "running", to: "stopped", command: "halt" },
  { from: "running", to: "stopped", command: "remove" },
  { from: "running", to: "running", command: "reboot" },
  { from: "running", to: "running", command: "apply" },
];

export function jailMachine(present: string): StateMachine {
  return { states: JAIL_STATES, present, transitions: TRANSITIONS };
}
