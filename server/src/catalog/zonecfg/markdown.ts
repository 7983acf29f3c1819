import { table } from "../page.ts";
import { IP_TYPES, type IpType, type ZoneBrand } from "./brands.ts";
import type { ZoneCommand } from "./commands.ts";
import { findPrivilege, propertiesOf } from "./lookup.ts";
import { type PrivilegeStatus, privilegeSets, privilegeStatus } from "./privileges.ts";
import { PLATFORMS, type Platform, type PropertyType, platformName, type ZoneProperty } from "./property.ts";
import { rctlValue, type ZoneRctl } from "./rctls.ts";
import type { ZoneResource } from "./resource.ts";

const TYPES: Readonly<Record<PropertyType, string>> = {
  string: "string",
  boolean: "true | false",
  enum: "one of several words",
  uint: "unsigned integer",
  uint64: "unsigned integer",
  decimal: "decimal number",
  range: "number or range",
  memory: "size (K, M, G or T)",
  path: "path",
  uri: "storage URI",
  address: "address",
  "address-list": "addresses, separated by commas",
  "comma-list": "words, separated by commas",
  "id-list": "numbers and ranges, separated by commas",
  list: "list",
  complex: "(name=…,value=…)",
  "complex-list": "list of (priv=…,limit=…,action=…)",
};

/** The type in words: the values themselves where they are few. */
export function typeName(property: ZoneProperty): string {
  return property.type === "enum" && property.values ? property.values.join(" | ") : TYPES[property.type];
}

/** `OmniOS, SmartOS`; undefined where every platform has it. */
function platformNames(platforms: readonly Platform[] | undefined): string | undefined {
  if (!platforms || platforms.length === PLATFORMS.length) return undefined;
  const missing = PLATFORMS.filter((platform) => !platforms.includes(platform));
  if (missing.length === 1) return `not ${missing.map(platformName).join()}`;
  return platforms.map(platformName).join(", ");
}

/** One line about a property: type, default, where it exists. */
export function signature(property: ZoneProperty): string {
  const parts = [typeName(property)];
  if (property.required) parts.push("required");
  else if (property.requiredWhen) parts.push(`required when ${property.requiredWhen}`);
  if (property.default !== undefined && !(property.required && property.default === ""))
    parts.push(`default: ${property.default === "" ? "empty" : property.default}`);
  const platforms = platformNames(property.platforms);
  if (platforms) parts.push(platforms);
  if (property.brands) parts.push(`brand ${property.brands.join(", ")}`);
  return parts.join(" · ");
}

/** The documentation of a property, without its title, for hover, completion and the docs page. */
export function propertyMarkdown(property: ZoneProperty): string {
  const facts: string[] = [];
  if (property.values && property.type !== "enum" && property.type !== "boolean")
    facts.push(`Values: ${property.values.join(", ")}`);
  const range = rangeText(property);
  if (range) facts.push(`Range: ${range}`);
  if (property.multiple)
    facts.push(
      `\`add ${property.name}\` adds a value${property.forms.includes("list") ? ", `set` replaces them all" : ""}`,
    );
  if (property.rctl) facts.push(`Short for the resource control \`${property.rctl}\``);
  facts.push(...property.constraints, ...property.notes);
  const blocks = [property.doc];
  if (facts.length > 0) blocks.push(facts.map((fact) => `- ${fact}`).join("\n"));
  const doubt = property.confidence === "low" ? "; not certain" : "";
  blocks.push(`*${property.source}${doubt}*`);
  return blocks.join("\n\n");
}

function rangeText({ range, type }: ZoneProperty): string | undefined {
  if (!range) return undefined;
  const text = (value: number) => (type === "memory" ? sizeText(value) : String(value));
  const { min, max } = range;
  if (min !== undefined && max !== undefined) return `${text(min)} to ${text(max)}`;
  if (min !== undefined) return `from ${text(min)}`;
  return max === undefined ? undefined : `up to ${text(max)}`;
}

/** Bytes as zonecfg writes them. */
function sizeText(bytes: number): string {
  const units = ["", "K", "M", "G", "T"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${units[unit]}`;
}

/** One line about a resource type: what it is, how many there may be, where it exists. */
export function resourceSignature(resource: ZoneResource): string {
  const facts = [resource.title, resource.single ? "at most one" : "any number"];
  if (resource.key) facts.push(`told apart by \`${resource.key}\``);
  if (resource.within) facts.push(`within \`${resource.within}\``);
  const platforms = platformNames(resource.platforms);
  if (platforms) facts.push(platforms);
  if (resource.brands) facts.push(`brand ${resource.brands.join(", ")}`);
  return facts.join(" · ");
}

/** A resource type with a table of its properties, the required ones with a star. */
export function resourceMarkdown(resource: ZoneResource): string {
  const rows = propertiesOf(resource.name).map((property) => [
    `\`${property.name}\`${property.required ? " ★" : ""}`,
    signature(property),
    property.doc,
  ]);
  return [
    `**${resource.name}** — ${resourceSignature(resource)}`,
    resource.doc,
    table(["Property", "Value", "Meaning"], rows),
  ].join("\n\n");
}

export function commandMarkdown(command: ZoneCommand): string {
  const where = {
    global: "outside of resources",
    resource: "within a resource",
    both: "anywhere",
  }[command.scope];
  const facts = [where];
  const platforms = platformNames(command.platforms);
  if (platforms) facts.push(platforms);
  const blocks = [
    `**${command.name}** — ${facts.join(" · ")}`,
    command.synopsis.map((line) => `\`${line}\``).join(" · "),
    command.doc,
  ];
  const options = command.options.map((option) => {
    const only = platformNames(option.platforms);
    const flag = option.argument ? `${option.flag} ${option.argument}` : option.flag;
    return `- \`${flag}\`${only ? ` (${only})` : ""}: ${option.doc}`;
  });
  if (options.length > 0) blocks.push(options.join("\n"));
  return blocks.join("\n\n");
}

export function rctlMarkdown(rctl: ZoneRctl): string {
  const facts = [rctl.unit];
  const platforms = platformNames(rctl.platforms);
  if (platforms) facts.push(platforms);
  const lines = [`- At the limit: ${rctl.onExceed}`, `- Highest limit: ${rctl.systemMax}`];
  if (rctl.alias) lines.push(`- Shorthand: \`set ${rctl.alias}=…\``);
  if (rctl.resourceForm)
    lines.push(`- Shorthand: \`${rctl.resourceForm.property}\` of \`${rctl.resourceForm.resource}\``);
  lines.push(`- Value: \`${rctlValue(rctl, "…")}\``);
  const blocks = [`**${rctl.name}** — ${facts.join(" · ")}`, rctl.description, lines.join("\n")];
  if (rctl.note) blocks.push(rctl.note);
  return blocks.join("\n\n");
}

const STATUS: Readonly<Record<PrivilegeStatus, string>> = {
  default: "in the default set",
  optional: "may be added",
  required: "required",
  prohibited: "prohibited",
};

/**
 * A privilege, or a word that stands for several, with what zones may do with it: zones of the brand where one is
 * given and known, else native ones. Undefined for an unknown name.
 */
export function privilegeMarkdown(name: string, brand?: ZoneBrand, ipType?: IpType): string | undefined {
  const lower = name.toLowerCase();
  const privilege = findPrivilege(lower);
  if (!privilege) {
    const set = Object.hasOwn(privilegeSets, lower) ? privilegeSets[lower] : undefined;
    return set && `**${lower}** — set of privileges\n\n${set}`;
  }
  const facts = [privilege.group];
  if (privilege.basic) facts.push("basic");
  if (privilege.trusted) facts.push("only under Trusted Extensions");
  const platforms = platformNames(privilege.platforms);
  if (platforms) facts.push(platforms);
  const status = (type: IpType) =>
    STATUS[(brand && privilegeStatus(lower, brand, type)) ?? privilege.zone[type]];
  const where = brand?.privileges ? `zones of brand \`${brand.name}\`` : "native zones";
  const types: readonly IpType[] = ipType ? [ipType] : IP_TYPES;
  const [first, second] = types.map(status);
  const verdict =
    second === undefined || first === second
      ? `In ${where}${ipType ? ` with ip-type ${ipType}` : ""}: ${first}.`
      : `In ${where}: ${first} with ip-type shared, ${second} with ip-type exclusive.`;
  return `**${privilege.name}** — ${facts.join(" · ")}\n\n${privilege.description}\n\n${verdict}`;
}

export function brandMarkdown(brand: ZoneBrand): string {
  const facts = [platformName(brand.platform)];
  if (brand.kind !== "native") facts.push(brand.kind);
  if (brand.ipTypeRequired) facts.push(`ip-type ${brand.ipTypeRequired}`);
  const blocks = [`**${brand.name}** — ${brand.title} · ${facts.join(" · ")}`];
  const lines: string[] = [];
  if (brand.refuses.length > 0) lines.push(`- Refuses: ${codes(brand.refuses)}`);
  if (brand.attrs.length > 0)
    lines.push(`- Attributes: ${codes(brand.attrs.map((a) => (a.numbered ? `${a.name}N` : a.name)))}`);
  if (brand.netProperties.length > 0)
    lines.push(`- Properties of \`net\`: ${codes(brand.netProperties.map((pair) => pair.name))}`);
  if (lines.length > 0) blocks.push(lines.join("\n"));
  if (brand.note) blocks.push(brand.note);
  blocks.push(`*${brand.source}${brand.confidence === "low" ? "; not certain" : ""}*`);
  return blocks.join("\n\n");
}

function codes(items: readonly string[]): string {
  return items.map((item) => `\`${item}\``).join(", ");
}
