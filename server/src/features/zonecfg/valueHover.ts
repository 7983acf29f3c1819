import type { TextRange } from "@zonewarden/grammars/common/range";
import type { SimpleValue, Word } from "@zonewarden/grammars/zonecfg/tree";
import { parsePrivileges } from "../../catalog/illumos/privilegeSets.ts";
import { commands, findBrand, findRctl, globalProperty, propertyOf } from "../../catalog/zonecfg/lookup.ts";
import { brandMarkdown, privilegeMarkdown, rctlMarkdown } from "../../catalog/zonecfg/markdown.ts";
import { suggestBrand, suggestPrivilege, suggestRctl } from "../../catalog/zonecfg/mistakes.ts";
import { PLATFORMS, platformName, type ZoneProperty } from "../../catalog/zonecfg/property.ts";
import { templateName, templates } from "../../catalog/zonecfg/templates.ts";
import { cpuCap, cpuRange, memory } from "../../configuration/zonecfg/values.ts";
import { code, count } from "../markdown.ts";
import { addressMarkdown } from "./addresses.ts";
import { attrNameMarkdown, attrValueMarkdown, netPairMarkdown } from "./brandValues.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, type Spot, settingOf } from "./locate.ts";
import { brandsIn, ipTypeIn, partAt, platformsOf } from "./part.ts";
import { meaningOf } from "./valueMeanings.ts";

/** Something to say about a word; its range counts from the section's start. */
interface Said {
  readonly range: TextRange;
  readonly markdown: string;
}

/** What a value of a property means; `resource` is absent for the properties of the zone itself. */
export function valueHover(
  context: FeatureContext,
  location: Location,
  resource: string | undefined,
  name: string,
  node: SimpleValue,
): Said | undefined {
  const property = resource === undefined ? globalProperty(name) : propertyOf(resource, name);
  if (!property) return undefined;
  const whole = (markdown: string | undefined): Said | undefined =>
    markdown === undefined ? undefined : { range: node, markdown };
  const { text } = node;
  switch (`${resource ?? ""} ${name}`) {
    case " brand":
      return whole(brandsMarkdown(context, location, text));
    case " limitpriv":
      return privilegeHover(context, location, node);
    case "rctl name":
      return whole(rctlNameMarkdown(text));
    case "attr name":
      return whole(attrNameMarkdown(context, location, text));
    case "attr value":
      return whole(attrValueMarkdown(context, location, text));
    case "capped-cpu ncpus":
      return whole(cpuCapMarkdown(text));
    case "dedicated-cpu ncpus":
      return whole(cpuRangeMarkdown(text));
  }
  switch (property.type) {
    case "memory":
      return whole(memoryMarkdown(text));
    case "address":
    case "address-list":
      return wordIn(location, node, (word) =>
        addressMarkdown(word, ipTypeIn(partAt(context, location.offset))),
      );
    case "comma-list":
    case "list":
      return wordIn(location, node, (word) => meaningMarkdown(property, word));
    default:
      return whole(meaningMarkdown(property, text));
  }
}

function meaningMarkdown({ resource, name }: ZoneProperty, word: string): string | undefined {
  const meaning = meaningOf(resource, name, word);
  return meaning && `**${word}** — ${meaning}`;
}

/** The one of several words with commas between them that the caret is in. */
function wordIn(
  { section, offset }: Location,
  node: SimpleValue,
  say: (word: string) => string | undefined,
): Said | undefined {
  const start = node.start + (node.quoted ? 1 : 0);
  const at = offset - (section?.start ?? 0) - start;
  const from = at <= 0 ? 0 : node.text.lastIndexOf(",", at - 1) + 1;
  const comma = node.text.indexOf(",", from);
  const to = comma < 0 ? node.text.length : comma;
  // At a quote the caret touches the value, but none of its words.
  if (at < from || at > to) return undefined;
  const markdown = say(node.text.slice(from, to));
  return markdown === undefined ? undefined : { range: { start: start + from, end: start + to }, markdown };
}

function brandsMarkdown(context: FeatureContext, location: Location, name: string): string {
  const part = partAt(context, location.offset);
  const here = platformsOf(context, part);
  const found = here.flatMap((platform) => findBrand(name, platform) ?? []);
  if (found.length > 0)
    return found
      .slice(0, 3)
      .map((brand) => brandMarkdown(brand))
      .join("\n\n---\n\n");
  const elsewhere = PLATFORMS.filter((platform) => findBrand(name, platform)).map(platformName);
  const more = elsewhere.length > 0 ? ` It is one of ${elsewhere.join(", ")}.` : near(suggestBrand(name));
  return `**${name.slice(0, 60)}** — no brand of this name is known here.${more}`;
}

function privilegeHover(context: FeatureContext, location: Location, node: SimpleValue): Said | undefined {
  const part = partAt(context, location.offset);
  const [brand] = brandsIn(part);
  const { fromDefault } = parsePrivileges(node.text);
  return wordIn(location, node, (word) => {
    const removes = /^[!-]/.test(word);
    const name = removes ? word.slice(1) : word;
    if (fromDefault && word !== "" && node.text.startsWith(word) && "default".startsWith(word))
      return privilegeMarkdown("default");
    const text = privilegeMarkdown(name, brand, ipTypeIn(part));
    if (text === undefined)
      return name === ""
        ? undefined
        : `**${name.slice(0, 60)}** — no privilege of this name is known.${near(suggestPrivilege(name))}`;
    return removes ? `${text}\n\nTaken away here.` : text;
  });
}

function rctlNameMarkdown(name: string): string {
  const rctl = findRctl(name);
  if (rctl) return rctlMarkdown(rctl);
  return `**${name.slice(0, 60)}** — no resource control of zones is known by this name.${near(suggestRctl(name))}`;
}

function near(names: readonly string[]): string {
  return names.length > 0 ? ` Did you mean ${names.map((name) => code(name)).join(" or ")}?` : "";
}

function memoryMarkdown(text: string): string | undefined {
  const bytes = memory(text);
  return bytes === undefined ? undefined : `**${text}** — ${count(Number(bytes), "byte")}`;
}

function cpuCapMarkdown(text: string): string | undefined {
  const percent = cpuCap(text);
  return percent === undefined
    ? undefined
    : `**${text}** — ${percent} percent of one CPU: stored as ${code("zone.cpu-cap")} with the limit ${percent}`;
}

function cpuRangeMarkdown(text: string): string | undefined {
  const range = cpuRange(text);
  if (!range) return undefined;
  const { low, high } = range;
  return low === high
    ? `**${text}** — ${count(Number(low), "CPU")}, no more and no fewer`
    : `**${text}** — at least ${low} and at most ${count(Number(high), "CPU")}`;
}

/** A value in a tuple. */
export function memberValueMarkdown(
  context: FeatureContext,
  location: Location,
  name: string,
  node: SimpleValue,
): string | undefined {
  const meaning = meaningOf("rctl", name, node.text);
  if (meaning) return `**${node.text}** — ${meaning}`;
  const { open, spot } = location;
  if (spot.in !== "memberValue") return undefined;
  if (name === "limit") {
    const rctl = findRctl(settingOf(location, "name") ?? "");
    return rctl && `**${node.text}** — ${rctl.unit}. Highest limit: ${rctl.systemMax}`;
  }
  return open?.type === "net" && name === "name" ? netPairMarkdown(context, location, node.text) : undefined;
}

/** An option of a command, or what stands behind one. */
export function argumentMarkdown(
  context: FeatureContext,
  location: Location,
  { command, flag }: Extract<Spot, { in: "argument" }>,
  node: Word,
): string | undefined {
  const known = commands.get(command.word.name ?? "")?.options ?? [];
  const option = known.find((candidate) => candidate.flag === node.text);
  if (option) return `**${[option.flag, option.argument].filter(Boolean).join(" ")}** — ${option.doc}`;
  if (command.word.name !== "create" || flag?.text !== "-t") return undefined;
  const platforms = platformsOf(context, partAt(context, location.offset));
  const found = platforms.flatMap((platform) =>
    templates.filter(
      (template) => template.platform === platform && template.name === templateName(platform, node.text),
    ),
  );
  if (found.length === 0)
    return `**${node.text.slice(0, 60)}** — no template that comes with a system; a zone or a template of this name may be there.`;
  return found.slice(0, 3).map(templateMarkdown).join("\n\n---\n\n");
}

function templateMarkdown(template: (typeof templates)[number]): string {
  const lines = [`- Brand: ${template.brand === undefined ? "none" : code(template.brand)}`];
  lines.push(`- ip-type: ${code(template.ipType ?? "shared")}`);
  if (template.zonepath !== undefined) lines.push(`- zonepath: ${code(template.zonepath)}`);
  if (template.autoboot) lines.push("- Boots with the host");
  for (const { type, properties } of template.resources.slice(0, 6))
    lines.push(`- ${code(type)}: ${properties.map(([name, value]) => code(`${name}=${value}`)).join(", ")}`);
  const blocks = [`**${template.name}** — template of ${platformName(template.platform)}`, lines.join("\n")];
  if (template.unsure) blocks.push(`Not certain: ${template.unsure}`);
  return blocks.join("\n\n");
}
