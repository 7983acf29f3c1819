import { existsOn, globalProperty, propertyOf, resourceType } from "../../../catalog/zonecfg/lookup.ts";
import type { ZoneProperty } from "../../../catalog/zonecfg/property.ts";
import { rctls, type ZoneRctl } from "../../../catalog/zonecfg/rctls.ts";
import { templateOf } from "../../../catalog/zonecfg/templates.ts";
import type { Cause } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { platformOf } from "../platform.ts";
import { bytesOf } from "../resources/units.ts";
import type { Setting, ZoneDefinition, ZoneResource } from "../types.ts";
import { entryNamed } from "../zoneIndex.ts";
import { exportText, infoText, storedOrder } from "./zonecfgText.ts";
import { assignmentOf, elementsOf } from "./zonecfgWords.ts";

/** A call of zonecfg(8) between its beginning and `commit`. Source: usr/src/cmd/zonecfg/zonecfg.c. */
export class ZonecfgSession {
  readonly host: Host;
  /** The name that is stored under; another one than `zone` once `set zonename` has been said. */
  readonly zone: string;
  name: string;
  /** Absent as long as nobody has created the zone. */
  definition: ZoneDefinition | undefined;
  /** The resource that is being edited, and its place among the stored ones if it was selected. */
  private open: { resource: ZoneResource; at: number | undefined } | undefined;
  changed = false;
  /** What `delete` asks for when the session ends. */
  deleted: "" | "plain" | "forced" = "";
  out = "";
  exited = false;

  constructor(host: Host, zone: string) {
    this.host = host;
    this.zone = zone;
    this.name = zone;
    const stored = entryNamed(host, zone)?.definition;
    this.definition = stored && structuredClone(stored);
  }

  private cause(what: string): Cause {
    return { what: `${what} (zonecfg of ${this.zone})`, from: "host" };
  }

  /** Runs one command; gives a complaint. */
  run([command = "", ...words]: readonly string[]): string | undefined {
    if (command === "create") return this.create(words);
    if (command === "help" || command === "exit" || command === "commit" || command === "verify") {
      this.exited ||= command === "exit";
      if (command === "exit" && this.open) return `${this.open.resource.type}: the resource is not complete`;
      return undefined;
    }
    if (!this.definition) return `${this.zone}: No such zone configured`;
    const action = Object.hasOwn(ACTIONS, command) ? ACTIONS[command] : undefined;
    return action ? action(this, this.definition, words) : `${command}: syntax error`;
  }

  private create(words: readonly string[]): string | undefined {
    const forced = words.some((word) => /^-\w*F/.test(word));
    if (this.definition && !forced) return `Zone ${this.zone} already exists; use -F to overwrite it`;
    const at = words.indexOf("-t");
    const platform = platformOf(this.host);
    const blank = words.some((word) => /^-\w*b/.test(word));
    const wanted = at < 0 ? undefined : (words[at + 1] ?? "");
    const stored = wanted === undefined ? undefined : entryNamed(this.host, wanted)?.definition;
    const template = templateOf(platform, wanted, blank);
    if (wanted !== undefined && !stored && !template) return `${wanted}: No such zone configured`;
    const cause = this.cause(`create ${words.join(" ")}`.trim());
    const setting = (value: string): Setting => ({ value: this.expanded(value), cause });
    this.changed = true;
    if (stored) {
      this.definition = { ...structuredClone(stored), name: this.zone, cause };
      return undefined;
    }
    const { brand, ipType, resources = [], autoboot } = template ?? {};
    // A kernel zone keeps its state in memory, and has its files on disks of its own. Source: solaris-kz(7).
    const volatile = brand === "solaris-kz" ? "/system/volatile/zones/%{zonename}/zonepath" : undefined;
    const zonepath = template?.zonepath ?? volatile;
    this.definition = {
      name: this.zone,
      properties: {
        ...(brand !== undefined && { brand: setting(brand) }),
        ...(ipType !== undefined && { "ip-type": setting(ipType) }),
        ...(zonepath !== undefined && { zonepath: setting(zonepath) }),
        ...(autoboot && { autoboot: setting("true") }),
      },
      resources: resources.map(({ type, properties }) => ({
        type,
        properties: Object.fromEntries(properties.map(([name, value]) => [name, [setting(value)]])),
        cause,
      })),
      cause,
    };
    return undefined;
  }

  /** `set NAME=VALUE`, of the zone or of the open resource. */
  set(definition: ZoneDefinition, words: readonly string[]): string | undefined {
    const [name, written] = assignmentOf(words.join(" ")) ?? [];
    if (name === undefined || written === undefined) return "set: syntax error";
    const value = this.expanded(written);
    this.changed = true;
    if (this.open) {
      const { resource } = this.open;
      const wrong =
        wrongValue(propertyOf(resource.type, name), name, value) ?? this.missing(resource.type, name);
      if (wrong !== undefined) return wrong;
      resource.properties[name] = elementsOf(value).map((one) => this.setting(resource.type, name, one));
      return undefined;
    }
    if (name === "zonename") {
      this.name = value;
      return undefined;
    }
    const known = globalProperty(name);
    if (!known || !existsOn(known, platformOf(this.host))) return `${name}: unknown property`;
    const wrong = wrongValue(known, name, value);
    if (wrong !== undefined) return wrong;
    if (known.rctl !== undefined) return this.shorthand(definition, known.rctl, name, value);
    definition.properties[name] = { value, cause: this.cause(`${name}=${value}`) };
    return undefined;
  }

  /** Source: zonecfg(8) of Solaris 11, tokens. */
  private expanded(text: string): string {
    return text.replaceAll("%{zonename}", this.zone);
  }

  private missing(type: string, name: string): string | undefined {
    const known = propertyOf(type, name);
    return known && existsOn(known, platformOf(this.host))
      ? undefined
      : `${name}: unknown property of ${type}`;
  }

  private setting(type: string, name: string, value: string): Setting {
    return { value, cause: this.cause(`${type} ${name}=${value}`) };
  }

  /** `set max-lwps=100` is a resource control, behind the others. */
  private shorthand(
    definition: ZoneDefinition,
    control: string,
    name: string,
    value: string,
  ): string | undefined {
    const known = rctls.find((rctl) => rctl.name === control);
    const limit = known?.unit === "bytes" ? bytesOf(value) : Number(value);
    if (!known || !Number.isFinite(limit)) return `${name}: ${value} is no value`;
    store(definition, known, limit, this.cause(`${name}=${value}`));
    definition.resources = storedOrder(definition.resources);
    return undefined;
  }

  /** `add TYPE`, or `add NAME VALUE` within a resource. */
  add(words: readonly string[]): string | undefined {
    const [first = "", ...rest] = words;
    this.changed = true;
    if (this.open) {
      const { resource } = this.open;
      const unknown = this.missing(resource.type, first);
      if (unknown !== undefined) return unknown;
      const added = rest.flatMap(elementsOf).map((value) => this.setting(resource.type, first, value));
      resource.properties[first] = [...(resource.properties[first] ?? []), ...added];
      return undefined;
    }
    const type = resourceType(first);
    if (!type || type.within || !existsOn(type, platformOf(this.host))) return `${first}: unknown resource`;
    if (type.single && this.definition?.resources.some((resource) => resource.type === first))
      return `${first}: there is one already`;
    this.open = {
      resource: { type: first, properties: {}, cause: this.cause(`add ${first}`) },
      at: undefined,
    };
    return undefined;
  }

  end(definition: ZoneDefinition): string | undefined {
    if (!this.open) return "end: no resource is open";
    const { resource, at } = this.open;
    const lacking = this.lacking(resource);
    if (lacking !== undefined) return `${lacking} not specified`;
    if (at !== undefined) definition.resources.splice(at, 1);
    const rest = this.withoutShorthands(definition, resource);
    if (Object.keys(rest.properties).length > 0) definition.resources.push(rest);
    definition.resources = storedOrder(definition.resources);
    this.open = undefined;
    return undefined;
  }

  /** What is stored of a resource whose properties are shorthands of resource controls: those are stored as such. */
  private withoutShorthands(
    definition: ZoneDefinition,
    { type, properties, cause }: ZoneResource,
  ): ZoneResource {
    const left: ZoneResource["properties"] = {};
    const platform = platformOf(this.host);
    for (const [name, values] of Object.entries(properties)) {
      const known = rctls.find(
        ({ resourceForm, platforms }) =>
          resourceForm?.resource === type && resourceForm.property === name && platforms.includes(platform),
      );
      const [first] = values;
      const limit =
        first && (known?.unit === "bytes" ? bytesOf(first.value) : Math.round(Number(first.value) * 100));
      if (known && first && limit !== undefined && Number.isFinite(limit))
        store(definition, known, limit, first.cause);
      else if (type === "capped-memory" && first && Number.isFinite(bytesOf(first.value)))
        left[name] = [{ ...first, value: String(bytesOf(first.value)) }];
      else left[name] = values;
    }
    return { type, properties: left, cause };
  }

  private lacking({ type, properties }: ZoneResource): string | undefined {
    // A link without a name gets one. Source: zonecfg(8) of Solaris 11, anet.
    const key = type === "anet" ? undefined : resourceType(type)?.key;
    const needed = ["fs", "net", "attr", "rctl", "device", "dataset"].includes(type)
      ? requiredOf(type, platformOf(this.host))
      : key === undefined
        ? []
        : [key];
    // Solaris 11 also knows disks by where they are stored.
    if (type === "device" && properties["storage"]) return undefined;
    return needed.find((name) => (properties[name] ?? []).length === 0);
  }

  select(definition: ZoneDefinition, [type = "", ...filters]: readonly string[]): string | undefined {
    const at = definition.resources.findIndex(
      (resource) => resource.type === type && fits(resource, filters),
    );
    const found = definition.resources[at];
    const limits = filters.length > 0 ? {} : this.limits(definition, type);
    if (!found && Object.keys(limits).length === 0) return `${type}: no such resource`;
    const { properties = {}, cause = this.cause(`select ${type}`) } = found ? structuredClone(found) : {};
    const resource = { type, properties: { ...properties, ...limits }, cause };
    this.open = { resource, at: found ? at : undefined };
    return undefined;
  }

  /** What `capped-cpu` and `capped-memory` show of the resource controls that they stand for. */
  private limits({ resources }: ZoneDefinition, type: string): ZoneResource["properties"] {
    const shown: ZoneResource["properties"] = {};
    const platform = platformOf(this.host);
    for (const { name, resourceForm, platforms, unit } of rctls) {
      if (resourceForm?.resource !== type || !platforms.includes(platform)) continue;
      const control = resources.find((one) => one.properties["name"]?.[0]?.value === name);
      const [, limit] = /limit=(\d+)/.exec(control?.properties["value"]?.[0]?.value ?? "") ?? [];
      if (limit === undefined) continue;
      const { property } = resourceForm;
      shown[property] = [
        this.setting(type, property, unit === "bytes" ? limit : String(Number(limit) / 100)),
      ];
    }
    return shown;
  }

  remove(definition: ZoneDefinition, words: readonly string[]): string | undefined {
    const plain = words.filter((word) => word !== "-F");
    const [type = "", ...filters] = plain;
    if (this.open) {
      const { properties } = this.open.resource;
      const gone = filters.flatMap(elementsOf);
      properties[type] = (properties[type] ?? []).filter(
        ({ value }) => gone.length > 0 && !gone.includes(value),
      );
      return undefined;
    }
    const kept = definition.resources.filter(
      (resource) => resource.type !== type || !fits(resource, filters),
    );
    const limits = filters.length > 0 ? {} : this.limits(definition, type);
    if (kept.length === definition.resources.length && Object.keys(limits).length === 0)
      return `${type}: no such resource`;
    definition.resources = kept;
    for (const { name, resourceForm } of rctls)
      if (resourceForm?.resource === type && limits[resourceForm.property]) dropControl(definition, name);
    this.changed = true;
    return undefined;
  }

  clear(definition: ZoneDefinition, [name = ""]: readonly string[]): string | undefined {
    this.changed = true;
    if (this.open) {
      delete this.open.resource.properties[name];
      return undefined;
    }
    const control = globalProperty(name)?.rctl;
    if (control !== undefined) dropControl(definition, control);
    else delete definition.properties[name];
    return undefined;
  }

  cancel(): string | undefined {
    if (!this.open) return "cancel: no resource is open";
    this.open = undefined;
    return undefined;
  }

  show(definition: ZoneDefinition, what: "info" | "export", [only]: readonly string[]): string | undefined {
    const platform = platformOf(this.host);
    if (what === "export") this.out += exportText(definition);
    else if (this.open) {
      const { resource } = this.open;
      this.out += infoText({ ...definition, resources: [resource] }, platform, resource.type);
    } else this.out += infoText(definition, platform, only);
    return undefined;
  }
}

type Action = (
  session: ZonecfgSession,
  definition: ZoneDefinition,
  words: readonly string[],
) => string | undefined;

const ACTIONS: Readonly<Record<string, Action>> = {
  set: (session, definition, words) => session.set(definition, words),
  add: (session, _, words) => session.add(words),
  end: (session, definition) => session.end(definition),
  select: (session, definition, words) => session.select(definition, words),
  remove: (session, definition, words) => session.remove(definition, words),
  clear: (session, definition, words) => session.clear(definition, words),
  cancel: (session) => session.cancel(),
  info: (session, definition, words) => session.show(definition, "info", words),
  export: (session, definition) => session.show(definition, "export", []),
  revert(session) {
    const stored = entryNamed(session.host, session.zone)?.definition;
    session.definition = stored && structuredClone(stored);
    session.changed = false;
    return undefined;
  },
  delete(session, _, words) {
    session.deleted = words.includes("-F") ? "forced" : "plain";
    return undefined;
  },
};

/** Puts a resource control behind the others. */
function store(
  definition: ZoneDefinition,
  { name, aliasAction }: ZoneRctl,
  limit: number,
  cause: Cause,
): void {
  dropControl(definition, name);
  definition.resources.push({
    type: "rctl",
    properties: {
      name: [{ value: name, cause }],
      value: [{ value: `(priv=privileged,limit=${limit},action=${aliasAction})`, cause }],
    },
    cause,
  });
}

function dropControl(definition: ZoneDefinition, control: string): void {
  definition.resources = definition.resources.filter(
    ({ type, properties }) => type !== "rctl" || properties["name"]?.[0]?.value !== control,
  );
}

function fits({ properties }: ZoneResource, filters: readonly string[]): boolean {
  return filters.every((filter) => {
    const [name, value] = assignmentOf(filter) ?? [];
    return name !== undefined && (properties[name] ?? []).some((one) => one.value === value);
  });
}

/** What every resource of a type must have on a platform. */
function requiredOf(type: string, platform: ReturnType<typeof platformOf>): string[] {
  const names = ["special", "dir", "type", "physical", "name", "value", "match"];
  return names.filter((name) => {
    const known = propertyOf(type, name);
    return known?.required && existsOn(known, platform);
  });
}

/** Only words of a fixed list can be told to be wrong here; the rest is found by `zoneadm verify`. */
function wrongValue(known: ZoneProperty | undefined, name: string, value: string): string | undefined {
  if (!known?.values || (known.type !== "boolean" && known.type !== "enum")) return undefined;
  return known.values.includes(value) ? undefined : `${name}: ${value} is none of ${known.values.join(", ")}`;
}
