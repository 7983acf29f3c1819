import { absentDevices } from "@zonewarden/server/catalog/illumos/absentDevices";
import {
  deviceFilter,
  deviceLinks,
  devicePolicies,
  devicePolicy,
  expand,
} from "@zonewarden/server/catalog/illumos/devices";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

interface Device {
  match: string;
  path: string;
  ipType: "any" | "exclusive";
  arch?: string;
}

interface Reference {
  devices: Device[];
  symlinks: { path: string; target: string }[];
  brands: {
    brand: string;
    devices: string | Device[];
    symlinks?: { path: string; target: string }[];
    addedDevices?: string[];
  }[];
  absentByDefault: { path: string }[];
  olderGate2014: { missingComparedToBase: string[] };
  gate2023: { missingComparedToBase: string[] };
  devicePolicy: {
    entries: { driver: string; minor: string; read: string | null; write: string | null }[];
  };
}

const reference = read<Reference>("zone-devices.json", {
  devices: [],
  symlinks: [],
  brands: [],
  absentByDefault: [],
  olderGate2014: { missingComparedToBase: [] },
  gate2023: { missingComparedToBase: [] },
  devicePolicy: { entries: [] },
});

/** What the reference has, as lines in an order of their own. */
const lines = (devices: readonly Device[]) =>
  devices.map(({ match, path, ipType, arch }) => `${match} ${path} ${ipType} ${arch ?? ""}`).sort();
const ours = (...of: Parameters<typeof deviceFilter>) =>
  deviceFilter(...of)
    .map(
      ({ match, name, exclusive, arch }) =>
        `${match} /dev/${name ?? match} ${exclusive ? "exclusive" : "any"} ${arch ?? ""}`,
    )
    .sort();

describe.skipIf(!there)("the devices against the reference", () => {
  it.each(reference.brands.filter(({ brand }) => brand !== "joyent"))("$brand", ({ brand, ...entry }) => {
    const devices = typeof entry.devices === "string" ? reference.devices : entry.devices;
    expect(ours(brand, "exclusive")).toEqual(lines(devices));
    expect(ours(brand, "shared")).toEqual(lines(devices.filter(({ ipType }) => ipType === "any")));
    expect(deviceLinks(brand).map(({ name, target }) => ({ path: `/dev/${name}`, target }))).toEqual(
      entry.symlinks ?? reference.symlinks,
    );
  });

  it("joyent", () => {
    const added = reference.brands.find(({ brand }) => brand === "joyent")?.addedDevices ?? [];
    const base = reference.devices.filter(({ match }) => match !== "kvm").map(({ match }) => match);
    expect(
      deviceFilter("joyent", "exclusive", "smartos")
        .map(({ match }) => match)
        .sort(),
    ).toEqual([...base, ...added.map((name) => name.replace(/ .*/, ""))].sort());
  });

  it.each([
    ["illumos", reference.gate2023],
    ["solaris11", reference.olderGate2014],
  ] as const)("%s lacks what its gate lacked", (platform, { missingComparedToBase: missing }) => {
    expect(ours("ipkg", "exclusive", platform)).toEqual(
      lines(reference.devices.filter(({ match }) => !missing.includes(match))),
    );
  });

  it("knows what is absent", () => {
    expect(absentDevices.map(({ path }) => path)).toEqual(reference.absentByDefault.map(({ path }) => path));
  });

  it("has the same policy", () => {
    expect(
      devicePolicies.map(({ driver, minor, read: reading, write }) => ({
        driver,
        minor,
        read: reading ?? null,
        write: write ?? null,
      })),
    ).toEqual(reference.devicePolicy.entries);
  });
});

describe("the devices of a zone", () => {
  it("have no IP in a shared zone", () => {
    const names = deviceFilter("lipkg", "shared").map(({ match }) => match);
    expect(names).not.toContain("ip");
    expect(names).toContain("bpf");
  });

  it("say what they are for", () => {
    for (const brand of ["lipkg", "lx", "bhyve", "kvm", "emu", "joyent", "native"])
      for (const { purpose, match } of deviceFilter(brand, "exclusive"))
        expect(purpose, match).not.toBe("another name");
  });

  it("fills in the name of the zone", () => {
    const tokens = { z: "web", R: "/zones/web", P: "rpool/zones" };
    expect(expand("zvol/dsk/%P/%z/*", tokens)).toBe("zvol/dsk/rpool/zones/web/*");
  });
});

describe("the policy of a device", () => {
  it.each([
    ["/dev/kmem", undefined, "all"],
    ["/dev/urandom", undefined, "sys_devices"],
    ["/dev/ipnet/net0", "net_observability", "net_observability"],
    ["/dev/null", undefined, undefined],
  ])("%s", (path, reading, write) => {
    const policy = devicePolicy(path);
    expect([policy?.read, policy?.write]).toEqual([reading, write]);
  });
});
