import { createEtherstub } from "@zonewarden/server/host/illumos/network/dladm";
import { createZoneVnics, destroyZoneVnics } from "@zonewarden/server/host/illumos/network/zoneVnics";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { machine } from "./nets.ts";

const net = (more: Record<string, string>) =>
  define("a", { resources: [{ type: "net", physical: "web0", ...more }] });

describe("global-nic", () => {
  it("makes a VNIC over the link that is named, and writes its MAC into the configuration", () => {
    const host = machine();
    const definition = net({ "global-nic": "e1000g1", "vlan-id": "7" });
    expect(ok(createZoneVnics(host, definition))).toEqual(["web0"]);
    const link = host.state.illumos?.links["web0"];
    expect(link).toMatchObject({ class: "vnic", over: ["e1000g1"], vid: 7 });
    expect(definition.resources[0]?.properties["mac-addr"]?.[0]?.value).toBe(link?.mac);
    destroyZoneVnics(host, ["web0"]);
    expect(host.state.illumos?.links["web0"]).toBeUndefined();
    ok(createZoneVnics(host, definition));
    expect(host.state.illumos?.links["web0"]?.mac).toBe(link?.mac);
  });

  it.each([
    ["192.0.2.7/24", "e1000g0"],
    ["10.0.0.1/8", "e1000g0"],
  ])("auto takes the link that leads to %s", (address, over) => {
    const host = machine();
    ok(createZoneVnics(host, net({ "global-nic": "auto", "allowed-address": address })));
    expect(host.state.illumos?.links["web0"]?.over).toEqual([over]);
  });

  it.each([
    ["auto without an allowed-address", { "global-nic": "auto" }, "EINVAL"],
    ["auto without a route", { "global-nic": "auto", "allowed-address": "10.0.0.1/8" }, "ENETUNREACH"],
    ["a link that is not there", { "global-nic": "bge0" }, "ENOENT"],
    ["a wrong VLAN", { "global-nic": "e1000g1", "vlan-id": "5000" }, "EINVAL"],
  ] as const)("refuses %s, and takes the other VNICs back", (_, more, errno) => {
    const host = machine({ routes: [] });
    const definition = define("a", {
      resources: [
        { type: "net", physical: "web1", "global-nic": "e1000g2" },
        { type: "net", physical: "web0", ...more },
      ],
    });
    const done = createZoneVnics(host, definition);
    expect(done.ok ? undefined : done.errno).toBe(errno);
    expect(Object.keys(host.state.illumos?.links ?? {})).toEqual(["e1000g0", "e1000g1", "e1000g2"]);
  });
});

describe("anet", () => {
  const solaris = (resource: Record<string, string>) => {
    const host = zoneHost({ system: "solaris" });
    ok(createEtherstub(host, globalRoot(host), "stub0"));
    const definition = define("a", {
      properties: { brand: "solaris" },
      resources: [{ type: "anet", ...resource }],
    });
    return { host, ...running(host, definition) };
  };

  it("is a VNIC of the zone over the link of the default route, with mac-nospoof", () => {
    const { host, zone } = solaris({ linkname: "net0" });
    expect(host.state.illumos?.links["a/net0"]).toMatchObject({
      ...{ class: "vnic", over: ["e1000g0"], zone: zone.id, temporary: true },
      properties: { protection: "mac-nospoof" },
    });
  });

  it("takes link, MAC, VLAN and protection from the configuration", () => {
    const { host } = solaris({
      ...{ linkname: "net0", "lower-link": "stub0", "mac-address": "2:8:20:1:2:3", "vlan-id": "9" },
      ...{ "link-protection": "none" },
    });
    expect(host.state.illumos?.links["a/net0"]).toMatchObject({
      ...{ over: ["stub0"], mac: "02:08:20:01:02:03", vid: 9, properties: {} },
    });
  });
});

describe("a NIC of SmartOS", () => {
  const property = (name: string, value: string) => `(name=${name},value="${value}")`;
  function boot(...more: string[]) {
    const host = zoneHost({ system: "smartos" });
    const definition = define("a", {
      properties: { brand: "joyent" },
      resources: [
        {
          ...{
            type: "net",
            physical: "net0",
            "global-nic": "admin",
            "mac-addr": "2:8:20:1:2:3",
            "vlan-id": "9",
          },
          property: [
            property("ip", "10.0.0.5"),
            property("netmask", "255.255.255.0"),
            property("gateway", "10.0.0.1"),
            ...more,
          ],
        },
      ],
    });
    return { host, ...running(host, definition) };
  }

  it("is a VNIC on the only link of hardware, with all four kinds of protection and its address", () => {
    const { host, zone } = boot();
    expect(host.state.illumos?.links["a/net0"]).toMatchObject({
      ...{ over: ["e1000g0"], mac: "02:08:20:01:02:03", vid: 9, zone: zone.id },
      properties: {
        protection: "mac-nospoof,restricted,ip-nospoof,dhcp-nospoof",
        "allowed-ips": "10.0.0.5",
      },
    });
    const stack = host.state.network.vnets[zone.stack];
    expect(stack?.interfaces[1]?.addresses[0]).toMatchObject({ address: "10.0.0.5", prefix: 24 });
    expect(stack?.routes[0]).toMatchObject({ gateway: "10.0.0.1" });
  });

  it("has an address once that stands in both ip and ips, as vmadm writes them", () => {
    const { host, zone } = boot(property("ips", "10.0.0.5/24,10.0.0.6/24"), property("gateways", "10.0.0.1"));
    const stack = host.state.network.vnets[zone.stack];
    expect(stack?.interfaces[1]?.addresses.map(({ address }) => address)).toEqual(["10.0.0.5", "10.0.0.6"]);
    expect(stack?.routes.filter(({ destination }) => destination === "default")).toHaveLength(1);
  });

  it("is without those that its attributes take away", () => {
    const { host } = boot(property("allow_ip_spoofing", "true"), property("allow_restricted_traffic", "1"));
    expect(host.state.illumos?.links["a/net0"]?.properties["protection"]).toBe("mac-nospoof,dhcp-nospoof");
  });
});
