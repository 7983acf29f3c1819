import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import { createOverlay } from "@zonewarden/server/host/illumos/network/createOverlay";
import {
  createEtherstub,
  createGroup,
  createVlan,
  createVnic,
  deleteLink,
} from "@zonewarden/server/host/illumos/network/dladm";
import { createInterface } from "@zonewarden/server/host/illumos/network/ipInterfaces";
import { resetLinkProperty, setLinkProperty } from "@zonewarden/server/host/illumos/network/linkProperties";
import { normalMac } from "@zonewarden/server/host/illumos/network/macs";
import { rebootLinks } from "@zonewarden/server/host/illumos/network/reboot";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { globalRoot, ok } from "../harness.ts";
import { errno, exclusiveZone, machine, sharedZone } from "./nets.ts";

type Call = (host: Host, admin: Process) => Outcome<unknown>;

const verdict = (call: Call, prepare: Call[] = []): string => {
  const host = machine();
  const admin = globalRoot(host);
  for (const step of prepare) ok(step(host, admin));
  const done = call(host, admin);
  return done.ok ? "ok" : `${done.errno} ${done.decision.rule}`;
};

const vnic =
  (name: string, more: Partial<Parameters<typeof createVnic>[2]> = {}): Call =>
  (host, admin) =>
    createVnic(host, admin, { name, over: "e1000g0", ...more });
const vlan =
  (over: string, vid: number): Call =>
  (host, admin) =>
    createVlan(host, admin, { over, vid });
const stub =
  (name: string): Call =>
  (host, admin) =>
    createEtherstub(host, admin, name);
const group =
  (kind: "aggr" | "bridge", name: string, ...over: string[]): Call =>
  (host, admin) =>
    createGroup(host, admin, { name, kind, over });
const remove =
  (name: string): Call =>
  (host, admin) =>
    deleteLink(host, admin, name);
const set =
  (name: string, property: string, value: string): Call =>
  (host, admin) =>
    setLinkProperty(host, admin, name, property, value);
const zone =
  (physical: string): Call =>
  (host) => ({
    ok: true,
    value: exclusiveZone(host, "a", { physical }),
    decision: { verdict: "allow", rule: "", reason: "", causes: [] },
  });
const overlay =
  (more: Partial<Parameters<typeof createOverlay>[2]> = {}, runs = true): Call =>
  (host, admin) => {
    if (runs) spawn(host, { command: "varpd" });
    return createOverlay(host, admin, {
      ...{ name: "overlay0", encapsulation: "vxlan", search: "direct", vnetid: 1, listenIp: "192.0.2.2" },
      ...{ destination: { ip: "192.0.2.3", port: 4789 } },
      ...more,
    });
  };

describe("making links", () => {
  const table: readonly (readonly [string, Call, Call[], string])[] = [
    ["a VNIC", vnic("vnic0"), [], "ok"],
    ["one without a number", vnic("vnic"), [], "EINVAL dladm/name"],
    ["one of a name that is there", vnic("vnic0"), [vnic("vnic0")], "EEXIST dladm/exists"],
    ["one over nothing", vnic("vnic0", { over: "bge0" }), [], "ENOENT dladm/over"],
    ["one over a VNIC", vnic("vnic1", { over: "vnic0" }), [vnic("vnic0")], "EINVAL dladm/over-class"],
    ["one over an etherstub", vnic("vnic0", { over: "stub0" }), [stub("stub0")], "ok"],
    [
      "one over a link that is lent",
      vnic("vnic0", { over: "e1000g1" }),
      [zone("e1000g1")],
      "EBUSY dladm/lent",
    ],
    ["one with VLAN 4095", vnic("vnic0", { vid: 4095 }), [], "EINVAL dladm/vid"],
    ["one with the MAC of a group", vnic("vnic0", { mac: "01:00:5e:00:00:01" }), [], "EINVAL dladm/mac"],
    [
      "one with a MAC that is used there",
      vnic("vnic1", { mac: "2:8:20:1:2:3" }),
      [vnic("vnic0", { mac: "2:8:20:1:2:3" })],
      "EADDRINUSE dladm/mac-used",
    ],
    [
      "one with that MAC on another VLAN",
      vnic("vnic1", { mac: "2:8:20:1:2:3", vid: 9 }),
      [vnic("vnic0", { mac: "2:8:20:1:2:3" })],
      "ok",
    ],
    [
      "one with a wrong property",
      vnic("vnic0", { properties: { maxbw: "1K" } }),
      [],
      "EINVAL linkprop/maxbw",
    ],
    ["a VLAN", vlan("e1000g0", 5), [], "ok"],
    ["VLAN 0", vlan("e1000g0", 0), [], "EINVAL dladm/vid"],
    [
      "the same VLAN again",
      (host, admin) => createVlan(host, admin, { over: "e1000g0", vid: 5, name: "v5" }),
      [vlan("e1000g0", 5)],
      "EEXIST dladm/vlan",
    ],
    ["an aggregation", group("aggr", "aggr0", "e1000g1", "e1000g2"), [], "ok"],
    ["one over a link with IP", group("aggr", "aggr0", "e1000g0"), [], "EBUSY dladm/plumbed"],
    [
      "one over a link of another one",
      group("aggr", "aggr1", "e1000g1"),
      [group("aggr", "aggr0", "e1000g1")],
      "EBUSY dladm/grouped",
    ],
    ["a bridge", group("bridge", "tonic", "e1000g0", "e1000g1"), [], "ok"],
    ["an overlay", overlay(), [], "ok"],
    ["one while varpd does not run", overlay({}, false), [], "ENOENT dladm/varpd"],
    ["one with another encapsulation", overlay({ encapsulation: "geneve" }), [], "EINVAL dladm/overlay"],
    ["one with an unknown search", overlay({ search: "dns" }), [], "EINVAL dladm/overlay"],
    ["one with 25 bits of network id", overlay({ vnetid: 16_777_216 }), [], "EINVAL dladm/overlay"],
    ["the largest network id", overlay({ vnetid: 16_777_215 }), [], "ok"],
    ["one without a table", overlay({ search: "files" }), [], "EINVAL dladm/overlay"],
    [
      "one of a network that is there",
      overlay({ name: "overlay1" }, false),
      [overlay()],
      "EEXIST dladm/overlay-exists",
    ],
    ["a VNIC over an overlay", vnic("vnic0", { over: "overlay0" }), [overlay()], "ok"],
    [
      "IP on an overlay",
      (host, admin) => createInterface(host, admin, "overlay0"),
      [overlay()],
      "EINVAL ip/class",
    ],
  ];

  it.each(table)("%s", (_, call, prepare, expected) => {
    expect(verdict(call, prepare)).toBe(expected);
  });

  it("names a VLAN after its link, and makes MACs that only depend on machine and name", () => {
    const host = machine();
    const admin = globalRoot(host);
    expect(ok(createVlan(host, admin, { over: "e1000g1", vid: 5 })).name).toBe("e1000g5001");
    const mac = ok(createVnic(host, admin, { name: "vnic0", over: "e1000g0" })).mac;
    const other = machine();
    expect(ok(createVnic(other, globalRoot(other), { name: "vnic0", over: "e1000g0" })).mac).toBe(mac);
    expect(normalMac("2:8:20:A:B:C")).toBe("02:08:20:0a:0b:0c");
  });
});

describe("deleting links", () => {
  const table: readonly (readonly [string, string, Call[], string])[] = [
    ["a VNIC", "vnic0", [vnic("vnic0")], "ok"],
    ["nothing", "vnic0", [], "ENOENT dladm/missing"],
    ["hardware", "e1000g1", [], "EINVAL dladm/hardware"],
    [
      "one with IP",
      "vnic0",
      [vnic("vnic0"), (host, admin) => createInterface(host, admin, "vnic0")],
      "EBUSY dladm/plumbed",
    ],
    ["one under others", "stub0", [stub("stub0"), vnic("vnic0", { over: "stub0" })], "EBUSY dladm/under"],
    ["one of a zone", "vnic0", [vnic("vnic0"), zone("vnic0")], "EBUSY dladm/lent"],
  ];

  it.each(table)("%s", (_, name, prepare, expected) => {
    expect(verdict(remove(name), prepare)).toBe(expected);
  });
});

describe("link properties", () => {
  const table: readonly (readonly [string, Call, Call[], string])[] = [
    ["protection", set("e1000g1", "protection", "mac-nospoof,ip-nospoof"), [], "ok"],
    ["unknown protection", set("e1000g1", "protection", "nospoof"), [], "EINVAL linkprop/protection"],
    [
      "allowed addresses and networks",
      set("e1000g1", "allowed-ips", "10.0.0.1,10.1.0.0/16,2001:db8::1"),
      [],
      "ok",
    ],
    [
      "loopback as allowed address",
      set("e1000g1", "allowed-ips", "127.0.0.1"),
      [],
      "EINVAL linkprop/allowed-ips",
    ],
    ["a limit of 1.2 Mbps", set("e1000g1", "maxbw", "1.2M"), [], "ok"],
    ["a smaller one", set("e1000g1", "maxbw", "1100K"), [], "EINVAL linkprop/maxbw"],
    ["a pool that is not there", set("e1000g1", "pool", "web"), [], "EINVAL linkprop/pool"],
    ["a CPU that is not there", set("e1000g1", "cpus", "0,9"), [], "EINVAL linkprop/cpus"],
    ["a larger MTU", set("e1000g1", "mtu", "9000"), [], "ok"],
    ["the MTU under IP", set("e1000g0", "mtu", "9000"), [], "EBUSY linkprop/mtu"],
    ["an MTU larger than below", set("vnic0", "mtu", "9000"), [vnic("vnic0")], "EINVAL linkprop/mtu"],
    ["the MTU of an overlay", set("overlay0", "mtu", "9001"), [overlay()], "EINVAL linkprop/mtu"],
    ["what nobody knows", set("e1000g1", "colour", "red"), [], "ENOTSUP linkprop/unknown"],
    ["a link that is not there", set("bge0", "mtu", "1500"), [], "ENOENT linkprop/link"],
    ["a zone that does not run", set("e1000g1", "zone", "b"), [], "EINVAL linkprop/zone"],
    ["a link with IP lent", set("e1000g0", "zone", "a"), [zone("e1000g1")], "EBUSY linkprop/zone-plumbed"],
  ];

  it.each(table)("%s", (_, call, prepare, expected) => {
    expect(verdict(call, prepare)).toBe(expected);
  });

  it("lends a link to a running zone, and brings it back", () => {
    const host = machine();
    const { zone: own, root } = exclusiveZone(host, "a", { physical: "e1000g1" });
    const admin = globalRoot(host);
    ok(setLinkProperty(host, admin, "e1000g2", "zone", "a"));
    ok(createInterface(host, root, "e1000g2"));
    expect(host.state.illumos?.links["e1000g2"]?.zone).toBe(own.id);
    expect(errno(resetLinkProperty(host, admin, "e1000g2", "zone"))).toBe("EBUSY");
  });

  it("lends none to a zone on the shared stack", () => {
    const host = machine();
    sharedZone(host, "a", { physical: "e1000g0", address: "192.0.2.10/24" });
    const refused = setLinkProperty(host, globalRoot(host), "e1000g1", "zone", "a");
    expect(refused.decision.rule).toBe("linkprop/zone-shared");
  });
});

it("needs sys_dl_config, which zones do not have", () => {
  const host = machine();
  const { root } = exclusiveZone(host, "a", { physical: "e1000g1" });
  expect(errno(createVnic(host, root, { name: "vnic0", over: "e1000g1" }))).toBe("EPERM");
  expect(errno(setLinkProperty(host, root, "e1000g1", "protection", "restricted"))).toBe("EPERM");
});

it("keeps links over a boot of the machine, but for temporary ones", () => {
  const host = machine();
  const admin = globalRoot(host);
  ok(createVnic(host, admin, { name: "vnic0", over: "e1000g0" }));
  ok(createVnic(host, admin, { name: "vnic1", over: "e1000g0", temporary: true }));
  ok(createInterface(host, admin, "vnic1"));
  rebootLinks(host);
  expect(Object.keys(host.state.illumos?.links ?? {})).toContain("vnic0");
  expect(Object.keys(host.state.illumos?.links ?? {})).not.toContain("vnic1");
  expect(host.state.network.vnets["0"]?.interfaces.map(({ name }) => name)).toEqual(["e1000g0", "lo0"]);
});
