import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import type { IpType } from "../../catalog/zonecfg/brands.ts";
import { resourceType } from "../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { type Block, otherPlatforms } from "./block.ts";
import { executeInBlock, executeInZone } from "./commands.ts";
import { createAgain, type LeftOver } from "./create.ts";
import { storeBlock } from "./endBlock.ts";
import { checkEnd } from "./ends.ts";
import { originOf, type RunOptions, Session } from "./session.ts";
import type { Complaint, Stretch, ZoneConfiguration, ZoneOrigin, ZonePart, ZoneSource } from "./types.ts";

/**
 * Runs a command file as `zonecfg -f` would, but goes on after an error as if the command were not there, so that
 * everything wrong is found at once. A zone whose commands are the same objects as before is not run again.
 * Sources: usr/src/cmd/zonecfg/zonecfg.c (read loop and commands).
 */
export function run(document: ZoneSource, options: RunOptions): ZoneConfiguration {
  const stretches: Stretch[] = [];
  const parts: ZonePart[] = [];
  const complaints: Complaint[] = [];
  let before: StretchRun | undefined;
  for (const sections of zones(document)) {
    const ran = runStretch(document, sections, options, before?.nameAhead);
    const create = sections[0]?.commands[0];
    const again =
      before && create?.word.name === "create"
        ? createAgain(before, originOf(document, sections[0] as Section, create.word))
        : undefined;
    if (again) complaints.push(again);
    for (const complaint of ran.stretch.complaints) complaints.push(complaint);
    parts.push(...ran.stretch.parts);
    stretches.push(ran.stretch);
    before = ran;
  }
  return { document, platform: options.platform, stretches, parts, complaints };
}

/** The sections of a file zone by zone: a line that begins with `create` begins one. */
function zones({ sections }: ZoneSource): Section[][] {
  const found: Section[][] = [];
  for (const section of sections) {
    const last = found.at(-1);
    if (last && section.commands[0]?.word.name !== "create") last.push(section);
    else found.push([section]);
  }
  return found;
}

/** What came of a stretch, and what it leaves for the next one. */
interface StretchRun extends LeftOver {
  readonly document: ZoneSource;
  readonly options: RunOptions;
  readonly nameBefore: string | undefined;
  readonly nameAhead: string | undefined;
  readonly stretch: Stretch;
}

const stretchRuns = new WeakMap<Section, StretchRun>();

function runStretch(
  document: ZoneSource,
  sections: readonly Section[],
  options: RunOptions,
  name: string | undefined,
): StretchRun {
  const first = sections[0] as Section;
  const known = stretchRuns.get(first);
  if (
    known?.document === document &&
    known.nameBefore === name &&
    known.options.platform === options.platform &&
    known.options.lenient === options.lenient &&
    sameList(known.stretch.sections, sections)
  )
    return known;
  const session = new Session(document, sections, options, name);
  for (const [i, section] of sections.entries()) {
    session.sectionAt = i;
    if (section.foreign.length > 0) mixed(session, section);
    else if (section.commands.length === 0) continue;
    else if (session.exited || !whole(session, section)) each(session, section);
  }
  const { created, exited, committed, nameAhead } = session;
  const { dirty } = session.state;
  session.finishPart();
  const { parts, complaints } = session;
  const stretch = { sections, parts, complaints };
  const ran = { document, options, nameBefore: name, nameAhead, created, exited, committed, dirty, stretch };
  stretchRuns.set(first, ran);
  return ran;
}

/** A section with lines of a shell in it: a call of zonecfg begins a session of its own. */
function mixed(session: Session, section: Section) {
  const lines = [...section.foreign];
  for (const command of section.commands) {
    while (lines[0] && lines[0].start < command.start) call(session, section, lines.shift() as TextRange);
    execute(session, command, section);
  }
  for (const line of lines) call(session, section, line);
}

function call(session: Session, section: Section, { start, end }: TextRange) {
  const line = session.document.text.slice(section.start + start, section.start + end);
  if (!/\bzonecfg\b/.test(line)) return;
  session.restart(/\s-z\s*(\S+)/.exec(line)?.[1]);
}

/** The commands of a section one by one; those behind `exit` are not run, up to the next zone. */
function each(session: Session, section: Section) {
  let dead: Command[] = [];
  for (const command of section.commands) {
    if (session.exited && command.word.name !== "create") {
      dead.push(command);
      continue;
    }
    if (dead.length > 0) sayDead(session, section, dead);
    dead = [];
    execute(session, command, section);
  }
  if (dead.length > 0) sayDead(session, section, dead);
}

function execute(session: Session, command: Command, section: Section) {
  if (command.terminator === undefined && !session.options.lenient) return;
  const { name } = command.word;
  if (name === undefined || (session.exited && name !== "create")) return;
  if (name !== "create") session.note(command, section);
  if (session.block) executeInBlock(session, command, section);
  else executeInZone(session, command, section);
}

/** Commands that are never run: one remark for those that stand together. */
function sayDead(session: Session, section: Section, commands: readonly Command[]) {
  const [first] = commands as [Command];
  const last = commands.at(-1) as Command;
  session.say({
    code: "zone/after-exit",
    origin: session.at(section)({ start: first.start, end: last.end }),
    message: "Nothing is read after `exit`: this is not run.",
    related: [{ origin: session.exited as ZoneOrigin, message: "Reading ends here." }],
  });
}

/**
 * A section that is one resource from `add` to `end` comes out the same as long as what it depends on is the same:
 * the kind of network stack and the possible platforms. Then only its place among the other resources is looked at.
 * True if the section was dealt with here.
 */
function whole(session: Session, section: Section): boolean {
  if (session.block || !isWholeResource(section)) return false;
  const { state } = session;
  let known = wholeRuns.get(section);
  if (
    !known ||
    known.ipType !== state.ipType ||
    !sameList(known.before, state.platforms) ||
    known.document !== session.document
  ) {
    known = runWhole(session, section);
    if (!known) return false;
    wholeRuns.set(section, known);
  }
  session.note(section.commands[0] as Command, section);
  state.platforms = known.after;
  state.dirty = true;
  for (const complaint of known.said) session.complaints.push(complaint);
  storeBlock(session, known.block, known.end);
  return true;
}

function runWhole(session: Session, section: Section): WholeRun | undefined {
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
    for (const complaint of checkEnd(block, origin)) session.say(complaint);
  }
  session.block = undefined;
  const own = session.complaints;
  session.complaints = said;
  const after = state.platforms;
  if (usable) return { ipType: state.ipType, before, after, document, block, end: origin, said: own };
  state.platforms = before;
  return undefined;
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}

/** What came of a section, and what that depended on. */
interface WholeRun {
  readonly document: ZoneSource;
  readonly ipType: IpType | undefined;
  readonly before: readonly Platform[];
  readonly after: readonly Platform[];
  readonly block: Block;
  readonly end: ZoneOrigin;
  readonly said: readonly Complaint[];
}

const wholeRuns = new WeakMap<Section, WholeRun>();
const wholeSections = new WeakMap<Section, boolean>();

/** Whether a section is a resource from `add` to `end` with nothing but properties between. */
function isWholeResource(section: Section): boolean {
  let known = wholeSections.get(section);
  if (known === undefined) {
    const { commands } = section;
    const first = commands[0];
    const last = commands.at(-1);
    known =
      commands.length > 1 &&
      first?.word.name === "add" &&
      !first.broken &&
      first.resource?.known === true &&
      isIndependent(first.resource.text) &&
      last?.word.name === "end" &&
      !last.broken &&
      commands.slice(1, -1).every(isPropertyCommand);
    wholeSections.set(section, known);
  }
  return known;
}

/** Whether `add` of a type does not depend on what the zone has already. */
function isIndependent(name: string): boolean {
  const type = resourceType(name);
  return type !== undefined && !type.single && type.within === undefined;
}

function isPropertyCommand({ word: { name }, resource }: Command): boolean {
  return (
    name === "set" || name === "clear" || ((name === "add" || name === "remove") && resource === undefined)
  );
}
