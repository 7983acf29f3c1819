import type { ContainerCommand, Position } from "../protocol.ts";
import type { LiveHost } from "./liveHost.ts";

/** A command above the line on which a container begins. */
export interface Lens {
  readonly position: Position;
  readonly title: string;
  readonly command: string;
  readonly host: string;
  readonly container: string;
}

/** What brings a container on that does not run, the first that is possible. */
const NEXT: readonly (readonly [ContainerCommand, string])[] = [
  ["boot", "Boot"],
  ["install", "Install"],
  ["uninstall", "Uninstall"],
  ["halt", "Halt"],
];

/** For each container of a document what it does, and what can be done. */
export function lensesOf(hosts: readonly LiveHost[], uri: string): Lens[] {
  const found: Lens[] = [];
  for (const live of hosts)
    for (const { id, state, health, configured, commands, plan } of live.list()) {
      const location = configured && live.texts.locate(configured.place);
      if (!location || location.uri !== uri) continue;
      const add = (title: string, command: string) =>
        found.push({
          position: location.range.start,
          title,
          command: `zonewarden.${command}`,
          host: live.machine.id,
          container: id,
        });
      if (health === "running") {
        add("Running: halt", "halt");
        if (plan)
          add(
            plan.kind === "modify" ? "change in place" : "restart to change",
            plan.kind === "modify" ? "apply" : "reboot",
          );
        add("console", "openConsole");
        add("inspect", "inspect");
        continue;
      }
      const shown = health === "failed" ? "failed" : state;
      const isUsual = shown === "stopped" || shown === "installed";
      const title = isUsual ? "" : `${shown[0]?.toUpperCase()}${shown.slice(1)}: `;
      const next = NEXT.find(([command]) => commands.includes(command));
      if (next) add(title === "" ? next[1] : `${title}${next[1].toLowerCase()}`, next[0]);
      if (!isUsual) add("inspect", "inspect");
    }
  return found;
}
