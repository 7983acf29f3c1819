import { existsSync, readFileSync } from "node:fs";
import { brands } from "@zonewarden/server/catalog/zonecfg/brands";
import { globals, resourceProperties } from "@zonewarden/server/catalog/zonecfg/lookup";
import { privileges } from "@zonewarden/server/catalog/zonecfg/privileges";
import type { ZoneProperty } from "@zonewarden/server/catalog/zonecfg/property";
import { rctls } from "@zonewarden/server/catalog/zonecfg/rctls";
import { describe, expect, it } from "vitest";

/** The tables that the catalog was made from, where they are at hand. */
const REFERENCE = new URL("../../../../../shared/reference/", import.meta.url);

interface PropertyEntry {
  id: string;
  type: string;
  valueForms: string[];
  required: boolean | "conditional";
  requiredWhen: string | null;
  multiValued: boolean;
  allowedValues: string[] | null;
  pattern: string | null;
  range: { min?: number | string | null } | null;
  platforms: string[];
  brands: string[];
  mapsTo: { rctl: { name: string } | null; xml: string | null };
  clearable: boolean;
  checkedAt: string[];
  confidence: string;
}

interface BrandEntry {
  brand: string;
  platform: string;
  ipTypesAllowed: string[];
  ipTypeRequired: string | null;
  attrs: { name: string; default: string | null; repeatable: string | null }[];
  netProperties: { name: string }[];
  unsupported: string[];
  privileges: Record<
    "default" | "required" | "prohibited",
    { name: string; onlyIpType: string | null }[]
  > | null;
}

interface RctlEntry {
  name: string;
  alias: string | null;
  resourceForm: string | null;
  systemMax: string;
  globalDeny: string;
  aliasAction: string;
}

interface PrivilegeEntry {
  name: string;
  group: string;
  basic: boolean;
  trustedExtensionsOnly: boolean;
  zone: { shared: string; exclusive: string };
}

const there = existsSync(REFERENCE);
if (!there) console.warn(`Not compared with the reference: no ${REFERENCE.pathname}`);

function read<T>(name: string, otherwise: T): T {
  return there ? (JSON.parse(readFileSync(new URL(name, REFERENCE), "utf8")) as T) : otherwise;
}

const platform = (name: string) => name.replace("solaris11.4", "solaris11");

describe.skipIf(!there)("the properties against the reference", () => {
  // `max-lofi` is in the reference only to say that there is no such property.
  const entries = read<PropertyEntry[]>("zonecfg-properties.json", []).filter(
    (entry) => entry.id !== "global.max-lofi",
  );
  const id = (p: ZoneProperty) => `${p.within ? `${p.within}/` : ""}${p.resource ?? "global"}.${p.name}`;
  const byId = new Map([...globals, ...resourceProperties].map((property) => [id(property), property]));

  // From updates of Solaris 11.4 that the reference is older than.
  const later = [
    ...["bw-share", "max-bw", "rx-fanout", "rx-rings", "tx-rings"].map((name) => `anet.${name}`),
    ...["memory-reserve", "pagesize"].map((name) => `capped-memory.${name}`),
  ];

  it("has the same properties, and those that came later", () => {
    expect([...byId.keys()].sort()).toEqual([...entries.map((entry) => entry.id), ...later].sort());
  });

  it.each(entries)("$id", (entry) => {
    const property = byId.get(entry.id) as ZoneProperty;
    expect({
      type: property.type,
      forms: property.forms,
      required: property.required,
      requiredWhen: property.requiredWhen,
      multiple: property.multiple,
      values: entry.id === "rctl.name" ? undefined : property.values,
      pattern: property.pattern,
      platforms: property.platforms,
      brands: property.brands,
      rctl: property.rctl,
      xml: property.xml,
      clearable: property.clearable,
      checkedAt: property.checkedAt,
      confidence: property.confidence,
      min: property.range?.min,
    }).toEqual({
      type: entry.type,
      forms: entry.valueForms,
      required: entry.required === true,
      requiredWhen: entry.requiredWhen ?? undefined,
      multiple: entry.multiValued,
      values: entry.id === "rctl.name" ? undefined : (entry.allowedValues ?? undefined),
      pattern: entry.pattern ?? undefined,
      platforms: entry.platforms.map(platform),
      brands: entry.brands[0] === "*" ? undefined : entry.brands,
      rctl: entry.mapsTo.rctl?.name,
      xml: entry.mapsTo.xml ?? undefined,
      clearable: entry.clearable,
      checkedAt: entry.checkedAt,
      confidence: entry.confidence,
      min: bytes(entry.range?.min),
    });
  });
});

function bytes(value: number | string | null | undefined): number | undefined {
  if (typeof value === "string") return Number.parseInt(value, 10) * 1024 * 1024;
  return value ?? undefined;
}

describe.skipIf(!there)("the brands against the reference", () => {
  const entries = read<BrandEntry[]>("zone-brands.json", []).flatMap((entry) =>
    entry.brand.split("/").map((brand) => ({ ...entry, brand, platform: platform(entry.platform) })),
  );

  it("has the same brands, and one of OpenIndiana", () => {
    const own = brands.map((brand) => `${brand.platform} ${brand.name}`);
    expect(own.filter((name) => name !== "illumos nlipkg")).toEqual(
      entries.map((entry) => `${entry.platform} ${entry.brand}`),
    );
  });

  it.each(entries)("$platform $brand", (entry) => {
    const brand = brands.find((b) => b.name === entry.brand && b.platform === entry.platform);
    const list = (items: { name: string; onlyIpType: string | null }[]) =>
      items.map((item) => (item.onlyIpType ? `${item.name}:${item.onlyIpType}` : item.name)).sort();
    // Of brands whose files are not public the reference says nothing; what guides of Oracle say is tested elsewhere.
    const sets = entry.privileges && brand?.privileges;
    expect({
      ipTypesAllowed: brand?.ipTypesAllowed,
      ipTypeRequired: brand?.ipTypeRequired,
      attrs: brand?.attrs.map((attr) => [attr.name, attr.numbered === true]),
      netProperties: brand?.netProperties.map((pair) => pair.name),
      refuses: brand?.refuses,
      default: sets ? ["basic", ...sets.default].sort() : undefined,
      required: sets ? [...sets.required].sort() : undefined,
      prohibited: sets ? [...sets.prohibited].sort() : undefined,
    }).toEqual({
      ipTypesAllowed: entry.ipTypesAllowed,
      ipTypeRequired: entry.ipTypeRequired ?? undefined,
      attrs: entry.attrs.map((attr) => [attr.name, attr.repeatable !== null]),
      netProperties: entry.netProperties.map((pair) => pair.name),
      refuses: entry.unsupported,
      default: entry.privileges ? list(entry.privileges.default) : undefined,
      required: entry.privileges ? list(entry.privileges.required) : undefined,
      prohibited: entry.privileges ? list(entry.privileges.prohibited) : undefined,
    });
  });
});

describe.skipIf(!there)("the resource controls against the reference", () => {
  const { zone: entries } = read<{ zone: RctlEntry[] }>("zone-rctls.json", { zone: [] });

  it("has the same controls", () => {
    expect(rctls.map((rctl) => rctl.name)).toEqual(entries.map((entry) => entry.name));
  });

  it.each(entries)("$name", (entry) => {
    const rctl = rctls.find(({ name }) => name === entry.name);
    const form = rctl?.resourceForm;
    const denies: Record<string, string> = {
      always: "always",
      never: "never",
      "n/a": "never",
      "deny when set so": "optional",
    };
    expect({
      // The reference names the alias that max-lofi has elsewhere; no zonecfg here knows it.
      alias: rctl?.alias ?? (entry.name === "zone.max-lofi" ? "max-lofi" : null),
      form: form ? `${form.resource} ${form.property}` : undefined,
      systemMax: rctl?.systemMax,
      deny: rctl?.deny,
      aliasAction: rctl?.aliasAction,
    }).toEqual({
      alias: entry.alias,
      form: entry.resourceForm?.replace(/ \(.*/, ""),
      systemMax: entry.systemMax,
      deny: denies[entry.globalDeny],
      aliasAction: entry.aliasAction,
    });
  });
});

describe.skipIf(!there)("the privileges against the reference", () => {
  it("has the same names, groups and statuses", () => {
    const { privileges: entries } = read<{ privileges: PrivilegeEntry[] }>("zone-privileges.json", {
      privileges: [],
    });
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(
      privileges
        .map(({ name, group, basic, trusted, zone }) => ({ name, group, basic, trusted, zone }))
        .sort(byName),
    ).toEqual(
      entries
        .map(({ name, group, basic, trustedExtensionsOnly: trusted, zone }) => ({
          name,
          group,
          basic,
          trusted,
          zone,
        }))
        .sort(byName),
    );
  });
});
