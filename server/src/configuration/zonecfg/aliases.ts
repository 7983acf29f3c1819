import { findRctl, globalProperty } from "../../catalog/zonecfg/lookup.ts";
import { rctls, type ZoneRctl } from "../../catalog/zonecfg/rctls.ts";
import type { ZoneState } from "./state.ts";
import type { ComplexValue, Given, Resource, ZoneOrigin } from "./types.ts";
import * as read from "./values.ts";

/**
 * Shorthands: properties that are stored as a resource control with one value. Source:
 * usr/src/lib/libzonecfg/common/libzonecfg.c (zonecfg_set_aliased_rctl, aliases).
 */

/** The resource control that a property of the zone stands for. */
export function rctlOfGlobal(name: string): ZoneRctl | undefined {
  const rctl = globalProperty(name)?.rctl;
  return rctl === undefined ? undefined : findRctl(rctl);
}

/** The resource control that a property of `capped-cpu` or `capped-memory` is stored as, where that holds for sure. */
export function rctlOfResource(type: string, property: string, state: ZoneState): ZoneRctl | undefined {
  const rctl = rctls.find(
    ({ resourceForm }) => resourceForm?.resource === type && resourceForm.property === property,
  );
  return rctl && state.everywhere((platform) => platform !== "solaris11" && rctl.platforms.includes(platform))
    ? rctl
    : undefined;
}

/** The limit of an alias as the resource control has it: bytes, percent of a CPU, or the number itself. */
export function limitOf(rctl: ZoneRctl, text: string): string {
  if (rctl.name === "zone.cpu-cap") return String(read.cpuCap(text) ?? 0);
  if (rctl.unit === "bytes") return String(read.memory(text) ?? 0n);
  return String(read.unsigned(text) ?? 0n);
}

/** Whether a stored resource control is one that its alias can show and change: a single value of the fixed shape. */
export function isUsable(rctl: ZoneRctl, stored: Resource): boolean {
  const values = stored.properties.get("value") ?? [];
  const value = values[0]?.value;
  if (values.length !== 1 || typeof value !== "object" || !("complex" in value)) return false;
  const parts = new Map(value.complex);
  return parts.get("priv") === "privileged" && parts.get("action") === rctl.aliasAction;
}

/** The limit of a stored resource control. */
export function storedLimit(stored: Resource): string | undefined {
  const value = stored.properties.get("value")?.[0]?.value;
  if (typeof value !== "object" || !("complex" in value)) return undefined;
  return value.complex.find(([name]) => name === "limit")?.[1];
}

/** Stores an alias: what was there is removed, and the new value comes last. */
export function storeAlias(
  rctl: ZoneRctl,
  text: string,
  given: Given,
  command: ZoneOrigin,
  state: ZoneState,
): void {
  const before = state.rctl(rctl.name);
  if (before) state.remove(before);
  const value: ComplexValue = {
    complex: [
      ["priv", "privileged"],
      ["limit", limitOf(rctl, text)],
      ["action", rctl.aliasAction],
    ],
  };
  state.add({
    type: "rctl",
    properties: new Map([
      ["name", [{ ...given, value: rctl.name }]],
      ["value", [{ ...given, value }]],
    ]),
    origin: command,
    template: undefined,
    nested: [],
  });
}
