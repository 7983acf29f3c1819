import { nearest } from "../../catalog/distance.ts";
import { IP_TYPES, type IpType } from "../../catalog/zonecfg/brands.ts";
import { findBrand, globalProperty } from "../../catalog/zonecfg/lookup.ts";
import { suggestProperty } from "../../catalog/zonecfg/mistakes.ts";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { templateOf } from "../../catalog/zonecfg/templates.ts";
import type { Base, Given, Resource, ZoneOrigin, ZonePart } from "./types.ts";
import { sameAddress } from "./values.ts";

/** One zone while its commands run: what libzonecfg keeps as a document. */
export class ZoneState {
  name: string | undefined;
  base: Base = "unknown";
  template: string | undefined;
  unsure = false;
  origin: ZoneOrigin | undefined;
  platforms: readonly Platform[];
  readonly properties = new Map<string, Given>();
  private readonly types = new Map<string, Resource[]>();
  /** Resources by type and key, so that a duplicate is found without a search. */
  private readonly keys = new Map<string, Resource[]>();
  /** Properties whose last value was refused, which has been said: they are not missing, too. */
  readonly refused = new Set<string>();
  /** Of these the values that are meant, where name or value is misspelt. */
  private readonly meant = new Map<string, string>();
  /** Whether the template comes with the system on every possible platform, even if it is not known on which. */
  isStock = false;
  /** Whether something was changed since the last commit. */
  dirty = false;

  constructor(platforms: readonly Platform[]) {
    this.platforms = platforms;
  }

  /** A property of the zone was not stored, or a word that is near to one: it is not missing, too. */
  refuse(name: string, value?: string): void {
    const property = globalProperty(name) ? name : suggestProperty(name, undefined)[0];
    if (property === undefined) return;
    this.refused.add(property);
    this.meant.delete(property);
    const meant = property === "ip-type" && value !== undefined ? nearest(value, IP_TYPES)[0] : value;
    if (meant !== undefined) this.meant.set(property, meant);
  }

  /** A property of the zone was stored or cleared: what was refused before does not count any more. */
  settle(name: string): void {
    this.refused.delete(name);
    this.meant.delete(name);
  }

  /** `create` from a template; `undefined` for the default one. An unknown template may bring anything. */
  create(name: string | undefined, blank: boolean): void {
    const found = this.platforms.map((platform) => templateOf(platform, name, blank));
    const known = found.every((template) => template !== undefined);
    this.isStock = known;
    this.base = known ? "template" : "unknown";
    this.template = found[0]?.name ?? name;
    if (name !== undefined) {
      const platforms = this.platforms.filter((_, i) => found[i] !== undefined);
      if (platforms.length > 0) {
        this.platforms = platforms;
        this.base = "template";
      }
    }
    const templates = found.filter((template) => template !== undefined);
    const [first] = templates;
    if (!first || this.base === "unknown") return;
    this.unsure = templates.some((template) => template.unsure !== undefined);
    // What the templates of all possible platforms agree on is sure.
    const from = (value: string): Given => ({ value, origin: undefined, template: first.name });
    const brand = agreed(templates.map((template) => template.brand));
    if (brand !== undefined) this.properties.set("brand", from(brand));
    const ipType = agreed(templates.map((template) => template.ipType ?? "shared"));
    if (ipType !== undefined && !this.unsure) this.properties.set("ip-type", from(ipType));
    if (templates.every((template) => template.autoboot)) this.properties.set("autoboot", from("true"));
    const zonepath = agreed(templates.map((template) => template.zonepath));
    if (zonepath !== undefined) this.properties.set("zonepath", from(zonepath));
    const shape = agreed(templates.map((template) => JSON.stringify(template.resources)));
    if (shape === undefined) {
      this.base = templates.every((template) => template.resources.length === 0) ? "template" : "unknown";
      return;
    }
    for (const { type, properties } of first.resources)
      this.add({
        type,
        properties: new Map(properties.map(([property, value]) => [property, [from(value)]])),
        origin: undefined,
        template: first.name,
        nested: [],
      });
  }

  /** Leaves only the platforms that have something; false where that leaves none. */
  narrow(platforms: readonly Platform[]): boolean {
    if (this.everywhere((platform) => platforms.includes(platform))) return this.platforms.length > 0;
    const left = this.platforms.filter((platform) => platforms.includes(platform));
    if (left.length === 0) return false;
    this.platforms = left;
    return true;
  }

  /** Whether something holds on every platform that is possible. */
  everywhere(test: (platform: Platform) => boolean): boolean {
    return this.platforms.every(test);
  }

  get brand(): string | undefined {
    return this.meant.get("brand") ?? this.text("brand");
  }

  /** The kind of network stack; `undefined` where the text does not tell it. */
  get ipType(): IpType | undefined {
    const set = this.meant.get("ip-type") ?? this.text("ip-type");
    if (set === "shared" || set === "exclusive") return set;
    return undefined;
  }

  /** What a brand is on the platforms that are possible. */
  brandsOf(name: string) {
    return this.platforms.flatMap((platform) => findBrand(name, platform) ?? []);
  }

  text(property: string): string | undefined {
    const value = this.properties.get(property)?.value;
    return typeof value === "string" ? value : undefined;
  }

  /** The resources of a type in stored order: what is changed moves to the end. */
  ofType(type: string): Resource[] {
    return [...(this.types.get(type) ?? [])];
  }

  /** The first resource of a type. */
  one(type: string): Resource | undefined {
    return this.types.get(type)?.[0];
  }

  add(resource: Resource): void {
    const same = this.types.get(resource.type);
    if (same) same.push(resource);
    else this.types.set(resource.type, [resource]);
    const key = keyOf(resource);
    const list = this.keys.get(key);
    if (list) list.push(resource);
    else this.keys.set(key, [resource]);
  }

  remove(resource: Resource): void {
    const same = this.types.get(resource.type);
    const at = same?.indexOf(resource) ?? -1;
    if (at >= 0) same?.splice(at, 1);
    const list = this.keys.get(keyOf(resource));
    const within = list?.indexOf(resource) ?? -1;
    if (within >= 0) list?.splice(within, 1);
  }

  /** Puts a resource in the place of another one of its type. */
  replace(old: Resource, by: Resource): void {
    const same = this.types.get(old.type);
    const at = same?.indexOf(old) ?? -1;
    if (same && at >= 0) same[at] = by;
    this.keys.delete(keyOf(old));
    this.keys.set(keyOf(by), [by]);
  }

  get resources(): Resource[] {
    return [...this.types.values()].flat();
  }

  /** The resources with the same key. */
  withKey(resource: Resource): readonly Resource[] {
    return this.keys.get(keyOf(resource)) ?? [];
  }

  rctl(name: string): Resource | undefined {
    return this.keys.get(`rctl ${name}`)?.[0];
  }

  part(exited: boolean, unfinished: ZoneOrigin | undefined): ZonePart {
    const { name, base, template, unsure, origin, platforms, properties } = this;
    return {
      name,
      base,
      template,
      unsure,
      origin,
      platforms,
      properties: new Map(properties),
      resources: this.resources,
      exited,
      unfinished,
    };
  }
}

function agreed<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** The properties that tell resources of one type apart; a type without is there once. */
const KEYS: Readonly<Record<string, string>> = {
  fs: "dir",
  "inherit-pkg-dir": "dir",
  device: "match",
  rctl: "name",
  attr: "name",
  dataset: "name",
  admin: "user",
  zpool: "name",
  net: "physical",
  anet: "linkname",
};

function keyOf(resource: Resource): string {
  if (resource.key === undefined) {
    const property = KEYS[resource.type];
    resource.key = property ? `${resource.type} ${textIn(resource, property) ?? ""}` : resource.type;
  }
  return resource.key;
}

/** The simple value of a resource's property. */
export function textIn(resource: Resource, property: string): string | undefined {
  const value = resource.properties.get(property)?.[0]?.value;
  return typeof value === "string" ? value : undefined;
}

/** Whether a resource is one that filters name: exact texts, and addresses that differ in a prefix only. */
export function matches(resource: Resource, filters: readonly (readonly [string, string])[]): boolean {
  return filters.every(([property, wanted]) => {
    const value = textIn(resource, property) ?? "";
    return /address$|defrouter$/.test(property) ? sameAddress(value, wanted) : value === wanted;
  });
}
