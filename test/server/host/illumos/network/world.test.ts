import {
  ifAddAddress,
  ifCreate,
  ifSetFlags,
  ifSetVlan,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import type { Host } from "@zonewarden/server/host/host";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import { createOverlay, type OverlayRequest } from "@zonewarden/server/host/illumos/network/createOverlay";
import { createVlan, createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import { setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { exit, findProcess, spawn } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import type { Process } from "@zonewarden/server/host/process/types";
import { World } from "@zonewarden/server/host/world";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../properties.ts";
import { hostRoot, testHost } from "../../harness.ts";
import { globalRoot, ok, zoneHost } from "../harness.ts";
import { errno, exclusiveZone, serve } from "./nets.ts";

/** A machine on the network below; its zones get MACs by the name of the machine. */
function node(hostname: string, address: string, gateway?: string): Host {
  const host = zoneHost({
    hostname,
    links: [
      { name: "e1000g0", kind: "physical", addresses: [address] },
      { name: "e1000g1", kind: "physical" },
      { name: "lo0", kind: "loopback", mtu: 8232, addresses: ["127.0.0.1/8", "::1/128"] },
    ],
    routes: gateway === undefined ? [] : [{ destination: "default", gateway }],
  });
  spawn(host, { command: "varpd", args: ["/usr/lib/varpd/varpd"] });
  return host;
}

interface Site {
  readonly host: Host;
  readonly root: Process;
}

/** A zone on a VNIC over an overlay; `own` and `other` are addresses of the network below. */
function site(
  hostname: string,
  own: string,
  other: string,
  inner: string,
  { gateway, vid = 0, ...overlay }: Partial<OverlayRequest> & { gateway?: string; vid?: number } = {},
): Site {
  const host = node(hostname, `${own}/24`, gateway);
  const admin = globalRoot(host);
  ok(
    createOverlay(host, admin, {
      ...{ name: "overlay0", encapsulation: "vxlan", search: "direct", vnetid: 100, listenIp: own },
      ...{ destination: { ip: other, port: 4789 } },
      ...overlay,
    }),
  );
  ok(createVnic(host, admin, { name: "vnic0", over: "overlay0", vid }));
  const { root } = exclusiveZone(host, "app", { physical: "vnic0", "allowed-address": `${inner}/24` });
  return { host, root };
}

/** Two machines on one network, a zone of each on network 100. */
function pair(left: Parameters<typeof site>[4] = {}, right: Parameters<typeof site>[4] = {}) {
  const a = site("alpha", "10.0.0.1", "10.0.0.2", "172.16.0.1", left);
  const b = site("beta", "10.0.0.2", "10.0.0.1", "172.16.0.2", right);
  serve(b.host, b.root, 80);
  return { a, b, world: new World([a.host, b.host]) };
}

const toBeta = { address: "172.16.0.2", port: 80 };

describe("machines on one network", () => {
  it("reach each other's services, and are refused where nobody listens", () => {
    const [a, b] = [node("alpha", "10.0.0.1/24"), node("beta", "10.0.0.2/24")];
    serve(b, globalRoot(b), 80);
    const world = new World([a, b]);
    const from = { host: 0, process: globalRoot(a) };
    expect(ok(world.reach(from, { address: "10.0.0.2", port: 80 }))).toMatchObject({ host: 1, container: 0 });
    expect(errno(world.reach(from, { address: "10.0.0.2", port: 81 }))).toBe("ECONNREFUSED");
    expect(world.reach(from, { address: "10.0.0.3", port: 80 }).decision.verdict).toBe("assumed");
  });

  it("do so whatever their kernel", () => {
    const [a, b] = [node("alpha", "10.0.0.1/24"), testHost()];
    ok(ifAddAddress(b, hostRoot(b), "em0", { address: "10.0.0.2", prefix: 24 }));
    serve(a, globalRoot(a), 80);
    const world = new World([a, b]);
    expect(
      ok(world.reach({ host: 1, process: hostRoot(b) }, { address: "10.0.0.1", port: 80 })),
    ).toMatchObject({
      host: 0,
      source: "10.0.0.2",
    });
    expect(
      ok(world.reach({ host: 0, process: globalRoot(a) }, { address: "10.0.0.2", port: 22 })),
    ).toMatchObject({
      host: 1,
    });
  });

  it("do so on one VLAN whatever their kernel, and not on another", () => {
    const a = node("alpha", "10.0.0.1/24");
    ok(createVlan(a, globalRoot(a), { over: "e1000g1", vid: 7, name: "vlan7" }));
    const { root } = exclusiveZone(a, "app", { physical: "vlan7", "allowed-address": "172.16.0.1/24" });
    for (const [tag, expected] of [
      [7, undefined],
      [8, "EHOSTUNREACH"],
    ] as const) {
      const b = testHost();
      const admin = hostRoot(b);
      ok(ifCreate(b, admin, "vlan0"));
      ok(ifSetVlan(b, admin, "vlan0", "em0", tag));
      ok(ifAddAddress(b, admin, "vlan0", { address: "172.16.0.2", prefix: 24 }));
      ok(ifSetFlags(b, admin, "vlan0", { up: true }));
      const world = new World([a, b]);
      expect(errno(world.reach({ host: 0, process: root }, { address: "172.16.0.2", port: 22 }))).toBe(
        expected,
      );
      expect(errno(world.reach({ host: 1, process: admin }, { address: "172.16.0.1" }))).toBe(expected);
    }
  });

  it("do not where their cables go to different switches", () => {
    const [a, b] = [node("alpha", "10.0.0.1/24"), node("beta", "10.0.0.2/24")];
    const world = new World([a, b], { "1/e1000g0": "storage" });
    const found = world.reach({ host: 0, process: globalRoot(a) }, { address: "10.0.0.2" });
    expect([errno(found), found.decision.rule]).toEqual(["EHOSTUNREACH", "reach/cable"]);
  });

  it("do not on different VLANs, and the decision names the tags", () => {
    const [a, b] = ([1, 2] as const).map((number): Site => {
      const host = node(`node${number}`, `10.0.${number}.9/24`);
      ok(createVlan(host, globalRoot(host), { over: "e1000g1", vid: number * 10, name: "vlan0" }));
      return {
        host,
        ...exclusiveZone(host, "app", { physical: "vlan0", "allowed-address": `172.16.0.${number}/24` }),
      };
    });
    if (!a || !b) throw new Error("two machines");
    const found = new World([a.host, b.host]).reach({ host: 0, process: a.root }, { address: "172.16.0.2" });
    expect([errno(found), found.decision.rule]).toEqual(["EHOSTUNREACH", "reach/vlan"]);
    expect(found.decision.reason).toContain("VLAN 20");
  });

  it("reach each other by a router that is taken to be there", () => {
    const [a, b] = [node("alpha", "10.0.1.1/24", "10.0.1.254"), node("beta", "10.0.2.1/24", "10.0.2.254")];
    serve(b, globalRoot(b), 80);
    const found = new World([a, b]).reach(
      { host: 0, process: globalRoot(a) },
      { address: "10.0.2.1", port: 80 },
    );
    expect(ok(found)).toMatchObject({ host: 1 });
    expect(found.decision.unsure).toBe(true);
    expect(found.decision.reason).toContain("10.0.1.254");
  });
});

describe("an overlay", () => {
  it("joins zones of two machines", () => {
    const { a, world } = pair();
    const found = ok(world.reach({ host: 0, process: a.root }, toBeta));
    expect(found).toMatchObject({ host: 1, source: "172.16.0.1" });
    expect(found.via).toEqual([
      "alpha: vnic0",
      "alpha: overlay0",
      "alpha: e1000g0",
      "beta: e1000g0",
      "beta: vnic0",
    ]);
  });

  it("crosses routers, as its packets do", () => {
    const a = site("alpha", "10.0.1.1", "10.0.2.1", "172.16.0.1", { gateway: "10.0.1.254" });
    const b = site("beta", "10.0.2.1", "10.0.1.1", "172.16.0.2", { gateway: "10.0.2.254" });
    serve(b.host, b.root, 80);
    expect(new World([a.host, b.host]).reach({ host: 0, process: a.root }, toBeta).ok).toBe(true);
  });

  it.each<[string, Parameters<typeof site>[4], string, string]>([
    ["another network id", { vnetid: 101 }, "ETIMEDOUT", "overlay/vnetid"],
    ["another port", { listenPort: 4790 }, "ETIMEDOUT", "overlay/nobody"],
    ["another VLAN inside", { vid: 7 }, "EHOSTUNREACH", "overlay/vlan"],
    ["a wrong way back", { destination: { ip: "10.0.0.77", port: 4789 } }, "ETIMEDOUT", "reach/back"],
  ])("does not with %s at the other end", (_, right, error, rule) => {
    const { a, world } = pair({}, right);
    const found = world.reach({ host: 0, process: a.root }, toBeta);
    expect([errno(found), found.decision.rule]).toEqual([error, rule]);
  });

  it("sends nowhere where no machine has the destination", () => {
    const { a, world } = pair({ destination: { ip: "10.0.0.9", port: 4789 } });
    const found = world.reach({ host: 0, process: a.root }, toBeta);
    expect([errno(found), found.decision.rule]).toEqual(["ETIMEDOUT", "overlay/underlay"]);
  });

  it("drops frames while varpd does not run", () => {
    const { a, world } = pair();
    const varpd = processesOfContainer(a.host, 0).find(({ command }) => command === "varpd");
    exit(a.host, findProcess(a.host, varpd?.pid ?? 0) as Process, 0);
    const found = world.reach({ host: 0, process: a.root }, toBeta);
    expect([errno(found), found.decision.rule]).toEqual(["ETIMEDOUT", "overlay/varpd"]);
  });

  it("carries no packets that do not fit through the network below", () => {
    const { a, b, world } = pair();
    const reach = (bytes: number) => world.reach({ host: 0, process: a.root }, { ...toBeta, bytes });
    expect(reach(1400).ok).toBe(true);
    expect(reach(1401).decision.rule).toBe("reach/mtu");
    for (const { host } of [a, b]) {
      ok(setLinkProperty(host, globalRoot(host), "overlay0", "mtu", "9000"));
      for (const stack of Object.values(host.state.network.vnets))
        for (const link of stack.interfaces) if (link.name === "vnic0") link.mtu = 9000;
    }
    const large = reach(1451);
    expect([errno(large), large.decision.rule]).toEqual(["ETIMEDOUT", "overlay/mtu"]);
  });

  it("lets link protection of the VNIC decide first", () => {
    const { a, world } = pair();
    const link = a.host.state.illumos?.links["vnic0"];
    if (link) link.properties["allowed-ips"] = "172.16.0.99";
    const found = world.reach({ host: 0, process: a.root }, toBeta);
    expect(errno(found)).toBe("ETIMEDOUT");
    expect(link?.drops["ipspoofed"]).toBe(1);
  });
});

describe("an overlay with a table", () => {
  const table = (mac: string, arp: string, ip: string) => ({
    search: "files",
    targets: { [mac]: { ip, port: 4789, arp } },
  });

  /** Each knows of the other what `targets` says. */
  function joined(change: (mac: string) => string = (mac) => mac) {
    const b0 = site("beta", "10.0.0.2", "10.0.0.1", "172.16.0.2");
    const a0 = site("alpha", "10.0.0.1", "10.0.0.2", "172.16.0.1");
    const mac = ({ host }: Site) => host.state.illumos?.links["vnic0"]?.mac ?? "";
    return pair(table(change(mac(b0)), "172.16.0.2", "10.0.0.2"), table(mac(a0), "172.16.0.1", "10.0.0.1"));
  }

  it("finds the machine by the station", () => {
    const { a, world } = joined();
    expect(ok(world.reach({ host: 0, process: a.root }, toBeta))).toMatchObject({ host: 1 });
  });

  it("does not know who is not in it", () => {
    const { a, world } = joined();
    const found = world.reach({ host: 0, process: a.root }, { address: "172.16.0.3" });
    expect([errno(found), found.decision.rule]).toEqual(["EHOSTUNREACH", "overlay/target-missing"]);
  });

  it("leads astray with the MAC of somebody else", () => {
    const { a, world } = joined(() => "02:08:20:00:00:01");
    const found = world.reach({ host: 0, process: a.root }, toBeta);
    expect([errno(found), found.decision.rule]).toEqual(["ETIMEDOUT", "overlay/mac"]);
  });
});

describe("a world", () => {
  it("is its machines: restored, it says and is the same", () => {
    const { a, world } = pair();
    const again = World.restore(world.snapshot(), [illumosKernel, illumosKernel]);
    const pid = a.root.pid;
    const other = findProcess(again.hosts[0] as Host, pid) as Process;
    expect(again.reach({ host: 0, process: other }, toBeta)).toEqual(
      world.reach({ host: 0, process: a.root }, toBeta),
    );
    expect(JSON.stringify(again.snapshot())).toBe(JSON.stringify(world.snapshot()));
  });

  it("gives the same bytes for the same calls", () => {
    const target = fc.record({
      address: fc.constantFrom("172.16.0.1", "172.16.0.2", "172.16.0.3", "10.0.0.1", "10.0.0.2", "192.0.2.1"),
      port: fc.constantFrom(80, 22, 4789),
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
    });
    const call = fc.record({ from: fc.constantFrom(0, 1), target });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
        const run = () => {
          const { a, b, world } = pair();
          const results = calls.map(({ from, target }) =>
            world.reach({ host: from, process: [a.root, b.root][from] as Process }, target),
          );
          return JSON.stringify([results, world.snapshot()]);
        };
        expect(run()).toBe(run());
      }),
      { numRuns: runs(15) },
    );
  });
});
