import type { ZoneState } from "../../catalog/illumos/zoneStates.ts";
import { zoneStates } from "../../catalog/illumos/zoneStates.ts";

import type { ContainerCommand, ContainerView, StateMachine } from "../../protocol.ts";

/** The life of a zone as editors show it: its states are those of zoneadm(8). */

export function zoneHealth(state: ZoneState, failed: boolean): ContainerView["health"] {
  if (state === "running") return "running";
  if (failed) return "failed";
  return state === "configured" || state === "installed" ? "stopped" : "transition";
}

const POSSIBLE: Readonly<Record<ZoneState, readonly ContainerCommand[]>> = {
  configured: ["install", "remove"],
  incomplete: ["uninstall"],
  installed: ["boot", "clone", "uninstall"],
  ready: ["boot", "halt"],
  running: ["shutdown", "halt", "reboot"],
  shutting_down: ["halt"],
  down: ["halt"],
  mounted: [],
};

/** `isKnown`: whether the host has its configuration; else there is nothing to remove. */
export function zoneCommands(state: ZoneState, isKnown: boolean): ContainerCommand[] {
  return POSSIBLE[state].filter((command) => command !== "remove" || isKnown);
}

const TRANSITIONS: StateMachine["transitions"] = [
  { from: "configured", to: "installed", command: "install" },
  { from: "incomplete", to: "configured", command: "uninstall" },
  { from: "installed", to: "configured", command: "uninstall" },
  { from: "installed", to: "installed", command: "clone" },
  { from: "installed", to: "running", command: "boot" },
  { from: "ready", to: "running", command: "boot" },
  { from: "ready", to: "installed", command: "halt" },
  { from: "running", to: "running", command: "reboot" },
  { from: "running", to: "installed", command: "shutdown" },
  { from: "running", to: "installed", command: "halt" },
  { from: "shutting_down", to: "installed", command: "halt" },
  { from: "down", to: "installed", command: "halt" },
];

export function zoneMachine(present: string): StateMachine {
  return { states: zoneStates.map(({ name }) => name), present, transitions: TRANSITIONS };
}
