import type { Command } from "../../shell/command.ts";
import { basicCommands } from "../../shell/commands/basics.ts";
import { fileCommands } from "../../shell/commands/files.ts";
import { filterCommands } from "../../shell/commands/filters.ts";
import { administrationCommands } from "./administration.ts";
import { chflags } from "./chflags.ts";
import { ipcCommands } from "./ipc.ts";
import { jailCommands } from "./jails.ts";
import { networkCommands } from "./network.ts";
import { processCommands } from "./processes.ts";
import { storageCommands } from "./storage.ts";
import { systemCommands } from "./system.ts";

/** All modelled programs, in the groups in which `help` lists them. */
export function commandGroups(): readonly (readonly [title: string, commands: readonly Command[]])[] {
  return [
    ["Jails", jailCommands],
    ["Processes", processCommands],
    ["Network", networkCommands],
    ["File systems", storageCommands],
    ["System", [...systemCommands, ...ipcCommands]],
    ["Administration", administrationCommands],
    ["Files", [...fileCommands, chflags]],
    ["Text", filterCommands],
    ["Shell and users", basicCommands],
  ];
}
