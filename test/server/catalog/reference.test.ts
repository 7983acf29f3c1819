import { existsSync, readFileSync } from "node:fs";
import { parameters } from "@zonewarden/server/catalog/jail-conf/lookup";
import { isList, type Parameter, type ParameterType } from "@zonewarden/server/catalog/jail-conf/parameter";
import { describe, expect, it } from "vitest";

/** The table that the catalog was made from, where it is at hand. */
const REFERENCE = new URL("../../../../shared/reference/jail-params.json", import.meta.url);

interface Entry {
  name: string;
  class: "kernel" | "pseudo";
  group: string;
  type: string;
  list: boolean;
  acceptsNoPrefix: boolean;
  negatedName: string | null;
  default: string | null;
  values: string | null;
  range: { min?: number | null; max?: number | null } | null;
  maxLength: number | null;
  since: { version: string; confidence: string };
  deprecated: boolean;
  modifiable: "yes" | "no" | "n/a";
  createOnly: boolean;
  readOnly: boolean;
  module: string | null;
  synonymOf: string | null;
  runsIn: string | null;
  phase: string | null;
  requires: string[];
  conflictsWith: string[];
}

const TYPES: Readonly<Record<string, ParameterType>> = {
  bool: "boolean",
  int: "integer",
  ulong: "unsigned",
  string: "string",
  jailsys: "jailsys",
  ip4list: "ip4-list",
  ip6list: "ip6-list",
  stringlist: "string-list",
  commandlist: "command-list",
  fstablist: "fstab-list",
  keyvalue: "key-value",
  struct: "struct",
};

function changeOf({ modifiable, createOnly, readOnly }: Entry): Parameter["change"] {
  if (readOnly) return "read-only";
  if (createOnly) return "create-only";
  return modifiable === "yes" ? "yes" : "not-applicable";
}

/** The words that can be listed, or the form of a value; neither where the type says it all. */
function valuesOf({ values, type }: Entry): { values?: string[]; form?: string } {
  if (values === null || values === "true/false" || values === "text") return {};
  if (type === "jailsys" || /^\d( \| \d)+$/.test(values)) return { values: values.split(" | ") };
  return { form: values };
}

if (!existsSync(REFERENCE)) console.warn(`Not compared with the reference: no ${REFERENCE.pathname}`);

const entries = existsSync(REFERENCE) ? (JSON.parse(readFileSync(REFERENCE, "utf8")) as Entry[]) : [];

describe.skipIf(entries.length === 0)("the catalog against the reference", () => {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));

  it("has the same parameters", () => {
    expect(parameters.map((p) => p.name).sort()).toEqual(entries.map((entry) => entry.name).sort());
  });

  it.each(entries)("$name", (entry) => {
    const parameter = byName.get(entry.name) as Parameter;
    const { min, max } = parameter.range ?? {};
    expect({
      kind: parameter.kind,
      group: parameter.group,
      type: parameter.type,
      list: isList(parameter),
      default: parameter.default,
      values: parameter.values && [...parameter.values],
      form: parameter.form,
      min,
      max,
      maxLength: parameter.maxLength,
      since: parameter.since,
      deprecated: parameter.deprecated !== undefined,
      change: parameter.change,
      module: parameter.module,
      negation: parameter.negation,
      synonymOf: parameter.synonymOf,
      runsIn: parameter.runsIn,
      step: parameter.step,
      requires: parameter.requires ?? [],
      conflicts: parameter.conflicts ?? [],
    }).toEqual({
      kind: entry.class,
      group: entry.group === "modules" ? "module" : entry.group,
      type: TYPES[entry.type],
      list: entry.list,
      default: entry.default ?? "none",
      values: valuesOf(entry).values,
      form: valuesOf(entry).form,
      min: entry.range?.min ?? undefined,
      max: entry.range?.max ?? undefined,
      maxLength: entry.maxLength ?? undefined,
      since: { release: entry.since.version, confidence: entry.since.confidence },
      deprecated: entry.deprecated,
      change: changeOf(entry),
      module: entry.module ?? undefined,
      negation: entry.negatedName ?? undefined,
      synonymOf: entry.synonymOf ?? undefined,
      runsIn: entry.runsIn ?? undefined,
      step: entry.phase?.replace(":", " "),
      requires: entry.requires,
      conflicts: entry.conflictsWith,
    });
  });
});
