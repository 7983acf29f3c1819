import type { Cause } from "../decision.ts";
import type { Setting, ZoneDefinition, ZoneRctl, ZoneResource } from "./types.ts";

/** Reading a zone's configuration. */

export function setting({ properties }: ZoneDefinition, name: string): Setting | undefined {
  return properties[name];
}

/** The value of a property of the zone, or what stands for one that is not set. */
export function property(definition: ZoneDefinition, name: string, fallback = ""): string {
  return definition.properties[name]?.value ?? fallback;
}

/** Resources of a type, in stored order. */
export function resourcesOf({ resources }: ZoneDefinition, type: string): ZoneResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The first value of a property of a resource. */
export function textOf({ properties }: ZoneResource, name: string): string | undefined {
  return properties[name]?.[0]?.value;
}

export function textsOf({ properties }: ZoneResource, name: string): string[] {
  return (properties[name] ?? []).map(({ value }) => value);
}

/** Where a property of a resource comes from; the resource itself where it is not set. */
export function causeOf({ properties, cause }: ZoneResource, name: string): Cause {
  return properties[name]?.[0]?.cause ?? cause;
}

/** Where a property of the zone comes from; `undefined` where nobody set it. */
export function propertyCause(definition: ZoneDefinition, name: string): Cause | undefined {
  return definition.properties[name]?.cause;
}

export function isExclusive(definition: ZoneDefinition): boolean {
  return property(definition, "ip-type", "shared") === "exclusive";
}

const TUPLE = /^\(priv=([^,]*),limit=([^,]*),action=([^)]*)\)$/;

/** The resource controls of a configuration by name, as far as they can be read. Of several values the lowest holds. */
export function rctlsOf(definition: ZoneDefinition): Record<string, ZoneRctl> {
  const found: Record<string, ZoneRctl> = {};
  for (const resource of resourcesOf(definition, "rctl")) {
    const name = textOf(resource, "name");
    if (name === undefined) continue;
    for (const { value, cause } of resource.properties["value"] ?? []) {
      const [, , limit, action] = TUPLE.exec(value) ?? [];
      if (limit === undefined || (action !== "none" && action !== "deny")) continue;
      const known = found[name];
      if (!known || Number(limit) < known.limit) found[name] = { limit: Number(limit), action, cause };
    }
  }
  return found;
}
