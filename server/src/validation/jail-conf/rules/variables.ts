import type { StringNode } from "@zonewarden/grammars/jail-conf/tree";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { equalNames, nameKey } from "../../../configuration/jail-conf/names.ts";
import type {
  ConfigurationBlock,
  JailFailure,
  Origin,
  ResolvedJail,
  ResolvedParameter,
  Setting,
} from "../../../configuration/jail-conf/types.ts";
import type { Finding, Related } from "../../finding.ts";
import type { ConfigurationContext, JailContext, Topic } from "../topic.ts";
import { dottedName, undefinedVariable } from "./undefinedVariable.ts";
import { variableRules } from "./variableRules.ts";
import { elsewhere, parameterName, statements, written } from "./walk.ts";

/** What is wrong with variables: mostly what the resolver could not do for a jail. */
export const variables: Topic = {
  rules: variableRules,
  *section(section, context) {
    for (const [statement] of statements(section)) {
      const name = parameterName(statement);
      const type = name === undefined ? undefined : findParameter(name)?.parameter.type;
      // What a command means by `$` depends on the variables there are; free text is nobody's business.
      if (
        name === undefined ||
        type === "command-list" ||
        type === "key-value" ||
        name === "meta" ||
        name === "env"
      )
        continue;
      for (const value of statement.values)
        for (const literal of literals(value, context.slice))
          yield {
            code: "jail/literal-variable",
            origin: context.at(literal.range),
            message: `In single quotes \`${literal.text}\` is not replaced: use double quotes.`,
          };
    }
  },
  *jail(jail, context) {
    for (const failure of jail.failures) {
      const finding = failed(jail, failure, context);
      if (finding) yield finding;
    }
    for (const parameter of jail.parameters) {
      const { values } = parameter;
      if (parameter.name.startsWith("exec.") && values.some((value) => value.text.includes("$")))
        yield* literalsInCommand(jail, parameter);
      if (values.some((value) => value.substitutions.length > 0)) yield* missingBraces(parameter);
    }
    if (!context.fragment) yield* unusedInJail(jail);
  },
  *configuration(context) {
    if (!context.fragment && context.configuration.jails.length > 0) yield* unusedForAll(context);
  },
};

function failed(jail: ResolvedJail, failure: JailFailure, context: JailContext): Finding | undefined {
  const { origin, kind } = failure;
  if (!origin) return undefined;
  switch (kind) {
    case "undefined-variable":
      return undefinedVariable(jail, failure, origin, context);
    case "variable-loop":
      return { code: "jail/variable-loop", origin, message: loop(failure) };
    case "array-inline":
      return {
        code: "jail/list-in-text",
        origin,
        message: `\`${written(origin)}\` has several values: it can only stand alone, not within other text.`,
        ...relatedTo(jail.variables.find((variable) => variable.name === failure.variable)),
      };
    case "variable-name-clash":
      return { code: "jail/variable-name-clash", origin, ...clash(jail, failure, origin) };
    case "redefine-parameter":
      return redefined(jail, failure, origin);
  }
}

function loop({ variable, parameter, message }: JailFailure): string {
  if (message.endsWith("without end")) return `\`$${variable}\` makes the text grow without end.`;
  return variable === parameter
    ? `\`$${variable}\` stands for its own final value: it cannot be part of it.`
    : `\`$${variable}\` needs \`$${parameter}\` for its own value: they lead back to each other.`;
}

function clash(jail: ResolvedJail, { variable = "" }: JailFailure, origin: Origin) {
  if (nameKey(variable).native)
    return {
      message: `\`${variable}\` is a parameter of jail(8), so no variable can have that name.`,
    };
  const both = [...jail.variables, ...jail.parameters].find((p) => equalNames(p.name, variable));
  return {
    message: `A variable and a parameter cannot both be called \`${variable}\` in one jail.`,
    ...relatedTo(both, origin),
  };
}

function relatedTo(parameter: ResolvedParameter | undefined, except?: Origin): { related?: Related[] } {
  const setting = parameter?.contributions.findLast(({ overridden }) => !overridden)?.setting;
  if (!setting) return {};
  const place = elsewhere(setting.origin, setting.node.name);
  if (except && place.section === except.section && place.range.start === except.range.start) return {};
  return { related: [{ origin: place, message: `\`${setting.name}\` is set here.` }] };
}

function redefined(jail: ResolvedJail, { parameter }: JailFailure, origin: Origin): Finding {
  const setting = settingsOf(jail).find((candidate) => candidate.origin === origin);
  const given = setting?.values.at(-1)?.pieces;
  const [piece] = given ?? [];
  const same = given?.length === 1 && piece?.kind === "text" && piece.value === jail.name;
  const place = setting ? elsewhere(origin, setting.node.name) : origin;
  const header = jail.block.node?.name;
  return {
    code: "jail/redefined-name",
    origin: place,
    // Files that are handed around have it, and the rest of such a file is well: only the jail itself is refused.
    ...(same && { severity: "warning" }),
    message: same
      ? `The block already has this name: jail(8) refuses to set \`${parameter}\` again, even to the same value.`
      : `\`${parameter}\` comes from the name of the block and cannot be set again.`,
    ...(header && { related: [{ origin: jail.block.origin, message: "This is where it comes from." }] }),
  };
}

function settingsOf(jail: ResolvedJail): Setting[] {
  return [jail.block, ...jail.wildcards].flatMap((block) => block.settings);
}

interface Literal {
  readonly text: string;
  readonly name: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** Spellings of variables in single quotes, where they are none. */
function* literals(
  value: StringNode,
  slice: (range: { start: number; end: number }) => string,
): Generator<Literal> {
  for (const piece of value.pieces) {
    if (piece.kind !== "text" || piece.quote !== "'" || !piece.value.includes("$")) continue;
    for (const match of slice(piece).matchAll(/\\.|\$(?:\{([^{}\n]+)\}|([A-Za-z_]\w*))/g)) {
      const name = match[1] ?? match[2];
      if (name === undefined) continue;
      const start = piece.start + match.index;
      yield { text: match[0], name, range: { start, end: start + match[0].length } };
    }
  }
}

/** `$name` in a single-quoted command is the shell's, unless jail.conf has one of that name and the command does not. */
function* literalsInCommand(jail: ResolvedJail, parameter: ResolvedParameter): Generator<Finding> {
  for (const { node, origin, text } of parameter.values) {
    if (!node || !origin || !text.includes("$")) continue;
    const slice = (range: { start: number; end: number }) => written(elsewhere(origin, range));
    for (const literal of literals(node, slice)) {
      const known = jail.variables.some((v) => v.name === literal.name) || isSet(jail, literal.name);
      if (!known || setByShell(text, literal.name)) continue;
      yield {
        code: "jail/literal-variable",
        origin: elsewhere(origin, literal.range),
        message: `In single quotes \`${literal.text}\` is left to the shell, which does not know the variables of jail.conf.`,
      };
    }
  }
}

function isSet(jail: ResolvedJail, name: string): boolean {
  return jail.parameters.some((parameter) => parameter.name === name && parameter.values.length > 0);
}

function setByShell(command: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  return new RegExp(`\\b${name}=|\\b(?:for|read|getopts\\s+\\S+)\\s+(?:-\\w+\\s+)?${name}\\b`).test(command);
}

/** `$host.hostname` where the variable `host` exists, so that it is no error. */
function* missingBraces(parameter: ResolvedParameter): Generator<Finding> {
  for (const { substitutions, origin } of parameter.values) {
    if (!origin) continue;
    for (const { piece, text } of substitutions) {
      if (piece.braced || text === undefined) continue;
      const place = elsewhere(origin, piece);
      const dotted = dottedName(place, piece.name);
      if (!dotted || written(place) !== `$${piece.name}`) continue;
      yield {
        code: "jail/variable-needs-braces",
        origin: elsewhere(origin, { start: piece.start, end: piece.end + dotted.length - piece.name.length }),
        message: `This is \`$${piece.name}\` followed by \`${dotted.slice(piece.name.length)}\`: for the parameter write \`\${${dotted}}\`.`,
        replacement: `\${${dotted}}`,
      };
    }
  }
}

const references = new WeakMap<ConfigurationBlock, ReadonlySet<string>>();

/** The names that a block's values refer to. */
function referencesOf(block: ConfigurationBlock): ReadonlySet<string> {
  let names = references.get(block);
  if (!names) {
    const found = new Set<string>();
    for (const { values } of block.settings)
      for (const { pieces } of values)
        for (const piece of pieces) if (piece.kind === "variable") found.add(piece.name);
    names = found;
    references.set(block, names);
  }
  return names;
}

/** A jail's own variables are seen by the jail alone, and by the wildcard blocks that reach it. */
function* unusedInJail(jail: ResolvedJail): Generator<Finding> {
  for (const setting of jail.block.settings) {
    if (!setting.isVariable || nameKey(setting.name).native) continue;
    const { name } = setting;
    if (referencesOf(jail.block).has(name) || jail.wildcards.some((block) => referencesOf(block).has(name)))
      continue;
    yield unused(setting);
  }
}

/** The variables of globals and wildcard blocks may be used by any jail. */
function* unusedForAll({ configuration: { blocks } }: ConfigurationContext): Generator<Finding> {
  for (const block of blocks) {
    if (!block.wildcard) continue;
    for (const setting of block.settings)
      if (setting.isVariable && !nameKey(setting.name).native)
        if (!blocks.some((user) => referencesOf(user).has(setting.name))) yield unused(setting);
  }
}

function unused(setting: Setting): Finding {
  return {
    code: "jail/unused-variable",
    origin: elsewhere(setting.origin, setting.node.name),
    message: `\`$${setting.name}\` is never used.`,
  };
}
