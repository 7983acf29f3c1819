import type { Host } from "@zonewarden/server/host/host";
import { startDhcp } from "@zonewarden/server/host/illumos/network/dhcp";
import { createEtherstub, createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import { createAddress, deleteAddress } from "@zonewarden/server/host/illumos/network/ipAddresses";
import { createInterface, deleteInterface } from "@zonewarden/server/host/illumos/network/ipInterfaces";
import { setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { holdersOfAddress } from "@zonewarden/server/host/illumos/network/switching";
import { setTunable } from "@zonewarden/server/host/illumos/network/tunables";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { routeAdd } from "@zonewarden/server/host/network/routes";
import { describe, expect, it } from "vitest";
import { define, globalRoot, installed, ok, running } from "../harness.ts";
import { dial, errno, exclusiveZone, machine, on, open, serve, sharedZone } from "./nets.ts";

const stackOf = (host: Host, id: number) => host.state.network.vnets[id];
const links = (host: Host, id: number) => stackOf(host, id)?.interfaces.map(({ name }) => name);

function halt(host: Host, zone: string): void {
  const entry = host.state.illumos?.index.find(({ name }) => name === zone);
  if (entry) callZoneadmd(host, entry, { command: "halt" });
}

/** The last refusal or warning of the network. */
const complaint = (host: Host) =>
  host.events.filter(({ kind, outcome }) => kind === "zone.network" && outcome === "failed").at(-1);

describe("a link of a zone", () => {
  it("is in the zone's stack while it runs, and comes back at halt", () => {
    const host = machine();
    const { zone } = exclusiveZone(host, "a", { physical: "e1000g1" });
    const link = host.state.illumos?.links["e1000g1"];
    expect(link?.zone).toBe(zone.id);
    expect(stackOf(host, zone.stack)?.container).toBe(zone.id);
    halt(host, "a");
    expect(link).toMatchObject({ zone: 0, properties: {}, causes: {} });
  });

  it.each([
    ["that the global zone uses", "e1000g0", "The global zone has IP on e1000g0."],
    ["of another zone", "e1000g1", "zone other has the link e1000g1."],
    ["that is not there", "e1000g9", "There is no link e1000g9."],
    ["that only carries others", "stub0", "stub0 is of the class etherstub"],
  ])("%s makes ready fail, and takes the other links back", (_, physical, words) => {
    const host = machine();
    ok(createEtherstub(host, globalRoot(host), "stub0"));
    exclusiveZone(host, "other", { physical: "e1000g1" });
    const resources = ["e1000g2", physical].map((name) => ({ type: "net", physical: name }));
    expect(() => running(host, define("a", { resources }))).toThrow();
    expect(complaint(host)?.message).toContain(words);
    expect(host.state.illumos?.links["e1000g2"]?.zone).toBe(0);
  });

  it("has the pool of the zone, unless one is set on it", () => {
    const resourcePools = [{ name: "web" }];
    const host = machine({ resourcePools });
    ok(setLinkProperty(host, globalRoot(host), "e1000g2", "pool", "pool_default"));
    running(
      host,
      define("a", {
        properties: { pool: "web" },
        resources: [
          { type: "net", physical: "e1000g1" },
          { type: "net", physical: "e1000g2" },
        ],
      }),
    );
    const pool = (name: string) => host.state.illumos?.links[name]?.properties["pool"];
    expect([pool("e1000g1"), pool("e1000g2")]).toEqual(["web", "pool_default"]);
    halt(host, "a");
    expect([pool("e1000g1"), pool("e1000g2")]).toEqual([undefined, "pool_default"]);
  });
});

describe("a zone with a stack", () => {
  it("plumbs, sets addresses, routes and tunables by itself", () => {
    const host = machine();
    const { zone, root } = exclusiveZone(host, "a", { physical: "e1000g1" });
    ok(createInterface(host, root, "e1000g1"));
    ok(createAddress(host, root, { interface: "e1000g1", address: "198.51.100.5/24", persistent: true }));
    ok(routeAdd(host, root, { destination: "default", gateway: "198.51.100.1" }));
    ok(setTunable(host, root, "ipv4", "forwarding", "on"));
    expect(links(host, zone.stack)).toEqual(["lo0", "e1000g1"]);
    expect(stackOf(host, zone.stack)?.routes).toHaveLength(1);
    expect(stackOf(host, 0)?.sysctls).toEqual({});
    expect(ok(dial(host, root, "198.51.100.9", 80)).via).toEqual(["e1000g1"]);
    ok(deleteAddress(host, root, "e1000g1", "198.51.100.5"));
    ok(deleteInterface(host, root, "e1000g1"));
    expect(links(host, zone.stack)).toEqual(["lo0"]);
  });

  it("has after a boot the addresses that were kept, and no others", () => {
    const host = machine();
    const { root } = exclusiveZone(host, "a", { physical: "e1000g1" });
    ok(createInterface(host, root, "e1000g1"));
    const create = (address: string, persistent: boolean) =>
      ok(createAddress(host, root, { interface: "e1000g1", address, persistent }));
    create("198.51.100.5/24", true);
    create("198.51.100.6/24", true);
    create("198.51.100.7/24", false);
    ok(deleteAddress(host, root, "e1000g1", "198.51.100.6"));
    halt(host, "a");
    const entry = host.state.illumos?.index.find(({ name }) => name === "a");
    if (entry) callZoneadmd(host, entry, { command: "boot" });
    const stack = stackOf(host, zoneNamed(host, "a")?.stack ?? 0);
    expect(stack?.interfaces[1]?.addresses.map(({ address }) => address)).toEqual(["198.51.100.5"]);
  });

  it("sees no other links", () => {
    const host = machine();
    exclusiveZone(host, "b", { physical: "e1000g2" });
    const { root } = exclusiveZone(host, "a", { physical: "e1000g1" });
    for (const name of ["e1000g0", "e1000g2"])
      expect(errno(createInterface(host, root, name))).toBe("ENOENT");
  });

  it("has ports and addresses that nobody else is in the way of", () => {
    const host = machine();
    const a = exclusiveZone(host, "a", { physical: "e1000g1" });
    serve(host, globalRoot(host), 80);
    serve(host, a.root, 80);
    expect(errno(dial(host, a.root, "192.0.2.2", 80))).toBe("ENETUNREACH");
  });

  it("gets an address that it has by hand twice only if nobody on the network has it", () => {
    const host = machine();
    const admin = globalRoot(host);
    ok(createEtherstub(host, admin, "stub0"));
    const [a, b] = ["vnic1", "vnic2"].map((name, number) => {
      ok(createVnic(host, admin, { name, over: "stub0" }));
      const made = exclusiveZone(host, `zone${number}`, { physical: name });
      ok(createInterface(host, made.root, name));
      return made;
    });
    if (!a || !b) throw new Error("two zones");
    ok(createAddress(host, a.root, { interface: "vnic1", address: "10.0.0.1/24" }));
    const again = createAddress(host, b.root, { interface: "vnic2", address: "10.0.0.1/24" });
    expect([again.decision.verdict, again.decision.rule]).toEqual(["contained", "ip/duplicate"]);
    expect(stackOf(host, b.zone.stack)?.interfaces[1]?.addresses).toEqual([]);
  });
});

it.each(["shared", "exclusive"])(
  "a %s zone boots, without the address that an exclusive one on its network has",
  (ipType) => {
    const host = machine();
    const admin = globalRoot(host);
    for (const name of ["vnic0", "vnic1"]) ok(createVnic(host, admin, { name, over: "e1000g0" }));
    exclusiveZone(host, "first", { physical: "vnic0", "allowed-address": "192.0.2.50/24" });
    const second =
      ipType === "shared"
        ? sharedZone(host, "second", on("192.0.2.50/24"))
        : exclusiveZone(host, "second", { physical: "vnic1", "allowed-address": "192.0.2.50/24" });
    const told = host.events.find(({ kind }) => kind === "network.duplicate");
    expect(told).toMatchObject({ container: "second", outcome: "failed" });
    expect(told?.causes[0]?.what).toContain("192.0.2.50/24");
    expect(second.zone.status).toBe("running");
    expect(holdersOfAddress(host, "192.0.2.50")).toHaveLength(1);
  },
);

describe("zones over one switch", () => {
  /** Two zones on VNICs, each with a service. */
  function pair(vids: readonly [number, number], over = "stub0") {
    const host = machine();
    const admin = globalRoot(host);
    ok(createEtherstub(host, admin, "stub0"));
    const zones = vids.map((vid, at) => {
      ok(createVnic(host, admin, { name: `vnic${at}`, over, vid }));
      return exclusiveZone(host, `zone${at}`, {
        physical: `vnic${at}`,
        "allowed-address": `10.0.0.${at + 1}/24`,
      });
    });
    const [a, b] = zones;
    if (!a || !b) throw new Error("two zones");
    serve(host, b.root, 80);
    return { host, a, b };
  }

  it.each([
    ["an etherstub", "stub0"],
    ["a link of hardware", "e1000g1"],
  ])("reach each other in the MAC layer of %s", (_, over) => {
    const { host, a } = pair([0, 0], over);
    expect(ok(dial(host, a.root, "10.0.0.2", 80)).via).toEqual(["vnic0", "vnic1"]);
  });

  it("do so with the same VLAN tag, and not with another", () => {
    const same = pair([5, 5]);
    expect(dial(same.host, same.a.root, "10.0.0.2", 80).ok).toBe(true);
    const other = pair([5, 6]);
    expect(errno(dial(other.host, other.a.root, "10.0.0.2", 80))).toBe("EHOSTUNREACH");
  });

  it("do not take the holder of an address on another VLAN of a link for somebody outside", () => {
    const { host, a } = pair([0, 6], "e1000g1");
    const found = dial(host, a.root, "10.0.0.2", 80);
    expect(errno(found)).toBe("EHOSTUNREACH");
    expect(found.decision.causes[0]?.what).toBe("VLAN 6 of vnic1, VLAN 0 of vnic0");
    expect(dial(host, a.root, "10.0.0.77", 80).ok).toBe(true);
  });

  it("reach the global zone that uses the same link, and it them", () => {
    const host = machine();
    const admin = globalRoot(host);
    ok(createVnic(host, admin, { name: "vnic0", over: "e1000g0" }));
    const { root } = exclusiveZone(host, "a", { physical: "vnic0", "allowed-address": "192.0.2.50/24" });
    serve(host, root, 80);
    expect(ok(dial(host, admin, "192.0.2.50", 80)).via).toEqual(["e1000g0", "vnic0"]);
    expect(ok(dial(host, root, "192.0.2.2", 22)).via).toEqual(["vnic0", "e1000g0"]);
  });

  it("do not reach zones on the shared stack but by the network", () => {
    const { host, a } = pair([0, 0]);
    const shared = sharedZone(host, "shared", on("192.0.2.10/24"));
    serve(host, shared.root, 80);
    expect(errno(dial(host, a.root, "192.0.2.10", 80))).toBe("ENETUNREACH");
  });
});

describe("allowed-address", () => {
  const boot = (more: Record<string, string | string[]> = {}) => {
    const host = machine();
    const net = {
      physical: "e1000g1",
      "allowed-address": "198.51.100.5/24",
      defrouter: "198.51.100.1",
      ...more,
    };
    return { host, ...exclusiveZone(host, "a", net) };
  };

  it("protects the link, and the zone sets up addresses and router as it boots", () => {
    const { host, zone } = boot();
    expect(host.state.illumos?.links["e1000g1"]?.properties).toEqual({
      protection: "ip-nospoof",
      "allowed-ips": "198.51.100.5",
    });
    const stack = stackOf(host, zone.stack);
    expect(stack?.interfaces[1]?.addresses[0]).toMatchObject({ address: "198.51.100.5", prefix: 24 });
    expect(stack?.routes[0]).toMatchObject({ destination: "default", gateway: "198.51.100.1" });
  });

  it("lets the zone set no other address, and keep none for the next boot", () => {
    const { host, root } = boot();
    const create = (address: string, persistent = false) =>
      createAddress(host, root, { interface: "e1000g1", address, persistent });
    const foreign = create("198.51.100.6/24");
    expect([errno(foreign), foreign.decision.rule]).toEqual(["EPERM", "ip/l3protect"]);
    expect(foreign.decision.causes[0]?.what).toBe("net allowed-address=198.51.100.5/24");
    ok(deleteAddress(host, root, "e1000g1", "198.51.100.5"));
    expect(create("198.51.100.5/24", true).decision.rule).toBe("ip/from-global");
    expect(create("198.51.100.5/24").ok).toBe(true);
  });

  it("fails where the link has protection by hand", () => {
    const host = machine();
    ok(setLinkProperty(host, globalRoot(host), "e1000g1", "allowed-ips", "198.51.100.9"));
    const resources = [{ type: "net", physical: "e1000g1", "allowed-address": "198.51.100.5/24" }];
    expect(() => running(host, define("a", { resources }))).toThrow();
    expect(complaint(host)?.message).toContain("allowed-ips of e1000g1 is set already");
    expect(host.state.illumos?.links["e1000g1"]?.properties).toEqual({ "allowed-ips": "198.51.100.9" });
  });

  it("warns of a router that is in no network of the link", () => {
    const { host, zone } = boot({ defrouter: "203.0.113.1" });
    expect(complaint(host)?.message).toContain("203.0.113.1");
    expect(stackOf(host, zone.stack)?.routes).toEqual([]);
  });

  it("can leave the setting up to the zone", () => {
    const { host, zone, root } = boot({ "configure-allowed-address": "false" });
    expect(links(host, zone.stack)).toEqual(["lo0"]);
    ok(createInterface(host, root, "e1000g1"));
    expect(createAddress(host, root, { interface: "e1000g1", address: "198.51.100.5/24" }).ok).toBe(true);
  });
});

describe("DHCP", () => {
  const offer = { address: "198.51.100.77/24", router: "198.51.100.1" };
  function client(net: Record<string, string> = {}, protection?: string) {
    const host = machine();
    if (protection !== undefined)
      ok(setLinkProperty(host, globalRoot(host), "e1000g1", "protection", protection));
    const { zone, root } = exclusiveZone(host, "a", { physical: "e1000g1", ...net });
    if (!stackOf(host, zone.stack)?.interfaces[1]) ok(createInterface(host, root, "e1000g1"));
    return { host, zone, root };
  }

  it("gives address and router, and is assumed where nobody says what is offered", () => {
    const { host, zone, root } = client();
    expect(startDhcp(host, root, { interface: "e1000g1" }).decision.verdict).toBe("assumed");
    expect(ok(startDhcp(host, root, { interface: "e1000g1", offer }))).toMatchObject({ prefix: 24 });
    expect(stackOf(host, zone.stack)?.routes[0]?.gateway).toBe("198.51.100.1");
  });

  it("is learnt by ip-nospoof while allowed-ips is empty", () => {
    const { host, root } = client({}, "ip-nospoof");
    ok(startDhcp(host, root, { interface: "e1000g1", offer }));
    expect(dial(host, root, "198.51.100.9", 80).ok).toBe(true);
    ok(createAddress(host, root, { interface: "e1000g1", address: "198.51.100.78/24" }));
    ok(deleteAddress(host, root, "e1000g1", "198.51.100.77"));
    expect(errno(dial(host, root, "198.51.100.9", 80))).toBe("ETIMEDOUT");
  });

  it("cannot set what the global zone does not allow", () => {
    const { host, root } = client({ "allowed-address": "198.51.100.5/24" });
    expect(errno(startDhcp(host, root, { interface: "e1000g1", offer }))).toBe("EPERM");
  });

  it("gets no answer with an identifier that dhcp-nospoof does not know", () => {
    const { host, root } = client({}, "dhcp-nospoof");
    expect(errno(startDhcp(host, root, { interface: "e1000g1", clientId: "forged", offer }))).toBe(
      "ETIMEDOUT",
    );
    expect(host.state.illumos?.links["e1000g1"]?.drops).toEqual({ dhcpspoofed: 1 });
    ok(setLinkProperty(host, globalRoot(host), "e1000g1", "allowed-dhcp-cids", "forged"));
    expect(startDhcp(host, root, { interface: "e1000g1", clientId: "forged", offer }).ok).toBe(true);
  });
});

it("leaves a configuration without links a stack with loopback alone", () => {
  const host = machine();
  installed(host, define("z"));
  const { zone, root } = exclusiveZone(host, "a");
  expect(links(host, zone.stack)).toEqual(["lo0"]);
  serve(host, root, 8080, "127.0.0.1");
  expect(dial(host, root, "127.0.0.1", 8080).ok).toBe(true);
  expect(open(host, root)).toBeGreaterThan(0);
});
