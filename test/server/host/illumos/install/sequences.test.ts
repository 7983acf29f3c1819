import { findDirectory } from "@zonewarden/server/host/filesystem/build";
import { Host } from "@zonewarden/server/host/host";
import { datasetOn } from "@zonewarden/server/host/illumos/install/datasets";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import { rebootHost } from "@zonewarden/server/host/illumos/smf/hostReboot";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../properties.ts";
import { define, globalRoot, zoneHost } from "../harness.ts";
import { configured } from "./work.ts";

const NAMES = ["a", "b", "c"] as const;
/** The last one is a directory: its parent is no dataset of its own. */
const ZONEPATHS = { a: "/zones/a", b: "/zones/b", c: "/export/vms/c" } as const;

interface Step {
  readonly zone: (typeof NAMES)[number];
  readonly command: string;
  readonly options: readonly string[];
}

const zones = fc.constantFrom(...NAMES);
const plain = fc.constantFrom(
  { command: "install", options: [] },
  { command: "uninstall", options: ["-F"] },
  { command: "detach", options: [] },
  { command: "attach", options: [] },
  { command: "attach", options: ["-F"] },
  { command: "boot", options: [] },
  { command: "halt", options: [] },
  { command: "ready", options: [] },
  { command: "mark", options: ["incomplete"] },
  { command: "mount", options: [] },
  { command: "unmount", options: [] },
  { command: "host reboot", options: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(zones, plain).map(([zone, what]) => ({ zone, ...what })) },
  {
    weight: 2,
    arbitrary: fc.tuple(zones, zones, fc.boolean()).map(([zone, source, copy]) => ({
      zone,
      command: "clone",
      options: copy ? ["-m", "copy", source] : [source],
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(zones, fc.nat(1)).map(([zone, n]) => ({
      zone,
      command: "move",
      options: [`/zones/${zone}${n === 0 ? "" : n}`],
    })),
  },
);

function scene(brand: string): Host {
  const host = zoneHost();
  for (const name of NAMES)
    configured(host, define(name, { properties: { brand, zonepath: ZONEPATHS[name] } }));
  take(host, { zone: "a", command: "install", options: [] });
  return host;
}

function take(host: Host, { zone, command, options }: Step): void {
  if (command === "host reboot") rebootHost(host);
  else zoneadm(host, globalRoot(host), { zone, command, options });
}

/** What is never otherwise, whatever was done before. */
function check(host: Host): void {
  for (const entry of illumosOf(host).index) {
    const zonepath = entry.definition.properties["zonepath"]?.value ?? "";
    if (entry.state === "installed") {
      expect(findDirectory(host, zonepath)).toBeDefined();
      const { dataset } = entry.installation ?? {};
      if (dataset !== undefined) expect(datasetOn(host, zonepath)).toBe(dataset);
    }
    if (stateOf(host, entry.name) === "running")
      expect(findDirectory(host, `${zonepath}/root/etc`)).toBeDefined();
  }
  for (const { name, used, properties } of Object.values(host.state.files.datasets)) {
    expect(used).toBeGreaterThanOrEqual(0);
    const [source = "", snapshot = ""] = (properties["origin"] ?? "").split("@");
    if (source !== "")
      expect(host.state.files.datasets[source]?.snapshots, `origin of ${name}`).toContain(snapshot);
  }
}

describe("whatever is done with the files of zones", () => {
  it.each(["lipkg", "bhyve"])("states, files and datasets stay together (%s)", (brand) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const host = scene(brand);
        for (const one of steps) {
          take(host, one);
          check(host);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it("a restored snapshot goes on in the same way", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 4 }), (before, after) => {
        const host = scene("lipkg");
        for (const one of before) take(host, one);
        const copy = Host.restore(host.snapshot(), illumosKernel);
        for (const one of after) {
          take(host, one);
          take(copy, one);
        }
        expect(JSON.stringify(copy.state)).toBe(JSON.stringify(host.state));
      }),
      { numRuns: runs(25) },
    );
  });

  it("uninstalling everything leaves the datasets as they were", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const host = scene("lipkg");
        const before = Object.keys(zoneHost().state.files.datasets);
        for (const one of steps) take(host, one);
        for (const zone of NAMES) {
          const { state } = illumosOf(host).index.find(({ name }) => name === zone) ?? {};
          take(host, { zone, command: "unmount", options: [] });
          take(host, { zone, command: "halt", options: [] });
          // The manifest of a detached zone would be somebody's file, and keep the zonepath.
          if (state !== "installed") take(host, { zone, command: "attach", options: ["-U"] });
          take(host, { zone, command: "uninstall", options: ["-F"] });
        }
        const left = Object.keys(host.state.files.datasets).filter((name) => name !== "rpool/export/vms");
        expect(left).toEqual(before);
        for (const name of Object.keys(host.state.files.datasets))
          expect(host.state.files.datasets[name]?.used, name).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });
});
