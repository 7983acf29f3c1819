import { literal, type Section, type Statement } from "@zonewarden/grammars/jail-conf/tree";
import { CompletionItemKind } from "vscode-languageserver-types";
import { findParameter, type Named } from "../../../catalog/jail-conf/lookup.ts";
import { hasLetters } from "../../markdown.ts";
import type { CompletionResult } from "../../types.ts";
import type { FeatureContext } from "../context.ts";
import { interfacesOf } from "../interfaces.ts";
import type { Location } from "../locate.ts";
import { scopeOf } from "../scope.ts";
import { jailsysMeaning, knownValues } from "../valueMeanings.ts";
import type { Word } from "./word.ts";

/** A value that fits, as its final text. */
interface Candidate {
  readonly text: string;
  readonly detail: string;
  readonly kind: CompletionItemKind;
}

/** The values that fit a statement at the caret. */
export function valueCompletion(
  context: FeatureContext,
  location: Location,
  statement: Statement,
  word: Word,
): CompletionResult {
  const name = literal(statement.name);
  const named = name === undefined ? undefined : findParameter(name);
  if (!named) return { items: [], incomplete: false };
  const all = candidates(context, location, statement, named);
  const wanted = word.prefix.toLowerCase();
  // Of thousands of names only those are worth sending that the editor would not filter out at once.
  const fitting = all.length > MOST_NAMES ? all.filter((c) => hasLetters(c.text.toLowerCase(), wanted)) : all;
  const items = fitting.slice(0, MOST_NAMES).flatMap((candidate, index) => {
    const insertText = quoted(candidate.text, word);
    if (insertText === undefined) return [];
    return [
      {
        label: candidate.text,
        kind: candidate.kind,
        detail: candidate.detail,
        sortText: `0${String(index).padStart(5, "0")}`,
        filterText: candidate.text,
        insertText,
        snippet: false,
        range: { start: word.start, end: word.end },
      },
    ];
  });
  return { items, incomplete: all.length > MOST_NAMES };
}

function candidates(
  context: FeatureContext,
  location: Location,
  statement: Statement,
  { parameter, negated }: Named,
): Candidate[] {
  const kind = CompletionItemKind.EnumMember;
  const known = knownValues(parameter.name).map(({ text, meaning }) => ({
    text,
    detail: meaning,
    kind: CompletionItemKind.Value,
  }));
  switch (parameter.name) {
    case "depend":
      return jailNames(context, location, statement);
    case "interface":
    case "vnet.interface":
      return interfaceNames(context);
  }
  if (known.length > 0) return known;
  if (parameter.type === "boolean")
    return [
      { text: "true", detail: negated ? "" : `the same as ${parameter.name} alone`, kind },
      { text: "false", detail: negated ? "" : `the same as ${parameter.negation}`, kind },
    ];
  const values = [...(parameter.values ?? [])];
  if (parameter.type !== "jailsys") return values.map((text) => ({ text, detail: "", kind }));
  const order = ["new", "inherit", "disable"];
  values.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return values.map((text) => ({ text, detail: jailsysMeaning(text), kind }));
}

/** More names than this are of no use in a list, and slow in the editor. */
const MOST_NAMES = 200;

function jailNames(context: FeatureContext, location: Location, statement: Statement): Candidate[] {
  const scope = scopeOf(context, location);
  const left = new Set(scope.isJail ? scope.blocks.map((block) => block.name) : []);
  const current = location.spot.in === "value" ? location.spot.node : undefined;
  for (const value of statement.values) if (value !== current) left.add(literal(value) ?? "");
  const found: Candidate[] = [];
  for (const { name } of context.configuration.jails) {
    if (left.has(name)) continue;
    left.add(name);
    found.push({ text: name, detail: "jail", kind: CompletionItemKind.Reference });
  }
  return found;
}

function interfaceNames({ configuration }: FeatureContext): Candidate[] {
  const uses = new Map<string, number>();
  const count = (section: Section) => {
    for (const name of interfacesOf(section)) uses.set(name, (uses.get(name) ?? 0) + 1);
  };
  for (const { sections } of configuration.documents) sections.forEach(count);
  return [...uses]
    .sort((a, b) => b[1] - a[1])
    .map(([text]) => ({ text, detail: "used in this configuration", kind: CompletionItemKind.Value }));
}

/** A text as it can stand at the caret; `undefined` if it cannot. */
function quoted(text: string, { quote, prefix }: Word): string | undefined {
  const variable = text.includes("$");
  if (quote === "'" && variable) return undefined;
  if (quote) return text;
  if (/^[\w.:|*-]+$/.test(text) && !text.includes("*")) return text;
  // A bare word that has begun stays one: quotes in the middle of a string would surprise.
  return prefix !== "" && /^[\w./:$-]+$/.test(text) ? text : `"${text}"`;
}
