import { clamp } from "../../configuration/origin.ts";
import { distinct } from "../places.ts";
import type { Place } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { locate } from "./locate.ts";
import type { Block, Entry, PlacedCommand, Zone } from "./structure.ts";
import { type Target, targetAt } from "./target.ts";
import { sameText, settingsOf, textsOf, usesIn, zoneAt } from "./uses.ts";

/** Where what is under the caret comes from: the resource that a filter finds, the commands that set a property. */
export function definition(context: FeatureContext, offset: number): Place[] {
  const { document } = context;
  const location = locate(document, offset);
  const { spot, open } = location;
  if (spot.in === "command" && open && /^(?:end|cancel)$/.test(spot.command.word.name ?? ""))
    return [placeOfOpener(context, open.opener)];
  const zone = zoneAt(document, offset);
  if (!zone) return [];
  const command = "command" in spot ? spot.command : undefined;
  // Anywhere in `select fs dir=/a` it is the resource that counts.
  if (command?.resource && command.word.name !== "add" && command.assignments.length > 0) {
    const found = definersIn(zone.entries, command.resource.text, textsOf(command));
    const target = targetAt(location);
    const places = found.map(({ opener }) => placeOfOpener(context, opener));
    return distinct([...places, ...(target?.kind === "rctl" ? writes(context, zone, target) : [])]);
  }
  const target = targetAt(location);
  return target ? writes(context, zone, target) : [];
}

function writes({ document }: FeatureContext, zone: Zone, target: Target): Place[] {
  return usesIn(document, zone, target).flatMap(({ range, writes: isWrite }) =>
    isWrite ? [{ path: document.path, range }] : [],
  );
}

/** The resources of a type that filters find, where what they find is set. */
function definersIn(
  entries: readonly Entry[],
  type: string,
  filters: readonly (readonly [name: string, value: string])[],
): Block[] {
  if (filters.length === 0) return [];
  return entries.flatMap((entry) => {
    if (entry.kind === "command" || entry.type !== type) return [];
    const settings = settingsOf(entry);
    const isNew = entry.opener.command.word.name === "add";
    const sets = filters.some(([name]) => settings.has(name));
    if (!isNew && !sets) return [];
    const all = new Map([...textsOf(entry.opener.command), ...settings]);
    return filters.every(([name, value]) => sameText(name, all.get(name) ?? "", value)) ? [entry] : [];
  });
}

/** `add net`. */
function placeOfOpener({ document }: FeatureContext, { command, section }: PlacedCommand): Place {
  const end = (command.resource ?? command.word).end;
  return {
    path: document.path,
    range: clamp(document, section.start + command.word.start, section.start + end),
  };
}
