import { brandRuntime, initEnd } from "@zonewarden/server/catalog/illumos/brandRuntime";
import { brands } from "@zonewarden/server/catalog/zonecfg/brands";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

interface Mount {
  phase: string;
  type: string;
  special: string;
  directory: string;
  options: string;
}

interface BrandEntry {
  brand: string;
  platform: string;
  installOptions: { flag: string; takesArgument: boolean }[];
  brandSecurityFlags: string | null;
}

interface InitRule {
  restartinit: boolean;
  restartinit0?: boolean;
  restartinitreboot?: boolean;
  anyExit?: string;
  exitZero?: string;
  otherExit?: string;
}

describe.skipIf(!there)("the brands against the reference", () => {
  const devices = read<{ brands: { brand: string; mounts: Mount[] }[] }>("zone-devices.json", { brands: [] });

  it.each(devices.brands.filter(({ brand }) => brand !== "joyent"))("$brand mounts the same", (entry) => {
    expect(brandRuntime(entry.brand).mounts).toEqual(entry.mounts);
  });

  it("has what the reference knows of the mounts of joyent", () => {
    const entry = devices.brands.find(({ brand }) => brand === "joyent");
    expect(brandRuntime("joyent").mounts).toEqual(expect.arrayContaining(entry?.mounts ?? []));
  });

  const entries = read<BrandEntry[]>("zone-brands.json", [])
    .flatMap((entry) => entry.brand.split("/").map((brand) => ({ ...entry, brand })))
    .map((entry) => ({ ...entry, platform: entry.platform.replace("11.4", "11") }))
    .filter((entry) => entry.installOptions.length > 0);

  it.each(entries)("$platform $brand takes the same options of install", (entry) => {
    const brand = brands.find((b) => b.name === entry.brand && b.platform === entry.platform);
    const runtime = brandRuntime(entry.brand, brand?.platform);
    expect(
      runtime.installOptions.map(({ flag, argument }) => ({ flag, takesArgument: argument !== undefined })),
    ).toEqual(entry.installOptions);
    expect(runtime.securityFlags?.join(",") ?? null).toBe(entry.brandSecurityFlags);
  });

  const { initExit } = read<{ initExit: { rules: InitRule[] } }>("zone-transitions.json", {
    initExit: { rules: [] },
  });

  it.each(initExit.rules)("init ends as $restartinit, $restartinit0, $restartinitreboot say", (rule) => {
    const switches = {
      restartInit: rule.restartinit,
      restartInit0: rule.restartinit0 ?? false,
      restartInitReboot: rule.restartinitreboot ?? false,
    };
    const said = (text = "") => /^(?:zone )?(reboot|halt|init restart)/.exec(text)?.[1]?.replace("init ", "");
    expect(initEnd(switches, true)).toBe(said(rule.anyExit ?? rule.exitZero));
    expect(initEnd(switches, false)).toBe(said(rule.anyExit ?? rule.otherExit));
  });
});

describe("the brands", () => {
  it.each(brands)("$platform $name has a runtime of its own", (brand) => {
    expect(brandRuntime(brand.name, brand.platform)).toMatchObject({
      brand: brand.name,
      platform: brand.platform,
      known: true,
      ipTypes: brand.ipTypesAllowed,
    });
  });

  it("takes a brand that nobody knows for one with a whole root", () => {
    expect(brandRuntime("mine")).toMatchObject({ known: false, root: "whole", init: "/sbin/init" });
  });

  it("shares directories of the host with sparse zones, read-only", () => {
    const shared = brandRuntime("sparse").mounts.filter(({ type }) => type === "lofs");
    expect(shared.map(({ directory }) => directory)).toEqual(["/sbin", "/usr", "/lib"]);
    expect(shared.every(({ options }) => options.startsWith("ro,"))).toBe(true);
  });
});
