import { findParameter, isOpenFamily } from "../../../catalog/jail-conf/lookup.ts";
import { checkValues } from "../../../configuration/jail-conf/check.ts";
import { addressForKernel, parseBoolean, parseJailsys } from "../../../configuration/jail-conf/values.ts";
import type { Cause } from "../../decision.ts";
import type { JailParameters, ParamValue } from "../jailSet.ts";
import type { DefinedParameter, JailDefinition } from "./definition.ts";

/**
 * From the parameters of a configuration to those of jail_set(2). Source: check_intparams() and import_params() in
 * usr.sbin/jail/config.c, jailparam_import() in lib/libjail/jail.c.
 */

export interface Complaint {
  /** As jail(8) prints it. */
  readonly message: string;
  readonly cause: Cause;
}

/** What is wrong with the values themselves; nothing of this reaches the kernel. */
export function complaintsOf({ parameters }: JailDefinition): Complaint[] {
  return checkValues(parameters)
    .filter(({ kind, parameter }) => kind !== "unknown-parameter" || !isOpenFamily(parameter.name))
    .map(({ kind, message, parameter, value }) => ({
      // libjail(3) names the parameter in its own text.
      message: kind === "unknown-parameter" ? `unknown parameter: ${parameter.name}` : message,
      cause: value?.cause ?? parameter.cause,
    }));
}

/** The parameters that go to the kernel, by its names. Names that it may know from a module go there as they are. */
export function kernelParameters({ name, parameters }: JailDefinition): JailParameters {
  const result: Record<string, ParamValue> = {};
  for (const parameter of parameters) {
    const known = findParameter(parameter.name)?.parameter;
    if (known?.kind === "pseudo") continue;
    result[parameter.plain] = { value: readValue(parameter, known?.type), cause: causeOf(parameter) };
  }
  // Since 15.0 a block with a number for a name has it as its name, too; before, the kernel names it the same.
  if (!result["name"] && !result["jid"]) result["name"] = { value: name };
  return result;
}

function causeOf({ plain, values, cause }: DefinedParameter): Cause {
  const written = values.map(({ text }) => text).join(",");
  return { ...(values.at(-1)?.cause ?? cause), what: values.length > 0 ? `${plain}=${written}` : cause.what };
}

function readValue({ negated, values }: DefinedParameter, type: string | undefined): ParamValue["value"] {
  const text = values.at(-1)?.text;
  switch (type) {
    case "boolean": {
      const value = text === undefined ? true : (parseBoolean(text) ?? true);
      return value !== negated;
    }
    case "jailsys": {
      if (text === undefined) return true;
      return parseJailsys(text) ?? text;
    }
    case "integer":
    case "unsigned":
      return text === undefined || text === "" ? 0 : text.trim().replace(/^\+/, "");
    case "ip4-list":
    case "ip6-list":
      return addresses(values.map((value) => value.text));
    default:
      return text ?? (type === undefined ? !negated : "");
  }
}

/** Joined with commas and split again, so that commas within one value count too. One empty entry clears the list. */
function addresses(values: readonly string[]): readonly string[] {
  const all = values.flatMap((value) => addressForKernel(value).split(","));
  return all.length === 1 && (all[0] === "" || all[0] === "-") ? [] : all;
}
