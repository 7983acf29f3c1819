import { propertiesOf } from "../../../catalog/zonecfg/lookup.ts";
import type { Platform } from "../../../catalog/zonecfg/property.ts";
import { rctls } from "../../../catalog/zonecfg/rctls.ts";
import { resources as resourceTypes } from "../../../catalog/zonecfg/resource.ts";
import { shownProperties } from "../../../catalog/zonecfg/shown.ts";
import { property, resourcesOf, textOf } from "../configuration.ts";
import type { ZoneDefinition, ZoneResource } from "../types.ts";

/** What `info` and `export` print of a stored configuration. Source: usr/src/cmd/zonecfg/zonecfg.c. */

const DEFAULTS: Readonly<Record<string, string>> = { autoboot: "false", "ip-type": "shared" };

const TYPES = [
  ...["fs", "inherit-pkg-dir", "net", "anet", "device", "dedicated-cpu", "capped-cpu", "capped-memory"],
  ...["attr", "dataset", "admin", "rctl", "security-flags"],
];

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
  if (only !== undefined && !TYPES.includes(only)) {
    const value = only === "zonename" ? definition.name : property(definition, only, shown.get(only));
    return `${only}: ${value}\n`;
  }
  const lines: string[] = [];
  if (only === undefined) {
    lines.push(`zonename: ${definition.name}`);
    for (const [name, unset] of shown) lines.push(`${name}: ${property(definition, name, unset)}`);
    for (const name of Object.keys(definition.properties))
      if (!shown.has(name)) lines.push(`${name}: ${property(definition, name)}`);
    for (const { alias, name } of rctls) {
      const limit = alias === undefined ? undefined : limitOf(definition, name);
      if (limit !== undefined) lines.push(`[${alias}: ${limit}]`);
    }
  }
  for (const type of only === undefined ? TYPES : [only])
    for (const resource of resourcesOf(definition, type)) lines.push(...block(resource));
  return lines.map((line) => `${line}\n`).join("");
}

/** The limit of a control that has one value. */
function limitOf(definition: ZoneDefinition, name: string): string | undefined {
  const found = resourcesOf(definition, "rctl").find((resource) => textOf(resource, "name") === name);
  return found && /limit=(\d+)/.exec(textOf(found, "value") ?? "")?.[1];
}

function block(resource: ZoneResource): string[] {
  const lines = [`${resource.type}:`];
  const given = new Map(ordered(resource));
  for (const { name, required } of propertiesOf(resource.type))
    if (required && !given.has(name)) lines.push(`\t${name} not specified`);
  for (const [name, values] of given)
    if (name === "options") lines.push(`\toptions: [${values.join(",")}]`);
    else for (const value of values) lines.push(`\t${name}: ${/\s/.test(value) ? `"${value}"` : value}`);
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
