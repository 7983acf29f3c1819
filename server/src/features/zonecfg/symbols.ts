import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Assignment, Command } from "@zonewarden/grammars/zonecfg/tree";
import { SymbolKind } from "vscode-languageserver-types";
import { clamp } from "../../configuration/origin.ts";
import { textIn } from "../../configuration/zonecfg/state.ts";
import type { ZoneConfiguration, ZonePart, ZoneSource } from "../../configuration/zonecfg/types.ts";
import { hasLetters, shorten } from "../markdown.ts";
import { distinct, placeOf } from "../places.ts";
import type { NamedPlace, SymbolNode, SymbolTree } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { partAt, textOfProperty } from "./part.ts";
import { resourceDetail } from "./resourceNames.ts";
import { type Block, type Entry, type PlacedCommand, structureOf, type Zone } from "./structure.ts";

/** With more commands than this an outline without the properties of resources is made. */
const MOST_COMMANDS = 20_000;

/** The outline: zones with their properties and resources. */
export function documentSymbols(context: FeatureContext, most = MOST_COMMANDS): SymbolTree {
  const { document } = context;
  let commands = 0;
  for (const section of document.sections) commands += section.commands.length;
  const capped = commands > most;
  const outline = new Outline(document, !capped);
  const zones = structureOf(document);
  const symbols =
    zones.length > 1 || zones.some((zone) => zone.create)
      ? zones.map((zone) => outline.zone(zone, partOf(context, zone)))
      : zones.flatMap((zone) => outline.entries(zone.entries));
  return { symbols, capped };
}

function partOf(context: FeatureContext, { first }: Zone): ZonePart | undefined {
  return partAt(context, first.section.start + first.command.word.start);
}

class Outline {
  private readonly document: ZoneSource;
  /** Whether the properties of resources are listed; those of the zone always are. */
  private readonly withProperties: boolean;

  constructor(document: ZoneSource, withProperties: boolean) {
    this.document = document;
    this.withProperties = withProperties;
  }

  zone({ create, first, last, entries }: Zone, part: ZonePart | undefined): SymbolNode {
    const path = part?.name ? undefined : textOfProperty(part, "zonepath");
    const { command } = create ?? {};
    const said = create && command ? this.text(create, { start: command.word.start, end: command.end }) : "";
    return {
      name: part?.name || "zone",
      // Without its name, the path tells it from others.
      detail: [said, path && shorten(path, 60)].filter(Boolean).join(" · "),
      kind: SymbolKind.Class,
      range: { start: this.range(first, first.command).start, end: this.range(last, last.command).end },
      selection: this.range(first, first.command.word),
      children: this.entries(entries),
    };
  }

  entries(entries: readonly Entry[], within = false): SymbolNode[] {
    return entries.flatMap((entry) => {
      if (entry.kind === "block") return [this.block(entry)];
      return within && !this.withProperties ? [] : this.properties(entry.placed);
    });
  }

  private block({ type, opener, last, entries }: Block): SymbolNode {
    const texts = new Map<string, string>();
    for (const placed of [opener, ...entries.flatMap((e) => (e.kind === "command" ? [e.placed] : []))])
      for (const assignment of placed.command.assignments)
        if (assignment.value?.kind === "simple") texts.set(assignment.name.text, assignment.value.text);
    const { word, resource } = opener.command;
    const detail = shorten(
      resourceDetail(type, (property) => texts.get(property)),
      60,
    );
    return {
      name: shorten(type, 60) || "resource",
      detail: word.name === "select" ? `select ${detail}`.trim() : detail,
      kind: type === "net" || type === "anet" ? SymbolKind.Interface : SymbolKind.Object,
      range: { start: this.range(opener, opener.command).start, end: this.range(last, last.command).end },
      selection: this.range(opener, resource ?? word),
      children: this.entries(entries, true),
    };
  }

  /** What a `set`, or an `add` of a value, says. */
  private properties(placed: PlacedCommand): SymbolNode[] {
    const { command } = placed;
    if (!saysValue(command)) return [];
    return command.assignments.map((assignment) => this.property(placed, assignment));
  }

  private property(placed: PlacedCommand, { name, value }: Assignment): SymbolNode {
    return {
      name: shorten(name.text, 60) || "property",
      detail: value ? this.text(placed, value) : "",
      kind: SymbolKind.Property,
      range: this.range(placed, placed.command),
      selection: this.range(placed, name),
      children: [],
    };
  }

  private text({ section }: PlacedCommand, { start, end }: TextRange): string {
    const from = section.start + start;
    return shorten(this.document.text.slice(from, Math.min(section.start + end, from + 500)), 60);
  }

  private range({ section }: PlacedCommand, { start, end }: TextRange): TextRange {
    return clamp(this.document, section.start + start, section.start + end);
  }
}

function saysValue({ word, resource }: Command): boolean {
  return resource === undefined && (word.name === "set" || word.name === "add");
}

/** The zones and resources of some configurations whose names have the letters of a query in them. */
export function workspaceSymbols(
  configurations: Iterable<ZoneConfiguration>,
  query: string,
  most = 500,
): NamedPlace[] {
  const wanted = query.toLowerCase();
  const found: NamedPlace[] = [];
  const fits = (name: string) => hasLetters(name.toLowerCase(), wanted);
  for (const { document, parts } of configurations)
    for (const part of parts) {
      const zone = part.name || "zone";
      if (part.origin && part.name && fits(zone))
        found.push({
          ...placeOf(part.origin),
          name: zone,
          kind: SymbolKind.Class,
          container: document.path,
        });
      for (const resource of part.resources) {
        if (found.length >= most) return distinct(found);
        if (!resource.origin) continue;
        const detail = resourceDetail(resource.type, (property) => textIn(resource, property));
        const name = shorten(`${resource.type} ${detail}`, 80);
        if (!fits(name)) continue;
        found.push({ ...placeOf(resource.origin), name, kind: SymbolKind.Object, container: zone });
      }
    }
  return distinct(found);
}
