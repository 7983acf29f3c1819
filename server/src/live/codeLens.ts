import type { Position } from "../protocol.ts";
import type { LiveHost } from "./liveHost.ts";

/** A command above the line on which a container begins. */
export interface Lens {
  readonly position: Position;
  readonly title: string;
  readonly command: string;
  readonly host: string;
  readonly container: string;
}

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
      const title =
        state === "stopped" || state === "installed" ? "" : `${state[0]?.toUpperCase()}${state.slice(1)}: `;
      if (commands.includes("boot")) add(title === "" ? "Boot" : `${title}boot`, "boot");
      else if (commands.includes("install")) add(`${title}install`, "install");
      if (title !== "") add("inspect", "inspect");
    }
  return found;
}
