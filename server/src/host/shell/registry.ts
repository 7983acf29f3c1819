import type { Command } from "./command.ts";
import { administrationCommands } from "../freebsd/commands/administration.ts";
import { basicCommands } from "./commands/basics.ts";
import { fileCommands } from "./commands/files.ts";
import { filterCommands } from "./commands/filters.ts";
import { jailCommands } from "../freebsd/commands/jails.ts";
import { networkCommands } from "../freebsd/commands/network.ts";
import { processCommands } from "../freebsd/commands/processes.ts";
import { storageCommands } from "../freebsd/commands/storage.ts";
import { systemCommands } from "../freebsd/commands/system.ts";

/** All modelled programs, in the groups in which `help` lists them. */
export function commandGroups(): readonly (readonly [title: string, commands: readonly Command[]])[] {
  return [
    ["Jails", jailCommands],
    ["Processes", processCommands],
    ["Network", networkCommands],
    ["File systems", storageCommands],
    ["System", systemCommands],
    ["Administration", administrationCommands],
    ["Files", fileCommands],
    ["Text", filterCommands],
    ["Shell and users", basicCommands],
  ];
}

interface Index {
  readonly byName: ReadonlyMap<string, Command>;
  readonly byPath: ReadonlyMap<string, Command>;
}

let built: Index | undefined;

/** Built when it is first needed: some commands run others, so that their files import each other. */
function index(): Index {
  if (!built) {
    const all = commandGroups().flatMap(([, commands]) => commands);
    built = {
      byName: new Map(all.map((command) => [command.name, command])),
      byPath: new Map(all.map((command) => [command.path, command])),
    };
  }
  return built;
}

export function commandNamed(name: string): Command | undefined {
  return index().byName.get(name);
}

export function commandAt(path: string): Command | undefined {
  return index().byPath.get(path);
}
