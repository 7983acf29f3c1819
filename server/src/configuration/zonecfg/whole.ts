import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import type { IpType } from "../../catalog/zonecfg/brands.ts";
import { resourceType } from "../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { type Block, otherPlatforms } from "./block.ts";
import { executeInBlock, executeInZone } from "./commands.ts";
import { storeBlock } from "./endBlock.ts";
import { checkEnd } from "./ends.ts";
import { changesScope } from "./misspelt.ts";
import type { Session } from "./session.ts";
import type { Complaint, ZoneOrigin, ZoneSource } from "./types.ts";

/**
 * A section that is one resource from `add` to `end` comes out the same as long as what it depends on is the same:
 * the kind of network stack and the possible platforms. Then only its place among the other resources is looked at.
 * True if the section was dealt with here.
 */
export function runWhole(session: Session, section: Section): boolean {
  if (session.block) return false;
  const { state } = session;
  let known = wholeRuns.get(section);
  if (!known && !isWholeResource(section)) return false;
  if (
    !known ||
    known.ipType !== state.ipType ||
    !sameList(known.before, state.platforms) ||
    known.document !== session.document
  ) {
    known = runAlone(session, section);
    if (!known) return false;
    wholeRuns.set(section, known);
  }
  session.note(section.commands[0] as Command, section);
  state.platforms = known.after;
  state.dirty = true;
  session.edited();
  for (const complaint of known.said) session.complaints.push(complaint);
  storeBlock(session, known.block, known.end);
  return true;
}

/** Runs such a section without putting its resource into the zone; `undefined` where that depends on the zone. */
export function runAlone(session: Session, section: Section): WholeRun | undefined {
  const { document, state } = session;
  const [add] = section.commands as [Command];
  const end = section.commands.at(-1) as Command;
  if (!session.options.lenient && end.terminator === undefined) return undefined;
  const type = resourceType(add.resource?.text ?? "");
  if (!type || otherPlatforms(type.platforms, state)) return undefined;
  const before = state.platforms;
  const said = session.complaints;
  session.complaints = [];
  executeInZone(session, add, section);
  const { block } = session;
  const usable = block !== undefined && !block.isRefused && end.args.length === 0;
  const origin = session.at(section)(end.word);
  if (usable) {
    for (const command of section.commands.slice(1, -1)) executeInBlock(session, command, section);
    for (const complaint of checkEnd(block, origin, session.state)) session.say(complaint);
  }
  session.block = undefined;
  const own = session.complaints;
  session.complaints = said;
  const after = state.platforms;
  if (usable) return { ipType: state.ipType, before, after, document, block, end: origin, said: own };
  state.platforms = before;
  return undefined;
}

export function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}

/** What came of a section, and what that depended on. */
export interface WholeRun {
  readonly document: ZoneSource;
  readonly ipType: IpType | undefined;
  readonly before: readonly Platform[];
  readonly after: readonly Platform[];
  readonly block: Block;
  readonly end: ZoneOrigin;
  readonly said: readonly Complaint[];
}

export const wholeRuns = new WeakMap<Section, WholeRun>();

/** Whether a section is a resource from `add` to `end` with nothing but properties between. */
export function isWholeResource({ commands }: Section): boolean {
  const first = commands[0];
  const last = commands.at(-1);
  return (
    commands.length > 1 &&
    first?.word.name === "add" &&
    !first.broken &&
    first.resource?.known === true &&
    isIndependent(first.resource.text) &&
    last?.word.name === "end" &&
    !last.broken &&
    commands.every((command) => command === first || command === last || isPropertyCommand(command))
  );
}

/** Whether `add` of a type does not depend on what the zone has already. */
function isIndependent(name: string): boolean {
  const type = resourceType(name);
  return type !== undefined && !type.single && type.within === undefined;
}

/** Commands that leave the scope alone: properties, and what is no command or only asks. */
function isPropertyCommand(command: Command): boolean {
  const { word, resource, assignments } = command;
  switch (word.name) {
    case undefined:
      return !changesScope(command);
    case "set":
    case "clear":
    case "info":
    case "help":
      return true;
    case "add":
    case "remove":
      return resource === undefined && assignments.length > 0;
    default:
      return false;
  }
}
