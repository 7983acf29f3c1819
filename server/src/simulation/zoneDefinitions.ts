import { rctls } from "../catalog/zonecfg/rctls.ts";
import { absolute } from "../configuration/origin.ts";
import { limitOf } from "../configuration/zonecfg/aliases.ts";
import { orderedProperties, orderedResources, tupleText } from "../configuration/zonecfg/order.ts";
import type {
  ConfigValue,
  Given,
  Resource,
  ZoneConfiguration,
  ZoneOrigin,
  ZonePart,
} from "../configuration/zonecfg/types.ts";
import { memory } from "../configuration/zonecfg/values.ts";
import type { Cause } from "../host/decision.ts";
import type { Setting, ZoneDefinition, ZoneResource } from "../host/illumos/types.ts";

/** How a file of the configuration is called in causes. */
type NameOf = (path: string) => string;

/**
 * The zones of a command file as zonecfg(8) would have stored them, each with the places that it comes from. A part
 * that changes a zone which the file does not create is left out: see `changesOf`. Of several parts for one zone the
 * last one holds, in the place of the first, as `create -F` overwrites what is stored.
 */
export function zoneDefinitionsOf(
  { parts, document }: Pick<ZoneConfiguration, "parts" | "document">,
  nameOf: NameOf = (path) => path,
): ZoneDefinition[] {
  const found = new Map<string, ZoneDefinition>();
  for (const part of readParts(parts)) {
    if (part.base !== "template") continue;
    const definition = definitionOf(part, zoneNameOf(part, document), nameOf);
    found.set(definition.name, definition);
  }
  return [...found.values()];
}

/** A part that changes a zone of which the file does not show the rest. */
export interface ZoneChange {
  /** The zone, as far as the file tells it. */
  readonly name: string;
  readonly part: ZonePart;
  readonly cause: Cause;
}

/** The parts of a file that say nothing of how their zone begins, so that it cannot be known from them alone. */
export function changesOf(
  { parts, document }: Pick<ZoneConfiguration, "parts" | "document">,
  nameOf: NameOf = (path) => path,
): ZoneChange[] {
  return readParts(parts)
    .filter(({ base }) => base === "unknown")
    .map((part) => {
      const name = zoneNameOf(part, document);
      return { name, part, cause: headOf(part, name, nameOf) };
    });
}

/** The zones up to the first `exit` without a shell around: the real program reads no further. */
function readParts(parts: readonly ZonePart[]): readonly ZonePart[] {
  const exit = parts.findIndex(({ exited, name }) => exited && name === undefined);
  return exit < 0 ? parts : parts.slice(0, exit + 1);
}

/**
 * The name that the text tells, else that of the file: `web.zonecfg` is for zone web. What stands in a script of a shell,
 * where the file is about more, takes it from the last component of its zonepath.
 */
function zoneNameOf(
  { name, properties }: ZonePart,
  { path, sections }: ZoneConfiguration["document"],
): string {
  const zonepath = properties.get("zonepath")?.value;
  const last =
    typeof zonepath === "string" ? validName(/[^/]+(?=\/*$)/.exec(zonepath)?.[0] ?? "") : undefined;
  const file = validName(fileName(path));
  const isScript = sections.some(({ foreign }) => foreign.length > 0);
  return name ?? (isScript ? (last ?? file) : (file ?? last)) ?? "zone";
}

function fileName(path: string): string {
  // Standard input, as the command line calls it, has no name.
  const base = path === "STDIN" ? "" : (/[^/]*$/.exec(path)?.[0] ?? "");
  return base.replace(/(?:\.(?:zonecfg|zcfg|cfg|txt|conf)|\.zone\.cfg)$/, "");
}

/** Source: zonecfg_validate_zonename in usr/src/lib/libzonecfg/common/libzonecfg.c. */
function validName(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text) && text !== "global" ? text : undefined;
}

function definitionOf(part: ZonePart, name: string, nameOf: NameOf): ZoneDefinition {
  const head = headOf(part, name, nameOf);
  const translation = new Translation(part, name, head, nameOf);
  const properties: Record<string, Setting> = {};
  for (const [property, given] of part.properties)
    if (property !== "zonename") properties[property] = translation.setting(property, given);
  // Solaris 10 stores none for its own zones. Source: libzonecfg.c (zonecfg_get_brand).
  if (!properties["brand"] && part.platforms.every((platform) => platform === "solaris10"))
    properties["brand"] = { value: "native", cause: { what: "brand=native (default)", from: "default" } };
  // A kernel zone keeps its state in memory, and has its files on disks of its own. Source: solaris-kz(7).
  if (!properties["zonepath"] && properties["brand"]?.value === "solaris-kz") {
    const value = `/system/volatile/zones/${name}/zonepath`;
    properties["zonepath"] = { value, cause: { what: `zonepath=${value} (default)`, from: "default" } };
  }
  const resources = orderedResources(part).flatMap((resource) => translation.resources(resource));
  return { name, properties, resources, cause: head };
}

function headOf({ origin, template }: ZonePart, name: string, nameOf: NameOf): Cause {
  const what = `zone ${name}`;
  if (origin) return { what, from: "configuration", place: placeOf(origin, nameOf) };
  return { what: template === undefined ? what : `${what} (template ${template})`, from: "default" };
}

function placeOf(origin: ZoneOrigin, nameOf: NameOf) {
  return { path: nameOf(origin.document.path), ...absolute(origin) };
}

/** The values of one zone. */
class Translation {
  private readonly part: ZonePart;
  private readonly name: string;
  private readonly head: Cause;
  private readonly nameOf: NameOf;

  constructor(part: ZonePart, name: string, head: Cause, nameOf: NameOf) {
    this.part = part;
    this.name = name;
    this.head = head;
    this.nameOf = nameOf;
  }

  setting(name: string, given: Given): Setting {
    // Source: zonecfg(8) of Solaris 11, tokens.
    const value = valueText(given.value).replaceAll("%{zonename}", this.name);
    return { value, cause: this.from(`${name}=${value}`, given) };
  }

  /**
   * A resource and those nested in it, which Solaris 11 has: their properties are those of the outer one, as
   * `mac.mac-address`. Shorthands that are still resources become the resource controls that they stand for.
   */
  resources(resource: Resource): ZoneResource[] {
    const { type } = resource;
    const properties: Record<string, Setting[]> = {};
    const controls: ZoneResource[] = [];
    for (const [name, values] of orderedProperties(resource)) {
      const rctl = controlOf(type, name, this.part);
      const [first] = values;
      if (rctl && first && typeof first.value === "string")
        controls.push(this.control(rctl, type, name, first));
      else properties[name] = values.map((given) => this.setting(name, stored(type, name, given)));
    }
    for (const nested of resource.nested)
      for (const [name, values] of orderedProperties(nested)) {
        const path = `${nested.type}.${name}`;
        const before = properties[path] ?? [];
        properties[path] = [...before, ...values.map((given) => this.setting(path, given))];
      }
    const isEmpty = Object.keys(properties).length === 0 && controls.length > 0;
    return [...(isEmpty ? [] : [{ type, properties, cause: this.cause(resource) }]), ...controls];
  }

  /** The limit as zonecfg_set_aliased_rctl of libzonecfg would store it. */
  private control(rctl: (typeof rctls)[number], type: string, name: string, given: Given): ZoneResource {
    const text = String(given.value);
    const cause = this.from(`${type} ${name}=${text}`, given);
    const value = `(priv=privileged,limit=${limitOf(rctl, text)},action=${rctl.aliasAction})`;
    return {
      type: "rctl",
      properties: { name: [{ value: rctl.name, cause }], value: [{ value, cause }] },
      cause,
    };
  }

  private cause({ type, origin, template }: Resource): Cause {
    return this.from(`add ${type}`, { value: type, origin, template });
  }

  private from(what: string, { origin, template }: Given): Cause {
    if (origin) return { what, from: "configuration", place: placeOf(origin, this.nameOf) };
    if (template !== undefined) return { what: `${what} (template ${template})`, from: "default" };
    return { ...this.head, what };
  }
}

/**
 * The resource control that a property of a resource stands for. Where there is none for a cap of physical memory,
 * rcapd(8) enforces it.
 */
function controlOf(type: string, property: string, { platforms }: ZonePart) {
  return rctls.find(
    ({ resourceForm, platforms: known }) =>
      resourceForm?.resource === type &&
      resourceForm.property === property &&
      platforms.some((platform) => known.includes(platform)),
  );
}

/** A memory cap is stored in bytes: `physcap` of zonecfg.dtd. Everything else is stored as it is written. */
function stored(type: string, name: string, given: Given): Given {
  if (type !== "capped-memory" || name !== "physical" || typeof given.value !== "string") return given;
  const bytes = memory(given.value);
  return bytes === undefined ? given : { ...given, value: String(bytes) };
}

function valueText(value: ConfigValue): string {
  if (typeof value === "string") return value;
  return "list" in value ? value.list.map(valueText).join(",") : tupleText(value);
}
