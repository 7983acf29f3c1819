import { memoryText } from "../../catalog/zonecfg/shown.ts";
import { orderedGlobals, orderedProperties, orderedResources, tupleText } from "./order.ts";
import type { Given, Resource, ZonePart } from "./types.ts";
import { memory } from "./values.ts";

/**
 * The command file that makes a zone's configuration again, in the order and form of `zonecfg export`; other than
 * that, it keeps the brand, and quotes whatever would not be read back. Source: zonecfg.c (export_func).
 */
export function exportText(part: ZonePart): string {
  const lines: string[] = [];
  // A template of which not all is known is copied again, and what it brings is not repeated.
  const copies = part.template !== undefined && (part.base === "unknown" || part.unsure);
  if (copies) lines.push(`create -t ${quote(part.template)}`);
  else if (part.base === "template") lines.push("create -b");
  for (const [name, { value, template }] of orderedGlobals(part))
    if (typeof value === "string" && !(copies && template !== undefined))
      lines.push(`set ${name}=${quote(value)}`);
  for (const resource of orderedResources(part))
    if (!(copies && resource.template !== undefined)) lines.push(...block(resource));
  return lines.map((line) => `${line}\n`).join("");
}

function* block(resource: Resource): Generator<string> {
  yield `add ${resource.type}`;
  for (const [name, values] of orderedProperties(resource)) yield* property(resource.type, name, values);
  for (const nested of resource.nested) yield* block(nested);
  yield "end";
}

/** Words that the export of zonecfg leaves without quotes. */
const BARE = new Set(["ncpus", "importance"]);

function* property(type: string, name: string, values: readonly Given[]): Generator<string> {
  for (const [i, { value }] of values.entries()) {
    if (typeof value !== "string") {
      if ("complex" in value) yield `add ${name} ${tupleText(value, name === "property" ? always : inTuple)}`;
      continue;
    }
    const several = values.length > 1 || name === "options";
    if (several) yield `add ${name} ${quote(value)}`;
    else if (i === 0)
      yield `set ${name}=${type === "capped-memory" ? size(value) : BARE.has(name) ? quote(value) : always(value)}`;
  }
}

/** A size in rounded units, as `export` has it; the number of bytes where rounding would change it. */
function size(value: string): string {
  const bytes = memory(value);
  if (bytes === undefined) return quote(value);
  const short = memoryText(bytes);
  return memory(short) === bytes ? short : String(bytes);
}

/** In quotes, whether needed or not. A value that an unclosed quote gave its newline ends with that again. */
function always(value: string): string {
  return value.endsWith("\n") ? `"${value}` : `"${value}"`;
}

function quote(value: string): string {
  return /^[^\s";=[\]()]+$/.test(value) ? value : always(value);
}

/** A member of a tuple: a comma ends it, too. */
function inTuple(value: string): string {
  return /^[^\s",;=()]+$/.test(value) ? value : always(value);
}
