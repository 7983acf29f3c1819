import * as words from "@zonewarden/grammars/zonecfg/words";
import {
  brandsOf,
  commands,
  existsOn,
  findBrand,
  findPrivilege,
  findRctl,
  globalProperty,
  globals,
  propertiesOf,
  propertyOf,
  resourceProperties,
  resourcesWith,
  resourceType,
} from "@zonewarden/server/catalog/zonecfg/lookup";
import { privilegeStatus } from "@zonewarden/server/catalog/zonecfg/privileges";
import { rctlValueParts } from "@zonewarden/server/catalog/zonecfg/rctls";
import { resources } from "@zonewarden/server/catalog/zonecfg/resource";
import { templateOf, templates } from "@zonewarden/server/catalog/zonecfg/templates";
import { describe, expect, it } from "vitest";

const sorted = (items: Iterable<string>) => [...new Set(items)].sort();

describe("the words of the scanner", () => {
  it("are the commands", () => {
    expect(sorted([...words.COMMANDS, words.RELOAD])).toEqual(sorted(commands.keys()));
  });

  it("are the resources", () => {
    const known = [
      ...words.COMMON_RESOURCES,
      ...words.LATER_RESOURCES,
      ...words.SOLARIS10_RESOURCES,
      ...words.SOLARIS11_RESOURCES,
    ];
    expect(sorted(known)).toEqual(sorted(resources.map((resource) => resource.name)));
  });

  it("are the properties", () => {
    const known = [
      ...words.COMMON_GLOBALS,
      ...words.LATER_GLOBALS,
      ...words.FORK_GLOBALS,
      ...words.SOLARIS11_GLOBALS,
      ...words.COMMON_PROPERTIES,
      ...words.LATER_PROPERTIES,
      ...words.FORK_PROPERTIES,
      ...words.SOLARIS11_PROPERTIES,
    ];
    const catalog = [
      ...[...globals, ...resourceProperties].map((property) => property.name),
      ...rctlValueParts.map((part) => part.name),
    ];
    expect(sorted([...known, "uuid"])).toEqual(sorted(catalog));
  });

  it("name the resources that a zone has once", () => {
    const singles = resources.filter((resource) => resource.single).map((resource) => resource.name);
    expect(sorted([...words.SINGLE_RESOURCES, ...words.SOLARIS11_SINGLES, "security-flags"])).toEqual(
      sorted(singles),
    );
  });
});

describe("lookups", () => {
  it("tell properties of the zone from those of resources", () => {
    expect(globalProperty("ip-type")?.values).toEqual(["shared", "exclusive"]);
    expect(globalProperty("physical")).toBeUndefined();
    expect(globalProperty("max-lofi")).toBeUndefined();
    expect(propertyOf("net", "physical")?.required).toBe(true);
    expect(propertyOf("fs", "physical")).toBeUndefined();
    expect(propertiesOf("nothing")).toEqual([]);
    expect(resourcesWith("ncpus")).toEqual(["dedicated-cpu", "capped-cpu", "virtual-cpu"]);
  });

  it("know nested resources", () => {
    expect(resourceType("mac")?.within).toBe("anet");
    expect(propertiesOf("port").map((p) => [p.name, p.within])).toEqual([
      ["pkey", "ib-vhca"],
      ["id", "ib-vhca"],
    ]);
  });

  it("know what a platform has", () => {
    const anet = resourceType("anet") ?? {};
    expect(existsOn(anet, "solaris11")).toBe(true);
    expect(existsOn(anet, "illumos")).toBe(false);
    expect(existsOn(anet, undefined)).toBe(true);
    expect(existsOn({}, "omnios")).toBe(true);
  });

  it("find brands by platform", () => {
    expect(findBrand("lipkg", "omnios")?.platform).toBe("omnios");
    expect(findBrand("lipkg", "illumos")).toBeUndefined();
    expect(findBrand("bhyve")?.platform).toBe("omnios");
    expect(brandsOf("smartos").map((brand) => brand.name)).toContain("joyent");
  });

  it("find controls, and privileges in any case", () => {
    expect(findRctl("zone.max-lwps")?.aliasLow).toBe(100);
    expect(findPrivilege("SYS_TIME")?.zone.shared).toBe("optional");
    expect(findPrivilege("constructor")).toBeUndefined();
  });
});

describe("the tables", () => {
  it("name each thing once", () => {
    for (const group of [globals, ...resources.map(({ name }) => propertiesOf(name))]) {
      const names = group.map((property) => property.name);
      expect(names).toEqual([...new Set(names)]);
    }
    expect(resources.length).toBe(new Set(resources.map(({ name }) => name)).size);
  });

  it.each(resources)("$name agrees with itself", (resource) => {
    expect(propertiesOf(resource.name).length).toBeGreaterThan(0);
    // What tells resources apart is always there: given, or by default.
    const key = resource.key && propertyOf(resource.name, resource.key);
    if (key) expect(key.required || key.default !== undefined).toBe(true);
    else expect(resource.key).toBeUndefined();
    for (const property of propertiesOf(resource.name)) expect(property.within).toBe(resource.within);
  });

  it.each([...globals, ...resourceProperties])("$resource $name reads well on its own", (property) => {
    expect(property.doc).toMatch(/^[A-Z0-9].*\.$/);
    const remarks = [...property.constraints, ...property.notes];
    for (const remark of remarks) expect(remark).toMatch(/\.$/);
    expect([property.doc, ...remarks].join("\n")).not.toMatch(/unsure|from memory|json|advisory|gate\b/i);
    if (property.rctl) {
      const { alias, resourceForm } = findRctl(property.rctl) ?? {};
      expect(alias ?? resourceForm?.property).toBe(property.name);
    }
    if (property.pattern) expect(() => new RegExp(property.pattern ?? "")).not.toThrow();
  });

  it("have only brands, resources and properties that exist in templates", () => {
    for (const template of templates)
      for (const { type, properties } of template.resources)
        for (const [name] of properties) {
          const property = propertyOf(type, name);
          expect(property && existsOn(property, template.platform), `${template.name} ${name}`).toBe(true);
        }
  });
});

describe("templateOf", () => {
  it.each([
    ["illumos", undefined, false, "SUNWdefault"],
    ["illumos", undefined, true, "SUNWblank"],
    ["illumos", "lipkg", false, undefined],
    ["omnios", "lipkg", false, "OMNIlipkg"],
    ["omnios", "OMNIlx", false, "OMNIlx"],
    ["omnios", "Lx", false, undefined],
    ["solaris11", undefined, false, "SYSdefault"],
    ["solaris11", undefined, true, "SYSblank"],
    ["solaris10", "web1", false, undefined],
  ] as const)("%s %s %s: %s", (platform, name, blank, expected) => {
    expect(templateOf(platform, name, blank)?.name).toBe(expected);
  });
});

describe("privilegeStatus", () => {
  it.each([
    ["sys_ip_config", "lipkg", "shared", "prohibited"],
    ["sys_ip_config", "lipkg", "exclusive", "required"],
    ["net_rawaccess", "lipkg", "shared", "optional"],
    ["net_rawaccess", "lipkg", "exclusive", "default"],
    ["proc_info", "bhyve", "exclusive", "default"],
    ["proc_fork", "bhyve", "exclusive", "default"],
    ["dtrace_user", "lx", "exclusive", "default"],
  ] as const)("%s in %s, %s: %s", (name, brand, ipType, expected) => {
    const found = findBrand(brand, "omnios");
    expect(found && privilegeStatus(name, found, ipType)).toBe(expected);
  });
});
