import type { TextRange } from "@zonewarden/grammars/common/range";
import { CompletionItemKind } from "vscode-languageserver-types";
import { globalProperty, propertyOf } from "../../../catalog/zonecfg/lookup.ts";
import { textIn } from "../../../configuration/zonecfg/state.ts";
import { hasLetters } from "../../markdown.ts";
import type { CompletionEntry, CompletionResult } from "../../types.ts";
import type { Spot } from "../locate.ts";
import { resourcesAbove } from "./filters.ts";
import { type Candidate, knownValues } from "./known.ts";
import { entry, listWord, type Place, ranked, valueWord } from "./place.ts";
import { privilegeCompletion } from "./privileges.ts";
import { quotedWhereNeeded } from "./quoting.ts";

/** More values than this are of no use in a list, and slow in the editor. */
const MOST = 200;

const NOTHING: CompletionResult = { items: [], incomplete: false };

/** The values that fit a property at the caret. */
export function valueCompletion(place: Place, spot: Extract<Spot, { in: "value" }>): CompletionResult {
  const { location } = place;
  const { command, property, node, list } = spot;
  const word = valueWord(location, node);
  if (word.closed) return NOTHING;
  const verb = command.word.name;
  // Filters, and `remove` of a value, name what is there.
  const isOld = command.resource !== undefined || verb === "remove";
  const resource = command.resource?.text ?? location.open?.type;
  const known = resource === undefined ? globalProperty(property.text) : propertyOf(resource, property.text);
  if (!known) return NOTHING;
  const inList = list !== undefined;
  if (isOld)
    return entries(place, oldValues(place, resource, property.text, verb), word, word.quoted, inList);
  if (known.name === "limitpriv" && resource === undefined)
    return { items: privilegeCompletion(place, word), incomplete: false };
  const isCommaList = known.type === "comma-list" || known.name === "fs-allowed";
  const range = isCommaList && !inList ? listWord(location, word) : word;
  const given = isCommaList ? wordsBeside(place, word.whole, range) : new Set<string>();
  const candidates = knownValues(place, known).filter(({ text }) => !given.has(text));
  return entries(place, candidates, range, word.quoted, inList);
}

function entries(
  { location }: Place,
  candidates: readonly Candidate[],
  range: TextRange,
  quoted: boolean,
  inList: boolean,
): CompletionResult {
  const wanted = location.document.text.slice(range.start, location.offset).toLowerCase();
  const many = candidates.length > MOST;
  const shown = many ? candidates.filter(({ text }) => hasLetters(text.toLowerCase(), wanted)) : candidates;
  const items: CompletionEntry[] = shown.slice(0, MOST).flatMap((candidate, index) => {
    const { text, snippet, kind, ...about } = candidate;
    if (snippet !== undefined && quoted) return [];
    return [
      entry(
        {
          ...about,
          label: text,
          kind: kind ?? CompletionItemKind.Value,
          rank: ranked("a", index),
          insertText: snippet ?? (quoted ? text : quotedWhereNeeded(text, inList)),
          snippet: snippet !== undefined,
        },
        range,
      ),
    ];
  });
  return { items, incomplete: many };
}

/** The words of a list with commas that stand beside the one at the caret. */
function wordsBeside({ location }: Place, whole: TextRange, { start, end }: TextRange): ReadonlySet<string> {
  const { text } = location.document;
  return new Set(
    `${text.slice(whole.start, start)},${text.slice(end, whole.end)}`.split(",").filter(Boolean),
  );
}

/** The values that resources above have: of the resources that a filter looks through, or of the open one. */
function oldValues(
  place: Place,
  resource: string | undefined,
  property: string,
  verb: string | undefined,
): Candidate[] {
  const { open } = place.location;
  if (verb === "remove" && open && open.type === resource)
    return open.commands.flatMap(({ command, section }) =>
      command.assignments.flatMap(({ name, value }) => {
        if (name.text !== property || !value || command.word.name === "remove") return [];
        const from = section.start;
        const { text } = place.location.document;
        const written = text.slice(from + value.start, from + value.end);
        return value.kind === "simple" ? [{ text: value.text }] : [{ text: written, snippet: written }];
      }),
    );
  const texts = resourcesAbove(place, resource ?? "").flatMap((r) => textIn(r, property) || []);
  return [...new Set(texts)].map((text) => ({ text, kind: CompletionItemKind.Reference }));
}
