import type { Command } from "../../shell/command.ts";
import { basicCommands } from "../../shell/commands/basics.ts";
import { fileCommands } from "../../shell/commands/files.ts";
import { filterCommands } from "../../shell/commands/filters.ts";

/** All modelled programs, in the groups in which `help` lists them. */
export function commandGroups(): readonly (readonly [title: string, commands: readonly Command[]])[] {
  return [
    ["Files", fileCommands],
    ["Text", filterCommands],
    ["Shell and users", basicCommands],
  ];
}
