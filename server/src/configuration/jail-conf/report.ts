import { checkJail } from "./check.ts";
import { type LoadError, observeAll } from "./observe.ts";
import { resolveAll } from "./resolve.ts";
import type { SourceDocument, Sources } from "./sources.ts";
import type { JailFailure, Release, ResolvedJail } from "./types.ts";

/**
 * A configuration as jail(8) would see it, in plain data: the answer of `zonewarden resolve`, and the form in which
 * the observations of the real program are written down.
 */
export interface Report {
  /** False when the program stops with an error while it reads; then there are no jails. */
  readonly accepted: boolean;
  readonly errors: readonly (LoadError | JailError)[];
  /** In file order, without wildcards. */
  readonly jails: readonly JailReport[];
  /** Complaints about values when a jail is started; absent without any. */
  readonly check?: readonly CheckReport[];
}

/** An error of one jail: the file is accepted, but this jail would not start. */
export interface JailError {
  readonly jail: string;
  readonly line: null;
  readonly kind: JailFailure["kind"];
  readonly message: string;
  readonly param?: string;
  readonly var?: string;
}

export interface JailReport {
  readonly name: string;
  readonly failed?: true;
  /** Name and values, in the loader's order; a bare word has no values. */
  readonly params: readonly (readonly [name: string, values: readonly string[]])[];
}

export interface CheckReport {
  readonly jail: string;
  readonly kind: string;
  readonly param: string;
  readonly value?: string;
  readonly message: string;
}

export function report(root: SourceDocument, sources: Sources, release: Release = 15): Report {
  const errors = observeAll(root, sources, release);
  if (errors.length > 0) return { accepted: false, errors, jails: [] };
  const { jails } = resolveAll(root, sources, release);
  const check = jails.flatMap(checkReport);
  return {
    accepted: true,
    errors: jails.flatMap((jail) => jail.failures.map((failure) => jailError(jail, failure))),
    jails: jails.map(jailReport),
    ...(check.length > 0 && { check }),
  };
}

/** The program's message for a failure names the parameter, the variable, or both. */
function jailError(jail: ResolvedJail, failure: JailFailure): JailError {
  const { kind, message, parameter, variable } = failure;
  const param = kind !== "variable-loop" && kind !== "variable-name-clash";
  const named = kind !== "array-inline" && variable !== undefined;
  return {
    jail: jail.name,
    line: null,
    kind,
    message,
    ...(param && { param: parameter }),
    ...(named && { var: variable }),
  };
}

function jailReport(jail: ResolvedJail): JailReport {
  return {
    name: jail.name,
    ...(jail.failures.length > 0 && { failed: true as const }),
    params: jail.parameters.map(
      (parameter) => [parameter.name, parameter.values.map((value) => value.text)] as const,
    ),
  };
}

function checkReport(jail: ResolvedJail): CheckReport[] {
  if (jail.failures.length > 0) return [];
  return checkJail(jail).map(({ kind, parameter, text, message }) => ({
    jail: jail.name,
    kind,
    param: parameter.name,
    ...(text !== undefined && { value: text }),
    message,
  }));
}
