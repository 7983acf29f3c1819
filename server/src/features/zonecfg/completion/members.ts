import type { TextRange } from "@zonewarden/grammars/common/range";
import { CompletionItemKind } from "vscode-languageserver-types";
import { findRctl } from "../../../catalog/zonecfg/lookup.ts";
import { rctlValueParts } from "../../../catalog/zonecfg/rctls.ts";
import type { CompletionEntry } from "../../types.ts";
import { netPairsAt } from "../brandValues.ts";
import { type Spot, settingOf } from "../locate.ts";
import { meaningOf } from "../valueMeanings.ts";
import { entry, type Place, ranked, restOfLine, valueWord, wordAt } from "./place.ts";

/** The names in `(priv=…,limit=…,action=…)` and `(name=…,value=…)` that are not there yet. */
export function memberCompletion(place: Place, spot: Extract<Spot, { in: "member" }>): CompletionEntry[] {
  const { location } = place;
  const used = new Set(spot.tuple.members.flatMap(({ name }) => (name === spot.node ? [] : [name.text])));
  const range = wordAt(location);
  const assigned = restOfLine(location, range.end).startsWith("=");
  return names(spot.property.text).flatMap(({ name, doc }, index) =>
    used.has(name)
      ? []
      : [
          entry(
            {
              label: name,
              kind: CompletionItemKind.Property,
              rank: ranked("a", index),
              detail: doc,
              insertText: assigned ? name : `${name}=`,
              ...(!assigned && { again: true }),
            },
            range,
          ),
        ],
  );
}

function names(property: string): readonly { readonly name: string; readonly doc: string }[] {
  if (property === "value")
    return rctlValueParts.map(({ name, doc }) => ({ name, doc: doc.replaceAll("`", "") }));
  if (property !== "property") return [];
  return [
    { name: "name", doc: "A property that the brand reads." },
    { name: "value", doc: "What it becomes." },
  ];
}

/** The values of a member. */
export function memberValueCompletion(
  place: Place,
  spot: Extract<Spot, { in: "memberValue" }>,
): CompletionEntry[] {
  const { location } = place;
  const word = valueWord(location, spot.node);
  if (word.closed) return [];
  const name = spot.member.name.text;
  if (spot.property.text === "property") return name === "name" ? pairNames(place, word) : [];
  const values = rctlValueParts.find((part) => part.name === name)?.values ?? [];
  const usual = findRctl(settingOf(location, "name") ?? "")?.defaultAction ?? "deny";
  return values.map((value) =>
    entry(
      {
        label: value,
        kind: CompletionItemKind.EnumMember,
        rank: value === usual ? "a" : "b",
        detail: meaningOf("rctl", name, value) ?? "",
      },
      word,
    ),
  );
}

/** The properties of an interface that the zone's brand reads. */
function pairNames({ context, location }: Place, range: TextRange): CompletionEntry[] {
  return netPairsAt(context, location).map(({ name, doc }, index) =>
    entry(
      {
        label: name,
        kind: CompletionItemKind.Field,
        rank: ranked("a", index),
        detail: doc.replaceAll("`", ""),
      },
      range,
    ),
  );
}
