import type { ZoneSource } from "../../configuration/zonecfg/types.ts";
import { lastAtOrBefore } from "../places.ts";
import { closes, nests, opens, outerType, type PlacedCommand } from "./structure.ts";

/** The resource that commands at a place belong to. */
export interface OpenResource {
  readonly type: string;
  /** `add` or `select`. */
  readonly opener: PlacedCommand;
  /** What stands between it and its `end`, before and behind the place; nested resources are left out. */
  readonly commands: readonly PlacedCommand[];
  readonly closer: PlacedCommand | undefined;
  /** The resource around a nested one. */
  readonly outer: OpenResource | undefined;
}

/** A place between two commands: in front of the command of that number in that section. */
export interface Position {
  readonly section: number;
  readonly command: number;
}

/** A resource is looked for no further than so many steps away: a file may consist of `set` commands alone. */
const MOST_STEPS = 4000;

/**
 * The resource that is open at a place; what else is in it is looked for from `rest` on, so that the command at the
 * place itself can be left out. Costs what the resource is long, not what the document is.
 */
export function openAt(
  document: ZoneSource,
  position: Position,
  rest: Position = position,
): OpenResource | undefined {
  const before: PlacedCommand[] = [];
  let skipping = 0;
  for (const [placed, at] of backward(document, position)) {
    const { command } = placed;
    const type = opens(command);
    if (command.word.name === "create" || command.word.name === "exit") return undefined;
    if (closes(command)) skipping++;
    else if (type === undefined) {
      if (skipping === 0) before.push(placed);
    } else if (skipping === 0) {
      const outer = outerType(type) === undefined ? undefined : openAt(document, at);
      const behind = endAt(document, position, rest) ?? upToEnd(document, rest, type);
      return {
        type,
        opener: placed,
        commands: [...before.reverse(), ...behind.commands],
        closer: behind.closer,
        outer: outer && nests(type, outer.type) ? outer : undefined,
      };
    } else {
      // Behind the end of a nested resource the one around it is open still.
      if (outerType(type) === undefined) return undefined;
      skipping--;
    }
  }
  return undefined;
}

/** The resource that a command opens. */
export function openedBy(
  document: ZoneSource,
  { command, section }: PlacedCommand,
): OpenResource | undefined {
  const index = lastAtOrBefore(document.sections, section.start, ({ start }) => start);
  return openAt(document, { section: index, command: section.commands.indexOf(command) + 1 });
}

/** The `end` that stands at the place itself. */
function endAt({ sections }: ZoneSource, position: Position, rest: Position) {
  if (rest.command === position.command) return undefined;
  const section = sections[position.section];
  const command = section?.commands[position.command];
  return section && command && closes(command) ? { commands: [], closer: { command, section } } : undefined;
}

function upToEnd(document: ZoneSource, position: Position, type: string) {
  const commands: PlacedCommand[] = [];
  let skipping = 0;
  for (const placed of forward(document, position)) {
    const { command } = placed;
    const opened = opens(command);
    if (command.word.name === "create" || command.word.name === "exit") break;
    if (opened !== undefined) {
      if (!nests(opened, type)) break;
      skipping++;
    } else if (closes(command)) {
      if (skipping === 0) return { commands, closer: placed };
      skipping--;
    } else if (skipping === 0) commands.push(placed);
  }
  return { commands, closer: undefined };
}

function* backward(
  { sections }: ZoneSource,
  position: Position,
): Generator<readonly [PlacedCommand, Position]> {
  let steps = 0;
  for (let at = position.section; at >= 0 && steps < MOST_STEPS; at--, steps++) {
    const section = sections[at];
    if (!section) continue;
    const from = at === position.section ? position.command : section.commands.length;
    for (let i = from - 1; i >= 0; i--, steps++) {
      const command = section.commands[i];
      if (command)
        yield [
          { command, section },
          { section: at, command: i },
        ];
    }
  }
}

function* forward({ sections }: ZoneSource, position: Position): Generator<PlacedCommand> {
  let steps = 0;
  for (let at = position.section; at < sections.length && steps < MOST_STEPS; at++, steps++) {
    const section = sections[at];
    if (!section) continue;
    const from = at === position.section ? position.command : 0;
    for (let i = from; i < section.commands.length; i++, steps++) {
      const command = section.commands[i];
      if (command) yield { command, section };
    }
  }
}
