import type { BrandAttr, NetPair } from "../../catalog/zonecfg/brandAttrs.ts";
import { brandsOf } from "../../catalog/zonecfg/lookup.ts";
import { code, some } from "../markdown.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, settingOf } from "./locate.ts";
import { brandsIn, byName, partAt, textOfProperty } from "./part.ts";

/** The attributes that the brand of the zone at a place reads. */
export function attrsAt(context: FeatureContext, { offset }: Location): BrandAttr[] {
  return byName(brandsIn(partAt(context, offset)).flatMap((brand) => brand.attrs));
}

/** What the brand of the zone at a place reads from `property` pairs of a `net`. */
export function netPairsAt(context: FeatureContext, { offset }: Location): NetPair[] {
  return byName(brandsIn(partAt(context, offset)).flatMap((brand) => brand.netProperties));
}

/** The attribute that a name stands for: `disk3` is one of `disk`. */
export function findAttr(attrs: readonly BrandAttr[], name: string): BrandAttr | undefined {
  return (
    attrs.find((attr) => attr.name === name) ??
    attrs.find((attr) => attr.numbered && attr.name === name.replace(/\d+$/, ""))
  );
}

export function attrMarkdown(attr: BrandAttr, title = attr.name): string {
  const facts: string[] = [];
  if (attr.type) facts.push(`type ${code(attr.type)}`);
  if (attr.default !== undefined) facts.push(`default: ${attr.default}`);
  const values = [...(attr.values ?? []).map((value) => code(value)), ...(attr.form ? [attr.form] : [])];
  const blocks = [`**${title}** — ${[attr.doc, ...facts].join(" · ")}`];
  if (values.length > 0) blocks.push(`Values: ${values.join(", ")}`);
  if (attr.numbered) blocks.push("There may be several, with a number behind the name.");
  return blocks.join("\n\n");
}

/** What the zone's brand does with an attribute; else which brands read one of this name. */
export function attrNameMarkdown(
  context: FeatureContext,
  location: Location,
  name: string,
): string | undefined {
  const attr = findAttr(attrsAt(context, location), name);
  if (attr) return attrMarkdown(attr, name);
  const others = [
    ...new Set(brandsOf(context.platform).flatMap((b) => (findAttr(b.attrs, name) ? [b.name] : []))),
  ];
  const brand = textOfProperty(partAt(context, location.offset), "brand");
  const here = brand === undefined ? "" : ` The brand ${code(brand)} gives it no meaning.`;
  if (others.length === 0) return undefined;
  return `**${name}** — an attribute that is read by ${some(
    others.map((other) => code(other)),
    4,
  )}.${here}`;
}

export function attrValueMarkdown(
  context: FeatureContext,
  location: Location,
  text: string,
): string | undefined {
  const name = settingOf(location, "name");
  const attr = name === undefined ? undefined : findAttr(attrsAt(context, location), name);
  return attr && `**${text.slice(0, 60)}** — value of ${attrMarkdown(attr, name)}`;
}

export function netPairMarkdown(
  context: FeatureContext,
  location: Location,
  name: string,
): string | undefined {
  const pair = netPairsAt(context, location).find((candidate) => candidate.name === name);
  return pair && `**${name}** — ${pair.doc}`;
}
