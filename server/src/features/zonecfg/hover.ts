import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command, Word } from "@zonewarden/grammars/zonecfg/tree";
import {
  commands,
  globalProperty,
  propertiesOf,
  propertyOf,
  resourcesWith,
  resourceType,
} from "../../catalog/zonecfg/lookup.ts";
import {
  commandMarkdown,
  propertyMarkdown,
  resourceMarkdown,
  signature,
} from "../../catalog/zonecfg/markdown.ts";
import { advice, suggestCommand, suggestProperty, suggestResource } from "../../catalog/zonecfg/mistakes.ts";
import type { ZoneProperty } from "../../catalog/zonecfg/property.ts";
import { rctlValueParts } from "../../catalog/zonecfg/rctls.ts";
import { code, some } from "../markdown.ts";
import { lineOf } from "../places.ts";
import type { HoverResult } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { effectiveMarkdown, zoneMarkdown } from "./effective.ts";
import { absoluteIn, type Location, locate } from "./locate.ts";
import { brandsIn, byName, partAt } from "./part.ts";
import type { OpenResource } from "./scope.ts";
import { argumentMarkdown, memberValueMarkdown, valueHover } from "./valueHover.ts";

/** What is known about the word at an offset. */
export function hover(context: FeatureContext, offset: number): HoverResult | undefined {
  const location = locate(context.document, offset);
  const { spot } = location;
  const answer = (node: TextRange | undefined, markdown: string | undefined): HoverResult | undefined =>
    node && markdown !== undefined ? { range: absoluteIn(location, node), markdown } : undefined;
  switch (spot.in) {
    case "command":
      return answer(spot.command.word, commandHover(context, location, spot.command));
    case "subject":
      return answer(spot.node, spot.node && subjectMarkdown(context, location, spot.command, spot.node));
    case "filter":
      return answer(
        spot.node,
        spot.node && namedMarkdown(context, location, spot.node, spot.command.resource?.text),
      );
    case "value": {
      const resource = resourceOf(location, spot.command);
      const found = spot.node && valueHover(context, location, resource, spot.property.text, spot.node);
      return found && answer(found.range, found.markdown);
    }
    case "member":
      return answer(
        spot.node,
        spot.node && memberMarkdown(context, location, spot.property.text, spot.node.text),
      );
    case "memberValue":
      return answer(
        spot.node,
        spot.node && memberValueMarkdown(context, location, spot.member.name.text, spot.node),
      );
    case "argument":
      return answer(spot.node, spot.node && argumentMarkdown(context, location, spot, spot.node));
    default:
      return undefined;
  }
}

/** The resource type whose properties a command speaks of; `undefined` for those of the zone itself. */
export function resourceOf({ open }: Location, { resource }: Command): string | undefined {
  return resource?.text ?? open?.type;
}

function commandHover(context: FeatureContext, location: Location, { word }: Command): string {
  const { open } = location;
  const known = word.name === undefined ? undefined : commands.get(word.name);
  if (!known) {
    return `**${word.text.slice(0, 40)}** — no command of this name.${didYouMean(suggestCommand(word.text))}`;
  }
  const text = commandMarkdown(known);
  const part = known.name === "create" ? partAt(context, location.offset) : undefined;
  if (part) return underTitle(text, zoneMarkdown(part));
  if (!open || (known.name !== "end" && known.name !== "cancel")) return text;
  return underTitle(text, `Here: the ${openName(context.document, open)}.`);
}

function openName(document: FeatureContext["document"], { type, opener }: OpenResource): string {
  const line = lineOf(document, opener.section.start + opener.command.word.start);
  return `${code(type)} of line ${line}`;
}

function subjectMarkdown(
  context: FeatureContext,
  location: Location,
  command: Command,
  node: Word,
): string | undefined {
  if (command.resource === node) {
    const type = resourceType(node.text);
    if (type) return resourceMarkdown(type);
    return `**${node.text}** — no resource type of this name.${didYouMean(suggestResource(node.text))}`;
  }
  return namedMarkdown(context, location, node, location.open?.type);
}

/** A property of a resource type, or of the zone itself. */
function namedMarkdown(
  context: FeatureContext,
  location: Location,
  { text: name }: Word,
  resource: string | undefined,
): string | undefined {
  const property = resource === undefined ? globalProperty(name) : propertyOf(resource, name);
  if (!property) return unknownMarkdown(name, resource);
  const blocks = [`**${name}** — ${signature(property)}`];
  const part = partAt(context, location.offset);
  const effective = resource === undefined && part ? effectiveMarkdown(context, part, property) : undefined;
  // In front of the documentation: it is what only we know.
  if (effective) blocks.push(effective, "---");
  blocks.push(propertyMarkdown(property));
  const stored = storedMarkdown(property);
  if (stored) blocks.push(stored);
  return blocks.join("\n\n");
}

/** Where the XML of the zone holds it. That it is a resource control is said elsewhere. */
function storedMarkdown({ xml }: ZoneProperty): string | undefined {
  return xml === undefined || /^rctl\[/.test(xml) ? undefined : `Stored as ${code(xml, 200)}.`;
}

function unknownMarkdown(name: string, resource: string | undefined): string {
  const where = resource === undefined ? "of the zone" : `of ${code(resource)}`;
  const said = [`**${name.slice(0, 60)}** — no property ${where}.`];
  const elsewhere = resourcesWith(name).filter((type) => type !== resource);
  const known = resource === undefined ? advice(name) : undefined;
  if (known) said.push(known);
  else if (resource !== undefined && globalProperty(name)) said.push("The zone itself has one of this name.");
  else if (elsewhere.length > 0)
    said.push(
      `There is one of ${some(
        elsewhere.map((type) => code(type)),
        4,
      )}.`,
    );
  else if (resource === undefined || propertiesOf(resource).length > 0)
    said.push(didYouMean(suggestProperty(name, resource)).trim());
  return said.join(" ").trim();
}

function didYouMean(near: readonly string[]): string {
  return near.length > 0 ? ` Did you mean ${near.map((name) => code(name)).join(" or ")}?` : "";
}

/** A name in `(priv=…,limit=…,action=…)` of a resource control, or in `(name=…,value=…)` of a `property`. */
function memberMarkdown(
  context: FeatureContext,
  location: Location,
  property: string,
  name: string,
): string | undefined {
  const part = rctlValueParts.find((candidate) => candidate.name === name);
  if (part) return `**${name}** — ${part.doc}`;
  if (property !== "property") return undefined;
  if (name === "value") return "**value** — what the property becomes";
  if (name !== "name") return undefined;
  const names = byName(brandsIn(partAt(context, location.offset)).flatMap((brand) => brand.netProperties));
  const known = names.map((pair) => `- ${code(pair.name)}: ${pair.doc}`);
  return ["**name** — a property of the interface that the brand reads", known.join("\n")]
    .join("\n\n")
    .trim();
}

/** Puts a line below the title of a text. */
function underTitle(text: string, line: string): string {
  const title = text.indexOf("\n\n");
  return title < 0 ? `${text}\n\n${line}` : `${text.slice(0, title)}\n\n${line}${text.slice(title)}`;
}
