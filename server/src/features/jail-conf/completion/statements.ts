import {
  definedVariable,
  type JailBlock,
  literal,
  type Statement,
} from "@zonewarden/grammars/jail-conf/tree";
import { CompletionItemKind } from "vscode-languageserver-types";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import type { Parameter } from "../../../catalog/jail-conf/parameter.ts";
import { special } from "../../../catalog/jail-conf/special.ts";
import { escapeSnippet } from "../../snippets.ts";
import type { CompletionEntry, CompletionResult } from "../../types.ts";
import type { FeatureContext } from "../context.ts";
import type { Location } from "../locate.ts";
import { type Prototype, prototypes } from "./prototypes.ts";
import { NESTED, SKELETON, VNET_SKELETON, WILDCARD } from "./skeletons.ts";
import { visibleVariables } from "./variables.ts";
import { bareWord, type Word } from "./word.ts";

/** What can begin a statement at the caret, or stand in place of the name that is there. */
export function statementCompletion(context: FeatureContext, location: Location): CompletionResult {
  const { section, spot } = location;
  const node = spot.in === "name" ? spot.node : undefined;
  const word =
    section && node
      ? { ...bareWord(location, section.start + node.start) }
      : bareWord(location, location.offset);
  const rest = context.document.text.slice(word.end, word.end + 80).split("\n", 1)[0] ?? "";
  // A statement that is there already keeps its value: only its name is replaced.
  const nameOnly = !/^[ \t\r]*(?:$|\}|#|\/\/|\/\*)/.test(rest);
  const current = spot.in === "name" ? spot.statement : undefined;
  const items: CompletionEntry[] = [];
  const entry = entryMaker(word, nameOnly);
  if (!word.prefix.startsWith("$")) {
    const part = word.prefix.slice(word.prefix.lastIndexOf(".") + 1);
    const negated = part.startsWith("no");
    const set = alreadySet(context, location, current);
    const numbered = /^[0-9]+$/.test(literal(location.blocks.at(-1)?.name) ?? "");
    for (const proto of prototypes(context.release)) {
      if (proto.negated && !negated) continue;
      const { name } = proto.parameter;
      if (
        (name === "name" || name === "jid") &&
        !(location.blocks.length > 0 && numbered === (name === "name"))
      )
        continue;
      const use = proto.parameter.name.endsWith("*") ? undefined : set.get(proto.parameter);
      if (use && !proto.appending) continue;
      items.push(entry.parameter(proto, use !== undefined));
    }
    if (context.release >= 14) items.push(entry.include());
    if (!nameOnly) items.push(...blockEntries(location, word));
  }
  for (const name of visibleVariables(context, location)) items.push(entry.variable(name));
  const part = word.prefix.slice(word.prefix.lastIndexOf(".") + 1);
  return { items, incomplete: part === "" || part === "n" };
}

/** Makes the entries for one place. */
function entryMaker(word: Word, nameOnly: boolean) {
  const range = { start: word.start, end: word.end };
  return {
    parameter(proto: Prototype, append: boolean): CompletionEntry {
      const whole = append ? (proto.appending as string) : proto.snippet;
      const insertText = nameOnly ? proto.name : whole;
      return {
        label: proto.label,
        kind: CompletionItemKind.Property,
        ...(append && { description: "+=" }),
        detail: proto.detail,
        documentation: proto.documentation,
        sortText: proto.sortText,
        filterText: proto.filterText,
        insertText,
        snippet: insertText.includes("$"),
        range,
        ...(proto.parameter.deprecated !== undefined && { deprecated: true }),
        ...(proto.again && !nameOnly && { again: true }),
      };
    },
    include(): CompletionEntry {
      return {
        label: ".include",
        kind: CompletionItemKind.Keyword,
        detail: "reads other files at this place",
        documentation: special.include,
        sortText: "d.include",
        filterText: ".include",
        insertText: nameOnly ? ".include" : '.include "$1";',
        snippet: !nameOnly,
        range,
        ...(!nameOnly && { again: true }),
      };
    },
    variable(name: string): CompletionEntry {
      const label = written(name);
      return {
        label,
        kind: CompletionItemKind.Variable,
        detail: "sets this variable",
        sortText: `e${name}`,
        filterText: label,
        insertText: nameOnly ? label : `${escapeSnippet(label)} = "$1";`,
        snippet: !nameOnly,
        range,
      };
    },
  };
}

/** A variable as it has to be written: in braces if its name is not one word. */
export function written(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `$${name}` : `\${${name}}`;
}

/** The parameters that the block around the caret sets, the statement at the caret left out. */
function alreadySet(
  { document }: FeatureContext,
  location: Location,
  current: Statement | undefined,
): ReadonlyMap<Parameter, Statement> {
  const set = new Map<Parameter, Statement>();
  const take = (items: JailBlock["items"]) => {
    for (const item of items) {
      if (item.kind === "jail" || item === current || definedVariable(item)) continue;
      const named = findParameter(literal(item.name) ?? "");
      if (named && !named.key) set.set(named.parameter, item);
    }
  };
  const block = location.blocks.at(-1);
  if (block) take(block.items);
  else for (const section of document.sections) take(section.items);
  return set;
}

/** Blocks that can begin here, as snippets. */
function blockEntries(location: Location, word: Word): CompletionEntry[] {
  const block = (label: string, detail: string, insertText: string, filterText = label): CompletionEntry => ({
    label,
    kind: CompletionItemKind.Snippet,
    detail,
    sortText: `0${label}`,
    filterText,
    insertText,
    snippet: true,
    range: { start: word.start, end: word.end },
  });
  if (location.blocks.length === 0)
    return [
      block("jail", "a jail that shares the host's network stack", SKELETON),
      block("jail (vnet)", "a jail with its own network stack", VNET_SKELETON),
      block("* { … }", "statements for every jail", WILDCARD, "*"),
    ];
  return [
    { ...block("nested jail", "a jail within this one", NESTED), sortText: "f0" },
    { ...block("* { … }", "statements for every jail within this one", WILDCARD, "*"), sortText: "f1" },
  ];
}
