import { findParameter } from "../catalog/jail-conf/lookup.ts";
import { namePlace } from "../configuration/jail-conf/effective.ts";
import type {
  Configuration,
  Origin,
  ResolvedJail,
  ResolvedParameter,
  ResolvedValue,
} from "../configuration/jail-conf/types.ts";
import { absolute } from "../configuration/origin.ts";
import type { Cause, Place } from "../host/decision.ts";
import type {
  DefinedParameter,
  DefinedValue,
  DefinitionFailure,
  JailDefinition,
} from "../host/freebsd/jail8/definition.ts";

/** The jails of a configuration as the simulated jail(8) wants them, each with the places that it comes from. */
export function definitionsOf(configuration: Configuration): JailDefinition[] {
  const known = new Map<ResolvedParameter, DefinedParameter>();
  return configuration.jails.map((jail) => definitionOf(jail, known));
}

/** `known` keeps the parameters that several jails share: those of wildcards. */
function definitionOf(jail: ResolvedJail, known: Map<ResolvedParameter, DefinedParameter>): JailDefinition {
  const header = from(jail.name, jail.block.origin);
  const parameters = jail.parameters.map((parameter) => {
    const shared = known.get(parameter);
    if (shared) return shared;
    const defined = parameterOf(parameter, header);
    known.set(parameter, defined);
    return defined;
  });
  return {
    name: jail.name,
    parameters,
    failures: jail.failures.map((failure) => failureOf(failure, header)),
    cause: header,
  };
}

function parameterOf(parameter: ResolvedParameter, header: Cause): DefinedParameter {
  const named = findParameter(parameter.name);
  const { name } = parameter;
  const origin =
    parameter.contributions.findLast(({ overridden }) => !overridden)?.setting.origin ?? namePlace(parameter);
  return {
    name,
    plain: named && named.key === undefined ? named.parameter.name : name,
    negated: named?.negated ?? false,
    values: parameter.values.map((value) => definedValue(name, value, header)),
    cause: origin ? from(name, origin) : header,
  };
}

/** The implied `name` or `jid` stands in the header. */
function definedValue(name: string, { text, origin }: ResolvedValue, header: Cause): DefinedValue {
  const what = `${name}=${text}`;
  return { text, cause: origin ? from(what, origin) : { ...header, what } };
}

function failureOf({ message, origin }: ResolvedJail["failures"][number], header: Cause): DefinitionFailure {
  return { message, cause: origin ? from(message, origin) : header };
}

function from(what: string, origin: Origin): Cause {
  return { what, from: "configuration", place: placeOf(origin) };
}

export function placeOf(origin: Origin): Place {
  return { path: origin.document.path, ...absolute(origin) };
}
