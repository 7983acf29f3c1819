import type { CompletionEntry, CompletionResult } from "../types.ts";
import { argumentCompletion } from "./completion/arguments.ts";
import { commandCompletion } from "./completion/commands.ts";
import { filterCompletion, filterNames } from "./completion/filters.ts";
import { memberCompletion, memberValueCompletion } from "./completion/members.ts";
import { nodeAt, type Place, placeAt, restOfLine, wordAt } from "./completion/place.ts";
import { subjectCompletion } from "./completion/subjects.ts";
import { valueCompletion } from "./completion/values.ts";
import type { FeatureContext } from "./context.ts";
import { locate, type Spot } from "./locate.ts";

/** What can be typed at an offset. The cost does not depend on how long the document is. */
export function complete(context: FeatureContext, offset: number): CompletionResult {
  const place = placeAt(context, locate(context.document, offset));
  const { spot } = place.location;
  if (spot.in === "value") return valueCompletion(place, spot);
  return { items: itemsAt(place, spot), incomplete: false };
}

function itemsAt(place: Place, spot: Spot): CompletionEntry[] {
  switch (spot.in) {
    case "start":
    case "command":
      return commandCompletion(place);
    case "subject":
      return subjectCompletion(place, spot);
    case "filter":
      return filtersAt(place, spot);
    case "member":
      return memberCompletion(place, spot);
    case "memberValue":
      return memberValueCompletion(place, spot);
    case "argument":
      return argumentCompletion(place, spot);
    default:
      return [];
  }
}

function filtersAt(place: Place, { command, node }: Extract<Spot, { in: "filter" }>): CompletionEntry[] {
  const { location } = place;
  const type = command.resource?.text ?? "";
  const used = new Set(command.assignments.flatMap(({ name }) => (name === node ? [] : [name.text])));
  const range = node && !node.quoted ? nodeAt(location, node) : wordAt(location);
  const assigned = restOfLine(location, range.end).startsWith("=");
  const names = filterNames(type, range, used, assigned);
  return assigned ? names : [...filterCompletion(place, type, range, used), ...names];
}
