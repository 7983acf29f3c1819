import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Assignment, Command, Name, SimpleValue } from "@zonewarden/grammars/zonecfg/tree";
import { clamp } from "../../configuration/origin.ts";
import type { ZoneSource } from "../../configuration/zonecfg/types.ts";
import { sameAddress } from "../../configuration/zonecfg/values.ts";
import { type Block, type Entry, type PlacedCommand, structureOf, type Zone } from "./structure.ts";
import { rctlOf, type Target } from "./target.ts";

/** A place that names a thing. */
export interface Use {
  /** Absolute. */
  readonly range: TextRange;
  /** Whether it gives the thing its name or value there. */
  readonly writes: boolean;
  /** The resource that it is in. */
  readonly block: Block | undefined;
}

/** The zone that an offset belongs to. */
export function zoneAt(document: ZoneSource, offset: number): Zone | undefined {
  const zones = structureOf(document);
  return zones.findLast(({ first }) => first.section.start + first.command.start <= offset) ?? zones[0];
}

/** All places in a zone that name a thing, in text order. */
export function usesIn(document: ZoneSource, { entries }: Zone, target: Target): Use[] {
  const walk = new Walk(document, target);
  walk.entries(entries, undefined);
  return walk.uses;
}

class Walk {
  readonly uses: Use[] = [];
  private readonly document: ZoneSource;
  private readonly target: Target;

  constructor(document: ZoneSource, target: Target) {
    this.document = document;
    this.target = target;
  }

  entries(entries: readonly Entry[], block: Block | undefined) {
    for (const entry of entries) {
      if (entry.kind === "command") this.command(entry.placed, block);
      else {
        this.command(entry.opener, entry);
        this.entries(entry.entries, entry);
      }
    }
  }

  private command(placed: PlacedCommand, block: Block | undefined) {
    const { command } = placed;
    const { name: verb } = command.word;
    const type = command.resource?.text ?? block?.type;
    const writes = command.resource === undefined && (verb === "set" || verb === "add");
    if (command.property && verb === "clear") this.name(placed, command.property, type, false, block);
    else if (command.property) this.name(placed, command.property, undefined, false, block);
    for (const assignment of command.assignments) {
      this.name(placed, assignment.name, type, writes, block);
      this.value(placed, assignment, type, writes, block);
    }
  }

  private name(
    placed: PlacedCommand,
    node: Name,
    type: string | undefined,
    writes: boolean,
    block: Block | undefined,
  ) {
    const { target } = this;
    const isIt =
      target.kind === "property"
        ? target.name === node.text && target.resource === type
        : target.kind === "rctl" && rctlOf(type, node.text) === target.name;
    if (isIt) this.add(placed, node, writes, block);
  }

  private value(
    placed: PlacedCommand,
    { name, value }: Assignment,
    type: string | undefined,
    writes: boolean,
    block: Block | undefined,
  ) {
    if (value?.kind !== "simple" || type === undefined) return;
    const { target } = this;
    const isIt =
      target.kind === "resource"
        ? target.type === type &&
          target.property === name.text &&
          sameText(name.text, value.text, target.value)
        : target.kind === "rctl" && type === "rctl" && name.text === "name" && value.text === target.name;
    if (isIt) this.add(placed, contentOf(value), writes, block);
  }

  private add(
    { section }: PlacedCommand,
    { start, end }: TextRange,
    writes: boolean,
    block: Block | undefined,
  ) {
    this.uses.push({
      range: clamp(this.document, section.start + start, section.start + end),
      writes,
      block,
    });
  }
}

/** A value without its quotes. */
function contentOf({ quoted, text, start, end }: SimpleValue): TextRange {
  return quoted
    ? { start: Math.min(start + 1, end), end: Math.min(start + 1 + text.length, end) }
    : { start, end };
}

/** Whether a resource with one text is found by another one. */
export function sameText(property: string, a: string, b: string): boolean {
  return /address$|defrouter$/.test(property) ? sameAddress(a, b) : a === b;
}

/** The texts of the properties that `set` gives a resource, the last one of each. */
export function settingsOf({ entries }: Block): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of entries)
    if (entry.kind === "command" && entry.placed.command.word.name === "set")
      for (const [name, text] of textsOf(entry.placed.command)) found.set(name, text);
  return found;
}

/** The properties and simple values that a command speaks of. */
export function textsOf({ assignments }: Command): [name: string, value: string][] {
  return assignments.flatMap(({ name, value }): [string, string][] =>
    value?.kind === "simple" ? [[name.text, value.text]] : [],
  );
}
