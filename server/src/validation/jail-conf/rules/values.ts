import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { isList, type ParameterType } from "../../../catalog/jail-conf/parameter.ts";
import {
  BlockFacts,
  factsOf,
  type ItemFacts,
  type SettingFacts,
} from "../../../configuration/jail-conf/facts.ts";
import type { SourceDocument } from "../../../configuration/jail-conf/sources.ts";
import type {
  ResolvedJail,
  ResolvedParameter,
  ResolvedValue,
} from "../../../configuration/jail-conf/types.ts";
import { isWildcardName } from "../../../configuration/jail-conf/wildcard.ts";
import type { Finding } from "../../finding.ts";
import { gravity } from "../../rule.ts";
import type { ConfigurationContext, SectionContext, Topic } from "../topic.ts";
import { checkAddresses } from "./addresses.ts";
import { checkMount } from "./mountLine.ts";
import type { Problem } from "./problem.ts";
import { checkLength, checkScalar, type LastSetting } from "./scalars.ts";
import { valueRules } from "./valueRules.ts";
import { isIncomplete, parameterName, quoted, statements } from "./walk.ts";

/**
 * What is wrong with values. jail(8) looks at a value only once it knows which statement counts for a jail, so these
 * are found jail by jail; a bad value that no jail takes (a default that all override, a file of globals that
 * belongs to another) does no harm yet, and is a warning.
 */
export const values: Topic = {
  rules: valueRules,
  *section(section, context) {
    yield* checkShapes(section, context);
  },
  *jail(jail) {
    for (const { finding } of problemsOf(jail)) yield finding;
  },
  configuration: unusedProblems,
};

const known = new WeakMap<ResolvedJail, readonly Problem[]>();

/** The problems of the values that count for a jail. */
function problemsOf(jail: ResolvedJail): readonly Problem[] {
  let problems = known.get(jail);
  if (!problems) {
    const found: Problem[] = [];
    let hasInterface: boolean | undefined;
    for (const parameter of jail.parameters) {
      if (parameter.values.length === 0) continue;
      if (parameter.name.endsWith(".addr")) hasInterface ??= (jail.find("interface")?.values.length ?? 0) > 0;
      for (const problem of check(parameter.name, parameter.values, lastOf(parameter), hasInterface ?? false))
        found.push(problem);
    }
    problems = found.length > 0 ? found : NONE;
    known.set(jail, problems);
  }
  return problems;
}

const NONE: readonly Problem[] = [];

function lastOf(parameter: ResolvedParameter): LastSetting {
  return () => parameter.contributions.at(-1)?.setting;
}

function check(
  name: string,
  all: readonly ResolvedValue[],
  lastSetting: LastSetting,
  hasInterface: boolean,
): readonly Problem[] {
  const type = findParameter(name)?.parameter.type;
  const last = all.at(-1);
  if (!type || !last) return NONE;
  if (isFine(type, last.text) && !(name === INTERFACES && all.some(isLong))) return NONE;
  return [...judge(name, all, lastSetting, hasInterface)];
}

const INTERFACES = "vnet.interface";

/** Bytes of the name of an interface. Source: IFNAMSIZ in sys/net/if.h, less the terminator. */
const INTERFACE_NAME = 15;

function isLong({ text }: ResolvedValue): boolean {
  return text.length > INTERFACE_NAME;
}

/** What nearly all values look like: nothing can be wrong with these, whatever the parameter. */
function isFine(type: ParameterType, text: string): boolean {
  switch (type) {
    case "command-list":
    case "string-list":
    case "key-value":
    case "struct":
      return true;
    case "boolean":
      return text === "true" || text === "false";
    default:
      return false;
  }
}

function judge(
  name: string,
  all: readonly ResolvedValue[],
  lastSetting: LastSetting,
  hasInterface: boolean,
): Iterable<Problem> {
  const parameter = findParameter(name)?.parameter;
  const last = all.at(-1);
  if (!parameter || !last) return NONE;
  switch (parameter.type) {
    case "ip4-list":
    case "ip6-list":
      return checkAddresses(parameter.type, all, hasInterface);
    case "string-list":
      return all
        .filter((value) => !isIncomplete(value))
        .flatMap((value) => [...checkLength(name, value, INTERFACE_NAME)]);
    case "fstab-list":
      return all.flatMap((value) => [...checkMount(value)]);
    case "boolean":
    case "jailsys":
    case "integer":
    case "unsigned":
    case "string":
      return isIncomplete(last) ? NONE : checkScalar(parameter, last, lastSetting);
    default:
      return NONE;
  }
}

/** Bad values that no jail takes. */
function* unusedProblems({ configuration }: ConfigurationContext): Generator<Finding> {
  const candidates: Problem[] = [];
  for (const document of configuration.documents)
    for (const section of document.sections)
      for (const candidate of candidatesOf(section, document)) candidates.push(candidate);
  if (candidates.length === 0) return;
  const used = new Set<unknown>();
  for (const jail of configuration.jails) for (const { value } of problemsOf(jail)) used.add(value.node);
  for (const { value, finding } of candidates)
    if (!used.has(value.node))
      yield finding.severity && gravity(finding.severity) > 0 ? finding : { ...finding, severity: "warning" };
}

const candidatesBySection = new WeakMap<Section, readonly Problem[]>();

/**
 * The problems of the values in a section that need no variables, as if each statement stood alone: globals and
 * wildcard blocks, for what a jail's own block says counts for that jail.
 */
function candidatesOf(section: Section, document: SourceDocument): readonly Problem[] {
  const cached = candidatesBySection.get(section);
  if (cached && (cached.length === 0 || cached[0]?.finding.origin.document === document)) return cached;
  const found: Problem[] = [];
  for (const setting of shared(factsOf(section, document).items, ""))
    if (!setting.varies && !setting.isVariable && setting.values.length > 0)
      for (const problem of check(setting.name, setting.constants, () => setting, false)) found.push(problem);
  candidatesBySection.set(section, found);
  return found;
}

function* shared(items: readonly ItemFacts[], around: string): Generator<SettingFacts> {
  for (const item of items) {
    if (!(item instanceof BlockFacts)) {
      if (around === "" || isWildcardName(around)) yield item;
      continue;
    }
    const name = around === "" ? item.name : `${around}.${item.name}`;
    if (isWildcardName(name) || !item.isPlain) yield* shared(item.items, name);
  }
}

/** What the shape of a statement says, whatever jail it reaches. */
function* checkShapes(section: Section, context: SectionContext): Generator<Finding> {
  for (const [statement] of statements(section)) {
    const name = parameterName(statement);
    const parameter = name === undefined ? undefined : findParameter(name)?.parameter;
    if (name === undefined || !parameter || isList(parameter)) continue;
    const { type } = parameter;
    if (type === "key-value" || type === "struct") continue;
    const given = statement.values;
    const last = given.at(-1);
    if (!last) {
      if (parameter.kind === "kernel" && name === parameter.name && parameter.group !== "meta") {
        const taken =
          type === "string" ? "an empty text" : type === "integer" || type === "unsigned" ? "0" : undefined;
        if (taken)
          yield {
            code: "jail/bare-value",
            origin: context.at(statement.name),
            message: `\`${name}\` without a value is not a switch: it counts as ${taken}.`,
          };
      }
      continue;
    }
    const [first] = given;
    if (given.length > 1 && first)
      yield {
        code: "jail/several-values",
        origin: context.at({ start: first.start, end: (given.at(-2) ?? first).end }),
        message: `\`${name}\` takes one value: of these only the last, ${quoted(context.slice(last))}, counts.`,
      };
    if (statement.operator === "+=" && statement.operatorStart !== undefined)
      yield {
        code: "jail/append-to-scalar",
        origin: context.at({ start: statement.operatorStart, end: statement.operatorStart + 2 }),
        message: `\`${name}\` takes one value: \`+=\` adds none but replaces it, as \`=\` does.`,
        replacement: "=",
      };
  }
}
