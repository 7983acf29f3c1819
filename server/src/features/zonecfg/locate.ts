import { type TextRange, touches } from "@zonewarden/grammars/common/range";
import type {
  Assignment,
  Command,
  ComplexValue,
  ListValue,
  Member,
  Name,
  Section,
  SimpleValue,
  Word,
} from "@zonewarden/grammars/zonecfg/tree";
import { clamp } from "../../configuration/origin.ts";
import type { ZoneSource } from "../../configuration/zonecfg/types.ts";
import { lastAtOrBefore } from "../places.ts";
import { type OpenResource, openAt, openedBy } from "./scope.ts";
import { opens } from "./structure.ts";

/** What stands at an offset; offsets count from the section's start. Without a node it is still missing. */
export type Spot =
  | { readonly in: "command"; readonly command: Command }
  /** The first word behind `add`, `set`, `select`, `remove`, `clear` or `info`. */
  | {
      readonly in: "subject";
      readonly command: Command;
      readonly node: Word | undefined;
      /** What the text has made of it; `undefined` where it may become either. */
      readonly is: "resource" | "property" | undefined;
    }
  /** The name of a property that finds a resource, as in `select fs dir=…`. */
  | { readonly in: "filter"; readonly command: Command; readonly node: Name | undefined }
  /** A whole value, or one element of a list. */
  | {
      readonly in: "value";
      readonly command: Command;
      readonly property: Word;
      readonly node: SimpleValue | undefined;
      readonly list: ListValue | undefined;
    }
  /** A name in `(name=value,…)`. */
  | {
      readonly in: "member";
      readonly command: Command;
      readonly property: Word;
      readonly tuple: ComplexValue;
      readonly node: Name | undefined;
    }
  | {
      readonly in: "memberValue";
      readonly command: Command;
      readonly property: Word;
      readonly tuple: ComplexValue;
      readonly member: Member;
      readonly node: SimpleValue | undefined;
    }
  /** A plain word: an option, or what stands behind `flag`. */
  | {
      readonly in: "argument";
      readonly command: Command;
      readonly node: Word | undefined;
      readonly flag: Word | undefined;
    }
  | { readonly in: "comment" }
  /** A line of a shell, or the output of a session. */
  | { readonly in: "foreign" }
  /** Nothing: a command may begin here. */
  | { readonly in: "start" }
  /** Nothing, and something on this line has to end first. */
  | { readonly in: "between" };

export interface Location {
  readonly document: ZoneSource;
  /** Absolute. */
  readonly offset: number;
  /** The section at the offset; `undefined` in an empty text. */
  readonly section: Section | undefined;
  readonly spot: Spot;
  /** The resource that a command here belongs to; `undefined` outside of resources. */
  readonly open: OpenResource | undefined;
}

const START: Spot = { in: "start" };
const BETWEEN: Spot = { in: "between" };

/** What stands at an offset of a document, however broken it is. Costs what the open resource is long. */
export function locate(document: ZoneSource, offset: number): Location {
  const { sections } = document;
  const index = lastAtOrBefore(sections, offset, (section) => section.start);
  const section = sections[index];
  if (!section) return { document, offset, section, spot: START, open: undefined };
  const at = offset - section.start;
  const last = lastAtOrBefore(section.commands, at, (command) => command.start);
  const command = section.commands[last];
  const within = command && (command.terminator === undefined || at <= command.terminator);
  const position = { section: index, command: within ? last : last + 1 };
  const rest = within ? { ...position, command: last + 1 } : position;
  return {
    document,
    offset,
    section,
    spot: within ? spotIn(document, section, command, at) : spotBetween(section, at),
    open: openAt(document, position, rest),
  };
}

function spotBetween(section: Section, at: number): Spot {
  const comment = section.comments[lastAtOrBefore(section.comments, at, ({ start }) => start)];
  if (comment && comment.start < at && at <= comment.end) return { in: "comment" };
  const line = section.foreign[lastAtOrBefore(section.foreign, at, ({ start }) => start)];
  return line && touches(line, at) ? { in: "foreign" } : START;
}

/** Commands whose first word is a resource type or a property. */
const WITH_SUBJECT = new Set(["add", "set", "select", "remove", "clear", "info"]);

function spotIn(document: ZoneSource, section: Section, command: Command, at: number): Spot {
  const { word, args, resource, property, assignments } = command;
  if (at < word.start) return command.prompt && at > command.prompt.end ? START : BETWEEN;
  if (at <= word.end) return { in: "command", command };
  if (resource && touches(resource, at)) return { in: "subject", command, node: resource, is: "resource" };
  if (property && touches(property, at)) return { in: "subject", command, node: property, is: "property" };
  const assignment = assignments[lastAtOrBefore(assignments, at, ({ start }) => start)];
  const spot = assignment && spotOfAssignment(document, section, command, assignment, at);
  if (spot) return spot;

  const hasSubject = word.name !== undefined && WITH_SUBJECT.has(word.name);
  const arg = args.find((candidate) => touches(candidate, at));
  if (arg && hasSubject && !arg.text.startsWith("-"))
    return { in: "subject", command, node: arg, is: undefined };
  const flag = args[lastAtOrBefore(args, at - 1, ({ end }) => end)];
  if (arg) return { in: "argument", command, node: arg, flag };

  const before = document.text.slice(section.start + word.end, section.start + at);
  // What is being typed at the caret and has no place in the tree.
  const stem = before.replace(/[^\s=,;()[\]"]*$/, "");
  if (!/[ \t]$/.test(stem)) return BETWEEN;
  if (resource) {
    const takesFilter = word.name !== "add" && at > resource.end && (!assignment || assignment.value);
    return takesFilter ? { in: "filter", command, node: undefined } : BETWEEN;
  }
  if (assignment || property || word.name === undefined) return BETWEEN;
  if (!hasSubject) return { in: "argument", command, node: undefined, flag };
  if (/^(?:[ \t]|-\w+[ \t])*$/.test(stem)) return { in: "subject", command, node: undefined, is: undefined };
  // A word that may be a property on some platform, and its value is missing.
  if (
    flag &&
    args.length === 1 &&
    (word.name === "add" || word.name === "remove") &&
    /^\s*\S+\s+$/.test(stem)
  )
    return { in: "value", command, property: flag, node: undefined, list: undefined };
  return BETWEEN;
}

/** The spot in an assignment, or behind one that lacks something; `undefined` where it has nothing to do with it. */
function spotOfAssignment(
  document: ZoneSource,
  section: Section,
  command: Command,
  { name, equals, value }: Assignment,
  at: number,
): Spot | undefined {
  if (touches(name, at))
    return command.resource
      ? { in: "filter", command, node: name }
      : { in: "subject", command, node: name, is: "property" };
  if (equals !== undefined && at <= equals) return BETWEEN;
  const missing: Spot = { in: "value", command, property: name, node: undefined, list: undefined };
  if (!value) {
    const from = equals === undefined ? name.end : equals + 1;
    return isBlank(document, section, from, at) ? missing : undefined;
  }
  if (at < value.start) return missing;
  switch (value.kind) {
    case "simple":
      return at <= value.end ? { ...missing, node: value } : undefined;
    case "complex":
      return spotOfTuple(document, section, command, name, value, at);
    case "list": {
      if (!isInside(value, at)) return at <= value.end ? BETWEEN : undefined;
      const element = value.elements[lastAtOrBefore(value.elements, at, ({ start }) => start)];
      if (element?.kind === "simple" && at <= element.end) return { ...missing, node: element, list: value };
      if (element?.kind === "complex" && element.start < at && (at < element.end || isInside(element, at)))
        return spotOfTuple(document, section, command, name, element, at);
      const mark = lastMark(document, section, value.start, at);
      return mark === "," || mark === "[" ? { ...missing, list: value } : BETWEEN;
    }
  }
}

/** Between the brackets, or behind what lacks the closing one. */
function isInside({ start, close }: ListValue | ComplexValue, at: number): boolean {
  return at > start && (close === undefined || at <= close);
}

function spotOfTuple(
  document: ZoneSource,
  section: Section,
  command: Command,
  property: Word,
  tuple: ComplexValue,
  at: number,
): Spot | undefined {
  if (!isInside(tuple, at)) return at <= tuple.end ? BETWEEN : undefined;
  const member = tuple.members[lastAtOrBefore(tuple.members, at, ({ start }) => start)];
  if (member) {
    if (touches(member.name, at)) return { in: "member", command, property, tuple, node: member.name };
    const { value, equals } = member;
    if (value && touches(value, at))
      return { in: "memberValue", command, property, tuple, member, node: value };
    if (equals !== undefined && !value && at > equals && isBlank(document, section, equals + 1, at))
      return { in: "memberValue", command, property, tuple, member, node: undefined };
  }
  const mark = lastMark(document, section, tuple.start, at);
  return mark === "," || mark === "(" ? { in: "member", command, property, tuple, node: undefined } : BETWEEN;
}

function isBlank(document: ZoneSource, section: Section, from: number, to: number): boolean {
  return document.text.slice(section.start + from, section.start + to).trim() === "";
}

/** The last character in front of the caret that is no blank. */
function lastMark(document: ZoneSource, section: Section, from: number, at: number): string {
  return document.text
    .slice(section.start + from, section.start + at)
    .trimEnd()
    .slice(-1);
}

/** A stretch of the section of a location, as the document counts. */
export function absoluteIn({ document, section }: Location, { start, end }: TextRange): TextRange {
  const from = section?.start ?? 0;
  return clamp(document, from + start, from + end);
}

/** The text that the open resource gives a property. */
export function settingOf({ open }: Location, property: string): string | undefined {
  for (const { command } of open?.commands ?? [])
    for (const { name, value } of command.assignments)
      if (command.word.name === "set" && name.text === property && value?.kind === "simple")
        return value.text;
  return undefined;
}

/** The resource at a location with all its commands; on the command that opens one, it is that one. */
export function blockAt({ document, section, spot, open }: Location): OpenResource | undefined {
  const command = "command" in spot ? spot.command : undefined;
  const opener = section && command && opens(command) !== undefined ? { command, section } : open?.opener;
  return opener && openedBy(document, opener);
}
