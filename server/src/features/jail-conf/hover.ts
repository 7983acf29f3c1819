import {
  definedVariable,
  isInclude,
  literal,
  type Statement,
  type StringNode,
} from "@zonewarden/grammars/jail-conf/tree";
import { findParameter, isOpenFamily } from "../../catalog/jail-conf/lookup.ts";
import { namedMarkdown, signature } from "../../catalog/jail-conf/markdown.ts";
import { advice, suggest } from "../../catalog/jail-conf/mistakes.ts";
import { devfsRulesets, special } from "../../catalog/jail-conf/special.ts";
import type { ResolvedJail, ResolvedParameter } from "../../configuration/jail-conf/types.ts";
import { clamp } from "../../configuration/origin.ts";
import { code, count, some } from "../markdown.ts";
import { lineName } from "../places.ts";
import type { HoverResult } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { includeAt } from "./includes.ts";
import { type Location, locate } from "./locate.ts";
import { originChain, valuesAcross, valueText } from "./origins.ts";
import { contributionOf, jailsIn, referent, type Scope, scopeOf } from "./scope.ts";
import { jailMarkdown, wildcardMarkdown } from "./summary.ts";
import { valueMeaning } from "./valueMeanings.ts";

/** What is known about the word at an offset. */
export function hover(context: FeatureContext, offset: number): HoverResult | undefined {
  const location = locate(context.document, offset);
  const { section, spot } = location;
  if (!section) return undefined;
  const answer = (
    node: { start: number; end: number },
    markdown: string | undefined,
  ): HoverResult | undefined =>
    markdown === undefined
      ? undefined
      : { range: clamp(context.document, section.start + node.start, section.start + node.end), markdown };
  switch (spot.in) {
    case "header":
      return answer(spot.node, headerMarkdown(context, location, spot.node));
    case "name":
      return answer(spot.node, nameMarkdown(context, location, spot.statement, spot.node));
    case "value": {
      if (!spot.node) return undefined;
      if (spot.piece?.kind === "variable")
        return answer(spot.piece, variableMarkdown(context, location, spot.piece.name));
      return answer(spot.node, valueMarkdown(context, location, spot.statement, spot.node));
    }
    default:
      return undefined;
  }
}

function headerMarkdown(context: FeatureContext, location: Location, node: StringNode): string | undefined {
  const block = location.spot.in === "header" ? location.spot.block : undefined;
  const blocks = context.configuration.blocks.filter((b) => b.node === block);
  if (blocks.length === 0) return undefined;
  if (blocks.some((b) => b.wildcard)) return wildcardMarkdown(context, blocks);
  const jails = jailsIn(context, { blocks, isJail: true }, 3);
  return jails.length > 0
    ? jails.map((jail) => jailMarkdown(context, jail)).join("\n\n---\n\n")
    : literal(node);
}

function nameMarkdown(
  context: FeatureContext,
  location: Location,
  statement: Statement | undefined,
  node: StringNode,
): string | undefined {
  const variable = statement && definedVariable(statement);
  if (variable) return variableMarkdown(context, location, variable.name);
  const name = literal(node);
  if (name === undefined) return undefined;
  if (name === ".include") return special.include;
  const named = findParameter(name);
  const effective = statement ? effectiveMarkdown(context, location, statement, name) : undefined;
  if (!named) return [unknownMarkdown(name), effective].filter(Boolean).join("\n\n");
  const text = namedMarkdown(named);
  if (!effective) return text;
  // Behind the title, in front of the documentation: it is what only we know.
  const title = text.indexOf("\n\n");
  return `${text.slice(0, title)}\n\n${effective}\n\n---${text.slice(title)}`;
}

function unknownMarkdown(name: string): string {
  if (isOpenFamily(name)) return `**${name}** — a parameter of a kernel module; it is not in the catalog.`;
  const known = advice(name);
  if (known) return `**${name}** — no parameter of this name. ${known}`;
  const near = suggest(name);
  const meant = near.length > 0 ? ` Did you mean ${near.map((n) => code(n)).join(" or ")}?` : "";
  return `**${name}** — no parameter of this name is known.${meant}`;
}

/** What a parameter comes to: in the jail around it, or in all jails that a global statement reaches. */
function effectiveMarkdown(
  context: FeatureContext,
  location: Location,
  statement: Statement,
  name: string,
): string | undefined {
  const scope = scopeOf(context, location);
  if (scope.isJail) {
    const [jail, ...others] = jailsIn(context, scope);
    const parameter = jail?.find(name);
    if (!jail || !parameter) return undefined;
    const more = others.length > 0 ? ` (and ${count(others.length, "other jail")} made of this block)` : "";
    return [`In ${code(jail.name)}${more}: ${valueText(parameter)}`, ...chain(context, parameter)].join(
      "\n\n",
    );
  }
  return reachMarkdown(context, scope, statement, name, false);
}

/** The statements behind a value, as one list. */
function chain(context: FeatureContext, parameter: ResolvedParameter): string[] {
  const lines = originChain(context, parameter);
  return lines.length > 0 ? [lines.join("\n")] : [];
}

/** Which jails a global or wildcard statement reaches, and where it is overridden. */
function reachMarkdown(
  context: FeatureContext,
  scope: Scope,
  statement: Statement,
  name: string,
  isVariable: boolean,
): string | undefined {
  const applied: { jail: ResolvedJail; parameter: ResolvedParameter }[] = [];
  const overridden: string[] = [];
  for (const jail of jailsIn(context, scope)) {
    const part = contributionOf(jail, name, isVariable, statement);
    if (!part) continue;
    if (part.contribution.overridden) {
      const winner = part.parameter.contributions.filter((c) => !c.overridden)[0];
      overridden.push(code(jail.name) + (winner ? ` (${lineName(context, winner.setting.origin)})` : ""));
    } else applied.push({ jail, parameter: part.parameter });
  }
  const total = applied.length + overridden.length;
  if (total === 0) return "Applies to no jail of this configuration.";
  const of = overridden.length > 0 ? ` of ${total}` : "";
  const lines = [`Applies to ${count(applied.length, "jail")}${of}.`];
  if (overridden.length > 0) lines.push(`Overridden in ${some(overridden, 5)}.`);
  if (statement.values.length > 0 && applied.length > 0) lines.push(valuesAcross(applied).join("\n"));
  return lines.join("\n\n");
}

/** Jails whose values of a variable are looked at. */
const MOST_JAILS = 5000;

/** What a variable, or a parameter referred to like one, stands for here. */
function variableMarkdown(context: FeatureContext, location: Location, name: string): string {
  const scope = scopeOf(context, location);
  const jails = jailsIn(context, scope, MOST_JAILS);
  const found = jails.flatMap((jail) => {
    const parameter = referent(jail, name);
    return parameter ? [{ jail, parameter }] : [];
  });
  const written = /^[A-Za-z_]\w*$/.test(name) ? `$${name}` : `\${${name}}`;
  const [first] = found;
  const isVariable = first?.parameter.isVariable ?? !findParameter(name);
  const parameter = isVariable ? undefined : findParameter(name)?.parameter;
  const title = parameter
    ? `**${written}** — the parameter ${code(parameter.name)} · ${signature(parameter)}`
    : `**${written}** — variable`;
  if (!first) return `${title}\n\n${undefinedMarkdown(jails, scope)}`;
  const body: string[] = [];
  if (found.length === 1) {
    body.push(
      `In ${code(first.jail.name)}: ${valueText(first.parameter)}`,
      ...chain(context, first.parameter),
    );
    if (first.parameter.contributions.length === 0) body.push("Comes from the header of the block.");
  } else {
    body.push(valuesAcross(found).join("\n"));
    const defined = found.flatMap(({ parameter: p }) => p.contributions.filter((c) => !c.overridden));
    const places = [...new Set(defined.map((c) => c.setting))].map((s) => lineName(context, s.origin));
    if (places.length > 0) body.push(`Defined at ${some(places, 5)}.`);
  }
  const missing = jails.filter((jail) => !referent(jail, name)).map((jail) => code(jail.name));
  if (missing.length > 0) body.push(`Not defined in ${some(missing, 5)}.`);
  return [title, ...body].join("\n\n");
}

function undefinedMarkdown(jails: readonly ResolvedJail[], scope: Scope): string {
  if (jails.length === 0) return "No jail of this configuration uses it.";
  const [jail] = jails;
  return scope.isJail && jail
    ? `Not defined in ${code(jail.name)}.`
    : "Not defined in any jail that this reaches.";
}

function valueMarkdown(
  context: FeatureContext,
  location: Location,
  statement: Statement,
  node: StringNode,
): string | undefined {
  if (isInclude(statement)) return includeMarkdown(context, location, node);
  const name = literal(statement.name);
  const text = literal(node);
  if (text === undefined) return expansionMarkdown(context, location, statement, node);
  if (name === undefined || definedVariable(statement)) return undefined;
  if (name === "depend") {
    const jails = context.configuration.jails.filter((jail) => jail.name === text);
    if (jails.length === 0) return `No jail ${code(text)} is defined in this configuration.`;
    return jails
      .slice(0, 3)
      .map((jail) => jailMarkdown(context, jail))
      .join("\n\n---\n\n");
  }
  if (name === "devfs_ruleset") {
    const ruleset = devfsRulesets.find((r) => String(r.number) === text);
    return ruleset ? `**${ruleset.number}** — \`${ruleset.name}\`: ${ruleset.doc}` : undefined;
  }
  const meaning = valueMeaning(name, text);
  return meaning && `**${text}** — ${meaning}`;
}

/** The final text of a string with variables in it. */
function expansionMarkdown(
  context: FeatureContext,
  location: Location,
  statement: Statement,
  node: StringNode,
): string | undefined {
  const variable = definedVariable(statement);
  const name = variable?.name ?? literal(statement.name);
  if (name === undefined) return undefined;
  const lines: string[] = [];
  const jails = jailsIn(context, scopeOf(context, location), 4);
  for (const jail of jails.slice(0, 3)) {
    const value = contributionOf(jail, name, variable !== undefined, statement)?.parameter.values.find(
      (v) => v.node === node,
    );
    if (value) lines.push(`- In ${code(jail.name)}: ${code(value.text, 200)}`);
  }
  if (lines.length > 0 && jails.length > 3) lines.push("- …");
  return lines.length > 0 ? lines.join("\n") : undefined;
}

function includeMarkdown(context: FeatureContext, location: Location, node: StringNode): string {
  const include = includeAt(context, location, node);
  if (!include) return special.include;
  const files = [...new Set(include.files)].map((file) => file.path);
  const shown = files.slice(0, 10).map((path) => `- ${code(path)}`);
  if (files.length > 10) shown.push(`- and ${files.length - 10} more`);
  const from = include.pattern === undefined ? "" : ` ${code(include.pattern, 200)}`;
  if (files.length > 0)
    return `**.include**${from} — reads ${count(files.length, "file")}:\n\n${shown.join("\n")}`;
  const why = {
    missing: "there is no such file, or it cannot be read",
    unmatched: "the pattern matches no file",
    variable: "a file name cannot contain variables",
    depth: "includes are nested too deep",
    broken: "the file has errors",
    large: "so much is not looked at",
  }[include.problem ?? "missing"];
  return `**.include**${from} — reads nothing: ${why}.`;
}
