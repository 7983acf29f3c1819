import type { Command } from "./command.ts";
import { fileCommands } from "./commands/files.ts";

/** All modelled programs. */
const COMMANDS: readonly Command[] = [...fileCommands];

const byName = new Map(COMMANDS.map((command) => [command.name, command]));
const byPath = new Map(COMMANDS.map((command) => [command.path, command]));

export function allCommands(): readonly Command[] {
  return COMMANDS;
}

export function commandNamed(name: string): Command | undefined {
  return byName.get(name);
}

export function commandAt(path: string): Command | undefined {
  return byPath.get(path);
}
