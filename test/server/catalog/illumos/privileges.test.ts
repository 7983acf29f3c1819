import { privilegeOrder, zonePrivilegeSet } from "@zonewarden/server/catalog/illumos/privilegeSets";
import { brands, type IpType } from "@zonewarden/server/catalog/zonecfg/brands";
import { privileges } from "@zonewarden/server/catalog/zonecfg/privileges";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

type ByIpType<T> = Record<IpType, T>;

interface PrivilegeEntry {
  name: string;
  unsafe: boolean;
  zone: ByIpType<string>;
  inDefaultSet: ByIpType<boolean>;
  brandOverrides?: Record<string, ByIpType<string>>;
}

const IP_TYPES: readonly IpType[] = ["shared", "exclusive"];
/** Who has the deltas of the reference. */
const OVERRIDES: readonly [Platform, string, string][] = [
  ["smartos", "joyent", "joyent @ illumos-joyent"],
  ["omnios", "lx", "lx @ OmniOS (current)"],
  ["omnios", "bhyve", "bhyve/emu @ OmniOS (current)"],
  ["omnios", "emu", "bhyve/emu @ OmniOS (current)"],
  ["omnios", "kvm", "kvm @ OmniOS (current) and illumos-joyent"],
];

describe.skipIf(!there)("the sets against the reference", () => {
  const reference = read<{ privileges: PrivilegeEntry[] }>("zone-privileges.json", { privileges: [] });

  it("has the order of the kernel", () => {
    expect(privilegeOrder).toEqual(reference.privileges.map(({ name }) => name));
  });

  it.each(reference.privileges)("$name", (entry) => {
    const platform = privileges.find(({ name }) => name === entry.name)?.platforms[0] ?? "illumos";
    expect(privileges.find(({ name }) => name === entry.name)?.unsafe).toBe(entry.unsafe);
    for (const ipType of IP_TYPES) {
      const set = (limitpriv?: string) => zonePrivilegeSet("ipkg", platform, ipType, limitpriv);
      expect(set().set.includes(entry.name)).toBe(entry.inDefaultSet[ipType]);
      const problems = (word: string) => set(`default,${word}`).problems;
      expect(problems(entry.name)).toEqual(
        entry.zone[ipType] === "prohibited" ? [{ kind: "prohibited", name: entry.name }] : [],
      );
      expect(problems(`!${entry.name}`)).toEqual(
        entry.zone[ipType] === "required" ? [{ kind: "missing-required", name: entry.name }] : [],
      );
    }
  });

  it.each(OVERRIDES)("%s %s differs as told", (platform, brand, key) => {
    for (const ipType of IP_TYPES) {
      const { set } = zonePrivilegeSet(brand, platform, ipType, undefined);
      for (const entry of reference.privileges) {
        if (!privileges.find(({ name }) => name === entry.name)?.platforms.includes(platform)) continue;
        const status = entry.brandOverrides?.[key]?.[ipType] ?? entry.zone[ipType];
        expect([entry.name, set.includes(entry.name)]).toEqual([
          entry.name,
          status === "default" || status === "required",
        ]);
      }
    }
  });
});

describe("the privileges of a zone", () => {
  const given = (limitpriv: string, ipType: IpType = "shared") =>
    zonePrivilegeSet("lipkg", "omnios", ipType, limitpriv);

  it("are the default set where nothing is said", () => {
    expect(given("").set).toEqual(given("default").set);
    expect(given("").problems).toEqual([]);
  });

  it("are edited from left to right", () => {
    expect(given("default,sys_time,!sys_time").set).toEqual(given("default").set);
    expect(given("default,!sys_time,SYS_TIME").set).toContain("sys_time");
    expect(given("default,-net_icmpaccess").set).not.toContain("net_icmpaccess");
  });

  it("are exactly a list that does not begin with default", () => {
    const { set, problems } = given("basic,sys_mount");
    expect(set).toContain("proc_fork");
    expect(set).not.toContain("proc_owner");
    expect(problems).toEqual([]);
  });

  it("lack what a list without basic forgets", () => {
    expect(given("none").problems.map(({ name }) => name)).toEqual(["proc_exec", "proc_fork", "sys_mount"]);
  });

  it("cannot be all", () => {
    expect(given("all").problems.map(({ kind }) => kind)).toContain("prohibited");
    expect(given("zone").set).toEqual(given("all").set);
  });

  it("know only names of their platform", () => {
    const { problems } = zonePrivilegeSet("native", "solaris10", "shared", "default,proc_prioup,nonsense");
    expect(problems).toEqual([
      { kind: "unknown", name: "proc_prioup" },
      { kind: "unknown", name: "nonsense" },
    ]);
  });

  it("are those of native zones for brands whose files are not public", () => {
    expect(zonePrivilegeSet("solaris", "solaris11", "exclusive", undefined).assumed).toBe(true);
    expect(zonePrivilegeSet("native", "solaris10", "shared", undefined).assumed).toBeUndefined();
    expect(zonePrivilegeSet("native", "solaris10", "shared", undefined).set).not.toContain(
      "net_observability",
    );
  });

  it("stand in the order of the kernel, each once, whatever the text", () => {
    const word = fc.tuple(fc.constantFrom("", "!", "-"), fc.constantFrom(...privilegeOrder, "basic", "all"));
    const text = fc.array(word.map(([mark, name]) => mark + name)).map((words) => words.join(","));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...brands),
        fc.constantFrom(...IP_TYPES),
        (limitpriv, brand, ipType) => {
          const { set } = zonePrivilegeSet(brand.name, brand.platform, ipType, limitpriv);
          const order = set.map((name) => privilegeOrder.indexOf(name));
          expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
        },
      ),
    );
  });
});
