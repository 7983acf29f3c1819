import { rctls } from "../../catalog/zonecfg/rctls.ts";
import { storedLimit } from "./aliases.ts";
import type { ZoneState } from "./state.ts";
import type { Given, Resource } from "./types.ts";

/** The limits that are written as a resource and stored as resource controls. */
export interface Limits {
  readonly properties: ReadonlyMap<string, readonly Given[]>;
  /** What they are stored in. */
  readonly sources: readonly Resource[];
}

/** `capped-cpu` or `capped-memory` as `select` and `info` see it; `undefined` for others, and where nothing is set. */
export function limits(type: string, state: ZoneState): Limits | undefined {
  if (type !== "capped-cpu" && type !== "capped-memory") return undefined;
  const properties = new Map<string, readonly Given[]>();
  const sources: Resource[] = [];
  for (const stored of state.ofType(type)) {
    sources.push(stored);
    for (const [name, values] of stored.properties) properties.set(name, values);
  }
  for (const rctl of rctls) {
    if (rctl.resourceForm?.resource !== type) continue;
    const stored = state.rctl(rctl.name);
    const limit = stored && storedLimit(stored);
    const given = stored?.properties.get("value")?.[0];
    if (!stored || limit === undefined || !given) continue;
    sources.push(stored);
    const value = rctl.name === "zone.cpu-cap" ? String(Number(limit) / 100) : limit;
    properties.set(rctl.resourceForm.property, [{ ...given, value }]);
  }
  return sources.length > 0 ? { properties, sources } : undefined;
}
