import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { resourceType } from "../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { Block, otherPlatforms } from "./block.ts";
import { executeInBlock, executeInZone } from "./commands.ts";
import { type RunOptions, Session } from "./session.ts";
import type { Complaint, ZoneConfiguration, ZoneOrigin, ZoneSource } from "./types.ts";

/**
 * Runs a command file as `zonecfg -f` would, but goes on after an error as if the command were not there, so that
 * everything wrong is found at once. Sources: usr/src/cmd/zonecfg/zonecfg.c (read loop and commands).
 */
export function run(document: ZoneSource, options: RunOptions): ZoneConfiguration {
  const session = new Session(document, options);
  const { sections } = document;
  for (let i = 0; i < sections.length; i++) {
    session.sectionAt = i;
    const section = sections[i] as Section;
    if (section.foreign.length > 0) mixed(session, section);
    else if (section.commands.length === 0) continue;
    else if (session.exited && !startsZone(section)) dead(session, section);
    else if (!whole(session, section))
      for (const command of section.commands) execute(session, command, section);
  }
  session.finishPart();
  const { parts, complaints } = session;
  return { document, platform: options.platform, parts, complaints };
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

function execute(session: Session, command: Command, section: Section) {
  if (command.terminator === undefined && !session.options.lenient) return;
  const { name } = command.word;
  if (name === undefined || (session.exited && name !== "create")) return;
  if (name !== "create") session.note(command, section);
  if (session.block) executeInBlock(session, command, section);
  else executeInZone(session, command, section);
}

/** Commands that are never run: one remark for the whole section. */
function dead(session: Session, section: Section) {
  const first = section.commands[0] as Command;
  const last = section.commands.at(-1) as Command;
  session.say({
    code: "zone/after-exit",
    origin: session.at(section)({ start: first.start, end: last.end }),
    message: "Nothing is read after `exit`: these commands are not run.",
    related: [{ origin: session.exited as ZoneOrigin, message: "Reading ends here." }],
  });
}

/**
 * A section that is one resource from `add` to `end` comes out the same as long as what it depends on is the same:
 * the kind of network stack and the possible platforms. True if it was dealt with here.
 */
function whole(session: Session, section: Section): boolean {
  if (session.block || !isWholeResource(section)) return false;
  const [add] = section.commands as [Command];
  const type = resourceType(add.resource?.text ?? "");
  if (!type || otherPlatforms(type.platforms, session.state)) return false;
  if (!session.options.lenient && section.commands.at(-1)?.terminator === undefined) return false;
  const at = session.at(section);
  const key = `${session.state.ipType ?? ""} ${session.state.platforms.join()}`;
  let known = wholeRuns.get(section);
  if (known?.key !== key || known.document !== session.document) {
    const before = session.complaints;
    session.complaints = [];
    const block = new Block(add.resource?.text ?? "", at(add.word));
    session.block = block;
    for (const command of section.commands.slice(1, -1)) executeInBlock(session, command, section);
    session.block = undefined;
    const said = session.complaints;
    session.complaints = before;
    known = { key, document: session.document, block, said, platforms: session.state.platforms };
    wholeRuns.set(section, known);
  }
  session.note(add, section);
  session.state.platforms = known.platforms;
  for (const complaint of known.said) session.complaints.push(complaint);
  // `add` and `end` look at the rest of the zone.
  executeInZone(session, add, section, known.block);
  executeInBlock(session, section.commands.at(-1) as Command, section);
  return true;
}

interface WholeRun {
  readonly key: string;
  readonly document: ZoneSource;
  readonly block: Block;
  readonly said: readonly Complaint[];
  readonly platforms: readonly Platform[];
}

const wholeRuns = new WeakMap<Section, WholeRun>();
const wholeSections = new WeakMap<Section, boolean>();

/** Resources whose `add` depends on what the zone has already. */
const DEPENDENT = new Set([
  "dedicated-cpu",
  "capped-cpu",
  "capped-memory",
  "security-flags",
  "mac",
  "vlan",
  "port",
]);

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
      !DEPENDENT.has(first.resource.text) &&
      last?.word.name === "end" &&
      !last.broken &&
      commands.slice(1, -1).every(isPropertyCommand);
    wholeSections.set(section, known);
  }
  return known;
}

function isPropertyCommand({ word: { name }, resource }: Command): boolean {
  return (
    name === "set" || name === "clear" || ((name === "add" || name === "remove") && resource === undefined)
  );
}

/** Whether another zone begins in a section. */
function startsZone(section: Section): boolean {
  return section.commands.some((command) => command.word.name === "create");
}
