import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { equalNames } from "../../../configuration/jail-conf/names.ts";
import type { JailFailure, Origin, ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { JailContext } from "../topic.ts";
import { elsewhere, following, near, written } from "./walk.ts";

/** Why a variable is not found, and what was probably meant. */
export function undefinedVariable(
  jail: ResolvedJail,
  { variable = "", parameter }: JailFailure,
  origin: Origin,
  context: JailContext,
): Finding {
  return {
    code: "jail/undefined-variable",
    origin,
    ...(context.fragment && { severity: "warning" }),
    ...explain(jail, variable, parameter, origin, context),
  };
}

type Explanation = Pick<Finding, "message" | "related"> & { origin?: Origin; replacement?: string };

function explain(
  jail: ResolvedJail,
  name: string,
  parameter: string,
  origin: Origin,
  context: JailContext,
): Explanation {
  const spelling = written(origin);
  const dotted = spelling.startsWith("${") ? undefined : dottedName(origin, name);
  if (dotted) {
    const { start, end } = origin.range;
    return {
      origin: elsewhere(origin, { start, end: end + dotted.length - name.length }),
      message: `\`$${name}\` ends at the dot and is not set: write \`\${${dotted}}\`.`,
      replacement: `\${${dotted}}`,
    };
  }
  const empty = [...jail.variables, ...jail.parameters].find((p) => equalNames(p.name, name));
  const setting = empty?.contributions.at(-1)?.setting;
  if (setting) {
    const related = [{ origin: setting.origin, message: `\`${setting.name}\` is set here.` }];
    return empty?.name === name
      ? {
          message: `\`${spelling}\` has no value that could be inserted: it is set by its bare name.`,
          related,
        }
      : {
          message: `\`${spelling}\` is not found, because the last statement spells it \`${empty?.name}\`.`,
          related,
        };
  }
  if (name === "name")
    return {
      message: "`$name` is not set in a jail that is named by a number before 15.0: set `name` in the block.",
    };
  if (name === "jid") return { message: "`$jid` is set only in a jail that is named by a number." };
  if (/[:?+#%-]/.test(name) && /^[A-Za-z_]\w*[:?+#%-]/.test(name) && !isCommand(parameter))
    return {
      message: `jail.conf has no defaults or substitutions as in a shell: there is no variable \`${name}\`.`,
    };
  const suggestion = near(name, candidates(jail));
  if (suggestion) {
    const braces = spelling.startsWith("${") || !/^\w+$/.test(suggestion);
    const replacement = braces ? `\${${suggestion}}` : `$${suggestion}`;
    return { message: `There is no variable \`${name}\`: did you mean \`${replacement}\`?`, replacement };
  }
  if (isCommand(parameter))
    return {
      message: `jail.conf has no variable \`${name}\`: if it is the shell's, write \`\\${spelling}\` or put the command in single quotes.`,
      replacement: `\\${spelling}`,
    };
  const known = findParameter(name)?.parameter;
  if (known)
    return {
      message: `\`${spelling}\` stands for the parameter \`${name}\`, which ${context.fragment ? "is not set here" : "this jail does not set"}.`,
    };
  return {
    message: context.fragment
      ? `The variable \`${name}\` is not set in this file: an including file has to set it.`
      : `The variable \`${name}\` is not set.`,
  };
}

function isCommand(parameter: string): boolean {
  return findParameter(parameter)?.parameter.type === "command-list";
}

function* candidates(jail: ResolvedJail): Generator<string> {
  for (const variable of jail.variables) if (variable.values.length > 0) yield variable.name;
  for (const parameter of jail.parameters) if (parameter.values.length > 0) yield parameter.name;
}

/** The longest parameter that a variable and the text behind it spell. */
export function dottedName(place: Origin, name: string): string | undefined {
  const behind = /^(?:\.[A-Za-z_]\w*)+/.exec(following(place))?.[0];
  for (let rest = behind ?? ""; rest !== ""; rest = rest.slice(0, rest.lastIndexOf("."))) {
    const parameter = findParameter(name + rest)?.parameter;
    if (parameter && !parameter.name.endsWith("*")) return name + rest;
  }
  return undefined;
}
