import { rctls } from "../../catalog/zonecfg/rctls.ts";
import {
  memoryText,
  shownAliases,
  shownLimits,
  shownOfResource,
  shownProperties,
  shownTypes,
} from "../../catalog/zonecfg/shown.ts";
import { isUsable, storedLimit } from "./aliases.ts";
import { orderedProperties, tupleText } from "./order.ts";
import { textIn } from "./state.ts";
import type { Given, Resource, ZonePart } from "./types.ts";
import { memory } from "./values.ts";

/** What `info` prints of a zone. Source: usr/src/cmd/zonecfg/zonecfg.c (info_func). */
export function infoText(part: ZonePart): string {
  const lines = [part.name === undefined ? "zonename not specified" : `zonename: ${part.name}`];
  const shown = shownProperties(part.platforms);
  for (const [name, unset] of shown) {
    const value = part.properties.get(name)?.value ?? unset;
    lines.push(`${name}: ${typeof value === "string" ? value : ""}`);
  }
  for (const [name, { value }] of part.properties)
    if (!shown.some(([known]) => known === name) && name !== "zonename" && typeof value === "string")
      lines.push(`${name}: ${value}`);
  for (const alias of shownAliases) {
    const rctl = rctls.find((known) => known.alias === alias);
    const stored = rctl && stores(part, rctl.name);
    const limit = stored && storedLimit(stored);
    if (rctl && stored && limit !== undefined && isUsable(rctl, stored))
      lines.push(`[${alias}: ${rctl.unit === "bytes" ? memoryText(BigInt(limit)) : limit}]`);
  }
  const rest = part.resources.map((resource) => resource.type).filter((type) => !shownTypes.includes(type));
  for (const type of [...shownTypes, ...new Set(rest)]) lines.push(...resourcesOf(part, type));
  return lines.map((line) => `${line}\n`).join("");
}

function stores(part: ZonePart, rctl: string): Resource | undefined {
  return part.resources.find((resource) => resource.type === "rctl" && textIn(resource, "name") === rctl);
}

function* resourcesOf(part: ZonePart, type: string): Generator<string> {
  if (type === "capped-cpu" || type === "capped-memory") {
    yield* limitsOf(part, type);
    return;
  }
  for (const resource of part.resources) {
    if (resource.type !== type) continue;
    yield `${type}:`;
    yield* properties(resource, "\t", shownOfResource(type, part.platforms));
  }
}

function* properties(resource: Resource, indent: string, shown: readonly string[] = []): Generator<string> {
  for (const name of shown) {
    const values = resource.properties.get(name);
    if (values && values.length > 0) yield* property(name, values, indent);
    else yield `${indent}${name} not specified`;
  }
  for (const [name, values] of orderedProperties(resource))
    if (!shown.includes(name)) yield* property(name, values, indent);
  if (resource.type === "fs" && !resource.properties.has("options")) yield `${indent}options: []`;
  for (const nested of resource.nested) {
    yield `${indent}${nested.type}:`;
    yield* properties(nested, `${indent}\t`);
  }
}

function* property(name: string, values: readonly Given[], indent: string): Generator<string> {
  if (name === "options") {
    const texts = values.map(({ value }) => (typeof value === "string" ? value : ""));
    yield `${indent}options: [${texts.map((text) => (text.includes("=") ? `"${text}"` : text)).join(",")}]`;
    return;
  }
  for (const { value } of values) {
    if (typeof value === "string") yield `${indent}${name}: ${/\s/.test(value) ? `"${value}"` : value}`;
    else if ("complex" in value)
      yield `${indent}${name}: ${tupleText(value, name === "property" ? (text) => `"${text}"` : undefined)}`;
  }
}

/** `capped-cpu` and `capped-memory`, whose values are resource controls for the most part: those are in brackets. */
function* limitsOf(part: ZonePart, type: string): Generator<string> {
  const lines: string[] = [];
  for (const resource of part.resources)
    if (resource.type === type)
      for (const [name, [given]] of orderedProperties(resource)) {
        const bytes = typeof given?.value === "string" ? memory(given.value) : undefined;
        lines.push(`\t${name}: ${bytes === undefined ? given?.value : memoryText(bytes)}`);
      }
  for (const name of shownLimits)
    for (const rctl of rctls) {
      if (rctl.resourceForm?.resource !== type || rctl.resourceForm.property !== name) continue;
      const stored = stores(part, rctl.name);
      const limit = stored && storedLimit(stored);
      if (!stored || limit === undefined || !isUsable(rctl, stored)) continue;
      const text = type === "capped-cpu" ? (Number(limit) / 100).toFixed(2) : memoryText(BigInt(limit));
      lines.push(`\t[${name}: ${text}]`);
    }
  if (lines.length === 0) return;
  yield `${type}:`;
  yield* lines;
}
