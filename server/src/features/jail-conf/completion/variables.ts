import { literal } from "@zonewarden/grammars/jail-conf/tree";
import { CompletionItemKind } from "vscode-languageserver-types";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { signature } from "../../../catalog/jail-conf/markdown.ts";
import type { ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import { some } from "../../markdown.ts";
import type { CompletionEntry } from "../../types.ts";
import type { FeatureContext } from "../context.ts";
import type { Location } from "../locate.ts";
import { jailsIn, referent, scopeOf } from "../scope.ts";
import type { Reference } from "./word.ts";

/** Jails that are asked for their variables: more would cost time and hardly bring new names. */
const ASKED = 40;

/** The names of the variables that the caret's jail, or some of its jails, can see. */
export function visibleVariables(context: FeatureContext, location: Location): string[] {
  return [...variablesOf(context, location).names];
}

function variablesOf(context: FeatureContext, location: Location) {
  const scope = scopeOf(context, location);
  const jails = jailsIn(context, scope, ASKED);
  const names = new Set<string>();
  for (const block of scope.blocks) for (const s of block.settings) if (s.isVariable) names.add(s.name);
  for (const jail of jails) for (const variable of jail.variables) names.add(variable.name);
  return { names, jails, isJail: scope.isJail };
}

/** Parameters that are referred to most. */
const REFERRED = ["name", "path", "host.hostname"];

/** What can follow a `$` at the caret. */
export function variableCompletion(
  context: FeatureContext,
  location: Location,
  reference: Reference | undefined,
): CompletionEntry[] {
  const { names, jails, isJail } = variablesOf(context, location);
  const [jail] = jails;
  const range = reference ?? { start: location.offset, end: location.offset };
  const braced = reference?.braced ?? false;
  const entries: CompletionEntry[] = [];
  const own = location.spot.in === "value" ? literal(location.spot.statement.name) : undefined;
  const add = (name: string, sortText: string, detail: string) => {
    if (name === own) return;
    // What follows the caret may glue to a name without braces.
    const plain = /^[A-Za-z_]\w*$/.test(name) && !/^\w/.test(context.document.text.charAt(range.end));
    const label = plain && !braced ? `$${name}` : `\${${name}}`;
    entries.push({
      label,
      kind: CompletionItemKind.Variable,
      ...valueIn(isJail ? jail : undefined, name),
      detail,
      sortText: sortText + name,
      // The client compares with what is typed so far, which may have a brace or not.
      filterText: braced ? `\${${name}}` : `$${name}`,
      insertText: label,
      snippet: false,
      range: { start: range.start, end: range.end },
    });
  };
  for (const name of names) add(name, "a", "variable");
  REFERRED.forEach((name, index) => {
    const parameter = findParameter(name)?.parameter;
    if (parameter && !names.has(name)) add(name, `b${index}`, `parameter · ${signature(parameter)}`);
  });
  return entries;
}

function valueIn(jail: ResolvedJail | undefined, name: string): { description?: string } {
  const parameter = jail && referent(jail, name);
  if (!parameter) return {};
  return {
    description: some(
      parameter.values.map((value) => value.text),
      3,
    ),
  };
}
