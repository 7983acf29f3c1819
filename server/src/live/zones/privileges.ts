import { privilegeOrder, zonePrivilegeSet } from "../../catalog/illumos/privilegeSets.ts";
import { findPrivilege } from "../../catalog/zonecfg/lookup.ts";
import { platformOf } from "../../host/illumos/platform.ts";
import { illumosOf } from "../../host/illumos/state.ts";
import { zone } from "../../host/illumos/zones.ts";
import type { PrivilegeView } from "../../protocol.ts";
import type { Moment } from "../guests.ts";
import { originView } from "../views/origins.ts";

/** All privileges of the kernel, and whether a zone has them. Source: privileges(7), brands(7). */
export function zonePrivileges({ host, texts }: Moment, id: number): PrivilegeView[] {
  const { brand, ipType, privileges, causes } = zone(host, id);
  const held = new Set(illumosOf(host).privilegeSets[privileges] ?? []);
  const usual = new Set(zonePrivilegeSet(brand, platformOf(host), ipType, undefined).set);
  const limitpriv = causes["limitpriv"];
  return privilegeOrder.map((name) => {
    const known = findPrivilege(name);
    const has = held.has(name);
    const isUsual = has === usual.has(name);
    const never = !has && known?.zone[ipType] === "prohibited";
    const origin = isUsual || !limitpriv ? undefined : originView(limitpriv, texts);
    return {
      name,
      held: has,
      status: never ? "never" : isUsual ? "default" : has ? "added" : "removed",
      description: known?.description ?? "",
      origin: origin ?? {
        what: `${has ? "in" : "not in"} the default set of brand ${brand}`,
        from: "default",
      },
    };
  });
}
