import type { Dialect } from "@zonewarden/grammars/zonecfg/dialect";
import { type Observation, observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { orderedGlobals, orderedProperties, orderedResources } from "./order.ts";
import { run } from "./run.ts";
import type { ConfigValue, Given, Resource, ZonePart, ZoneSource } from "./types.ts";

/** A value in JSON: a text, a list of values, or the members of a tuple. */
export type ReportedValue = string | readonly ReportedValue[] | { readonly [member: string]: string };

export interface ReportedResource {
  readonly type: string;
  readonly properties: readonly (readonly [name: string, value: ReportedValue])[];
  readonly resources?: readonly ReportedResource[];
}

/** What a command file makes of a zone, without the places. */
export interface ReportedConfiguration {
  readonly name?: string;
  /** `template`: all of the zone is here. `unknown`: the file changes a zone, or copies a template, that it does not show. */
  readonly base: ZonePart["base"];
  readonly properties: readonly (readonly [name: string, value: ReportedValue])[];
  readonly resources: readonly ReportedResource[];
}

export interface Report extends Observation {
  /** After all commands up to `exit`, errors passed over. */
  readonly configuration: ReportedConfiguration;
}

/** What `resolve` says of a command file: the commands as the real program reads them, and what they configure. */
export function report(source: ZoneSource, dialect: Dialect, platform: Platform | undefined): Report {
  const part = lastPart(source, platform);
  const configuration = part ? reported(part) : { base: "unknown" as const, properties: [], resources: [] };
  return { ...observe(source.text, dialect), configuration };
}

/** The zone as it is where the real program stops reading. */
export function lastPart(source: ZoneSource, platform: Platform | undefined): ZonePart | undefined {
  const { parts } = run(source, { platform, lenient: false });
  const exit = parts.findIndex((part) => part.exited);
  return exit < 0 ? parts.at(-1) : parts[exit];
}

export function reported(part: ZonePart): ReportedConfiguration {
  return {
    ...(part.name !== undefined && { name: part.name }),
    base: part.base,
    properties: orderedGlobals(part).map(([name, { value }]) => [name, plain(value)]),
    resources: orderedResources(part).map(resourceOf),
  };
}

function resourceOf(resource: Resource): ReportedResource {
  return {
    type: resource.type,
    properties: orderedProperties(resource).map(([name, values]) => [name, several(name, values)]),
    ...(resource.nested.length > 0 && { resources: resource.nested.map(resourceOf) }),
  };
}

/** What `add` adds to is a list also with one element. */
function several(name: string, values: readonly Given[]): ReportedValue {
  const [first] = values;
  const isList = values.length !== 1 || name === "options" || typeof first?.value !== "string";
  return isList ? values.map(({ value }) => plain(value)) : plain(first.value);
}

function plain(value: ConfigValue): ReportedValue {
  if (typeof value === "string") return value;
  if ("list" in value) return value.list.map(plain);
  return Object.fromEntries(value.complex);
}
