import type { Logical } from "./networkViews.ts";

/** The name of an address: of those that other zones were given ipadm(8) does not know one. */
export function addressObject({ interface: item, family, unit, zone, object }: Logical): string {
  if (object !== undefined) return `${item.name}/${object}`;
  const version = family === "inet" ? "v4" : "v6";
  if (zone !== 0) return `${item.name}/?`;
  return `${item.name}/${version}${unit > 0 ? String.fromCharCode(97 + ((unit - 1) % 26)) : ""}`;
}
