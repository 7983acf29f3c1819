import { DocumentHighlightKind } from "vscode-languageserver-types";
import { clamp } from "../../configuration/origin.ts";
import type { Highlight, Place } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { blockAt, type Location, locate } from "./locate.ts";
import { closes, opens } from "./structure.ts";
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
  const { spot } = location;
  if (spot.in !== "command" || !(closes(spot.command) || opens(spot.command) !== undefined)) return [];
  const open = blockAt(location);
  const words = [open?.opener, open?.closer].flatMap((placed) => placed ?? []);
  return words.map(({ command: { word }, section: { start } }) => ({
    range: clamp(document, start + word.start, start + word.end),
    kind: DocumentHighlightKind.Text,
  }));
}
