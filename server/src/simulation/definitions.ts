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
import type { Cause } from "../host/decision.ts";
import type {
  DefinedParameter,
  DefinedValue,
  DefinitionFailure,
  JailDefinition,
} from "../host/freebsd/jail8/definition.ts";

/** How a file of the configuration is called in causes. */
type NameOf = (path: string) => string;

/** The jails of a configuration as the simulated jail(8) wants them, each with the places that it comes from. */
export function definitionsOf(
  configuration: Pick<Configuration, "jails">,
  nameOf: NameOf = (path) => path,
): JailDefinition[] {
  return new Translation(nameOf).jails(configuration);
}

class Translation {
  private readonly nameOf: NameOf;
  /** The parameters that several jails share: those of wildcards. */
  private readonly known = new Map<ResolvedParameter, DefinedParameter>();

  constructor(nameOf: NameOf) {
    this.nameOf = nameOf;
  }

  jails({ jails }: Pick<Configuration, "jails">): JailDefinition[] {
    return jails.map((jail) => this.jail(jail));
  }

  private jail({ name, block, parameters, failures }: ResolvedJail): JailDefinition {
    const header = this.from(name, block.origin);
    return {
      name,
      parameters: parameters.map((parameter) => this.shared(parameter, header)),
      failures: failures.map((failure) => this.failure(failure, header)),
      cause: header,
    };
  }

  private shared(parameter: ResolvedParameter, header: Cause): DefinedParameter {
    const known = this.known.get(parameter);
    if (known) return known;
    const made = this.parameter(parameter, header);
    this.known.set(parameter, made);
    return made;
  }

  private parameter(parameter: ResolvedParameter, header: Cause): DefinedParameter {
    const { name, values, contributions } = parameter;
    const named = findParameter(name);
    const last = contributions.findLast(({ overridden }) => !overridden);
    const origin = last?.setting.origin ?? namePlace(parameter);
    return {
      name,
      plain: named && named.key === undefined ? named.parameter.name : name,
      negated: named?.negated ?? false,
      values: values.map((value) => this.value(name, value, header)),
      cause: origin ? this.from(name, origin) : header,
    };
  }

  /** The implied `name` or `jid` stands in the header. */
  private value(name: string, { text, origin }: ResolvedValue, header: Cause): DefinedValue {
    const what = `${name}=${text}`;
    return { text, cause: origin ? this.from(what, origin) : { ...header, what } };
  }

  private failure({ message, origin }: ResolvedJail["failures"][number], header: Cause): DefinitionFailure {
    return { message, cause: origin ? this.from(message, origin) : header };
  }

  private from(what: string, origin: Origin): Cause {
    const place = { path: this.nameOf(origin.document.path), ...absolute(origin) };
    return { what, from: "configuration", place };
  }
}
