import { poolSize } from "@zonewarden/server/host/filesystem/pools";
import { assumeFor } from "@zonewarden/server/host/illumos/assume";
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

it("on a described machine nothing is assumed", () => {
  const host = zoneHost({ described: true });
  assumeFor(host, definition);
  expect(host.events).toEqual([]);
});
