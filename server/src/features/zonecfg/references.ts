import { DocumentHighlightKind } from "vscode-languageserver-types";
import { clamp } from "../../configuration/origin.ts";
import type { Highlight, Place } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, locate } from "./locate.ts";
import { closes, opens, type PlacedCommand } from "./structure.ts";
import { type Target, targetAt } from "./target.ts";
import { type Use, usesIn, zoneAt } from "./uses.ts";

/** All places of the zone that name the thing under the caret. */
export function references(context: FeatureContext, offset: number, includeDeclaration: boolean): Place[] {
  const { document } = context;
  const { path } = document;
  const target = targetAt(locate(document, offset));
  return usesOf(context, offset, target)
    .filter(({ writes }) => includeDeclaration || !writes || target?.kind !== "resource")
    .map(({ range }) => ({ path, range }));
}

function usesOf({ document }: FeatureContext, offset: number, target: Target | undefined): Use[] {
  const zone = target && zoneAt(document, offset);
  return zone ? usesIn(document, zone, target) : [];
}

/** The same places; a property of a resource has to do with that resource, not with its namesakes in all others. */
export function documentHighlights(context: FeatureContext, offset: number): Highlight[] {
  const location = locate(context.document, offset);
  const { spot, open } = location;
  if (spot.in === "command") return pair(context, location);
  const target = targetAt(location);
  const uses = usesOf(context, offset, target);
  const near =
    target?.kind === "property" && open && target.resource !== undefined
      ? uses.filter(({ block }) => block?.opener.command === open.opener.command)
      : uses;
  return near.map(({ range, writes }) => ({
    range,
    kind: writes ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** `add` and the `end` that belongs to it. */
function pair({ document }: FeatureContext, location: Location): Highlight[] {
  const { spot, open, section } = location;
  if (spot.in !== "command" || !section) return [];
  const { command } = spot;
  const found: (PlacedCommand | undefined)[] = closes(command)
    ? [open?.opener, open && { command, section }]
    : opens(command) === undefined
      ? []
      : ends(document, { command, section });
  return found.flatMap((placed) => {
    if (!placed) return [];
    const { start, end } = placed.command.word;
    const from = placed.section.start;
    return [{ range: clamp(document, from + start, from + end), kind: DocumentHighlightKind.Text }];
  });
}

function ends(document: FeatureContext["document"], opener: PlacedCommand): PlacedCommand[] {
  const behind = locate(document, opener.section.start + (opener.command.terminator ?? -1) + 1);
  const { open } = behind;
  return open?.closer && open.opener.command === opener.command ? [opener, open.closer] : [opener];
}
