import { poolSize } from "@zonewarden/server/host/filesystem/pools";
import { assumeFor } from "@zonewarden/server/host/illumos/assume";
import { deviceNamed, deviceNamesIn } from "@zonewarden/server/host/illumos/filesystem/deviceNames";
import { findLink } from "@zonewarden/server/host/illumos/network/linkIndex";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { describe, expect, it } from "vitest";
import { define, zoneHost } from "./harness.ts";

/** A zone that asks for much that a fresh machine does not have. */
const definition = define("web", {
  properties: { brand: "s10", pool: "fast" },
  resources: [
    { type: "net", physical: "web0" },
    { type: "net", physical: "web1", "global-nic": "ixgbe0" },
    { type: "fs", dir: "/data", special: "/export/data", fstype: "lofs" },
    { type: "fs", dir: "/tank", special: "tank/data", fstype: "zfs" },
    { type: "dataset", name: "rpool/zones/web/own" },
  ],
});

describe("on a machine that nobody described", () => {
  const host = zoneHost();
  assumeFor(host, definition);
  it("brand, links, directories, datasets and pool are taken to be there, each with an event", () => {
    expect(host.events.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["assume.brand", "assumed"],
      ["assume.link", "assumed"],
      ["assume.link", "assumed"],
      ["assume.directory", "assumed"],
      ["assume.dataset", "assumed"],
      ["assume.dataset", "assumed"],
      ["assume.pool", "assumed"],
    ]);
    expect(findLink(host, "web0")).toMatchObject({ class: "phys", zone: 0 });
    // What is made at boot over another link is not assumed, that link is.
    expect(findLink(host, "web1")).toBeUndefined();
    expect(findLink(host, "ixgbe0")).toBeDefined();
    expect(host.state.machine.brands).toContain("s10");
    expect(illumosOf(host).pools["fast"]).toBeDefined();
    expect(Object.keys(host.state.files.datasets)).toEqual(expect.arrayContaining(["tank", "tank/data"]));
  });
  it("a pool has room, a dataset mounted by zoneadmd is legacy, and a delegated one has a place", () => {
    expect(poolSize(host, "tank/data")).toBeGreaterThan(0);
    expect(host.state.files.datasets["tank/data"]?.mountpoint).toBe("legacy");
    expect(host.state.files.datasets["rpool/zones/web/own"]?.mountpoint).toBe("/rpool/zones/web/own");
  });
  it("what an installation makes is not", () => {
    expect(host.state.files.datasets["rpool/zones/web"]).toBeUndefined();
    expect(host.state.files.datasets["rpool/zones/web/own"]).toBeDefined();
  });
  it("what is there is not assumed again", () => {
    const before = host.events.length;
    assumeFor(host, definition);
    expect(host.events).toHaveLength(before);
  });
});

it("what is called an etherstub is one, unless IP is to lie on it", () => {
  const host = zoneHost();
  const net = { type: "net", physical: "web0", "global-nic": "stub0" };
  assumeFor(host, define("web", { resources: [net, { ...net, "global-nic": "etherstub1" }] }));
  expect(["stub0", "etherstub1"].map((name) => findLink(host, name))).toMatchObject([
    { class: "etherstub", mtu: 9000 },
    { class: "etherstub", mtu: 9000 },
  ]);
  const shared = {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", physical: "etherstub2" }],
  };
  assumeFor(host, define("db", shared));
  expect(findLink(host, "etherstub2")).toMatchObject({ class: "phys", mtu: 1500 });
});

describe("devices that a zone is given", () => {
  const onDisks = define("db", {
    resources: [
      { type: "fs", dir: "/u01", special: "/dev/md/dsk/d100", raw: "/dev/md/rdsk/d100", fstype: "ufs" },
      {
        type: "fs",
        dir: "/u02",
        special: "/dev/vx/dsk/ora/vol1",
        raw: "/dev/vx/rdsk/ora/vol1",
        fstype: "vxfs",
      },
      { type: "fs", dir: "/u03", special: "/dev/dsk/emcpower3c", raw: "/dev/rdsk/emcpower3c", fstype: "ufs" },
      { type: "fs", dir: "/u04", special: "/dev/dsk/c4t600A0B80d0s6", fstype: "ufs" },
      { type: "device", match: "/dev/md/rdsk/d101" },
      { type: "device", match: "/dev/vx/rdsk/ora/*" },
      { type: "device", match: "/dev/zvol/rdsk/tank/vm/disk0" },
      { type: "device", match: "/dev/sound/*" },
    ],
  });
  it("volumes of volume managers are taken to be there, as disks always are", () => {
    for (const described of [false, true]) {
      const host = zoneHost({ described });
      assumeFor(host, onDisks);
      for (const name of ["md/dsk/d100", "vx/rdsk/ora/vol1", "dsk/emcpower3c", "md/rdsk/d101", "md"])
        expect([name, deviceNamed(host, name)]).toEqual([name, true]);
      expect(deviceNamed(host, "md/dsk/d7")).toBe(false);
      const global = illumosOf(host).zones["0"];
      expect(global && deviceNamesIn(host, global, "md/rdsk")).toEqual(["d100", "d101"]);
      expect(host.events.filter(({ kind }) => kind === "assume.device")).toHaveLength(7);
    }
  });
  it("volumes of ZFS only where nobody described the machine", () => {
    const machines = [false, true].map((described) => zoneHost({ described }));
    for (const host of machines) assumeFor(host, onDisks);
    expect(machines.map((host) => deviceNamed(host, "zvol/rdsk/tank/vm/disk0"))).toEqual([true, false]);
  });
});

it("shared storage of a zone is told, as its pools are not modelled", () => {
  const host = zoneHost({ described: true });
  const resources = [
    { type: "rootzpool", storage: "iscsi://san1/luname.naa.600144f0" },
    { type: "zpool", name: "data", storage: "dev:dsk/c0t1d0" },
  ];
  assumeFor(host, define("web", { resources }));
  expect(host.events.map(({ kind, outcome, message }) => [kind, outcome, message.split(".")[0]])).toEqual([
    ["assume.storage", "assumed", "Pool web_rpool is taken to be on iscsi://san1/luname"],
    ["assume.storage", "assumed", "Pool web_data is taken to be on dev:dsk/c0t1d0"],
  ]);
});

it("on a described machine nothing else is assumed", () => {
  const host = zoneHost({ described: true });
  assumeFor(host, definition);
  expect(host.events).toEqual([]);
});
