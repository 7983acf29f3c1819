import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import type { ZoneSource } from "../../configuration/zonecfg/types.ts";

/** A command and the section that its offsets count in. */
export interface PlacedCommand {
  readonly command: Command;
  readonly section: Section;
}

/** `add` or `select` of a resource with all up to its `end` or `cancel`. */
export interface Block {
  readonly kind: "block";
  readonly type: string;
  readonly opener: PlacedCommand;
  readonly closer: PlacedCommand | undefined;
  readonly entries: readonly Entry[];
  /** The last command that belongs to it. */
  readonly last: PlacedCommand;
}

export interface Single {
  readonly kind: "command";
  readonly placed: PlacedCommand;
}

export type Entry = Block | Single;

/** The commands that one zone is made with. */
export interface Zone {
  /** Absent where the file goes on with a zone that is there already. */
  readonly create: PlacedCommand | undefined;
  readonly entries: readonly Entry[];
  readonly first: PlacedCommand;
  readonly last: PlacedCommand;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The resource type that a command opens; `undefined` for any other command. */
export function opens({ word, resource }: Command): string | undefined {
  return (word.name === "add" || word.name === "select") && resource ? resource.text : undefined;
}

export function closes({ word }: Command): boolean {
  return word.name === "end" || word.name === "cancel";
}

/** Whether a resource of one type stands within one of another. */
export function nests(inner: string, outer: string): boolean {
  return NESTED.get(inner) === outer;
}

/** The nested resources of Solaris 11.4, each with the one around it. */
const NESTED: ReadonlyMap<string, string> = new Map([
  ["mac", "anet"],
  ["vlan", "anet"],
  ["port", "ib-vhca"],
]);

/** The type of the resource that another one stands within. */
export function outerType(type: string): string | undefined {
  return NESTED.get(type);
}

/**
 * The zones of a document with their resources, as their writer means them: a resource without `end` is over where the
 * next one begins.
 */
export function structureOf(document: ZoneSource): Zone[] {
  const builder = new StructureBuilder();
  for (const section of document.sections)
    for (const command of section.commands) builder.take({ command, section });
  return builder.zones;
}

class StructureBuilder {
  readonly zones: Mutable<Zone>[] = [];
  /** The blocks that are open, the outermost first. */
  private open: Mutable<Block>[] = [];

  take(placed: PlacedCommand) {
    const { command } = placed;
    const isCreate = command.word.name === "create";
    let zone = this.zones.at(-1);
    if (!zone || isCreate) {
      this.open = [];
      zone = { create: isCreate ? placed : undefined, entries: [], first: placed, last: placed };
      this.zones.push(zone);
      if (isCreate) return;
    }
    zone.last = placed;
    const type = opens(command);
    if (type !== undefined) {
      while (this.open.length > 0 && !nests(type, this.open.at(-1)?.type ?? "")) this.open.pop();
      const block: Mutable<Block> = {
        kind: "block",
        type,
        opener: placed,
        closer: undefined,
        entries: [],
        last: placed,
      };
      this.list(zone).push(block);
      this.open.push(block);
      this.extend(placed);
      return;
    }
    this.extend(placed);
    const block = this.open.at(-1);
    if (block && closes(command)) {
      block.closer = placed;
      this.open.pop();
    } else this.list(zone).push({ kind: "command", placed });
  }

  private list(zone: Mutable<Zone>): Entry[] {
    return this.open.at(-1)?.entries ?? zone.entries;
  }

  private extend(placed: PlacedCommand) {
    for (const block of this.open) block.last = placed;
  }
}
