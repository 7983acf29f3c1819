import type { TextRange } from "@zonewarden/grammars/common/range";
import { CompletionItemKind } from "vscode-languageserver-types";
import { commands } from "../../../catalog/zonecfg/lookup.ts";
import { commandMarkdown, resourceMarkdown, resourceSignature } from "../../../catalog/zonecfg/markdown.ts";
import { resources } from "../../../catalog/zonecfg/resource.ts";
import { textOf } from "../../../configuration/origin.ts";
import type { CompletionEntry } from "../../types.ts";
import { entry, fits, nodeAt, type Place, ranked, restOfLine, wordAt } from "./place.ts";
import { missingProperties } from "./properties.ts";
import { resourceSnippet, SKELETONS } from "./skeletons.ts";

/** What may be typed behind a command word, so that it is asked for at once. */
const GOES_ON = new Set(["add", "set", "select", "remove", "clear"]);

/** Commands that need an option in a command file. */
const FORCED = new Set(["delete", "revert"]);

/** Commands of interest to command files; the others are for sessions. */
const FIRST = [
  "set",
  "add",
  "select",
  "remove",
  "clear",
  "create",
  "end",
  "cancel",
  "verify",
  "commit",
  "exit",
];

/** What can begin a command at the caret, or stand in place of the word that is there. */
export function commandCompletion(place: Place): CompletionEntry[] {
  const { location } = place;
  const { spot, open } = location;
  const range = spot.in === "command" ? nodeAt(location, spot.command.word) : wordAt(location);
  // A command that is there already keeps what follows it: only its word is replaced.
  const wordOnly = restOfLine(location, range.end).trim() !== "";
  const items = words(place, range, wordOnly);
  if (wordOnly) return items;
  items.push(...resourceEntries(place, range), ...propertyEntries(place, range));
  if (!open && !isCreated(place)) items.push(...skeletons(place, range));
  return items;
}

function words(place: Place, range: TextRange, wordOnly: boolean): CompletionEntry[] {
  const { open } = place.location;
  const done =
    open !== undefined && open.commands.length > 0 && missingProperties(place).required.length === 0;
  return [...commands.values()].flatMap((command) => {
    const { name, scope } = command;
    if (!fits(command, place) || (scope !== "both" && (scope === "resource") !== (open !== undefined)))
      return [];
    if (open?.closer && (name === "end" || name === "cancel")) return [];
    const goesOn = GOES_ON.has(name) && !wordOnly;
    const index = FIRST.indexOf(name);
    const rank = name === "end" ? (done ? "a" : "c") : index < 0 ? "y" : `d${String(index).padStart(2, "0")}`;
    return [
      entry(
        {
          label: name,
          kind: CompletionItemKind.Keyword,
          rank,
          detail: command.synopsis[0] ?? "",
          documentation: commandMarkdown(command),
          insertText: goesOn ? `${name} ` : FORCED.has(name) && !wordOnly ? `${name} -F` : name,
          ...(goesOn && { again: true }),
        },
        range,
      ),
    ];
  });
}

/** Resources from `add` to `end`: those of the zone, or those within the open one. */
function resourceEntries(place: Place, range: TextRange): CompletionEntry[] {
  const { location, part } = place;
  return resources.flatMap((resource, index) => {
    if (!fits(resource, place) || resource.within !== location.open?.type) return [];
    if (resource.single && part?.resources.some(({ type }) => type === resource.name)) return [];
    return [
      entry(
        {
          label: `add ${resource.name}`,
          kind: CompletionItemKind.Snippet,
          rank: ranked("f", index),
          description: "… end",
          detail: resourceSignature(resource),
          documentation: resourceMarkdown(resource),
          insertText: resourceSnippet(resource, place),
          snippet: true,
        },
        range,
      ),
    ];
  });
}

/** `set PROPERTY=` for what is not set yet. */
function propertyEntries(place: Place, range: TextRange): CompletionEntry[] {
  const { required, others } = missingProperties(place);
  // Within a resource there is little else to do. In the zone some are usual, and come before resources.
  const inside = place.location.open !== undefined;
  const letter = ({ rank }: { readonly rank: string }) => (inside ? "b" : rank.startsWith("a") ? "e" : "g");
  return [
    ...required.map((draft) => entry({ ...draft.whole, rank: `${inside ? "a" : "b"}${draft.rank}` }, range)),
    ...others.map((draft) => entry({ ...draft.whole, rank: `${letter(draft)}${draft.rank}` }, range)),
  ];
}

/** Whether the zone at the caret begins with `create`. */
function isCreated({ part }: Place): boolean {
  return part?.origin !== undefined && textOf(part.origin) === "create";
}

function skeletons(place: Place, range: TextRange): CompletionEntry[] {
  return SKELETONS.filter((skeleton) => fits(skeleton, place)).map(({ label, detail, body }) =>
    entry(
      { label, kind: CompletionItemKind.Snippet, rank: "0", detail, insertText: body, snippet: true },
      range,
    ),
  );
}
