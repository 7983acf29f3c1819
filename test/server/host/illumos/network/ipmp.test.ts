import type { Host } from "@zonewarden/server/host/host";
import {
  createInterface,
  deleteInterface,
  setInterfaceUp,
} from "@zonewarden/server/host/illumos/network/ipInterfaces";
import { addToGroup, createIpmpGroup, removeFromGroup } from "@zonewarden/server/host/illumos/network/ipmp";
import { callZoneadmd } from "@zonewarden/server/host/illumos/zoneadmd/requests";
import { describe as describeHost } from "@zonewarden/server/host/machine/describe";
import { describe, expect, it } from "vitest";
import { globalRoot, ok } from "../harness.ts";
import { dial, errno, machine, on, serve, sharedZone } from "./nets.ts";

/** Two interfaces in a group, with the address of the first. */
function grouped(): Host {
  const host = machine();
  const admin = globalRoot(host);
  ok(createInterface(host, admin, "e1000g1"));
  ok(createIpmpGroup(host, admin, "ipmp0", ["e1000g0", "e1000g1"]));
  return host;
}

const held = (host: Host, name: string) =>
  host.state.network.vnets["0"]?.interfaces
    .find((link) => link.name === name)
    ?.addresses.map(({ address, unit }) => `${unit} ${address}`);

describe("a group for IPMP", () => {
  it("has the addresses and routes of its members", () => {
    const host = grouped();
    expect(held(host, "ipmp0")).toEqual(["0 192.0.2.2", "0 2001:db8::2"]);
    expect(held(host, "e1000g0")).toEqual([]);
    expect(ok(dial(host, globalRoot(host), "198.51.100.1", 80)).via).toEqual(["ipmp0"]);
  });

  it("takes zones along, those that boot later and those that run", () => {
    const host = machine();
    const admin = globalRoot(host);
    ok(createInterface(host, admin, "e1000g1"));
    const early = sharedZone(host, "early", on("192.0.2.10/24"));
    ok(createIpmpGroup(host, admin, "ipmp0", ["e1000g0", "e1000g1"]));
    const late = sharedZone(host, "late", on("192.0.2.11/24", { defrouter: "192.0.2.1" }));
    for (const [{ zone }, unit] of [
      [early, 1],
      [late, 2],
    ] as const)
      expect(zone.logical?.at(-1)).toMatchObject({ interface: "ipmp0", unit });
    serve(host, late.root, 80);
    expect(dial(host, early.root, "192.0.2.11", 80).ok).toBe(true);
    const entry = host.state.illumos?.index.find(({ name }) => name === "early");
    if (entry) callZoneadmd(host, entry, { command: "halt" });
    expect(held(host, "ipmp0")).toEqual(["0 192.0.2.2", "0 2001:db8::2", "2 192.0.2.11"]);
  });

  it("works as long as one member does", () => {
    const host = grouped();
    const admin = globalRoot(host);
    const zone = sharedZone(host, "a", on("192.0.2.10/24"));
    const reach = () => errno(dial(host, zone.root, "198.51.100.1", 80));
    ok(setInterfaceUp(host, admin, "e1000g0", false));
    expect(reach()).toBeUndefined();
    const second = host.state.illumos?.links["e1000g1"];
    if (second) second.up = false;
    expect(reach()).toBe("EHOSTUNREACH");
    ok(setInterfaceUp(host, admin, "e1000g0", true));
    expect(reach()).toBeUndefined();
  });

  it("loses members, but not addresses", () => {
    const host = grouped();
    const admin = globalRoot(host);
    ok(removeFromGroup(host, admin, "ipmp0", "e1000g0"));
    ok(deleteInterface(host, admin, "e1000g1"));
    expect(held(host, "ipmp0")).toEqual(["0 192.0.2.2", "0 2001:db8::2"]);
    expect(errno(dial(host, admin, "198.51.100.1", 80))).toBe("EHOSTUNREACH");
    ok(addToGroup(host, admin, "ipmp0", "e1000g0"));
    expect(dial(host, admin, "198.51.100.1", 80).ok).toBe(true);
  });

  it("is written to a host file as its first member", () => {
    const links = describeHost(grouped()).links ?? [];
    expect(links.map(({ name, addresses }) => [name, addresses])).toEqual([
      ["e1000g0", ["192.0.2.2/24", "2001:db8::2/64"]],
      ["e1000g1", []],
      ["e1000g2", undefined],
      ["lo0", ["127.0.0.1/8", "::1/128"]],
    ]);
  });

  it.each([
    ["an interface of another one", "ipmp1", ["e1000g0"], "EBUSY"],
    ["an interface that is not there", "ipmp1", ["e1000g2"], "ENXIO"],
    ["loopback", "ipmp1", ["lo0"], "EINVAL"],
    ["its own name", "ipmp0", [], "EEXIST"],
  ] as const)("is not made with %s", (_, name, members, error) => {
    const host = grouped();
    expect(errno(createIpmpGroup(host, globalRoot(host), name, members))).toBe(error);
  });

  it("is not for zones on the shared stack to make", () => {
    const host = grouped();
    const { root } = sharedZone(host, "a", on("192.0.2.10/24"));
    expect(errno(createIpmpGroup(host, root, "ipmp1", []))).toBe("EPERM");
  });
});
