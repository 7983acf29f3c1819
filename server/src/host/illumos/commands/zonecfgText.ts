import { propertiesOf } from "../../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../../catalog/zonecfg/property.ts";
import { rctls, type ZoneRctl } from "../../../catalog/zonecfg/rctls.ts";
import { resources as resourceTypes } from "../../../catalog/zonecfg/resource.ts";
import {
  memoryText,
  shownAliases,
  shownLimits,
  shownOfResource,
  shownProperties,
  shownTypes,
} from "../../../catalog/zonecfg/shown.ts";
import { property, resourcesOf, textOf } from "../configuration.ts";
import { bytesOf } from "../resources/units.ts";
import type { ZoneDefinition, ZoneResource } from "../types.ts";

/** What `info` and `export` print of a stored configuration. Source: usr/src/cmd/zonecfg/zonecfg.c. */

const DEFAULTS: Readonly<Record<string, string>> = { autoboot: "false", "ip-type": "shared" };

/** The order of types in the stored file; others are behind them. */
const STORED = [
  ...["fs", "inherit-pkg-dir", "net", "anet", "device", "capped-memory", "rctl", "attr", "dataset"],
  ...["dedicated-cpu", "admin", "security-flags", ...resourceTypes.map(({ name }) => name)],
];

/** Resources as they are stored: by type, each type in the order in which they came. */
export function storedOrder(resources: readonly ZoneResource[]): ZoneResource[] {
  return [...resources].sort((a, b) => STORED.indexOf(a.type) - STORED.indexOf(b.type));
}

/** Properties of a resource in the order of the catalog, those that are not in it last. */
function ordered({ type, properties }: ZoneResource): [string, string[]][] {
  const names = propertiesOf(type).map(({ name }) => name);
  const rank = (name: string): number => (names.indexOf(name) + 1 || names.length + 1) - 1;
  return Object.entries(properties)
    .map(([name, values]): [string, string[]] => [name, values.map(({ value }) => value)])
    .filter(([, values]) => values.length > 0)
    .sort(([a], [b]) => rank(a) - rank(b));
}

/** `info`, or `info TYPE`. */
export function infoText(definition: ZoneDefinition, platform: Platform, only?: string): string {
  const shown = new Map(shownProperties([platform]));
  const types = [...shownTypes, ...resourceTypes.map(({ name }) => name)];
  if (only !== undefined && !types.includes(only)) {
    const alias = rctls.find((rctl) => rctl.alias === only);
    if (alias) return aliasLines(definition, alias).join("");
    const value = only === "zonename" ? definition.name : property(definition, only, shown.get(only));
    return `${only}: ${value}\n`;
  }
  const lines: string[] = [];
  if (only === undefined) {
    lines.push(`zonename: ${definition.name}\n`);
    for (const [name, unset] of shown) lines.push(`${name}: ${property(definition, name, unset)}\n`);
    for (const name of Object.keys(definition.properties))
      if (!shown.has(name)) lines.push(`${name}: ${property(definition, name)}\n`);
    for (const name of shownAliases) {
      const alias = rctls.find((rctl) => rctl.alias === name);
      if (alias) lines.push(...aliasLines(definition, alias));
    }
  }
  for (const type of only === undefined ? new Set(types) : [only])
    for (const line of resourceLines(definition, type, platform)) lines.push(`${line}\n`);
  return lines.join("");
}

/** `[max-lwps: 200]`, where its control has the one value that the shorthand stands for. */
function aliasLines(definition: ZoneDefinition, control: ZoneRctl): string[] {
  const limit = limitOf(definition, control);
  if (limit === undefined) return [];
  return [`[${control.alias}: ${control.unit === "bytes" ? memoryText(BigInt(limit)) : limit}]\n`];
}

/** The limit of a control that has the one value that a shorthand makes. */
function limitOf(definition: ZoneDefinition, { name, aliasAction }: ZoneRctl): string | undefined {
  const found = resourcesOf(definition, "rctl").find((resource) => textOf(resource, "name") === name);
  const values = found?.properties["value"] ?? [];
  const [, limit, action] =
    /^\(priv=privileged,limit=(\d+),action=(\w+)\)$/.exec(values[0]?.value ?? "") ?? [];
  return values.length === 1 && action === aliasAction ? limit : undefined;
}

function resourceLines(definition: ZoneDefinition, type: string, platform: Platform): string[] {
  if (type === "capped-cpu" || type === "capped-memory") return limitLines(definition, type);
  return resourcesOf(definition, type).flatMap((resource) => block(resource, platform));
}

/** `capped-cpu` and `capped-memory`, whose values are resource controls for the most part: those are in brackets. */
function limitLines(definition: ZoneDefinition, type: string): string[] {
  const text = (value: string, bytes: number): string =>
    type === "capped-cpu" || Number.isNaN(bytes) ? value : memoryText(BigInt(bytes));
  const own = resourcesOf(definition, type)
    .flatMap(ordered)
    .flatMap(([name, [value]]) => (value === undefined ? [] : [`\t${name}: ${text(value, bytesOf(value))}`]));
  const aliased = shownLimits.flatMap((name) => {
    const control = rctls.find(
      ({ resourceForm }) => resourceForm?.resource === type && resourceForm.property === name,
    );
    const limit = control && limitOf(definition, control);
    if (limit === undefined) return [];
    return [
      `\t[${name}: ${type === "capped-cpu" ? (Number(limit) / 100).toFixed(2) : memoryText(BigInt(limit))}]`,
    ];
  });
  const lines = [...own, ...aliased];
  return lines.length === 0 ? [] : [`${type}:`, ...lines];
}

function block(resource: ZoneResource, platform: Platform): string[] {
  const lines = [`${resource.type}:`];
  const given = new Map(ordered(resource));
  const always = shownOfResource(resource.type, [platform]);
  const names = [...always, ...[...given.keys()].filter((name) => !always.includes(name))];
  if (resource.type === "fs" && !given.has("options")) names.push("options");
  for (const name of names) {
    const values = given.get(name) ?? [];
    if (name === "options")
      lines.push(`\toptions: [${values.map((text) => (text.includes("=") ? `"${text}"` : text)).join(",")}]`);
    else if (values.length === 0) lines.push(`\t${name} not specified`);
    else for (const value of values) lines.push(`\t${name}: ${/\s/.test(value) ? `"${value}"` : value}`);
  }
  return lines;
}

const EXPORTED = [
  ...[
    "zonepath",
    "brand",
    "autoboot",
    "bootargs",
    "file-mac-profile",
    "pool",
    "limitpriv",
    "scheduling-class",
  ],
  ...["ip-type", "hostid", "fs-allowed"],
];
const ALWAYS: ReadonlySet<string> = new Set(["autoboot", "ip-type"]);
const PLAIN: ReadonlySet<string> = new Set(["ncpus", "importance", "physical", "swap", "locked"]);

/** `export`: commands that make the configuration again. */
export function exportText(definition: ZoneDefinition): string {
  const lines = ["create -b"];
  const others = Object.keys(definition.properties).filter((name) => !EXPORTED.includes(name));
  for (const name of [...EXPORTED, ...others]) {
    const value = property(definition, name, ALWAYS.has(name) ? DEFAULTS[name] : "");
    if (value !== "") lines.push(`set ${name}=${/[\s;="]/.test(value) ? `"${value}"` : value}`);
  }
  for (const resource of storedOrder(definition.resources)) {
    lines.push(`add ${resource.type}`);
    for (const [name, values] of ordered(resource))
      for (const value of values) {
        const several = values.length > 1 || name === "options" || value.startsWith("(");
        if (several)
          lines.push(`add ${name} ${value.includes("=") && !value.startsWith("(") ? `"${value}"` : value}`);
        // Of an unset quote the rest of the file would be the value.
        else lines.push(`set ${name}=${PLAIN.has(name) && resource.type !== "net" ? value : `"${value}"`}`);
      }
    lines.push("end");
  }
  return lines.map((line) => `${line}\n`).join("");
}
