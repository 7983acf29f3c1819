import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { executeInBlock, executeInZone } from "./commands.ts";
import { createAgain } from "./create.ts";
import { originOf, type RunOptions, Session } from "./session.ts";
import { type StretchRun, swap } from "./swap.ts";
import type { Complaint, Stretch, ZoneConfiguration, ZoneOrigin, ZonePart, ZoneSource } from "./types.ts";
import { runWhole, sameList } from "./whole.ts";

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
    known.options.lenient === options.lenient
  ) {
    if (sameList(known.stretch.sections, sections)) return known;
    const swapped = swap(known, sections);
    if (swapped) {
      stretchRuns.set(first, swapped);
      return swapped;
    }
  }
  const session = new Session(document, sections, options, name);
  for (const [i, section] of sections.entries()) {
    session.sectionAt = i;
    if (section.foreign.length > 0) mixed(session, section);
    else if (section.commands.length === 0) continue;
    else if (session.exited || !runWhole(session, section)) each(session, section);
  }
  const { created, exited, committed, nameAhead, state, isPlain } = session;
  const { dirty } = state;
  session.finishPart();
  const { parts, complaints } = session;
  const stretch: Stretch = { sections, parts, complaints, replaced: undefined };
  const left = { created, exited, committed, dirty };
  const ran = { ...left, document, options, nameBefore: name, nameAhead, state, isPlain, stretch };
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
  if (session.exited && name !== "create") return;
  // What is no command begins no zone.
  if (name !== undefined && name !== "create") session.note(command, section);
  if (name === undefined || EDITING.has(name)) session.edited();
  if (session.block) executeInBlock(session, command, section);
  else executeInZone(session, command, section);
}

/** What changes the zone. */
const EDITING = new Set(["add", "set", "clear", "select", "remove", "end", "cancel"]);

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
