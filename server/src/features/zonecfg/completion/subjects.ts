import type { TextRange } from "@zonewarden/grammars/common/range";
import { CompletionItemKind } from "vscode-languageserver-types";
import { commands } from "../../../catalog/zonecfg/lookup.ts";
import { resourceMarkdown, resourceSignature } from "../../../catalog/zonecfg/markdown.ts";
import { resources, type ZoneResource } from "../../../catalog/zonecfg/resource.ts";
import type { CompletionEntry } from "../../types.ts";
import type { Spot } from "../locate.ts";
import { filterCompletion } from "./filters.ts";
import { entry, fits, nodeAt, type Place, ranked, restOfLine, wordAt } from "./place.ts";
import { draftOf, isSetAt, missingProperties, propertiesAt } from "./properties.ts";
import { resourceSnippet } from "./skeletons.ts";

/** What can follow `add`, `set`, `select`, `remove`, `clear` and `info`, or stand in place of the word that is there. */
export function subjectCompletion(place: Place, spot: Extract<Spot, { in: "subject" }>): CompletionEntry[] {
  const { location } = place;
  const { command, node } = spot;
  const range = node && !node.quoted ? nodeAt(location, node) : wordAt(location);
  const { open } = location;
  switch (command.word.name) {
    case "set":
      return setNames(place, range);
    case "add":
      return open
        ? [...addNames(place, range), ...resourceNames(place, range, open.type, true)]
        : resourceNames(place, range, undefined, true);
    case "clear":
      return clearNames(place, range);
    case "select":
      return selections(place, range);
    case "remove":
      return open ? addNames(place, range) : [...selections(place, range), ...force(place, range)];
    case "info":
      return [
        ...resourceNames(place, range, undefined, false),
        ...propertiesAt(place).map((property, i) =>
          entry({ ...draftOf(property, i).name, again: false, rank: "b" }, range),
        ),
      ];
    default:
      return [];
  }
}

/** The properties that `set` takes, the missing ones first. */
function setNames(place: Place, range: TextRange): CompletionEntry[] {
  const assigned = /^[ \t]*=/.test(restOfLine(place.location, range.end));
  const { required, others } = missingProperties(place);
  const first = new Set(required.map(({ property }) => property));
  const missing = new Set(others.map(({ property }) => property));
  return propertiesAt(place).flatMap((property, index) => {
    if (property.forms.length === 1 && property.forms[0] === "complex") return [];
    const { name, rank } = draftOf(property, index);
    const letter = first.has(property) ? "a" : missing.has(property) ? "b" : "c";
    return [
      entry(
        {
          ...name,
          rank: letter + rank,
          insertText: assigned ? property.name : `${property.name}=`,
          again: !assigned,
        },
        range,
      ),
    ];
  });
}

/** The properties that take several values. */
function addNames(place: Place, range: TextRange): CompletionEntry[] {
  const goesOn = restOfLine(place.location, range.end).trim() !== "";
  return propertiesAt(place).flatMap((property, index) => {
    if (!property.multiple) return [];
    const { name, rank } = draftOf(property, index);
    return [
      entry(
        {
          ...name,
          rank: `a${rank}`,
          insertText: goesOn ? property.name : `${property.name} `,
          again: !goesOn,
        },
        range,
      ),
    ];
  });
}

/** What `clear` takes back: what is set first. */
function clearNames(place: Place, range: TextRange): CompletionEntry[] {
  return propertiesAt(place).flatMap((property, index) => {
    if (!property.clearable) return [];
    const { name, rank } = draftOf(property, index);
    return [entry({ ...name, rank: (isSetAt(place, property) ? "a" : "b") + rank, again: false }, range)];
  });
}

/** Resource types. Behind `add`, a new resource comes up to its `end`. */
function resourceNames(
  place: Place,
  range: TextRange,
  within: string | undefined,
  adding: boolean,
): CompletionEntry[] {
  const whole = adding && isUnbegun(place) && restOfLine(place.location, range.end).trim() === "";
  return resources.flatMap((resource, index) => {
    if (!fits(resource, place) || resource.within !== within) return [];
    const { name } = resource;
    if (whole && resource.single && place.part?.resources.some(({ type }) => type === name)) return [];
    const text = whole ? resourceSnippet(resource, place, name) : name;
    return [resourceEntry(resource, ranked("b", index), text, whole, range)];
  });
}

function resourceEntry(
  resource: ZoneResource,
  rank: string,
  insertText: string,
  snippet: boolean,
  range: TextRange,
): CompletionEntry {
  return entry(
    {
      label: resource.name,
      kind: CompletionItemKind.Class,
      rank,
      detail: resourceSignature(resource),
      documentation: resourceMarkdown(resource),
      insertText,
      snippet,
    },
    range,
  );
}

/** Whether the `add` at the caret has nothing below it yet. */
function isUnbegun({ location }: Place): boolean {
  const { document, spot, section } = location;
  if (spot.in !== "subject" || !section) return false;
  const from = section.start + (spot.command.terminator ?? spot.command.end);
  const next = /^[;\n\r\s]*([a-z]*)/.exec(document.text.slice(from, from + 200))?.[1] ?? "";
  return next === "" || next === "add" || next === "create" || next === "select" || !commands.has(next);
}

/** The types of the resources that are there, and each of these resources. */
function selections(place: Place, range: TextRange): CompletionEntry[] {
  const { part, location } = place;
  if (location.open) return [];
  const there = new Set(part?.resources.map(({ type }) => type));
  const types = resources.filter((resource) => fits(resource, place) && !resource.within);
  const names = types.map((resource) =>
    entry(
      {
        label: resource.name,
        kind: CompletionItemKind.Class,
        rank: there.has(resource.name) ? "b" : "c",
        detail: resourceSignature(resource),
        documentation: resourceMarkdown(resource),
        insertText: resource.single ? resource.name : `${resource.name} `,
        again: !resource.single,
      },
      range,
    ),
  );
  if (restOfLine(location, range.end).trim() !== "") return names;
  const whole = [...there].flatMap((type) =>
    filterCompletion(place, type, range, new Set()).map((item) => ({
      ...item,
      label: `${type} ${item.label}`,
      filterText: `${type} ${item.filterText}`,
      insertText: `${type} ${item.insertText}`,
      sortText: `a${type}${item.sortText}`,
    })),
  );
  return [...whole, ...names];
}

function force(place: Place, range: TextRange): CompletionEntry[] {
  const option = commands.get("remove")?.options.find(({ flag }) => flag === "-F");
  return option && fits(option, place)
    ? [entry({ label: "-F", kind: CompletionItemKind.Keyword, rank: "d", detail: option.doc }, range)]
    : [];
}
