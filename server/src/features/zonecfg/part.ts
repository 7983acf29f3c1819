import type { IpType, ZoneBrand } from "../../catalog/zonecfg/brands.ts";
import { existsOn, findBrand, findRctl, globalProperty } from "../../catalog/zonecfg/lookup.ts";
import { PLATFORMS, type Platform } from "../../catalog/zonecfg/property.ts";
import { absolute } from "../../configuration/origin.ts";
import { isUsable, storedLimit } from "../../configuration/zonecfg/aliases.ts";
import { textIn } from "../../configuration/zonecfg/state.ts";
import type { Given, Resource, ZonePart } from "../../configuration/zonecfg/types.ts";
import { lastAtOrBefore } from "../places.ts";
import type { FeatureContext } from "./context.ts";

/** The zone that an offset belongs to; `undefined` in a file without commands. */
export function partAt({ configuration }: FeatureContext, offset: number): ZonePart | undefined {
  const { parts } = configuration;
  const at = lastAtOrBefore(parts, offset, ({ origin }) => (origin ? absolute(origin).start : 0));
  return parts[Math.max(at, 0)];
}

/** The systems that the zone may be for. */
export function platformsOf(context: FeatureContext, part: ZonePart | undefined): readonly Platform[] {
  if (part) return part.platforms;
  return context.platform ? [context.platform] : PLATFORMS;
}

/** Whether one of some platforms has an item. */
export function existsOnSome(
  item: { readonly platforms?: readonly Platform[] },
  platforms: readonly Platform[],
): boolean {
  return platforms.some((platform) => existsOn(item, platform));
}

/** The simple value of a property of the zone. */
export function textOfProperty(part: ZonePart | undefined, name: string): string | undefined {
  const value = part?.properties.get(name)?.value;
  return typeof value === "string" ? value : undefined;
}

/** What the zone's brand is on each of its platforms that have it. */
export function brandsIn(part: ZonePart | undefined): ZoneBrand[] {
  const name = textOfProperty(part, "brand");
  if (!part || name === undefined) return [];
  return part.platforms.flatMap((platform) => findBrand(name, platform) ?? []);
}

export function ipTypeIn(part: ZonePart | undefined): IpType | undefined {
  const value = textOfProperty(part, "ip-type");
  return value === "shared" || value === "exclusive" ? value : undefined;
}

/** Items of several brands, each name once. */
export function byName<T extends { readonly name: string }>(items: Iterable<T>): T[] {
  return [...new Map([...items].map((item) => [item.name, item])).values()];
}

/** The resource control that a property of the zone is stored in, with the limit as the shorthand shows it. */
export function storedAlias(
  part: ZonePart,
  property: string,
): { readonly limit: string; readonly given: Given; readonly resource: Resource } | undefined {
  const rctl = findRctl(globalProperty(property)?.rctl ?? "");
  const resource = rctl && part.resources.find((r) => r.type === "rctl" && textIn(r, "name") === rctl.name);
  const limit = resource && storedLimit(resource);
  const given = resource?.properties.get("value")?.[0];
  return rctl && given && limit !== undefined && isUsable(rctl, resource)
    ? { limit, given, resource }
    : undefined;
}
