import { buildHost } from "@zonewarden/server/host/machine/build";
import { complete } from "@zonewarden/server/host/machine/complete";
import type { HostFile } from "@zonewarden/server/host/machine/definition";
import { describe as describeHost } from "@zonewarden/server/host/machine/describe";
import { World } from "@zonewarden/server/host/world";
import { describe, expect, it } from "vitest";
import { globalRoot, ok } from "../harness.ts";
import { exclusiveZone, serve } from "./nets.ts";

const MACS = ["02:08:20:00:00:0a", "02:08:20:00:00:0b"] as const;

/** One of two machines whose host files join them by an overlay with a table. */
function file(number: 1 | 2): HostFile {
  const other = 3 - number;
  return {
    system: "omnios",
    hostname: `node${number}`,
    links: [
      { name: "ixgbe0", addresses: [`10.0.0.${number}/24`] },
      { name: "ixgbe1" },
      { name: "ixgbe2" },
      { name: "aggr0", kind: "aggr", members: ["ixgbe1", "ixgbe2"] },
      { name: "stub0", kind: "etherstub" },
      {
        name: "overlay0",
        kind: "overlay",
        overlay: {
          vnetid: 7,
          listenIp: `10.0.0.${number}`,
          targets: {
            [MACS[other - 1] ?? ""]: { ip: `10.0.0.${other}`, arp: `172.16.0.${other}` },
          },
        },
      },
      { name: "app0", kind: "vnic", over: "overlay0", mac: MACS[number - 1] ?? "" },
      { name: "lo0", kind: "loopback", mtu: 8232, addresses: ["127.0.0.1/8", "::1/128"] },
    ],
  };
}

describe("links in a host file", () => {
  it("are datalinks; those with addresses have IP on them", () => {
    const host = buildHost(complete(file(1)));
    const links = Object.values(host.state.illumos?.links ?? {});
    expect(links.map(({ name, class: kind, over }) => [name, kind, over])).toEqual([
      ["ixgbe0", "phys", []],
      ["ixgbe1", "phys", []],
      ["ixgbe2", "phys", []],
      ["aggr0", "aggr", ["ixgbe1", "ixgbe2"]],
      ["stub0", "etherstub", []],
      ["overlay0", "overlay", []],
      ["app0", "vnic", ["overlay0"]],
    ]);
    expect(host.state.network.vnets["0"]?.interfaces.map(({ name }) => name)).toEqual(["ixgbe0", "lo0"]);
  });

  it("are written back, and give the same machine again", () => {
    const host = buildHost(complete(file(1)));
    const again = buildHost(complete(describeHost(host)));
    expect(again.state.illumos?.links).toEqual(host.state.illumos?.links);
    expect(again.state.network).toEqual(host.state.network);
  });

  it("join zones of two machines", () => {
    const [a, b] = [buildHost(complete(file(1))), buildHost(complete(file(2)))];
    const one = exclusiveZone(a, "app", { physical: "app0", "allowed-address": "172.16.0.1/24" });
    const two = exclusiveZone(b, "app", { physical: "app0", "allowed-address": "172.16.0.2/24" });
    serve(b, two.root, 80);
    const world = new World([a, b]);
    const from = { host: 0, process: one.root };
    expect(ok(world.reach(from, { address: "172.16.0.2", port: 80 }))).toMatchObject({ host: 1 });
    // The network below is none of the zone's.
    expect(world.reach(from, { address: "10.0.0.2" }).ok).toBe(false);
    expect(ok(world.reach({ host: 0, process: globalRoot(a) }, { address: "10.0.0.2" }))).toMatchObject({
      host: 1,
    });
  });
});
