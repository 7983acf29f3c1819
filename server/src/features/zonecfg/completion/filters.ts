import type { TextRange } from "@zonewarden/grammars/common/range";
import { CompletionItemKind } from "vscode-languageserver-types";
import { propertiesOf } from "../../../catalog/zonecfg/lookup.ts";
import { absolute } from "../../../configuration/origin.ts";
import { textIn } from "../../../configuration/zonecfg/state.ts";
import type { Resource } from "../../../configuration/zonecfg/types.ts";
import type { CompletionEntry } from "../../types.ts";
import { resourceDetail } from "../resourceNames.ts";
import { findersOf } from "../target.ts";
import { entry, type Place, ranked } from "./place.ts";
import { quotedWhereNeeded } from "./quoting.ts";

/** More resources than this are of no use in a list. */
const MOST = 200;

/** The resources of a type that are there above the caret, the nearest first. */
export function resourcesAbove({ part, location }: Place, type: string): Resource[] {
  const above = (part?.resources ?? []).filter(
    (resource) =>
      resource.type === type && (!resource.origin || absolute(resource.origin).start < location.offset),
  );
  return above.reverse().slice(0, MOST);
}

/** `property=value` for each resource of a type that is there; properties that are filtered by already are left out. */
export function filterCompletion(
  place: Place,
  type: string,
  range: TextRange,
  used: ReadonlySet<string>,
): CompletionEntry[] {
  const names = findersOf(type).filter((name) => !used.has(name));
  const items: CompletionEntry[] = [];
  const seen = new Set<string>();
  for (const resource of resourcesAbove(place, type))
    for (const name of names) {
      const value = textIn(resource, name);
      if (value === undefined || value === "") continue;
      const label = `${name}=${quotedWhereNeeded(value)}`;
      if (seen.has(label)) continue;
      seen.add(label);
      items.push(
        entry(
          {
            label,
            kind: CompletionItemKind.Reference,
            rank: ranked("a", items.length),
            detail: resourceDetail(type, (property) => textIn(resource, property)),
          },
          range,
        ),
      );
    }
  return items;
}

/** The names of properties that a resource can be found by. */
export function filterNames(
  type: string,
  range: TextRange,
  used: ReadonlySet<string>,
  assigned: boolean,
): CompletionEntry[] {
  return propertiesOf(type).flatMap((property, index) =>
    used.has(property.name) || property.multiple
      ? []
      : [
          entry(
            {
              label: property.name,
              kind: CompletionItemKind.Property,
              rank: ranked("b", index),
              detail: property.doc,
              insertText: assigned ? property.name : `${property.name}=`,
              ...(!assigned && { again: true }),
            },
            range,
          ),
        ],
  );
}
