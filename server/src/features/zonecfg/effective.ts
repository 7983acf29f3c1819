import type { ZoneProperty } from "../../catalog/zonecfg/property.ts";
import { memoryText } from "../../catalog/zonecfg/shown.ts";
import type { Given, ZonePart } from "../../configuration/zonecfg/types.ts";
import { code, count } from "../markdown.ts";
import { lineName } from "../places.ts";
import type { FeatureContext } from "./context.ts";
import { storedAlias, textOfProperty } from "./part.ts";

/** What a property of the zone comes to at the end of its commands, and where that was said. */
export function effectiveMarkdown(
  context: FeatureContext,
  part: ZonePart,
  property: ZoneProperty,
): string | undefined {
  const where = part.name === undefined ? "At the end" : `In ${code(part.name)}`;
  const alias = property.rctl === undefined ? undefined : storedAlias(part, property.name);
  const given = alias?.given ?? part.properties.get(property.name);
  const value =
    alias && property.type === "memory" ? memoryText(BigInt(alias.limit)) : (alias?.limit ?? given?.value);
  if (given && typeof value === "string") return `${where}: ${code(value)}${source(context, given)}`;
  if (property.name === "zonename" && part.name !== undefined) return `${where}: ${code(part.name)}`;
  if (part.base === "unknown" || part.unsure)
    return `${where}: not set in this file; what the zone starts from may say it.`;
  if (property.default === undefined) return `${where}: not set.`;
  return `${where}: not set (default: ${property.default === "" ? "empty" : property.default}).`;
}

function source(context: FeatureContext, { origin, template }: Given): string {
  if (origin) return ` — ${lineName(context, origin)}`;
  return template === undefined ? "" : ` — from the template ${code(template)}`;
}

/** What a zone comes to, in a line. */
export function zoneMarkdown(part: ZonePart): string {
  const facts = ["brand", "ip-type", "zonepath"].flatMap((name) => {
    const value = textOfProperty(part, name);
    return value === undefined ? [] : `${name} ${code(value)}`;
  });
  if (part.resources.length > 0) facts.push(count(part.resources.length, "resource"));
  const name = part.name === undefined ? "the zone" : `the zone ${code(part.name)}`;
  return `Here: ${name}${facts.length > 0 ? ` with ${facts.join(", ")}` : ""}.`;
}
